//! The task `transcription.run_whisper`: a recording in, captions beside it out. Running it again writes the same
//! files again.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use crate::captions::{Cue, PastMidnight, to_scc, to_vtt};
use crate::media::{self, MediaRoot};
use crate::summary;
use crate::task::{Call, Exception, TaskError};
use crate::transcriber::{TranscribeError, Transcriber};

/// When a transcriber that could not be run is tried again.
const LATER: Duration = Duration::from_secs(5);

/// What serves the task: recordings below `media_root`, put into words by `transcriber`. An error where there is
/// no such folder.
pub fn transcription(
    media_root: &Path,
    transcriber: Arc<dyn Transcriber>,
) -> io::Result<impl Fn(Call) -> BoxFuture<'static, Result<Value, TaskError>> + Send + Sync + 'static> {
    let root = MediaRoot::open(media_root)?;
    Ok(move |call: Call| -> BoxFuture<'static, _> {
        let (root, transcriber) = (root.clone(), Arc::clone(&transcriber));
        Box::pin(async move { run(&root, &*transcriber, &call).await })
    })
}

async fn run(root: &MediaRoot, transcriber: &dyn Transcriber, call: &Call) -> Result<Value, TaskError> {
    let path = path(call)?;
    call.progress(0, "Initializing transcription...", path).await;
    let recording = recording(root, path).await.map_err(|error| told(error, path))?;
    call.progress(10, "Loading subtitles...", path).await;
    let cues = transcriber.transcribe(&recording).await.map_err(|error| failed(&error, path))?;
    call.progress(90, "Finalizing transcription...", path).await;
    let (segments, duration) = (cues.len(), cues.iter().map(|cue| cue.end).max().unwrap_or_default());
    let written = tokio::task::spawn_blocking(move || write(&recording, &cues)).await;
    let output = written.unwrap_or_else(|panic| Err(Unwritten::File(io::Error::other(panic))));
    let output = output.map_err(|unwritten| unwritten.told(path))?;
    Ok(json!({
        "output_path": output.to_string_lossy(),
        "status": "completed",
        "segments": segments,
        "duration": duration.as_secs_f64(),
        "video_path": path,
        "task_id": call.id,
        "progress": 100,
        "status_message": "Transcription completed successfully",
    }))
}

/// Looks for it where a disk that hangs holds nobody up.
async fn recording(root: &MediaRoot, path: &str) -> Result<PathBuf, Exception> {
    let (root, named) = (root.clone(), path.to_owned());
    let found = tokio::task::spawn_blocking(move || root.recording(&named)).await;
    found.unwrap_or_else(|_| Err(Exception::new("RuntimeError", "builtins", "the search broke down")))
}

/// The one argument.
fn path(call: &Call) -> Result<&str, Exception> {
    let given = match (call.args.as_slice(), call.kwargs.len()) {
        ([path], 0) => path,
        ([], 1) => call.kwargs.get("video_path").ok_or_else(|| wrong_arguments(call))?,
        _ => return Err(wrong_arguments(call)),
    };
    given.as_str().ok_or_else(|| Exception::type_error("run_whisper() takes a path, which is a text"))
}

fn wrong_arguments(call: &Call) -> Exception {
    let given = call.args.len() + call.kwargs.len();
    let were = if given == 1 { "was" } else { "were" };
    Exception::type_error(format!("run_whisper() takes 1 argument, video_path, but {given} {were} given"))
}

/// Why there are no captions.
enum Unwritten {
    /// The cues are none that captions can be made of.
    Captions(PastMidnight),
    File(io::Error),
}

impl Unwritten {
    fn told(&self, path: &str) -> TaskError {
        match self {
            Self::Captions(error) => TaskError::Failed(exception(path, &format!("failed to {error}"))),
            Self::File(error) => {
                let exception = exception(path, &format!("its captions cannot be written: {}", error.kind()));
                TaskError::Again { exception, after: LATER }
            }
        }
    }
}

fn write(recording: &Path, cues: &[Cue]) -> Result<PathBuf, Unwritten> {
    let scc = to_scc(cues).map_err(Unwritten::Captions)?;
    media::sweep(recording);
    let write = |suffix: &str, text: &str| {
        let file = recording.with_extension(suffix);
        media::write(&file, text).map(|()| file).map_err(Unwritten::File)
    };
    write("captions.vtt", &to_vtt(cues))?;
    write("summary.json", &format!("{:#}\n", summary::of(cues)))?;
    // Last, as it is the one that the result names.
    write("scc", &scc)
}

fn failed(error: &TranscribeError, path: &str) -> TaskError {
    let exception = exception(path, &error.to_string());
    if error.is_passing() {
        TaskError::Again { exception, after: LATER }
    } else {
        TaskError::Failed(exception)
    }
}

fn exception(path: &str, reason: &str) -> Exception {
    let message = format!("Transcription failed for {path}: {reason}");
    told(Exception::new("TranscriptionError", "tasks", message), path)
}

/// With what the original application tells beside it.
fn told(mut exception: Exception, path: &str) -> Exception {
    exception.details.insert("error".to_owned(), json!(exception.message));
    exception.details.insert("video_path".to_owned(), json!(path));
    exception.details.insert("status".to_owned(), json!("failed"));
    exception
}
