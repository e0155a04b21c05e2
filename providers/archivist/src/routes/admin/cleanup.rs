//! `POST /api/admin/queue/cleanup`: jobs that ended long ago go off the list, and their results out of Redis.

use std::time::Duration;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::auth::{Admin, Client};
use crate::domain::JobStatus;
use crate::error::ApiError;
use crate::extract::JsonBody;
use crate::fields::{Fields, FromFields, JsonField, text};
use crate::jobs::task_id;
use crate::state::AppState;
use crate::storage::StorageError;
use crate::storage::audit::{self, Act, Action};
use crate::storage::jobs::{self, Ended};
use crate::timestamp::Timestamp;

/// A week: long enough for whoever comes back from a holiday's eve, and for every result to have run out.
const AGE: i64 = 7 * 24 * 60 * 60;
/// A hundred years.
const MAX_AGE: i64 = 3_155_760_000;
/// Results that are looked for at once.
const AT_ONCE: i64 = 500;

pub fn router() -> Router<AppState> {
    Router::new().route("/api/admin/queue/cleanup", post(cleanup))
}

/// How a job may have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum EndedStatus {
    Completed,
    Failed,
    Cancelled,
}

impl EndedStatus {
    const ALL: [Self; 3] = [Self::Completed, Self::Failed, Self::Cancelled];

    const fn of_a_job(self) -> JobStatus {
        match self {
            Self::Completed => JobStatus::Completed,
            Self::Failed => JobStatus::Failed,
            Self::Cancelled => JobStatus::Cancelled,
        }
    }
}

/// Seconds.
#[derive(JsonSchema)]
#[schemars(inline)]
struct Age(#[schemars(range(min = 0, max = 3_155_760_000_i64))] i64);

impl JsonField for Age {
    fn from_json(value: &Value) -> Result<Self, String> {
        let seconds = value.as_i64().filter(|seconds| (0..=MAX_AGE).contains(seconds));
        seconds.map(Self).ok_or_else(|| format!("must be a whole number from 0 to {MAX_AGE}"))
    }
}

#[derive(JsonSchema)]
#[schemars(inline)]
struct Statuses(#[schemars(length(min = 1), extend("uniqueItems" = true))] Vec<EndedStatus>);

impl JsonField for Statuses {
    fn from_json(value: &Value) -> Result<Self, String> {
        let wrong = || "must be a list of completed, failed and cancelled, each once".to_owned();
        let mut statuses = Vec::new();
        for value in value.as_array().filter(|list| !list.is_empty()).ok_or_else(wrong)? {
            let name = text(value).map_err(|_| wrong())?;
            let status = EndedStatus::ALL.into_iter().find(|it| it.of_a_job().as_str() == name);
            let status = status.filter(|status| !statuses.contains(status)).ok_or_else(wrong)?;
            statuses.push(status);
        }
        Ok(Self(statuses))
    }
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct QueueCleanup {
    #[schemars(with = "Age", default, skip_serializing_if = "Option::is_none")]
    older_than_seconds: Option<Age>,
    #[schemars(with = "Statuses", default, skip_serializing_if = "Option::is_none")]
    statuses: Option<Statuses>,
}

impl FromFields for QueueCleanup {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            older_than_seconds: fields.change("older_than_seconds"),
            statuses: fields.change("statuses"),
        })
    }
}

/// How many jobs went off the list.
#[derive(Clone, Copy, Debug, Default, Serialize, JsonSchema)]
pub struct EndedCounts {
    completed: i64,
    failed: i64,
    cancelled: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct QueueCleaned {
    removed: EndedCounts,
    /// Results that were still there.
    results: i64,
}

/// The results go first: where Redis cannot be reached, nothing is done at all, and the same request does it later.
async fn cleanup(
    State(state): State<AppState>,
    Client(client): Client,
    Admin(admin): Admin,
    JsonBody(body): JsonBody<QueueCleanup>,
) -> Result<Json<QueueCleaned>, ApiError> {
    let Age(age) = body.older_than_seconds.unwrap_or(Age(AGE));
    let by = Timestamp::now().before(Duration::from_secs(u64::try_from(age).unwrap_or_default()));
    let statuses = body.statuses.map_or_else(|| EndedStatus::ALL.to_vec(), |Statuses(statuses)| statuses);
    let mut results = 0;
    for status in &statuses {
        results += forget(&state, Ended { status: status.of_a_job(), by }).await?;
    }
    let mut removed = EndedCounts::default();
    let mut transaction = state.database.begin().await?;
    for status in statuses {
        let count = jobs::clear(&mut transaction, Ended { status: status.of_a_job(), by }).await?;
        *match status {
            EndedStatus::Completed => &mut removed.completed,
            EndedStatus::Failed => &mut removed.failed,
            EndedStatus::Cancelled => &mut removed.cancelled,
        } += count;
    }
    let subject = format!("{} jobs", removed.completed + removed.failed + removed.cancelled);
    let (actor, subject) = (Some(admin.username.as_str()), Some(subject.as_str()));
    let act = Act { actor, action: Action::QueueCleaned, subject, client };
    audit::record(&mut transaction, act).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(Json(QueueCleaned { removed, results }))
}

/// Deletes the results of these jobs; how many there were. A service without a queue has none.
async fn forget(state: &AppState, ended: Ended) -> Result<i64, ApiError> {
    let Some(queue) = &state.queue else { return Ok(0) };
    let (mut forgotten, mut last) = (0, None);
    loop {
        let ids = jobs::ended_by(&state.database, ended, last.as_ref(), AT_ONCE).await?;
        let tasks: Vec<_> = ids.iter().map(task_id).collect();
        last = ids.into_iter().next_back();
        if last.is_none() {
            return Ok(forgotten);
        }
        forgotten += i64::try_from(queue.forget(&tasks).await?).unwrap_or(i64::MAX);
    }
}
