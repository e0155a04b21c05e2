//! One file a resource: what it looks like on the wire, its routes and its handlers.

pub mod asset;
pub mod category;
pub mod channel;
pub mod chapter;
pub mod file_store;
pub mod file_upload;
pub mod first_run;
pub mod format;
pub mod location;
pub mod media;
pub mod producer;
pub mod project;
pub mod reel;
pub mod schedule_item;
pub mod show;
pub mod show_custom_field;
pub mod system_info;
pub mod thumbnail;
pub mod vod;
pub mod vod_configuration;
pub mod vod_status;
pub mod vod_transaction;
pub mod vod_transcode_quality;
pub mod web_file;
pub mod web_vtt;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Map, Value};

use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::resource::{Id, Resource, many, one};
use crate::station::Station;

type Answer = Result<axum::Json<Map<String, Value>>, Refusal>;

/// Every route of the API, without its prefix.
pub(crate) fn router() -> Router<Station> {
    Router::new()
        .merge(show::router())
        .merge(vod::router())
        .merge(vod_status::router())
        .merge(vod_transcode_quality::router())
        .merge(vod_configuration::router())
        .merge(chapter::router())
        .merge(web_vtt::router())
        .merge(channel::router())
        .merge(location::router())
        .merge(category::router())
        .merge(producer::router())
        .merge(project::router())
        .merge(format::router())
        .merge(schedule_item::router())
        .merge(file_upload::router())
        .merge(asset::router())
        .merge(file_store::router())
        .merge(reel::router())
        .merge(media::router())
        .merge(web_file::router())
        .merge(system_info::router())
}

/// A resource that belongs to a location, and is listed by it.
trait Located: Resource {
    fn location(&self) -> i32;
}

/// The routes of a resource that is only read, and listed by location: `path` and one under it.
fn located<T: Located>(path: &str) -> Router<Station> {
    Router::new().route(path, get(list_located::<T>)).merge(readable::<T>(path))
}

/// The route of one resource under `path`.
fn readable<T: Resource>(path: &str) -> Router<Station> {
    Router::new().route(&format!("{path}/{{id}}"), get(read::<T>))
}

async fn list_located<T: Located>(State(station): State<Station>, query: Parameters) -> Answer {
    let wanted = query.integer("location")?;
    let store = station.store();
    Ok(many(T::table(&store).iter().filter(|row| wanted.is_none_or(|wanted| row.location() == wanted))))
}

async fn list<T: Resource>(State(station): State<Station>) -> Answer {
    Ok(many(T::table(&station.store()).iter()))
}

async fn read<T: Resource>(State(station): State<Station>, id: Id<T>) -> Answer {
    T::table(&station.store()).find(id.value).map(one)
}
