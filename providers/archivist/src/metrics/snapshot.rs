//! How things stand at the moment of a scrape. What cannot be found out is left out, and `archivist_up` says why.

use std::path::PathBuf;
use std::time::Duration;

use prometheus::{Gauge, GaugeVec, Opts, Registry, Result};

use crate::domain::JobStatus;
use crate::health::{self, CheckStatus, Health};
use crate::state::AppState;
use crate::storage::{StorageError, jobs};

/// What takes longer to find out is not known.
const LOOK: Duration = Duration::from_secs(2);

/// Bytes of a disk.
#[derive(Clone, Copy, Debug)]
struct Disk {
    free: u64,
    size: u64,
}

struct Snapshot(Registry);

/// Looks everywhere at once, so that a scrape takes no longer than the slowest of them.
pub async fn take(state: &AppState) -> Result<Registry> {
    let (health, jobs, sessions, depth, disk) = tokio::join!(
        health::examine(state),
        known(jobs::count_by_status(&state.database)),
        known(state.sessions.count()),
        depth(state),
        disk(state.media_root.as_ref().clone()),
    );
    let snapshot = Snapshot(Registry::new());
    snapshot.service(state)?;
    snapshot.dependencies(&health)?;
    snapshot.connections(state)?;
    if let Some(counts) = jobs {
        snapshot.jobs(&counts)?;
    }
    if let Some(sessions) = sessions {
        snapshot.put("archivist_sessions", "Sessions that are open.", float(sessions))?;
    }
    if let Some(depth) = depth {
        snapshot.put("archivist_queue_depth", "Tasks that wait on the queue.", depth)?;
    }
    if let Some(Disk { free, size }) = disk {
        let text = "Bytes of the media root's disk that the service may still use.";
        snapshot.put("archivist_disk_free_bytes", text, float(free))?;
        snapshot.put("archivist_disk_size_bytes", "Bytes of the media root's disk.", float(size))?;
    }
    Ok(snapshot.0)
}

impl Snapshot {
    fn service(&self, state: &AppState) -> Result<()> {
        let build = [(env!("CARGO_PKG_VERSION"), 1.0)];
        self.put_each("archivist_build_info", "The version that runs.", "version", build)?;
        let started = float(state.started.at.seconds());
        self.put("archivist_start_time_seconds", "When the service started, since 1970.", started)
    }

    /// Of a part that this service does not have, nothing is told.
    fn dependencies(&self, health: &Health) -> Result<()> {
        let up = health.checks.each().into_iter().filter_map(|(name, status)| match status {
            CheckStatus::Ok => Some((name, 1.0)),
            CheckStatus::Failing => Some((name, 0.0)),
            CheckStatus::Disabled => None,
        });
        self.put_each("archivist_up", "Whether a part of the service works.", "dependency", up)
    }

    fn connections(&self, state: &AppState) -> Result<()> {
        let connections = state.database.connections();
        let open = [("used", f64::from(connections.used)), ("idle", f64::from(connections.idle))];
        self.put_each("archivist_database_connections", "Connections to the database.", "state", open)?;
        let text = "Connections to the database that there may be.";
        self.put("archivist_database_connections_max", text, f64::from(connections.most))?;
        let sockets = i64::try_from(state.sockets.count()).unwrap_or(i64::MAX);
        self.put("archivist_websockets", "WebSockets that are open.", float(sockets))
    }

    /// Also those statuses that no job has: a series that comes and goes is hard to count with.
    fn jobs(&self, counts: &[(JobStatus, i64)]) -> Result<()> {
        let counted = JobStatus::ALL.into_iter().map(|status| {
            let count = counts.iter().find(|(counted, _)| *counted == status).map_or(0, |(_, count)| *count);
            (status.as_str(), float(count))
        });
        self.put_each("archivist_jobs", "Jobs on the list.", "status", counted)
    }

    fn put(&self, name: &str, help: &str, value: f64) -> Result<()> {
        let gauge = Gauge::new(name, help)?;
        gauge.set(value);
        self.0.register(Box::new(gauge))
    }

    fn put_each<'a>(
        &self,
        name: &str,
        help: &str,
        label: &str,
        values: impl IntoIterator<Item = (&'a str, f64)>,
    ) -> Result<()> {
        let gauges = GaugeVec::new(Opts::new(name, help), &[label])?;
        for (labelled, value) in values {
            gauges.with_label_values(&[labelled]).set(value);
        }
        self.0.register(Box::new(gauges))
    }
}

async fn known<T>(look: impl Future<Output = std::result::Result<T, StorageError>>) -> Option<T> {
    tokio::time::timeout(LOOK, look).await.ok()?.ok()
}

async fn depth(state: &AppState) -> Option<f64> {
    let length = tokio::time::timeout(LOOK, state.queue.as_ref()?.length()).await.ok()?.ok()?;
    Some(float(u64::try_from(length).ok()?))
}

async fn disk(media_root: PathBuf) -> Option<Disk> {
    let look = tokio::task::spawn_blocking(move || rustix::fs::statvfs(&media_root));
    let disk = tokio::time::timeout(LOOK, look).await.ok()?.ok()?.ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
    Some(Disk { free: bytes(disk.f_bavail), size: bytes(disk.f_blocks) })
}

/// A number as Prometheus keeps all of them.
#[expect(clippy::cast_precision_loss, reason = "nothing here is counted beyond 53 bits, or to the last byte")]
fn float(number: impl TryInto<i64>) -> f64 {
    number.try_into().unwrap_or(i64::MAX) as f64
}
