//! The chapters of a VOD as a WebVTT file. Not captions.

use std::fmt::Write as _;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::CONTENT_TYPE;

use crate::refusal::Refusal;
use crate::resource::Id;
use crate::resources::chapter::Chapter;
use crate::resources::vod::Vod;
use crate::station::Station;

pub(crate) fn router() -> Router<Station> {
    Router::new().route("/vods/{id}/chapters", get(read))
}

async fn read(State(station): State<Station>, id: Id<Vod>) -> Result<impl IntoResponse, Refusal> {
    let store = station.store();
    let vod = store.vods.find(id.value)?;
    let chapters: Vec<&Chapter> = store.chapters.iter().filter(|chapter| chapter.vod == vod.id).collect();
    let shown = if vod.chapters_published { chapters } else { Vec::new() };
    Ok(([(CONTENT_TYPE, "text/vtt")], file(&shown, vod.length)))
}

/// One cue a chapter that is neither deleted nor hidden, until the next one or the end.
fn file(chapters: &[&Chapter], length: i32) -> String {
    let mut shown: Vec<_> = chapters
        .iter()
        .filter(|chapter| !chapter.deleted && !chapter.hidden && chapter.offset >= 0)
        .collect();
    shown.sort_by_key(|chapter| (chapter.offset, chapter.id));
    let mut text = "WEBVTT FILE\n".to_owned();
    for (index, chapter) in shown.iter().enumerate() {
        let start = chapter.offset;
        let next = shown.get(index + 1).map_or(length, |next| next.offset);
        let (number, title) = (index + 1, cue_text(&chapter.title));
        write!(text, "\n{number}\n{} --> {}\n{title}\n", cue_time(start), cue_time(next.max(start)))
            .expect("writing to a String cannot fail");
    }
    text
}

fn cue_time(seconds: i32) -> String {
    format!("{:02}:{:02}:{:02}.000", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A title on one line, with nothing in it that WebVTT would read as its own.
fn cue_text(title: &str) -> String {
    let line = title.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chapter(id: i32, offset: i32, title: &str) -> Chapter {
        Chapter { id, vod: 2904, offset, title: title.to_owned(), ..Chapter::default() }
    }

    #[test]
    fn cues_run_to_the_next_one_and_the_last_to_the_end() {
        let (first, second) = (chapter(902, 754, "Public comment"), chapter(901, 0, "Call to order"));
        let expected = "WEBVTT FILE\n\n1\n00:00:00.000 --> 00:12:34.000\nCall to order\n\
                        \n2\n00:12:34.000 --> 01:30:21.000\nPublic comment\n";
        assert_eq!(file(&[&first, &second], 5421), expected);
    }

    #[test]
    fn deleted_and_hidden_chapters_are_left_out() {
        let deleted = Chapter { deleted: true, ..chapter(1, 0, "Deleted") };
        let hidden = Chapter { hidden: true, ..chapter(2, 5, "Hidden") };
        assert_eq!(file(&[&deleted, &hidden], 10), "WEBVTT FILE\n");
    }

    #[test]
    fn a_title_cannot_break_the_file() {
        let hostile = chapter(1, 0, "A\n\n00:00 --> 00:01\n<b>B & C");
        assert!(file(&[&hostile], 9).ends_with("\nA 00:00 --&gt; 00:01 &lt;b&gt;B &amp; C\n"));
    }

    #[test]
    fn a_chapter_behind_the_end_has_no_length() {
        assert!(file(&[&chapter(1, 20, "Late")], 0).contains("00:00:20.000 --> 00:00:20.000"));
    }
}
