//! A summary: who begins to speak and what they say first, and what is said at length. Extracted, not made up,
//! so that the same captions always have the same summary.

use serde_json::{Value, json};

use crate::captions::Cue;

/// Entries of a summary, at most.
const ENTRIES: usize = 12;

/// The summary of captions: of each speech its longest cue, and of those the longest ones, in their order.
pub(crate) fn of(cues: &[Cue]) -> Value {
    let mut speeches: Vec<(Option<String>, &Cue)> = Vec::new();
    for cue in cues {
        let speaker = speaker(cue);
        match speeches.last_mut() {
            Some((last, longest)) if *last == speaker && speaker.is_some() => {
                if cue.text.len() > longest.text.len() {
                    *longest = cue;
                }
            }
            _ => speeches.push((speaker, cue)),
        }
    }
    let mut lengths: Vec<(usize, usize)> =
        speeches.iter().enumerate().map(|(index, (_, cue))| (cue.text.len(), index)).collect();
    lengths.sort_by_key(|&(length, index)| (std::cmp::Reverse(length), index));
    let mut chosen: Vec<usize> = lengths.into_iter().take(ENTRIES).map(|(_, index)| index).collect();
    chosen.sort_unstable();
    chosen.into_iter().map(|index| entry(speeches[index].0.as_deref(), speeches[index].1)).collect()
}

fn entry(speaker: Option<&str>, cue: &Cue) -> Value {
    let text = match named(cue) {
        Some((_, said)) => said.to_owned(),
        None => cue.text.clone(),
    };
    json!({"speaker": speaker, "start": cue.start.as_secs_f64(), "text": text.replace('\n', " ")})
}

fn speaker(cue: &Cue) -> Option<String> {
    cue.speaker.clone().or_else(|| named(cue).map(|(name, _)| name.to_owned()))
}

/// `CHAIR AMES: The meeting …`: how captions without voices say who speaks.
fn named(cue: &Cue) -> Option<(&str, &str)> {
    let (name, said) = cue.text.split_once(':')?;
    let upper = name.chars().all(|c| c.is_uppercase() || c.is_whitespace() || ".'-".contains(c));
    (upper && name.chars().any(char::is_alphabetic) && name.len() <= 40).then(|| (name.trim(), said.trim()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_speech_is_told_by_its_longest_words() {
        let cue = |at, text: &str, speaker: Option<&str>| Cue {
            start: Duration::from_secs(at),
            end: Duration::from_secs(at + 1),
            text: text.to_owned(),
            speaker: speaker.map(str::to_owned),
        };
        let cues = [
            cue(1, "Yes.", Some("Ames")),
            cue(2, "The motion\ncarries.", Some("Ames")),
            cue(3, "CLERK: Noted.", None),
        ];
        assert_eq!(
            of(&cues),
            json!([
                {"speaker": "Ames", "start": 2.0, "text": "The motion carries."},
                {"speaker": "CLERK", "start": 3.0, "text": "Noted."},
            ])
        );
        assert_eq!(of(&[]), json!([]));
    }
}
