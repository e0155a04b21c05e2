//! First airings. They are only sent along with shows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The first airing of a show on a channel.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct FirstRun {
    pub id: i32,
    pub channel: i32,
    pub show: i32,
    pub schedule_item: i32,
    pub run_date_time: Timestamp,
}
