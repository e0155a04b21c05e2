//! What ffmpeg and pycaption read of our SCC.

use std::time::Duration;

use transcription_worker::captions::{Cue, Timecode, to_scc};

use crate::cue;
use crate::readers::{READERS, Reader, compare, read};

/// What goes in comes out.
fn prove(cues: &[Cue]) {
    compare(&to_scc(cues).unwrap(), cues);
}

/// Each text for two seconds, with a second before the next one.
fn each(texts: &[&str]) -> Vec<Cue> {
    (1..).map(|at| 3000 * at).zip(texts).map(|(at, text)| cue(at, at + 2000, text)).collect()
}

#[test]
fn plain_texts_are_read_back() {
    prove(&[cue(1000, 2500, "Good evening."), cue(4000, 6000, "The meeting will\ncome to order.")]);
    prove(&each(&[
        "!\"#$%&'()+,-./",
        "0123456789:;<=>?@[]",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "abcdefghijklmnopqrstuvwxyz",
    ]));
}

#[test]
fn accents_and_signs_are_read_back() {
    prove(&each(&[
        "áéíóúçÑñ÷",
        "®°½¿™¢£♪àèâêîôû",
        "ÁÉÓÚÜü¡*—©℠•“”",
        "ÀÂÇÈÊËëÎÏïÔÙùÛ«»",
        "ÃãÍÌìÒòÕõ{}\\^_|~",
        "ÄäÖöß¥¤¦ÅåØø┌┐└┘",
        "ää öö ßß",
        "x♪y®z",
        "¿Qué pasó, señor Núñez?",
        "Où êtes-vous, Noël?",
        "Ça va — très bien.",
    ]));
}

#[test]
fn quotes_are_read_back() {
    prove(&each(&["don't", "“It's the ‘people’s’ choice”"]));
}

#[test]
fn music_is_read_back() {
    prove(&each(&["♪♪ la la ♪♪", "♪", "♪♪♪♪♪", "♪ La vie en rose ♪"]));
}

#[test]
fn long_lines_are_read_back() {
    let text =
        "The quick brown fox jumps over the lazy dog and then goes home to sleep, as it was a long day.";
    prove(&[cue(4000, 8000, text), cue(12_000, 14_000, "Short.")]);
    let full = ["12345678901234567890123456789012"; 4].join("\n");
    prove(&[cue(6000, 9000, &full), cue(15_000, 18_000, &"ä".repeat(32))]);
}

#[test]
fn four_lines_are_read_back() {
    prove(&[cue(4000, 8000, "one\ntwo is longer than\nthree\nfour"), cue(8000, 11_000, "a\nb\nc\nd")]);
}

#[test]
fn a_text_of_many_rows_becomes_several_captions() {
    let scc = to_scc(&[cue(4000, 24_000, &"word ".repeat(60))]).unwrap();
    // Ten rows of six words: three captions.
    compare(
        &scc,
        &[
            cue(4000, 12_000, &"word ".repeat(24)),
            cue(12_000, 20_000, &"word ".repeat(24)),
            cue(20_000, 24_000, &"word ".repeat(12)),
        ],
    );
}

#[test]
fn a_change_of_speaker_is_read_back() {
    let by = |speaker: &str, cue: Cue| Cue { speaker: Some(speaker.to_owned()), ..cue };
    let cues = [
        by("Chair Ames", cue(3000, 5000, "Good evening.")),
        by("Chair Ames", cue(6000, 8000, "Is there a motion?")),
        by("Bo", cue(9000, 11_000, "So moved.")),
    ];
    compare(
        &to_scc(&cues).unwrap(),
        &each(&[">> Chair Ames: Good evening.", "Is there a motion?", ">> Bo: So moved."]),
    );
}

#[test]
fn of_overlapping_cues_the_next_one_takes_the_screen() {
    let scc = to_scc(&[cue(2000, 6000, "One"), cue(4000, 8000, "Two"), cue(4000, 7000, "Three")]).unwrap();
    compare(&scc, &[cue(2000, 4000, "One"), cue(4000, 8000, "Three\nTwo")]);
}

#[test]
fn cues_that_follow_each_other_closely_are_read_back() {
    let cues: Vec<Cue> = (0..20)
        .map(|at| cue(2000 + 1500 * at, 2000 + 1500 * at + 1200, &format!("Sentence number {at}")))
        .collect();
    prove(&cues);
    // One after the other without a gap, each loaded while the one before is seen.
    let cues: Vec<Cue> = (1..20)
        .map(|at| cue(2000 * at, 2000 * (at + 1), &format!("Nobody waits for\nnumber {at}")))
        .collect();
    prove(&cues);
}

/// pycaption closes gaps of up to five frames (`TimingCorrectingCaptionList`), whatever the file says. The clearing
/// is in it all the same: ffmpeg sees it.
#[test]
fn a_short_gap_is_read_back_by_who_looks_for_it() {
    let cues = [cue(3000, 5000, "One"), cue(5150, 7000, "Two")];
    let scc = to_scc(&cues).unwrap();
    for (Reader { name, run, .. }, end) in READERS.into_iter().zip([cues[0].end, cues[1].start]) {
        let Some(heard) = read(&scc, name, run) else { continue };
        assert!(heard[0].end.abs_diff(end) < Duration::from_millis(67), "{name}: {heard:?}");
    }
}

#[test]
fn cues_that_come_faster_than_they_can_be_sent_are_all_read() {
    let text = |at: u64| format!("This is far too much to send, {at}");
    let cues: Vec<Cue> = (0..15).map(|at| cue(2000 + 200 * at, 2100 + 200 * at, &text(at))).collect();
    let scc = to_scc(&cues).unwrap();
    for Reader { name, run, as_read } in READERS {
        let Some(heard) = read(&scc, name, run) else { continue };
        let texts: Vec<String> = heard.iter().map(|heard| as_read(&heard.text)).collect();
        assert_eq!(texts, (0..15).map(|at| as_read(&text(at))).collect::<Vec<_>>(), "{name}");
        assert!(heard.iter().all(|heard| heard.start < heard.end), "{name}: {heard:?}");
        let apart = heard.windows(2).all(|pair| pair[0].end <= pair[1].start);
        assert!(
            apart && heard[0].start.abs_diff(cues[0].start) < Duration::from_millis(67),
            "{name}: {heard:?}"
        );
    }
}

#[test]
fn minutes_and_hours_are_crossed() {
    prove(&[
        cue(59_000, 61_000, "a minute"),
        cue(119_900, 121_000, "another"),
        cue(599_500, 601_000, "ten minutes"),
        cue(3_599_500, 3_601_000, "an hour"),
        cue(7_260_033, 7_262_000, "two hours and a minute"),
        cue(86_395_000, 86_398_000, "a day"),
    ]);
}

#[test]
fn the_codes_around_those_that_are_left_out_are_read_back() {
    // 00:00:59;29, 00:01:00;02, 00:09:59;29, 00:10:00;00, 00:59:59;29, 01:00:00;00 and the frame after each.
    for frame in [1799, 1800, 17_981, 17_982, 107_891, 107_892] {
        for (start, end) in [(frame, frame + 60), (frame - 60, frame), (frame + 1, frame + 61)] {
            let at =
                |frame| Duration::from_nanos(Timecode::frame(frame).unwrap().number() * 1_001_000_000 / 30);
            prove(&[Cue { start: at(start), end: at(end), text: format!("frame {start}"), speaker: None }]);
        }
    }
}

#[test]
fn nothing_to_say_is_a_file_without_captions() {
    for cues in [vec![], vec![cue(1000, 2000, " \n\u{200b}\n ")]] {
        let scc = to_scc(&cues).unwrap();
        assert_eq!(scc, "Scenarist_SCC V1.0\n");
        compare(&scc, &[]);
    }
}
