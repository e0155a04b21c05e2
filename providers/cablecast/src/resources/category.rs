//! Categories that shows are filed under.

use axum::Router;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resources::{Located, located};
use crate::station::Station;

/// A category of shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Category {
    pub id: i32,
    pub location: i32,
    pub name: String,
}

impl Located for Category {
    fn location(&self) -> i32 {
        self.location
    }
}

pub(crate) fn router() -> Router<Station> {
    located::<Category>("/categories")
}
