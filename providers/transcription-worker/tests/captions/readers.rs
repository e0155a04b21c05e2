//! ffmpeg and pycaption as readers of our SCC. Both tell times and texts as `SubRip`, which is what is compared.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use transcription_worker::captions::{Cue, parse_srt, to_scc};

use crate::cue;

/// Two frames at 29.97, and what `SubRip`'s milliseconds round.
const TOLERANCE: Duration = Duration::from_micros(66_734 + 1000);

/// Reads an SCC file as `SubRip`. Nothing where the program is not installed.
type Reader = fn(&Path) -> Option<String>;

const READERS: [(&str, Reader); 2] = [("ffmpeg", ffmpeg), ("pycaption", pycaption)];

#[test]
fn plain_texts_are_read_back() {
    prove(&[cue(1000, 2500, "Good evening."), cue(4000, 6000, "The meeting will\ncome to order.")]);
}

#[test]
fn accents_and_signs_are_read_back() {
    let texts = [
        "áéíóúçÑñ÷",
        "®°½¿™¢£♪àèâêîôû",
        "ÁÉÓÚÜü¡*©•“”",
        "ÀÂÇÈÊËëÎÏïÔÙùÛ«»",
        "ÃãÍÌìÒòÕõ{}\\^_|~",
        "ÄäÖöß¥ÅåØø",
        "♪♪ la la ♪♪",
        "ää öö ßß",
        "x♪y®z",
    ];
    let cues: Vec<Cue> =
        (0..).zip(texts).map(|(at, text)| cue(3000 * at + 2000, 3000 * at + 4000, text)).collect();
    prove(&cues);
}

#[test]
fn long_lines_are_read_back() {
    let text =
        "The quick brown fox jumps over the lazy dog and then goes home to sleep, as it was a long day.";
    prove(&[cue(4000, 8000, text), cue(12_000, 14_000, "Short.")]);
}

#[test]
fn a_text_of_many_rows_becomes_several_captions() {
    let text = "word ".repeat(60);
    let scc = to_scc(&[cue(4000, 24_000, &text)]);
    for (name, reader) in READERS {
        let Some(read) = read(&scc, name, reader) else { continue };
        let words: usize = read.iter().map(|cue| cue.text.split_whitespace().count()).sum();
        assert!(read.len() > 1 && words == 60, "{name}: {read:?}");
    }
}

#[test]
fn of_overlapping_cues_the_next_one_takes_the_screen() {
    let scc = to_scc(&[cue(2000, 6000, "One"), cue(4000, 8000, "Two")]);
    compare(&scc, &[cue(2000, 4000, "One"), cue(4000, 8000, "Two")]);
}

#[test]
fn cues_that_follow_each_other_closely_are_read_back() {
    let cues: Vec<Cue> = (0..20)
        .map(|at| cue(2000 + 1500 * at, 2000 + 1500 * at + 1200, &format!("Sentence number {at}")))
        .collect();
    prove(&cues);
}

#[test]
fn hours_and_minutes_are_crossed() {
    prove(&[
        cue(59_000, 61_000, "a minute"),
        cue(119_900, 121_000, "another"),
        cue(599_500, 601_000, "ten minutes"),
        cue(3_599_500, 3_601_000, "an hour"),
        cue(7_260_033, 7_262_000, "two hours and a minute"),
    ]);
}

#[test]
fn nothing_to_say_is_a_file_without_captions() {
    assert_eq!(to_scc(&[]), "Scenarist_SCC V1.0\n");
    assert_eq!(to_scc(&[cue(1000, 2000, " \n ")]), "Scenarist_SCC V1.0\n");
}

/// What goes in comes out.
fn prove(cues: &[Cue]) {
    compare(&to_scc(cues), cues);
}

fn compare(scc: &str, expected: &[Cue]) {
    for (name, reader) in READERS {
        let Some(read) = read(scc, name, reader) else { continue };
        assert_eq!(read.len(), expected.len(), "{name}: {read:#?}\n{scc}");
        for (read, expected) in read.iter().zip(expected) {
            assert_eq!(words(&read.text, name), words(&expected.text, name), "{name}\n{scc}");
            for (read, expected) in [(read.start, expected.start), (read.end, expected.end)] {
                let off = read.abs_diff(expected);
                assert!(off <= TOLERANCE, "{name}: {read:?} for {expected:?}\n{scc}");
            }
        }
    }
}

/// Rows are centred and long lines broken, so blanks differ.
fn words(text: &str, reader: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Each has signs of the extended sets that others see otherwise.
    match reader {
        "ffmpeg" => text.replace('—', "-").replace('•', "·"),
        _ => text.replace('|', "¦"),
    }
}

fn read(scc: &str, name: &str, reader: Reader) -> Option<Vec<Cue>> {
    let mut file = tempfile::Builder::new().suffix(".scc").tempfile().unwrap();
    file.write_all(scc.as_bytes()).unwrap();
    let Some(text) = reader(file.path()) else {
        assert!(std::env::var_os("CI").is_none(), "{name} is not installed; ./scripts/setup installs it");
        eprintln!("SKIPPED: {name} is not installed; ./scripts/setup installs it");
        return None;
    };
    // ffmpeg writes where on the screen a text stands, and hard blanks.
    let text = text.replace("{\\an7}", "").replace("\\h", " ");
    Some(parse_srt(&text).unwrap())
}

fn ffmpeg(file: &Path) -> Option<String> {
    let output =
        Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(file).args(["-f", "srt", "-"]).output();
    Some(String::from_utf8(output.ok()?.stdout).unwrap())
}

fn pycaption(file: &Path) -> Option<String> {
    const PROGRAM: &str = "import sys, pycaption\n\
        text = open(sys.argv[1], encoding='utf-8').read()\n\
        sys.stdout.buffer.write(pycaption.SRTWriter().write(pycaption.SCCReader().read(text)).encode())";
    let output = Command::new(python()?).args(["-c", PROGRAM]).arg(file).output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stderr),
        fs::read_to_string(file).unwrap()
    );
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The Python that has pycaption: that of `COUNTERSIGN_PYTHON`, or the one of scripts/setup.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("COUNTERSIGN_PYTHON").map(PathBuf::from);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.python/bin/python");
    named.or(Some(own)).filter(|python| python.exists())
}
