//! Named points in a VOD.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::credentials::FrontdoorUser;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::resource::{Draft, Id, Writable, many, one};
use crate::resources::{Answer, read};
use crate::station::Station;
use crate::store::Store;

/// A named point in a VOD. Deleted and hidden chapters are still returned: leave them out.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Chapter {
    pub id: i32,
    pub vod: i32,
    pub title: String,
    pub body: Option<String>,
    pub operator_note: Option<String>,
    /// Seconds from the start.
    pub offset: i32,
    pub quick_added: bool,
    pub order: Option<i32>,
    pub deleted: bool,
    pub hidden: bool,
}

impl Writable for Chapter {
    const KEPT_BY_SERVER: &'static [&'static str] = &["id"];
    const NEEDED_TO_CREATE: &'static [&'static str] = &["vod", "title", "offset"];
}

impl Store {
    /// Adds the chapter to its VOD.
    pub(crate) fn add_chapter(&mut self, chapter: Chapter) -> Result<(), Refusal> {
        let (id, vod) = (chapter.id, chapter.vod);
        self.vods.find(vod)?;
        self.chapters.put(chapter)?;
        self.vods.find_mut(vod)?.chapters.push(id);
        Ok(())
    }
}

pub(crate) fn router() -> Router<Station> {
    Router::new()
        .route("/chapters", get(list).post(create))
        .route("/chapters/{id}", get(read::<Chapter>).put(update).delete(mark_deleted))
}

/// Deleted and hidden chapters included: dropping them is left to the client.
async fn list(State(station): State<Station>, query: Parameters) -> Answer {
    let vod = query.integer("vod")?;
    let store = station.store();
    Ok(many(store.chapters.iter().filter(|chapter| vod.is_none_or(|vod| chapter.vod == vod))))
}

async fn create(_: FrontdoorUser, State(station): State<Station>, draft: Draft<Chapter>) -> Answer {
    let mut store = station.store();
    let chapter = draft.create(&Chapter { id: store.chapters.next_id()?, ..Chapter::default() })?;
    check(&store, &chapter)?;
    let answer = one(&chapter);
    store.add_chapter(chapter)?;
    Ok(answer)
}

async fn update(
    _: FrontdoorUser,
    State(station): State<Station>,
    id: Id<Chapter>,
    draft: Draft<Chapter>,
) -> Answer {
    let mut store = station.store();
    let current = store.chapters.find(id.value)?;
    let chapter = draft.change(current)?;
    if chapter.vod != current.vod {
        return Err(Refusal::bad("a chapter stays with its VOD: make another one"));
    }
    check(&store, &chapter)?;
    let answer = one(&chapter);
    store.chapters.put(chapter)?;
    Ok(answer)
}

async fn mark_deleted(
    _: FrontdoorUser,
    State(station): State<Station>,
    id: Id<Chapter>,
) -> Result<StatusCode, Refusal> {
    station.store().chapters.find_mut(id.value)?.deleted = true;
    Ok(StatusCode::NO_CONTENT)
}

fn check(store: &Store, chapter: &Chapter) -> Result<(), Refusal> {
    if store.vods.get(chapter.vod).is_none() {
        return Err(Refusal::bad(format!("there is no vod {}", chapter.vod)));
    }
    if chapter.offset < 0 {
        return Err(Refusal::bad("a chapter cannot begin before its VOD"));
    }
    Ok(())
}
