//! Provider states of jobs and transcriptions: asked for as a user asks, and told of as a worker tells.

use archivist_queue::TaskId;
use serde_json::{Value, json};

use crate::domain::{Job, JobId, JobStatus, MediaPath, SummaryEntry};
use crate::error::ApiError;
use crate::jobs::{JobError, current};
use crate::provider_states::stand_in::{exception, progress};
use crate::provider_states::table::{path, put_recording, values};
use crate::provider_states::{Params, StateError, Values};
use crate::routes::transcribe::publish::{Order, publish};
use crate::state::AppState;
use crate::storage::{Database, StorageError, jobs, transcriptions};

/// What the worker here writes beside a recording in which one sentence is said.
const SCC: &str = "Scenarist_SCC V1.0\n\n00:00:01;00\t94ae 94ae 9420 9420 94d0 94d0 c8e5 ecec ef80 942f 942f\n\n\
                   00:00:03;15\t942c 942c\n";
const VTT: &str = "WEBVTT\n\n00:00:01.000 --> 00:00:03.500\n<v Chair>Hello\n";

impl From<ApiError> for StateError {
    fn from(error: ApiError) -> Self {
        Self::Rule(format!("the service answers {}", error.status()))
    }
}

impl From<JobError> for StateError {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Queue(error) => Self::Rule(error.to_string()),
            JobError::Storage(error) => error.into(),
        }
    }
}

fn named(job: &Job) -> Values {
    values(json!({ "job_id": job.id.as_str(), "vod_id": job.vod_id }))
}

/// A recording of its own, and the job that transcribes it.
async fn ask(state: &AppState) -> Result<(MediaPath, Job), StateError> {
    let known = jobs::count_by_status(&state.database).await?.into_iter().map(|(_, count)| count);
    let path = path(&format!("recorded-{}", known.sum::<i64>()))?;
    let file = put_recording(state, &path).await?;
    let queue = state.queue.as_ref().ok_or_else(|| StateError::from(ApiError::QueueLost))?;
    let order = Order { path: path.clone(), file, vod: None };
    let mut jobs = publish(state, queue, std::slice::from_ref(&order), None).await?;
    jobs.pop().map(|job| (path, job)).ok_or_else(|| StateError::Rule("there is no job".to_owned()))
}

/// A job of which a worker has told this, as the service then sees it.
async fn told(state: &AppState, job: Job, status: &str, result: &Value) -> Result<Job, StateError> {
    state.stand_in.take(&job.id).await?;
    state.stand_in.tell(&job.id, status, result).await?;
    now(state, job).await
}

async fn now(state: &AppState, job: Job) -> Result<Job, StateError> {
    let current = current(state, vec![job]).await?.pop();
    current.ok_or_else(|| StateError::Rule("the job is gone".to_owned()))
}

fn is(job: Job, status: JobStatus) -> Result<Job, StateError> {
    if job.status == status {
        return Ok(job);
    }
    Err(StateError::Rule(format!("the job is {}", job.status.as_str())))
}

pub async fn queued(state: &AppState, _: &Params) -> Result<Values, StateError> {
    let (_, job) = ask(state).await?;
    Ok(named(&job))
}

pub async fn paused(state: &AppState, _: &Params) -> Result<Values, StateError> {
    let (_, job) = ask(state).await?;
    let queue = state.queue.as_ref().ok_or_else(|| StateError::from(ApiError::QueueLost))?;
    queue.pause(&TaskId::new(job.id.as_str())).await.map_err(JobError::from)?;
    Ok(named(&is(now(state, job).await?, JobStatus::Paused)?))
}

async fn with_a_worker(state: &AppState) -> Result<Job, StateError> {
    let (_, job) = ask(state).await?;
    state.stand_in.obey(&job.id).await?;
    is(told(state, job, "PROGRESS", &progress(40)).await?, JobStatus::Processing)
}

pub async fn processing(state: &AppState, _: &Params) -> Result<Values, StateError> {
    Ok(named(&with_a_worker(state).await?))
}

pub async fn told_of(state: &AppState, _: &Params) -> Result<Values, StateError> {
    let job = with_a_worker(state).await?;
    state.stand_in.keep_telling(&job.id).await?;
    Ok(named(&job))
}

pub async fn failed(state: &AppState, _: &Params) -> Result<Values, StateError> {
    let (_, job) = ask(state).await?;
    let result = exception("OSError", "the disk is full", "builtins");
    Ok(named(&is(told(state, job, "FAILURE", &result).await?, JobStatus::Failed)?))
}

pub(super) async fn transcribed(state: &AppState) -> Result<Job, StateError> {
    let (path, job) = ask(state).await?;
    for (ending, text) in [("scc", SCC), ("captions.vtt", VTT)] {
        let file = state.media_root.join(path.as_str()).with_extension(ending);
        if let Some(seed) = &state.provider_states {
            seed.note(&file);
        }
        tokio::fs::write(&file, text).await.map_err(|error| StateError::Rule(error.to_string()))?;
    }
    let result = json!({
        "output_path": state.media_root.join(path.as_str()).with_extension("scc"),
        "status": "completed", "segments": 1, "duration": 3.5, "progress": 100,
    });
    is(told(state, job, "SUCCESS", &result).await?, JobStatus::Completed)
}

pub(super) fn with_transcription(job: &Job) -> Values {
    let mut named = named(job);
    named.insert("transcription_id".to_owned(), job.id.as_str().into());
    named
}

pub async fn transcription(state: &AppState, _: &Params) -> Result<Values, StateError> {
    Ok(with_transcription(&transcribed(state).await?))
}

pub async fn summed_up(state: &AppState, _: &Params) -> Result<Values, StateError> {
    let job = transcribed(state).await?;
    let point = SummaryEntry { speaker: Some("Chair".to_owned()), start: 1.0, text: "Hello".to_owned() };
    transcriptions::keep_summary(&state.database, &job.id, &[point]).await?;
    Ok(with_transcription(&job))
}

/// Also of a transcription: it has the name of its job.
pub async fn none(state: &AppState, params: &Params) -> Result<Values, StateError> {
    let id: JobId = params.required("id")?;
    match jobs::find(&state.database, &id).await? {
        None => Ok(Values::new()),
        Some(_) => Err(StateError::Rule("there is one, and no way to be rid of it".to_owned())),
    }
}

pub async fn unusable(state: &AppState, _: &Params) -> Result<Values, StateError> {
    state.stand_in.spoil_the_lists().await?;
    Ok(Values::new())
}

/// The jobs that there are.
pub async fn ids(database: &Database) -> Result<Vec<JobId>, StorageError> {
    let ids: Vec<String> =
        sqlx::query_scalar("SELECT id FROM jobs").fetch_all(&mut *database.begin().await?).await?;
    Ok(ids.iter().filter_map(|id| JobId::parse(id)).collect())
}
