//! Pieces of work on VODs. They are only sent along with shows and schedule items.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// One piece of work on a VOD.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct VodTransaction {
    pub id: i32,
    pub vod: i32,
    pub transaction_type: i32,
    #[schemars(range(min = 0, max = 1))]
    pub percent_complete: f64,
    pub start_time: Timestamp,
    pub last_modified: Timestamp,
}
