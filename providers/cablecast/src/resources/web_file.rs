//! Files that are offered for download, such as agendas.

use axum::Router;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resources::readable;
use crate::station::Station;

/// A file offered for download, such as an agenda.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct WebFile {
    pub id: i32,
    pub url: String,
    pub name: String,
}

pub(crate) fn router() -> Router<Station> {
    readable::<WebFile>("/webfiles")
}
