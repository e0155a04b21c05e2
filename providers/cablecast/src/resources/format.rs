//! What recordings are kept on.

use axum::Router;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resources::{Located, located};
use crate::station::Station;

/// What a recording is kept on.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Format {
    pub id: i32,
    pub location: i32,
    /// 0 none, 1 tape, 2 timecode tape, 3 DVD, 4 digital file, 5 live, 6 CG.
    pub primitive_format: i32,
    pub name: String,
}

impl Located for Format {
    fn location(&self) -> i32 {
        self.location
    }
}

pub(crate) fn router() -> Router<Station> {
    located::<Format>("/formats")
}
