//! What a worker stores under `celery-task-meta-<id>`.

/// How a task stands, as far as its result document tells.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskResult {
    Progress(Progress),
    /// The transcription is done. A worker of another make may tell less of it.
    Success { output_path: String, segments: Option<u64>, duration: Option<f64> },
    Failure(Failed),
    /// Taken back before or while it ran; the reason is Celery's, such as `terminated` or `expired`.
    Revoked { reason: String },
    /// It will be tried again.
    Retry { reason: String },
}

/// How far a task is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// From 0 to 100.
    pub percent: u8,
    pub message: String,
}

/// Why a task failed: by Celery's own shape or by the one the original application wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Such as `NotRegistered`; none where the worker did not tell.
    pub kind: Option<String>,
    pub message: String,
}

impl TaskResult {
    /// Whether nothing will follow.
    #[must_use]
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Progress(_) | Self::Retry { .. })
    }
}
