//! Who produces shows.

use axum::Router;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resources::{Located, located};
use crate::station::Station;

/// Who produced a show.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Producer {
    pub id: i32,
    pub location: i32,
    pub active: bool,
    pub name: String,
    pub address: Option<String>,
    pub contact: Option<String>,
    pub email: Option<String>,
    pub notes: Option<String>,
    pub phone_one: Option<String>,
    pub phone_two: Option<String>,
    pub website: Option<String>,
}

impl Located for Producer {
    fn location(&self) -> i32 {
        self.location
    }
}

pub(crate) fn router() -> Router<Station> {
    located::<Producer>("/producers")
}
