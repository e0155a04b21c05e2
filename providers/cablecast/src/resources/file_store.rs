//! Where uploaded files are kept.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::credentials::FrontdoorUser;
use crate::resource::many;
use crate::resources::Answer;
use crate::station::Station;

/// Where uploaded files are kept. Only the id is known for certain.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct FileStore {
    pub id: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub name: Option<String>,
}

pub(crate) fn router() -> Router<Station> {
    Router::new().route("/filestores", get(list))
}

async fn list(_: FrontdoorUser, State(station): State<Station>) -> Answer {
    Ok(many(station.store().file_stores.iter()))
}
