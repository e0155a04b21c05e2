//! Summaries: the one that a worker wrote, looked at before it is believed, or one that is made of captions.

mod webvtt;

use crate::domain::SummaryEntry;
use webvtt::Cue;

/// Entries of a summary that a worker wrote, at most.
const MAX_ENTRIES: usize = 1000;

/// Characters of an entry, and of a speaker's name, at most.
const MAX_TEXT: usize = 10_000;
const MAX_SPEAKER: usize = 200;

/// Entries of a summary that is made here.
const ENTRIES: usize = 12;

/// The summary in a worker's file; nothing where it is none.
pub fn written(text: &str) -> Option<Vec<SummaryEntry>> {
    let entries: Vec<SummaryEntry> = serde_json::from_str(text).ok()?;
    (entries.len() <= MAX_ENTRIES && entries.iter().all(sound)).then_some(entries)
}

fn sound(entry: &SummaryEntry) -> bool {
    let fits =
        |text: &str, limit| !text.trim().is_empty() && text.chars().count() <= limit && !text.contains('\0');
    entry.start >= 0.0
        && entry.start.is_finite()
        && fits(&entry.text, MAX_TEXT)
        && entry.speaker.as_deref().is_none_or(|speaker| fits(speaker, MAX_SPEAKER))
}

/// The summary of captions in WebVTT: of what each speaker says in one go the longest caption, and of those the
/// longest ones, in their order. Extracted, not made up. Nothing where that is no WebVTT.
pub fn of_captions(text: &str) -> Option<Vec<SummaryEntry>> {
    let mut speeches: Vec<Cue> = Vec::new();
    for cue in webvtt::cues(text)? {
        match speeches.last_mut() {
            Some(last) if last.speaker == cue.speaker && cue.speaker.is_some() => {
                if cue.text.len() > last.text.len() {
                    *last = cue;
                }
            }
            _ => speeches.push(cue),
        }
    }
    let mut longest: Vec<usize> = (0..speeches.len()).collect();
    longest.sort_by_key(|&index| (std::cmp::Reverse(speeches[index].text.len()), index));
    longest.truncate(ENTRIES);
    longest.sort_unstable();
    let entry = |index: usize| SummaryEntry {
        speaker: speeches[index].speaker.as_ref().map(|name| name.chars().take(MAX_SPEAKER).collect()),
        start: speeches[index].start,
        text: speeches[index].text.chars().take(MAX_TEXT).collect(),
    };
    Some(longest.into_iter().map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn entry(speaker: Option<&str>, start: f64, text: &str) -> SummaryEntry {
        SummaryEntry { speaker: speaker.map(str::to_owned), start, text: text.to_owned() }
    }

    #[test]
    fn a_workers_summary_is_taken_as_it_is() {
        let text = json!([{"speaker": "Ames", "start": 1.5, "text": "Order."}, {"start": 7, "text": "Aye.", "x": 1}]);
        let expected = vec![entry(Some("Ames"), 1.5, "Order."), entry(None, 7.0, "Aye.")];
        assert_eq!(written(&text.to_string()), Some(expected));
        assert_eq!(written("[]"), Some(Vec::new()));
    }

    #[test]
    fn what_is_no_summary_is_not_believed() {
        let one = |entry: Value| json!([entry]);
        for text in [
            json!({}),
            json!("text"),
            one(json!("text")),
            one(json!({"speaker": null, "start": -1, "text": "a"})),
            one(json!({"speaker": null, "start": "1", "text": "a"})),
            one(json!({"speaker": null, "start": 1, "text": " "})),
            one(json!({"speaker": null, "start": 1, "text": "a\0"})),
            one(json!({"speaker": "", "start": 1, "text": "a"})),
            one(json!({"speaker": 7, "start": 1, "text": "a"})),
            one(json!({"speaker": null, "start": 1, "text": "a".repeat(MAX_TEXT + 1)})),
            json!(vec![json!({"speaker": null, "start": 1, "text": "a"}); MAX_ENTRIES + 1]),
        ] {
            assert_eq!(written(&text.to_string()), None, "{text}");
        }
        for text in ["", "[", "[1e999]", r#"[{"start":1e999,"text":"a"}]"#] {
            assert_eq!(written(text), None, "{text}");
        }
    }

    #[test]
    fn each_speech_is_told_by_its_longest_words() {
        let text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ames>Yes.\n\n00:02.500 --> 00:04.000\n\
                    <v Ames>The motion\ncarries.\n\n00:04.000 --> 00:05.000\nCLERK: Noted.\n";
        let expected =
            vec![entry(Some("Ames"), 2.5, "The motion carries."), entry(Some("CLERK"), 4.0, "Noted.")];
        assert_eq!(of_captions(text), Some(expected));
        assert_eq!(of_captions("WEBVTT\n"), Some(Vec::new()));
        assert_eq!(of_captions("1\n"), None);
    }

    #[test]
    fn a_summary_is_short() {
        let cue = |n: usize| format!("\n00:{:02}.000 --> 00:{:02}.500\n{}\n", n, n, "a".repeat(n + 1));
        let text: String = std::iter::once("WEBVTT\n".to_owned()).chain((0..40).map(cue)).collect();
        let starts: Vec<f64> = of_captions(&text).unwrap().iter().map(|entry| entry.start).collect();
        assert_eq!(starts, (28..40).map(f64::from).collect::<Vec<_>>());
    }
}
