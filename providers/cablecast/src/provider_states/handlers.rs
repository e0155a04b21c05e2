//! What makes each provider state so. Dates are fixed: the same state gives the same answers.

use serde_json::json;

use super::params::Params;
use super::{StateError, Values};
use crate::credentials::Credentials;
use crate::refusal::Refusal;
use crate::resources::asset::Asset;
use crate::resources::channel::Channel;
use crate::resources::chapter::Chapter;
use crate::resources::file_store::FileStore;
use crate::resources::file_upload::{FileUpload, FileUploadState};
use crate::resources::location::Location;
use crate::resources::reel::Reel;
use crate::resources::schedule_item::ScheduleItem;
use crate::resources::show::Show;
use crate::resources::vod::{Vod, VodState};
use crate::resources::vod_configuration::VodConfiguration;
use crate::station::Station;
use crate::store::Store;
use crate::time::Timestamp;

type Outcome = Result<Values, StateError>;

/// Seconds that a show made here runs.
const LENGTH: i32 = 3600;

/// The file store that uploads made here go to; the seed has it.
const FILE_STORE: i32 = 11;

fn the_time() -> Timestamp {
    Timestamp::parse("2026-05-12T18:30:00-05:00").expect("this is a date and time")
}

fn nothing() -> Values {
    Values::new()
}

pub(super) fn a_show_exists(station: &Station, params: &Params) -> Outcome {
    let title = params.maybe_text("title")?;
    let id = params.integer("id")?;
    let mut store = station.store();
    ensure_show(&mut store, id)?;
    if let Some(title) = title {
        title.clone_into(&mut store.shows.find_mut(id)?.title);
    }
    Ok(nothing())
}

pub(super) fn a_show_with_a_vod_exists(station: &Station, params: &Params) -> Outcome {
    let (show, vod, state) = (params.integer("show_id")?, params.integer("vod_id")?, params.vod_state()?);
    let mut store = station.store();
    ensure_show(&mut store, show)?;
    ensure_vod(&mut store, vod, show, state)?;
    Ok(nothing())
}

/// `count` shows more than there are, each newer than the one before.
pub(super) fn shows_exist(station: &Station, params: &Params) -> Outcome {
    let count = params.integer("count")?;
    let mut store = station.store();
    for index in 0..count {
        let id = store.shows.next_id()?;
        ensure_show(&mut store, id)?;
        store.shows.find_mut(id)?.event_date = the_time().plus_seconds(i64::from(index) * 60);
    }
    Ok(nothing())
}

pub(super) fn no_show_has_the_id(station: &Station, params: &Params) -> Outcome {
    station.store().remove_show(params.integer("id")?);
    Ok(nothing())
}

pub(super) fn a_vod_exists(station: &Station, params: &Params) -> Outcome {
    let (id, state) = (params.integer("id")?, params.vod_state()?);
    let mut store = station.store();
    let show = store.vods.get(id).map_or_else(|| store.shows.next_id(), |vod| Ok(vod.show))?;
    ensure_show(&mut store, show)?;
    ensure_vod(&mut store, id, show, state)?;
    Ok(nothing())
}

pub(super) fn a_vod_has_chapters(station: &Station, params: &Params) -> Outcome {
    let vod = params.integer("vod_id")?;
    let mut store = station.store();
    if store.vods.get(vod).is_none() {
        let show = store.shows.next_id()?;
        ensure_show(&mut store, show)?;
        ensure_vod(&mut store, vod, show, VodState::Complete)?;
    }
    store.vods.find_mut(vod)?.chapters_published = true;
    for (title, offset) in [("Call to order", 0), ("Public comment", 754)] {
        let id = store.chapters.next_id()?;
        let title = title.to_owned();
        store.add_chapter(Chapter { id, vod, title, offset, order: Some(1), ..Chapter::default() })?;
    }
    Ok(nothing())
}

pub(super) fn vod_configurations_exist(station: &Station, _: &Params) -> Outcome {
    let mut store = station.store();
    let id = store.vod_configurations.next_id()?;
    let provider_name = "TRMS".to_owned();
    store.vod_configurations.put(VodConfiguration {
        id,
        location: 1,
        provider_name,
        default_quality: 2,
        vod_transcode_qualities: vec![2],
        maximum_resolution: 1080,
        ..VodConfiguration::default()
    })?;
    Ok(nothing())
}

pub(super) fn locations_exist(station: &Station, _: &Params) -> Outcome {
    let mut store = station.store();
    let id = store.locations.next_id()?;
    let name = format!("Studio {id}");
    store.locations.put(Location { id, name, vod_configurations: vec![1], ..Location::default() })?;
    Ok(nothing())
}

pub(super) fn channels_exist(station: &Station, _: &Params) -> Outcome {
    let mut store = station.store();
    let id = store.channels.next_id()?;
    ensure_channel(&mut store, id)?;
    Ok(nothing())
}

pub(super) fn a_show_is_scheduled(station: &Station, params: &Params) -> Outcome {
    let (show, channel) = (params.integer("show_id")?, params.integer("channel")?);
    let mut store = station.store();
    ensure_show(&mut store, show)?;
    ensure_channel(&mut store, channel)?;
    let item = ScheduleItem {
        id: store.schedule_items.next_id()?,
        channel,
        show: Some(show),
        run_date_time: the_time().plus_seconds(2 * 24 * 60 * 60),
        id_type: 1,
        run_status: 1,
        ..ScheduleItem::default()
    };
    store.add_schedule_item(item)?;
    Ok(nothing())
}

pub(super) fn a_file_store_exists(station: &Station, params: &Params) -> Outcome {
    let id = params.integer("id")?;
    let mut store = station.store();
    if store.file_stores.get(id).is_none() {
        store.file_stores.put(FileStore { id, name: Some("Content".to_owned()) })?;
    }
    Ok(nothing())
}

/// All three steps of an upload are done, and the file is an asset.
pub(super) fn a_caption_file_was_uploaded(station: &Station, params: &Params) -> Outcome {
    let mut upload = caption_upload(params.integer("file_upload_id")?, 1);
    let mut store = station.store();
    upload.state = FileUploadState::Finished;
    let asset = store.keep_asset(&upload)?;
    upload.asset = Some(asset);
    store.file_uploads.put(upload)?;
    Ok(Values::from_iter([("asset".to_owned(), json!(asset))]))
}

/// The first step of an upload is done; no segment has come yet. The time is the station's own,
/// since an upload that is idle for long is given up.
pub(super) fn a_file_upload_has_begun(station: &Station, params: &Params) -> Outcome {
    let upload = caption_upload(params.integer("file_upload_id")?, params.integer("total_segments")?);
    let now = station.now();
    station.store().file_uploads.put(FileUpload { created: now, last_modified: now, ..upload })?;
    Ok(nothing())
}

pub(super) fn unlinked_assets_exist(station: &Station, _: &Params) -> Outcome {
    let mut store = station.store();
    let id = store.assets.next_id()?;
    store.assets.put(Asset::unlinked(id, "camera-1 raw.mp4", FILE_STORE, 1_125_000_000))?;
    Ok(nothing())
}

pub(super) fn the_credentials_are_valid(station: &Station, params: &Params) -> Outcome {
    station.admit(Credentials::new(params.text("username")?, params.text("password")?)?);
    Ok(nothing())
}

fn caption_upload(id: i32, total_segments: i32) -> FileUpload {
    FileUpload {
        id,
        file_name: "4127-1 Harbor Council.scc".to_owned(),
        destination_store: FILE_STORE,
        state: FileUploadState::Uploading,
        created: the_time(),
        last_modified: the_time(),
        total_segments,
        size: 48_213,
        asset: None,
    }
}

/// A show with a reel, if there is none with the id.
fn ensure_show(store: &mut Store, id: i32) -> Result<(), Refusal> {
    if store.shows.get(id).is_some() {
        return Ok(());
    }
    let time = the_time();
    let reel = store.reels.next_id()?;
    store.shows.put(Show {
        id,
        location: 1,
        title: format!("Harbor Council {id}"),
        cg_title: Some(format!("Harbor City Council, session {id}")),
        comments: Some("Regular session.".to_owned()),
        event_date: time,
        last_modified: time,
        created: time,
        modified: time,
        total_run_time: LENGTH,
        reels: vec![reel],
        ..Show::default()
    })?;
    store.reels.put(Reel {
        id: reel,
        show: id,
        reel_number: 1,
        length: LENGTH,
        has_valid_file: true,
        ..Reel::default()
    })
}

/// The VOD in the state, standing still; its show is there.
fn ensure_vod(store: &mut Store, id: i32, show: i32, state: VodState) -> Result<(), Refusal> {
    if store.vods.get(id).is_some_and(|vod| vod.show != show) {
        store.remove_vod(id);
    }
    if store.vods.get(id).is_none() {
        let vod = Vod { show, vod_configuration: 1, ..Vod::waiting(id) };
        store.add_vod(vod, the_time())?;
    }
    let length = store.shows.find(show)?.total_run_time;
    let vod = store.vods.find_mut(id)?;
    vod.stand_in(state, length);
    store.transcodings.drop(id);
    Ok(())
}

fn ensure_channel(store: &mut Store, id: i32) -> Result<(), Refusal> {
    if store.channels.get(id).is_none() {
        let name = format!("Channel {id}");
        store.channels.put(Channel { id, name, primary_location: 1, ..Channel::default() })?;
    }
    Ok(())
}

impl Vod {
    /// Makes the VOD look as one in the state does.
    fn stand_in(&mut self, state: VodState, length: i32) {
        if matches!(state, VodState::Complete | VodState::Partial | VodState::Disabled) {
            self.complete(length);
        } else {
            self.url = None;
            self.local_url = None;
            self.is_watchable = false;
        }
        self.vod_state = state;
        self.disabled = state == VodState::Disabled;
        self.percent_complete = match state {
            VodState::Complete | VodState::Disabled => 1.0,
            VodState::Partial => 0.75,
            VodState::Processing | VodState::Error | VodState::PermanentFailure => 0.42,
            VodState::Unknown | VodState::Queued | VodState::Waiting => 0.0,
        };
        let failed = matches!(state, VodState::Error | VodState::PermanentFailure);
        self.error_message = failed.then(|| "The source file ended early.".to_owned());
    }
}
