//! What holds of every SCC file, whatever is said and when. The decoder here is written from the standard and
//! shares nothing with the encoder.

use std::time::Duration;

use proptest::prelude::*;
use transcription_worker::captions::{Cue, Timecode, parse_srt, parse_vtt, to_scc, to_vtt};

/// Lines of a file: the frame at which each begins, and its bytes.
fn lines(scc: &str) -> Vec<(u64, Vec<u8>)> {
    let mut lines = scc.lines();
    assert_eq!(lines.next(), Some("Scenarist_SCC V1.0"));
    lines
        .filter(|line| !line.is_empty())
        .map(|line| {
            let (code, pairs) = line.split_once('\t').unwrap();
            let byte = |text: &str| u8::from_str_radix(text, 16).unwrap();
            let bytes = pairs.split(' ').flat_map(|pair| [byte(&pair[..2]), byte(&pair[2..])]);
            (frame(code), bytes.collect())
        })
        .collect()
}

/// The number of the frame of a drop-frame code, which has to be one that exists.
fn frame(code: &str) -> u64 {
    let number = |at: usize| code[at..at + 2].parse::<u64>().unwrap();
    assert_eq!(code.as_bytes()[8], b';');
    let [hours, minutes, seconds, frames] = [number(0), number(3), number(6), number(9)];
    assert!(hours < 24 && minutes < 60 && seconds < 60 && frames < 30, "{code}");
    assert!(seconds > 0 || frames > 1 || minutes % 10 == 0, "{code} does not exist");
    let all_minutes = hours * 60 + minutes;
    (all_minutes * 60 + seconds) * 30 + frames - 2 * (all_minutes - all_minutes / 10)
}

fn cues() -> impl Strategy<Value = Vec<Cue>> {
    let text = "[ -~áéíóúçñàèäöß♪—\n]{0,120}";
    proptest::collection::vec((0_u64..7_000_000, 1_u64..9000, text), 0..12).prop_map(|cues| {
        let cue = |(start, length, text): (u64, u64, String)| crate::cue(start, start + length, &text);
        cues.into_iter().map(cue).collect()
    })
}

proptest! {
    #[test]
    fn every_byte_has_odd_parity(cues in cues()) {
        for (_, bytes) in lines(&to_scc(&cues)) {
            prop_assert!(bytes.iter().all(|byte| byte.count_ones() % 2 == 1));
        }
    }

    #[test]
    fn one_pair_goes_out_a_frame(cues in cues()) {
        let mut free = 0;
        for (frame, bytes) in lines(&to_scc(&cues)) {
            prop_assert!(frame >= free, "{frame} after {free}");
            free = frame + bytes.len() as u64 / 2;
        }
    }

    #[test]
    fn rows_stay_on_the_screen(cues in cues()) {
        for (_, bytes) in lines(&to_scc(&cues)) {
            let mut column = 0;
            for pair in bytes.chunks(2).map(|pair| [pair[0] & 0x7f, pair[1] & 0x7f]) {
                match pair {
                    // An address: a row, and an indent of four columns each.
                    [0x10..=0x17, low @ 0x40..=0x7f] => column = if low & 0x10 == 0 { 0 } else { usize::from(low & 0x0e) * 2 },
                    [0x11..=0x14 | 0x17, _] => {}
                    [first, second] => column += [first, second].iter().filter(|byte| **byte >= 0x20).count(),
                }
                prop_assert!(column <= 32, "{column}");
            }
        }
    }

    #[test]
    fn time_codes_go_with_the_clock(millis in 0_u64..86_000_000) {
        let time = Duration::from_millis(millis);
        let code = Timecode::at(time);
        prop_assert_eq!(frame(&code.to_string()), code.number());
        let shown = Duration::from_nanos(code.number() * 1_001_000_000 / 30);
        prop_assert!(shown + Duration::from_micros(1) >= time && shown < time + Duration::from_micros(33_400));
    }

    #[test]
    fn what_is_written_as_webvtt_is_read_again(cues in cues()) {
        let lines = |text: &str| -> Vec<String> {
            text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
        };
        let read = parse_vtt(&to_vtt(&cues)).unwrap();
        let said: Vec<_> = cues.iter().filter(|cue| !cue.text.trim().is_empty()).collect();
        prop_assert_eq!(read.len(), said.len());
        for (read, said) in read.iter().zip(said) {
            prop_assert_eq!((read.start, read.end, lines(&read.text)), (said.start, said.end, lines(&said.text)));
        }
    }

    #[test]
    fn no_file_makes_a_reader_panic(text in "[\\PC\n\r]{0,200}", span in "[0-9:.,<>& -]{0,40}") {
        for text in [text.clone(), format!("WEBVTT\n\n{span}-->{span}\n{text}"), format!("1\n{span} --> {span}\n{text}")] {
            if let Ok(cues) = parse_srt(&text) {
                prop_assert!(to_scc(&cues).starts_with("Scenarist_SCC V1.0\n"));
            }
            let _ = parse_vtt(&text);
        }
    }
}
