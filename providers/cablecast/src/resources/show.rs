//! Shows: the programmes that everything else hangs on.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::credentials::FrontdoorUser;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::resource::{Draft, Id, Resource, Writable, envelope, json, one};
use crate::resources::Answer;
use crate::resources::show_custom_field::{ShowCustomField, ShowCustomFieldInput};
use crate::sideload::Sideload;
use crate::station::Station;
use crate::store::Store;
use crate::time::Timestamp;

/// A programme: the record that VODs, reels and schedule items hang on. It has no description, duration or date; they are comments, totalRunTime and eventDate.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "the members are the vendor's")]
pub struct Show {
    pub id: i32,
    pub location: i32,
    /// The operators' title.
    pub title: String,
    /// The public title.
    pub cg_title: Option<String>,
    pub category: Option<i32>,
    pub producer: Option<i32>,
    pub project: Option<i32>,
    /// The public description.
    pub comments: Option<String>,
    /// The date of production.
    pub event_date: Timestamp,
    /// Moves with every change to the show or what hangs on it; the cursor to sync by.
    pub last_modified: Timestamp,
    pub created: Timestamp,
    pub modified: Timestamp,
    /// The sum of the reels' lengths in seconds.
    pub total_run_time: i32,
    pub run_count: i32,
    pub reels: Vec<i32>,
    /// Empty until a VOD exists.
    pub vods: Vec<i32>,
    pub show_files: Vec<i32>,
    pub first_runs: Vec<i32>,
    /// Id of the asset that is shown.
    pub thumbnail: Option<i32>,
    pub thumbnail_options: Vec<i32>,
    pub thumbnail_image: Option<ThumbnailImage>,
    /// Ids of thumbnails, such as 15220-small.
    pub show_thumbnails: Vec<String>,
    pub thumbnail_alt_text: Option<String>,
    pub custom_fields: Vec<ShowCustomField>,
    pub custom1: Option<String>,
    pub custom2: Option<String>,
    pub custom3: Option<String>,
    pub custom4: Option<String>,
    pub custom5: Option<String>,
    pub custom6: Option<String>,
    pub custom7: Option<String>,
    pub custom8: Option<String>,
    /// Kept off public lists.
    pub cg_exempt: bool,
    pub podcast_exempt: bool,
    pub live_ip_exempt: bool,
    pub age_rating: Option<i32>,
    pub content_rating: Option<i32>,
    pub bug_text: Option<String>,
    pub crawl_text: Option<String>,
    /// Seconds.
    pub crawl_length: i32,
    /// The id in the system that the show was imported from.
    pub local_id: Option<String>,
    pub kill_date_start: Option<Timestamp>,
    pub kill_date_end: Option<Timestamp>,
    pub has_captions: bool,
    pub generate_captions: bool,
    pub generate_captions_secondary: bool,
    pub caption_language: Option<String>,
    pub caption_language_secondary: Option<String>,
    pub caption_provider: Option<String>,
    pub caption_vocabulary: Option<i32>,
    /// A comma list.
    pub additional_caption_languages: Option<String>,
    /// A comma list.
    pub secondary_additional_caption_languages: Option<String>,
    pub generate_translations: bool,
    pub translation_source_language: Option<String>,
    /// A comma list.
    pub translation_languages: Option<String>,
    pub is_on_reflect_plus: bool,
    pub show_price_search: Option<i32>,
    /// Newer builds only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub restrict_access_to_members: Option<bool>,
    /// Newer builds only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub disable_channel_branding: Option<bool>,
}

/// Where the still of a show is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct ThumbnailImage {
    pub url: String,
}

impl Writable for Show {
    const KEPT_BY_SERVER: &'static [&'static str] = &[
        "id",
        "lastModified",
        "created",
        "modified",
        "totalRunTime",
        "runCount",
        "reels",
        "vods",
        "showFiles",
        "firstRuns",
        "thumbnailImage",
        "showThumbnails",
        "hasCaptions",
        "isOnReflectPlus",
    ];
    const NEEDED_TO_CREATE: &'static [&'static str] = &["title", "location"];

    fn describe_input(properties: &mut Map<String, Value>, generator: &mut SchemaGenerator) {
        let fields = generator.subschema_for::<Vec<ShowCustomFieldInput>>();
        properties.insert("customFields".to_owned(), fields.to_value());
    }
}

pub(crate) fn router() -> Router<Station> {
    Router::new()
        .route("/shows", get(list).post(create))
        .route("/shows/{id}", get(read).put(update).delete(delete))
}

/// What `GET /shows` filters by.
struct Filter {
    /// In lower case.
    words: Vec<String>,
    location: Option<i32>,
    project: Option<i32>,
    ids: Vec<i32>,
}

impl Filter {
    fn from_query(query: &Parameters) -> Result<Self, Refusal> {
        let words = query.text("search").unwrap_or_default().split_whitespace();
        Ok(Self {
            words: words.map(str::to_lowercase).collect(),
            location: query.integer("location")?,
            project: query.integer("project")?,
            ids: query.integers("ids[]")?,
        })
    }

    fn lets(&self, show: &Show) -> bool {
        self.location.is_none_or(|location| show.location == location)
            && self.project.is_none_or(|project| show.project == Some(project))
            && (self.ids.is_empty() || self.ids.contains(&show.id))
            && self.finds(show)
    }

    /// Whether every word is in the titles or the comments.
    fn finds(&self, show: &Show) -> bool {
        let texts = [Some(&show.title), show.cg_title.as_ref(), show.comments.as_ref()];
        let texts: Vec<String> = texts.into_iter().flatten().map(|text| text.to_lowercase()).collect();
        self.words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }
}

async fn list(State(station): State<Station>, query: Parameters) -> Answer {
    let page = station.page(&query)?;
    let filter = Filter::from_query(&query)?;
    let store = station.store();
    let mut shows: Vec<&Show> = store.shows.iter().filter(|show| filter.lets(show)).collect();
    shows.sort_by_key(|show| std::cmp::Reverse((show.event_date, show.id)));
    let (meta, shows) = page.cut(shows);
    let mut body = envelope(Show::MANY, &shows);
    body.insert("meta".to_owned(), json(&meta));
    body.extend(Sideload::from_query(&query).beside_shows(&store, &shows));
    Ok(Json(body))
}

/// The one answer of a single resource that has a `meta`, and it is null.
async fn read(State(station): State<Station>, id: Id<Show>) -> Answer {
    let mut body = envelope(Show::ONE, station.store().shows.find(id.value)?);
    body.insert("meta".to_owned(), Value::Null);
    Ok(Json(body))
}

async fn create(_: FrontdoorUser, State(station): State<Station>, draft: Draft<Show>) -> Answer {
    let mut store = station.store();
    let now = station.now();
    let id = store.shows.next_id()?;
    let blank =
        Show { id, event_date: now, last_modified: now, created: now, modified: now, ..Show::default() };
    let show = draft.create(&blank)?;
    check(&store, &show)?;
    let answer = one(&show);
    store.shows.put(show)?;
    Ok(answer)
}

async fn update(
    _: FrontdoorUser,
    State(station): State<Station>,
    id: Id<Show>,
    draft: Draft<Show>,
) -> Answer {
    let mut store = station.store();
    let now = station.now();
    let changed = draft.change(store.shows.find(id.value)?)?;
    check(&store, &changed)?;
    let show = Show { modified: now, last_modified: now, ..changed };
    let answer = one(&show);
    store.shows.put(show)?;
    Ok(answer)
}

async fn delete(
    _: FrontdoorUser,
    State(station): State<Station>,
    id: Id<Show>,
) -> Result<StatusCode, Refusal> {
    let mut store = station.store();
    store.shows.find(id.value)?;
    store.remove_show(id.value);
    Ok(StatusCode::NO_CONTENT)
}

fn check(store: &Store, show: &Show) -> Result<(), Refusal> {
    let known = [
        ("location", Some(show.location), store.locations.get(show.location).is_some()),
        ("category", show.category, show.category.is_none_or(|id| store.categories.get(id).is_some())),
        ("producer", show.producer, show.producer.is_none_or(|id| store.producers.get(id).is_some())),
        ("project", show.project, show.project.is_none_or(|id| store.projects.get(id).is_some())),
    ];
    match known.into_iter().find(|(_, _, known)| !known) {
        Some((name, id, _)) => Err(Refusal::bad(format!("there is no {name} {}", id.unwrap_or_default()))),
        None => Ok(()),
    }
}

impl Store {
    /// Takes the show away, and all that hangs on it.
    pub(crate) fn remove_show(&mut self, id: i32) {
        let Some(show) = self.shows.remove(id) else { return };
        for vod in show.vods {
            self.remove_vod(vod);
        }
        self.reels.retain(|reel| reel.show != id);
        self.schedule_items.retain(|item| item.show != Some(id));
        self.first_runs.retain(|run| run.show != id);
    }
}
