//! Videos on demand.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::credentials::FrontdoorUser;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::resource::{Draft, Id, Resource, Writable, envelope, json, one};
use crate::resources::Answer;
use crate::resources::asset::{Asset, ThumbnailState};
use crate::station::Station;
use crate::store::Store;
use crate::time::Timestamp;

/// A video on demand, made from a show. It has no title, description or captions of its own.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "the members are the vendor's")]
pub struct Vod {
    pub id: i32,
    pub show: i32,
    pub vod_configuration: i32,
    /// Id of the transcode quality.
    pub quality: Option<i32>,
    pub file_name: Option<String>,
    /// Not public while true.
    pub disabled: bool,
    /// Seconds.
    pub length: i32,
    /// Where it plays, from the content network if there is one; null until it is complete.
    pub url: Option<String>,
    /// Where it plays without the content network.
    pub local_url: Option<String>,
    /// The chapters as WebVTT. Not captions.
    pub web_vtt: String,
    /// HTML.
    pub embed_code: String,
    /// HTML.
    pub non_reflect_embed_code: String,
    pub vod_state: VodState,
    /// From 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    pub percent_complete: f64,
    /// From 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    pub state_progress: f64,
    pub state_change: Option<Timestamp>,
    pub transaction_type: i32,
    pub last_transaction: Option<i32>,
    pub error_message: Option<String>,
    pub status_message: Option<String>,
    pub asset: i32,
    pub is_watchable: bool,
    pub is_on_cloud: bool,
    pub chapters: Vec<i32>,
    pub chapters_published: bool,
    pub chaptering_session: Option<i32>,
    pub views: i32,
    pub uses_agenda_link: bool,
    /// Id of the VOD status, which is the VOD's own.
    pub vod_status: i32,
    pub secondary_audio_programming: i32,
    pub primary_audio_label: Option<String>,
    pub primary_audio_lang_code: Option<String>,
    pub secondary_audio_label: Option<String>,
    pub secondary_audio_lang_code: Option<String>,
    /// Newer builds only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i32")]
    pub smart_summary_setting: Option<i32>,
    /// Newer builds only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub wait_for_audio_description: Option<bool>,
    /// Newer builds only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_date: Option<Timestamp>,
}

/// How far a VOD has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum VodState {
    Unknown,
    Queued,
    Processing,
    Partial,
    Complete,
    Error,
    PermanentFailure,
    Disabled,
    #[default]
    Waiting,
}

impl Writable for Vod {
    const KEPT_BY_SERVER: &'static [&'static str] = &[
        "id",
        "length",
        "url",
        "localUrl",
        "webVtt",
        "embedCode",
        "nonReflectEmbedCode",
        "vodState",
        "percentComplete",
        "stateProgress",
        "stateChange",
        "transactionType",
        "lastTransaction",
        "errorMessage",
        "statusMessage",
        "asset",
        "isWatchable",
        "isOnCloud",
        "chapters",
        "chapteringSession",
        "views",
        "vodStatus",
    ];
    const NEEDED_TO_CREATE: &'static [&'static str] = &["show", "vodConfiguration"];
}

impl Vod {
    /// A VOD that waits to be made.
    pub(crate) fn waiting(id: i32) -> Self {
        Self {
            id,
            vod_status: id,
            web_vtt: format!("{}/cablecastapi/v1/vods/{id}/chapters", crate::HOST),
            ..Self::default()
        }
    }

    fn of_show(mut self, show: i32) -> Self {
        let frame = |host: &str| {
            format!(
                "<iframe class=\"trms-player\" src=\"{host}/cablecastapi/embed?show_id={show}\"></iframe>"
            )
        };
        self.show = show;
        self.embed_code = frame(crate::HOST);
        self.non_reflect_embed_code = frame(crate::STATION_HOST);
        self
    }
}

impl Store {
    /// Adds the VOD to its show, with the asset that it is written to.
    pub(crate) fn add_vod(&mut self, vod: Vod, now: Timestamp) -> Result<Vod, Refusal> {
        let show = vod.show;
        let mut vod = vod.of_show(show);
        let asset = self.assets.next_id()?;
        self.shows.find(show)?;
        vod.asset = asset;
        self.assets.put(Asset {
            file_status: "valid".to_owned(),
            thumbnail_state: ThumbnailState::Processing,
            vods: vec![vod.id],
            ..Asset::unlinked(asset, &format!("{show}-v{}/vod.mp4", vod.id), 3, 0)
        })?;
        if let Err(full) = self.vods.put(vod.clone()) {
            self.assets.remove(asset);
            return Err(full);
        }
        self.shows.find_mut(show)?.vods.push(vod.id);
        self.touch_show(show, now);
        Ok(vod)
    }

    /// Takes the VOD away, and all that hangs on it.
    pub(crate) fn remove_vod(&mut self, id: i32) {
        let Some(vod) = self.vods.remove(id) else { return };
        self.transcodings.drop(id);
        self.chapters.retain(|chapter| chapter.vod != id);
        self.vod_transactions.retain(|transaction| transaction.vod != id);
        if let Some(asset) = self.assets.get_mut(vod.asset) {
            asset.vods.retain(|held| *held != id);
        }
        if let Some(show) = self.shows.get_mut(vod.show) {
            show.vods.retain(|held| *held != id);
        }
    }
}

pub(crate) fn router() -> Router<Station> {
    Router::new().route("/vods", get(list).post(create)).route("/vods/{id}", get(read).put(update))
}

/// By show, newest show first: no order of ids for a client to lean on, like the vendor's server.
async fn list(State(station): State<Station>, query: Parameters) -> Answer {
    let page = station.page(&query)?;
    let store = station.store();
    let mut vods: Vec<&Vod> = store.vods.iter().collect();
    vods.sort_by_key(|vod| std::cmp::Reverse(vod.show));
    let (meta, vods) = page.cut(vods);
    let mut body = envelope(Vod::MANY, &vods);
    body.insert("meta".to_owned(), json(&meta));
    Ok(Json(body))
}

async fn read(State(station): State<Station>, id: Id<Vod>) -> Answer {
    let mut store = station.store();
    let answer = one(store.vods.find(id.value)?);
    store.advance_vod(id.value, station.now());
    Ok(answer)
}

async fn create(_: FrontdoorUser, State(station): State<Station>, draft: Draft<Vod>) -> Answer {
    let mut store = station.store();
    let vod = draft.create(&Vod::waiting(store.vods.next_id()?))?;
    check_references(&store, &vod)?;
    let vod = store.add_vod(vod, station.now())?;
    store.transcodings.begin(vod.id);
    Ok(one(&vod))
}

async fn update(_: FrontdoorUser, State(station): State<Station>, id: Id<Vod>, draft: Draft<Vod>) -> Answer {
    let mut store = station.store();
    let current = store.vods.find(id.value)?;
    let vod = draft.change(current)?;
    if vod.show != current.show {
        return Err(Refusal::bad("a VOD stays with its show: make another one"));
    }
    check_references(&store, &vod)?;
    let show = vod.show;
    let answer = one(&vod);
    store.vods.put(vod)?;
    store.touch_show(show, station.now());
    Ok(answer)
}

fn check_references(store: &Store, vod: &Vod) -> Result<(), Refusal> {
    if store.shows.get(vod.show).is_none() {
        return Err(Refusal::bad(format!("there is no show {}", vod.show)));
    }
    if store.vod_configurations.get(vod.vod_configuration).is_none() {
        return Err(Refusal::bad(format!("there is no vodConfiguration {}", vod.vod_configuration)));
    }
    match vod.quality {
        Some(quality) if store.vod_transcode_qualities.get(quality).is_none() => {
            Err(Refusal::bad(format!("there is no vodTranscodeQuality {quality}")))
        }
        _ => Ok(()),
    }
}
