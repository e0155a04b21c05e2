//! What runs when.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::credentials::FrontdoorUser;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::resource::{Draft, Resource, Writable, envelope, json, one};
use crate::resources::{Answer, read};
use crate::sideload::Sideload;
use crate::station::Station;
use crate::store::Store;
use crate::time::Timestamp;

/// One airing. It has no end: that is runDateTime and the show's totalRunTime.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "the members are the vendor's")]
pub struct ScheduleItem {
    pub id: i32,
    pub channel: i32,
    pub show: Option<i32>,
    pub run_date_time: Timestamp,
    pub run_bump: i32,
    pub run_lock: bool,
    pub run_type: i32,
    pub bug_text: Option<String>,
    pub crawl_text: Option<String>,
    pub crawl_length: i32,
    pub cg_exempt: bool,
    /// 1 show, 2 manual event, 3 empty.
    pub id_type: i32,
    pub manual_event: Option<i32>,
    pub run_status: i32,
    /// Deleted items may still be returned.
    pub deleted: bool,
    pub record_events: Vec<i32>,
    pub filler: bool,
    pub schedule_rule: Option<i32>,
    pub live_captions: bool,
    pub encoder: Option<i32>,
    pub caption_provider: Option<String>,
    pub caption_vocabulary: Option<i32>,
    pub live_translations: bool,
    pub source_language: Option<String>,
    pub translation_language: Option<String>,
    pub has_files: bool,
    pub has_valid_file: bool,
    pub has_invalid_file: bool,
    pub has_processing_file: bool,
    pub secondary_audio_programming: i32,
    pub has_network_broadcast_events: bool,
    pub has_network_broadcast_errors: bool,
}

/// The `idType` of an item that airs a show.
const SHOW: i32 = 1;

impl Writable for ScheduleItem {
    const KEPT_BY_SERVER: &'static [&'static str] = &[
        "id",
        "runStatus",
        "recordEvents",
        "hasFiles",
        "hasValidFile",
        "hasInvalidFile",
        "hasProcessingFile",
        "hasNetworkBroadcastEvents",
        "hasNetworkBroadcastErrors",
    ];
    const NEEDED_TO_CREATE: &'static [&'static str] = &["channel", "runDateTime"];
}

pub(crate) fn router() -> Router<Station> {
    Router::new()
        .route("/scheduleitems", get(list).post(create))
        .route("/scheduleitems/{id}", get(read::<ScheduleItem>))
}

/// What `GET /scheduleitems` filters by.
struct Filter {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    channel: Option<i32>,
    show: Option<i32>,
    include_cg_exempt: bool,
}

impl Filter {
    fn from_query(query: &Parameters) -> Result<Self, Refusal> {
        Ok(Self {
            start: query.time("start")?,
            end: query.time("end")?,
            channel: query.integer("channel")?,
            show: query.integer("show")?,
            include_cg_exempt: query.flag("include_cg_exempt", true)?,
        })
    }

    fn lets(&self, item: &ScheduleItem) -> bool {
        self.start.is_none_or(|start| item.run_date_time >= start)
            && self.end.is_none_or(|end| item.run_date_time < end)
            && self.channel.is_none_or(|channel| item.channel == channel)
            && self.show.is_none_or(|show| item.show == Some(show))
            && (self.include_cg_exempt || !item.cg_exempt)
    }
}

async fn list(State(station): State<Station>, query: Parameters) -> Answer {
    let page = station.page(&query)?;
    let filter = Filter::from_query(&query)?;
    let store = station.store();
    let mut items: Vec<&ScheduleItem> =
        store.schedule_items.iter().filter(|item| filter.lets(item)).collect();
    items.sort_by_key(|item| (item.run_date_time, item.id));
    let (meta, items) = page.cut(items);
    let mut body = envelope(ScheduleItem::MANY, &items);
    body.insert("meta".to_owned(), json(&meta));
    body.extend(Sideload::from_query(&query).beside_schedule_items(&store, &items));
    Ok(Json(body))
}

async fn create(_: FrontdoorUser, State(station): State<Station>, draft: Draft<ScheduleItem>) -> Answer {
    let mut store = station.store();
    let blank =
        ScheduleItem { id: store.schedule_items.next_id()?, id_type: SHOW, ..ScheduleItem::default() };
    let item = draft.create(&blank)?;
    check_references(&store, &item)?;
    let item = store.add_schedule_item(item)?;
    Ok(one(&item))
}

fn check_references(store: &Store, item: &ScheduleItem) -> Result<(), Refusal> {
    if store.channels.get(item.channel).is_none() {
        return Err(Refusal::bad(format!("there is no channel {}", item.channel)));
    }
    match item.show {
        Some(show) if store.shows.get(show).is_none() => {
            Err(Refusal::bad(format!("there is no show {show}")))
        }
        None if item.id_type == SHOW => Err(Refusal::bad("an item of idType 1 must have a show")),
        _ => Ok(()),
    }
}

impl Store {
    /// Adds the item, which says whether its show has files to run.
    pub(crate) fn add_schedule_item(&mut self, mut item: ScheduleItem) -> Result<ScheduleItem, Refusal> {
        let has_files =
            item.show.and_then(|show| self.shows.get(show)).is_some_and(|show| !show.reels.is_empty());
        item.has_files = has_files;
        item.has_valid_file = has_files;
        self.schedule_items.put(item.clone())?;
        Ok(item)
    }
}
