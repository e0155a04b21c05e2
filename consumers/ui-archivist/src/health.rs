//! Whether the Archivist is well: the coloured dot in the UI's footer.

use reqwest::{Method, StatusCode};
use serde::Deserialize;

use crate::{Archivist, Error};

/// How the Archivist is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Health {
    pub status: HealthStatus,
    pub checks: Checks,
    pub version: String,
}

/// The colour of the dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HealthStatus {
    Healthy,
    Degraded,
    Unhealthy,
}

/// The list behind the dot, one line each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Checks {
    pub database: Check,
    pub redis: Check,
    pub queue: Check,
    pub worker: Check,
    pub cablecast: Check,
    pub disk: Check,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Check {
    pub status: CheckStatus,
}

/// The mark before the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckStatus {
    Ok,
    Failing,
    /// Not set up here, and no reason to worry.
    Disabled,
}

impl Archivist {
    /// How the Archivist is; needs no session. An unhealthy one still answers, with 503 and the same body.
    pub async fn health(&self) -> Result<Health, Error> {
        let answer = self.send(self.request(Method::GET, &["health"])).await?;
        let success =
            if answer.status == StatusCode::SERVICE_UNAVAILABLE { answer.status } else { StatusCode::OK };
        answer.json(success)
    }
}
