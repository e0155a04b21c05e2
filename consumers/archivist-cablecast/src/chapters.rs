//! Chapters: named points in a VOD, as rows and as a WebVTT track.

use reqwest::Method;
use reqwest::header::{ACCEPT, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::{Cablecast, ChapterId, Error, Malformed, VodId};

/// A chapter that viewers see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    pub id: ChapterId,
    pub vod: VodId,
    pub title: String,
    pub body: Option<String>,
    /// Seconds from the start.
    pub offset: u32,
}

/// A chapter to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChapter {
    pub vod: VodId,
    pub title: String,
    pub body: Option<String>,
    /// Seconds from the start.
    pub offset: u32,
}

/// The chapters of a VOD as WebVTT. These are not captions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChapterTrack(String);

impl ChapterTrack {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The server marks chapters as deleted and goes on returning them.
#[derive(Deserialize)]
struct Row {
    id: ChapterId,
    vod: VodId,
    title: String,
    body: Option<String>,
    offset: u32,
    deleted: bool,
    hidden: bool,
}

#[derive(Deserialize)]
struct ChapterList {
    chapters: Vec<Row>,
}

#[derive(Serialize)]
struct NewChapterBody<'a> {
    chapter: NewRow<'a>,
}

/// Everything the server is seen to be sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewRow<'a> {
    vod: VodId,
    title: &'a str,
    body: Option<&'a str>,
    operator_note: Option<&'a str>,
    offset: u32,
    quick_added: bool,
    order: Option<i32>,
    deleted: bool,
}

/// Creating answers with the chapter; the archive needs the id only.
#[derive(Deserialize)]
struct Created {
    chapter: CreatedChapter,
}

#[derive(Deserialize)]
struct CreatedChapter {
    id: ChapterId,
}

impl Cablecast {
    /// The chapters of a VOD that viewers see, in time; deleted and hidden ones are left out.
    pub async fn chapters(&self, vod: VodId) -> Result<Vec<Chapter>, Error> {
        let request = self.open(Method::GET, &["chapters"]).query(&[("vod", vod)]);
        let rows = self.json::<ChapterList>(request).await?.chapters;
        let mut chapters: Vec<Chapter> = rows
            .into_iter()
            .filter(|row| !row.deleted && !row.hidden)
            .map(|Row { id, vod, title, body, offset, .. }| Chapter { id, vod, title, body, offset })
            .collect();
        chapters.sort_by_key(|chapter| (chapter.offset, chapter.id));
        Ok(chapters)
    }

    /// Adds a chapter and returns its id. Viewers see it once the VOD's chapters are published.
    pub async fn create_chapter(&self, new: &NewChapter) -> Result<ChapterId, Error> {
        let chapter = NewRow {
            vod: new.vod,
            title: &new.title,
            body: new.body.as_deref(),
            operator_note: None,
            offset: new.offset,
            quick_added: false,
            order: None,
            deleted: false,
        };
        let request = self.signed(Method::POST, &["chapters"]).json(&NewChapterBody { chapter });
        Ok(self.json::<Created>(request).await?.chapter.id)
    }

    /// The chapters of a VOD as WebVTT; a header alone where there are none.
    pub async fn chapter_track(&self, vod: VodId) -> Result<ChapterTrack, Error> {
        let request = self.open(Method::GET, &["vods", &vod.to_string(), "chapters"]);
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("text/vtt"));
        let body = self.body(request.headers(headers)).await?;
        let track = String::from_utf8(body).map_err(|_| Error::Malformed(Malformed::NotWebVtt))?;
        if track.trim_start_matches('\u{feff}').starts_with("WEBVTT") {
            Ok(ChapterTrack(track))
        } else {
            Err(Error::Malformed(Malformed::NotWebVtt))
        }
    }
}
