//! Whether the service can do its work: every check looks afresh, so a recovery shows at once.

use std::path::PathBuf;
use std::time::Duration;

use archivist_queue::Queue;
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::ApiError;
use crate::state::AppState;

/// A check that takes longer has failed.
const CHECK: Duration = Duration::from_secs(2);
/// How long a worker has to say that it is there. One that only waits says so at once.
const WORKER: Duration = Duration::from_millis(500);
/// Less free space than this is too little for the recordings of a day.
const MIN_FREE_BYTES: u64 = 256 * 1024 * 1024;

/// `Degraded` is: some of it works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HealthStatus {
    Healthy,
    Degraded,
    Unhealthy,
}

/// `Disabled` is: this service has no such part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CheckStatus {
    Ok,
    Failing,
    Disabled,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Check {
    status: CheckStatus,
    message: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HealthChecks {
    database: Check,
    redis: Check,
    queue: Check,
    worker: Check,
    cablecast: Check,
    disk: Check,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Health {
    pub status: HealthStatus,
    pub checks: HealthChecks,
    version: &'static str,
}

impl Check {
    const OK: Self = Self { status: CheckStatus::Ok, message: None };
    const DISABLED: Self = Self { status: CheckStatus::Disabled, message: Some("not configured") };

    const fn failing(message: &'static str) -> Self {
        Self { status: CheckStatus::Failing, message: Some(message) }
    }
}

impl HealthChecks {
    /// How each part is, by the name that it has in an answer.
    pub fn each(&self) -> [(&'static str, CheckStatus); 6] {
        [
            ("database", self.database.status),
            ("redis", self.redis.status),
            ("queue", self.queue.status),
            ("worker", self.worker.status),
            ("cablecast", self.cablecast.status),
            ("disk", self.disk.status),
        ]
    }

    /// Without the database nothing works; without the rest, some of it.
    fn verdict(&self) -> HealthStatus {
        let rest = [&self.redis, &self.queue, &self.worker, &self.cablecast, &self.disk];
        if self.database.status == CheckStatus::Failing {
            HealthStatus::Unhealthy
        } else if rest.iter().any(|check| check.status == CheckStatus::Failing) {
            HealthStatus::Degraded
        } else {
            HealthStatus::Healthy
        }
    }
}

pub async fn examine(state: &AppState) -> Health {
    let disk = disk(state.media_root.as_ref().clone());
    let (database, disk, [redis, queue, worker], cablecast) =
        tokio::join!(database(state), disk, behind(state.queue.as_ref()), cablecast(state));
    let checks = HealthChecks { database, redis, queue, worker, cablecast, disk };
    Health { status: checks.verdict(), checks, version: env!("CARGO_PKG_VERSION") }
}

async fn database(state: &AppState) -> Check {
    match tokio::time::timeout(CHECK, state.database.ping()).await {
        Ok(Ok(())) => Check::OK,
        Ok(Err(cause)) => {
            tracing::warn!(%cause, "the database is lost");
            Check::failing("the database does not answer")
        }
        Err(_elapsed) => Check::failing("the database does not answer"),
    }
}

/// Redis, the lists on it, and whoever takes from them.
async fn behind(queue: Option<&Queue>) -> [Check; 3] {
    let Some(queue) = queue else { return [const { Check::DISABLED }; 3] };
    let redis = async {
        match tokio::time::timeout(CHECK, queue.ping()).await {
            Ok(Ok(())) => Check::OK,
            _ => Check::failing("Redis does not answer"),
        }
    };
    let lists = async {
        match tokio::time::timeout(CHECK, queue.length()).await {
            Ok(Ok(_)) => Check::OK,
            _ => Check::failing("the queue cannot be read"),
        }
    };
    let worker = async {
        match tokio::time::timeout(CHECK, queue.workers(WORKER, 1)).await {
            Ok(Ok(workers)) if !workers.is_empty() => Check::OK,
            _ => Check::failing("no worker answers"),
        }
    };
    let (redis, lists, worker) = tokio::join!(redis, lists, worker);
    [redis, lists, worker]
}

/// Whether the station lets the service in.
pub async fn cablecast(state: &AppState) -> Check {
    let Some(station) = &state.station else { return Check::DISABLED };
    match tokio::time::timeout(CHECK, station.greet()).await {
        Ok(Ok(())) => Check::OK,
        Ok(Err(ApiError::Station(message))) => Check::failing(message),
        _ => Check::failing("the Cablecast server does not answer"),
    }
}

async fn disk(media_root: PathBuf) -> Check {
    let look = tokio::task::spawn_blocking(move || rustix::fs::statvfs(&media_root));
    match tokio::time::timeout(CHECK, look).await {
        Ok(Ok(Ok(disk))) if disk.f_bavail.saturating_mul(disk.f_frsize) < MIN_FREE_BYTES => {
            Check::failing("the disk of the media root is nearly full")
        }
        Ok(Ok(Ok(_))) => Check::OK,
        Ok(_) => Check::failing("the media root cannot be read"),
        Err(_elapsed) => Check::failing("the disk of the media root does not answer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks(database: Check, disk: Check) -> HealthChecks {
        let [redis, queue, worker, cablecast] = [(); 4].map(|()| Check::DISABLED);
        HealthChecks { database, redis, queue, worker, cablecast, disk }
    }

    #[test]
    fn the_database_weighs_more_than_the_rest() {
        let lost = || Check::failing("gone");
        assert_eq!(checks(Check::OK, Check::OK).verdict(), HealthStatus::Healthy);
        assert_eq!(checks(Check::OK, lost()).verdict(), HealthStatus::Degraded);
        assert_eq!(checks(lost(), Check::OK).verdict(), HealthStatus::Unhealthy);
        assert_eq!(checks(lost(), lost()).verdict(), HealthStatus::Unhealthy);
    }
}
