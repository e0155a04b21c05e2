//! Series that shows belong to.

use axum::Router;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resources::{Located, located};
use crate::station::Station;

/// A series of shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Project {
    pub id: i32,
    pub location: i32,
    pub producer: Option<i32>,
    pub name: String,
    pub description: String,
    pub podcast: bool,
    pub podcast_name: Option<String>,
    pub podcast_description: Option<String>,
    pub podcast_url: Option<String>,
}

impl Located for Project {
    fn location(&self) -> i32 {
        self.location
    }
}

pub(crate) fn router() -> Router<Station> {
    located::<Project>("/projects")
}
