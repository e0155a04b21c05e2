//! How a new VOD comes along. A stand-in never makes its user wait: each look at the VOD shows
//! where it stands and moves it one step on, so that every step is seen, and always the same ones.

use std::collections::BTreeMap;

use crate::resources::vod::{Vod, VodState};
use crate::store::Store;
use crate::time::Timestamp;

/// The steps from the request to the finished file.
const STEPS: [(VodState, f64); 6] = [
    (VodState::Waiting, 0.0),
    (VodState::Queued, 0.0),
    (VodState::Processing, 0.25),
    (VodState::Processing, 0.5),
    (VodState::Processing, 0.75),
    (VodState::Complete, 1.0),
];

/// Bytes of a second of video at 2.5 Mbit/s, the bit rate of the seeded 720p quality.
const BYTES_PER_SECOND: i64 = 312_500;

/// The VODs that are under way and the step each has reached. Others stand still.
#[derive(Debug, Default)]
pub(crate) struct Transcodings(BTreeMap<i32, usize>);

impl Transcodings {
    pub(crate) fn begin(&mut self, vod: i32) {
        self.0.insert(vod, 0);
    }

    pub(crate) fn drop(&mut self, vod: i32) {
        self.0.remove(&vod);
    }
}

impl Store {
    /// Moves the VOD one step on, if it is under way.
    pub(crate) fn advance_vod(&mut self, id: i32, now: Timestamp) {
        let Some(step) = self.transcodings.0.get(&id).map(|step| step + 1) else { return };
        let (Some(vod), Some((state, progress))) = (self.vods.get_mut(id), STEPS.get(step)) else { return };
        vod.vod_state = *state;
        vod.percent_complete = *progress;
        vod.state_change = Some(now);
        if *state == VodState::Complete {
            self.transcodings.drop(id);
            self.finish_vod(id, now);
        } else {
            self.transcodings.0.insert(id, step);
        }
    }

    fn finish_vod(&mut self, id: i32, now: Timestamp) {
        let Some(vod) = self.vods.get_mut(id) else { return };
        let show = vod.show;
        let length = self.shows.get(show).map_or(0, |show| show.total_run_time);
        vod.complete(length);
        if let Some(asset) = self.assets.get_mut(vod.asset) {
            asset.size = i64::from(length) * BYTES_PER_SECOND;
        }
        self.touch_show(show, now);
    }
}

impl Vod {
    /// Makes it one that can be watched, `length` seconds long.
    pub(crate) fn complete(&mut self, length: i32) {
        let url = format!("{}/store-3/{}-v{}/vod.mp4", crate::HOST, self.show, self.id);
        self.vod_state = VodState::Complete;
        self.percent_complete = 1.0;
        self.length = length;
        self.url = Some(url.clone());
        self.local_url = Some(url);
        self.is_watchable = true;
    }
}
