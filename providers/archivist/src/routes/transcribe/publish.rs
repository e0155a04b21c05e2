//! Jobs written down and their tasks published: both, or neither.

use std::path::PathBuf;

use archivist_queue::{Queue, QueueError, QueueName, Task};
use sqlx::AnyConnection;

use crate::domain::{Job, JobId, MediaPath, Title, Vod, VodId, VodStatus};
use crate::error::ApiError;
use crate::jobs::{current, task_id};
use crate::routes::queue::position;
use crate::state::AppState;
use crate::storage::vods::{self, NewVod, VodError};
use crate::storage::{StorageError, jobs};

/// One recording to transcribe.
pub struct Order {
    pub path: MediaPath,
    /// Where workers find it.
    pub file: PathBuf,
    /// Its VOD; the one of this path where none is named, which is made where there is none.
    pub vod: Option<VodId>,
}

/// Queues these in their order: at a place of the queue, or after all others. Nothing is written where they cannot
/// be published.
pub async fn publish(
    state: &AppState,
    queue: &Queue,
    orders: &[Order],
    place: Option<i64>,
) -> Result<Vec<Job>, ApiError> {
    // Nobody else writes while the transaction is open: one that would wait for a lost queue is not begun.
    queue.ping().await?;
    let mut transaction = state.database.begin().await?;
    // All of them before the first job is counted: whoever counts jobs has its VOD already.
    let mut vods = Vec::new();
    for order in orders {
        vods.push(vod(&mut transaction, order).await?);
    }
    let (mut tasks, mut written) = (Vec::new(), Vec::new());
    for (order, vod) in orders.iter().zip(vods) {
        let task = Task::transcription(&order.file.to_string_lossy());
        let list = if place == Some(0) { QueueName::priority() } else { QueueName::ordinary() };
        let id = JobId::parse(task.id.as_str()).ok_or(ApiError::Internal)?;
        written.push(jobs::create(&mut transaction, &id, VodId(vod.id)).await?);
        tasks.push(task.on(list));
    }
    if let Err(error) = enqueue(queue, &tasks, place).await {
        // Nobody waits for this write while the queue is asked once more.
        drop(transaction);
        take_back(queue, &written, &error).await;
        return Err(error.into());
    }
    if let Err(error) = transaction.commit().await {
        let error = StorageError::from(error);
        take_back(queue, &written, &error).await;
        return Err(error.into());
    }
    for job in &written {
        state.events.tell(job);
    }
    // What a worker told before the jobs could be read is told to nobody again.
    if let Err(cause) = current(state, written.clone()).await {
        tracing::warn!(%cause, "what was told of new jobs is read later");
    }
    Ok(written)
}

async fn enqueue(queue: &Queue, tasks: &[Task], place: Option<i64>) -> Result<(), QueueError> {
    queue.enqueue(tasks).await?;
    if let Some(place) = place.filter(|place| *place > 0) {
        for task in tasks {
            queue.move_to(&task.id, position(place)).await?;
        }
    }
    Ok(())
}

/// Nobody knows these jobs, so their tasks are to be nobody's work: where the answer of the queue was lost, they may
/// stand there. One that stays is worked on in vain, and does no harm: what is told of it is nobody's result.
async fn take_back(queue: &Queue, jobs: &[Job], why: &(dyn std::error::Error + Sync)) {
    for job in jobs {
        if let Err(cause) = queue.withdraw(&task_id(&job.id)).await {
            tracing::error!(%cause, %why, "tasks without jobs may stay on the queue");
            return;
        }
    }
}

/// The VOD that is meant, locked. A recording that nobody has archived is archived by this.
async fn vod(transaction: &mut AnyConnection, order: &Order) -> Result<Vod, VodError> {
    if let Some(id) = order.vod {
        return vods::lock(transaction, id).await;
    }
    let new = NewVod {
        title: title(&order.path),
        file_path: order.path.clone(),
        duration: None,
        file_size: None,
        description: None,
        status: VodStatus::Pending,
    };
    vods::archived(transaction, &new).await
}

fn title(path: &MediaPath) -> Title {
    let name = path.as_str().rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    // A name may be nothing but an ending, or blanks before it.
    let title = if stem.trim().is_empty() { name } else { stem };
    Title(title.chars().take(200).collect())
}
