//! `WebVTT`, written.

use std::fmt::Write as _;
use std::time::Duration;

use super::Cue;

/// The cues as a `WebVTT` file.
#[must_use]
pub fn to_vtt(cues: &[Cue]) -> String {
    let mut text = "WEBVTT\n".to_owned();
    for cue in cues.iter().filter(|cue| !cue.text.trim().is_empty()) {
        let _ = writeln!(text, "\n{} --> {}", time(cue.start), time(cue.end));
        // A blank line would end the cue.
        let lines: Vec<String> =
            cue.text.lines().filter(|line| !line.trim().is_empty()).map(escaped).collect();
        match &cue.speaker {
            Some(speaker) => {
                let _ = writeln!(text, "<v {}>{}", escaped(speaker), lines.join("\n"));
            }
            None => {
                let _ = writeln!(text, "{}", lines.join("\n"));
            }
        }
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn time(time: Duration) -> String {
    let (seconds, millis) = (time.as_secs(), time.subsec_millis());
    format!("{:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
