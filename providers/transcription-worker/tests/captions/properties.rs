//! What holds of every file, whatever is said and when.

use std::time::Duration;

use proptest::prelude::*;
use transcription_worker::captions::{Cue, Timecode, parse_srt, parse_vtt, to_scc, to_vtt};

use crate::decoder::{decode, frame, lines};

/// Every character there is in CEA-608, some more than once, and where lines and words end.
const TEXT: &str =
    "[ -_a-z{-~ \n áéíóúçÑñ÷█®°½¿™¢£♪àèâêîôûÁÉÓÚÜü¡—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»ÃãÍÌìÒòÕõÄäÖöß¥¤¦ÅåØø┌┐└┘]{0,200}";

/// Cues anywhere in two hours, one over another or not.
fn cues() -> impl Strategy<Value = Vec<Cue>> {
    let anywhere = prop_oneof![0_u64..7_200_000, 0_u64..20_000, 59_000_u64..61_000];
    let cue = (anywhere, 1_u64..9000, TEXT);
    proptest::collection::vec(cue, 0..12).prop_map(|cues| {
        let mut cues: Vec<Cue> =
            cues.iter().map(|(start, length, text)| crate::cue(*start, start + length, text)).collect();
        cues.sort_by_key(|cue| (cue.start, cue.end));
        cues
    })
}

/// As a reader of WebVTT hands them on.
fn tidy(cues: Vec<Cue>) -> Vec<Cue> {
    let lines = |text: &str| {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("\n")
    };
    let tidied = cues.into_iter().map(|cue| Cue { text: lines(&cue.text), ..cue });
    tidied.filter(|cue| !cue.text.is_empty()).collect()
}

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}

proptest! {
    /// The decoder refuses even parity, codes that do not exist, times that run backwards, text beyond the 32nd
    /// column and two captions at once.
    #[test]
    fn the_text_that_goes_in_comes_out(cues in cues()) {
        let seen = decode(&to_scc(&cues).unwrap());
        let said: String = cues.iter().map(|cue| without_blanks(&cue.text)).collect();
        let read: String = seen.iter().map(|seen| without_blanks(&seen.text())).collect();
        prop_assert_eq!(read, said);
    }

    #[test]
    fn captions_stand_at_the_bottom_and_follow_each_other(cues in cues()) {
        let mut gone = 0;
        for seen in decode(&to_scc(&cues).unwrap()) {
            prop_assert!(gone <= seen.start && seen.start < seen.end);
            gone = seen.end;
            let rows: Vec<u8> = seen.rows.keys().copied().collect();
            let bottom: Vec<u8> = (16 - u8::try_from(rows.len()).unwrap()..=15).collect();
            prop_assert!((1..=4).contains(&rows.len()), "{rows:?}");
            prop_assert_eq!(rows, bottom);
        }
    }

    /// Half a minute apart nothing is in the way of another: a caption comes and goes at its own frames.
    #[test]
    fn captions_with_room_are_in_time(texts in proptest::collection::vec("[!-~]{1,32}", 1..5), length in 200_u64..20_000) {
        let cues: Vec<Cue> =
            (1..).map(|at| at * 30_000).zip(&texts).map(|(at, text)| crate::cue(at, at + length, text)).collect();
        let seen = decode(&to_scc(&cues).unwrap());
        let times: Vec<(u64, u64)> = seen.iter().map(|seen| (seen.start, seen.end)).collect();
        let at = |time| Timecode::at(time).unwrap().number();
        prop_assert_eq!(times, cues.iter().map(|cue| (at(cue.start), at(cue.end))).collect::<Vec<_>>());
    }

    /// Controls are words sent twice in one line, which are what a receiver that missed one goes by.
    #[test]
    fn controls_are_doubled(cues in cues()) {
        for (_, pairs) in lines(&to_scc(&cues).unwrap()) {
            let mut controls = pairs.iter().peekable();
            while let Some(pair) = controls.next() {
                prop_assert!(pair[0] >= 0x20 || controls.next() == Some(pair), "{pair:02x?}");
            }
        }
    }

    /// Whoever counts frames and whoever takes the code for the clock are both less than two frames off.
    #[test]
    fn time_codes_go_with_the_clock(millis in prop_oneof![0_u64..86_399_900, 58_000_u64..62_000], later in 0_u64..200) {
        let time = Duration::from_millis(millis);
        let code = Timecode::at(time).unwrap();
        let text = code.to_string();
        prop_assert_eq!(frame(&text), code.number());
        let [hours, minutes, seconds, frames] = [0, 3, 6, 9].map(|at| text[at..at + 2].parse::<u64>().unwrap());
        let told = (((hours * 60 + minutes) * 60 + seconds) * 30 + frames) * 1_000_000_000 / 30;
        let counted = code.number() * 1_001_000_000 / 30;
        // By its definition a code is one in a million off those who count frames all day.
        for (begins, drift) in [(told, Duration::ZERO), (counted, time / 1_000_000)] {
            let off = Duration::from_nanos(begins).abs_diff(time);
            prop_assert!(off < Duration::from_millis(50) + drift, "{text}: {off:?}");
        }
        prop_assert!(Timecode::at(time + Duration::from_millis(later)).map_or(true, |later| later >= code));
    }

    #[test]
    fn what_is_written_as_webvtt_is_read_again(cues in cues(), names in proptest::collection::vec("[!-~éß]{0,9}", 12)) {
        let mut cues = tidy(cues);
        for (cue, name) in cues.iter_mut().zip(names) {
            cue.speaker = Some(name).filter(|name| !name.is_empty());
        }
        cues.sort_by_key(|cue| cue.start);
        prop_assert_eq!(parse_vtt(&to_vtt(&cues)).unwrap(), cues);
    }

    #[test]
    fn no_file_makes_a_reader_panic(text in "[\\PC\n\r\0<>{}&;#/v :.,0-9-]{0,200}", span in "[0-9:.,<>& -]{0,40}") {
        for text in [
            text.clone(),
            format!("WEBVTT{text}"),
            format!("WEBVTT\n\n{span}-->{span}\n{text}"),
            format!("1\n{span} --> {span}\n{text}"),
            format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{text}"),
        ] {
            for cues in [parse_srt(&text), parse_vtt(&text)].into_iter().flatten() {
                if let Ok(scc) = to_scc(&cues) {
                    decode(&scc);
                }
                let again = parse_vtt(&to_vtt(&cues)).unwrap();
                prop_assert!(again.len() <= cues.len());
            }
        }
    }
}

#[test]
fn captions_after_midnight_are_refused() {
    let late = |end| to_scc(&[crate::cue(86_390_000, end, "late")]);
    assert_eq!(decode(&late(86_399_000).unwrap()).len(), 1);
    assert!(late(86_401_000).is_err());
    // Loading takes longer than what is left of the day.
    let dense: Vec<Cue> =
        (0..50).map(|at| crate::cue(86_395_000 + 50 * at, 86_399_000, "There is no time left.")).collect();
    assert!(to_scc(&dense).is_err());
}
