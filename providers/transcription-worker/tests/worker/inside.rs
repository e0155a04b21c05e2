//! A worker inside of the test, with tasks of the test's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use transcription_worker::transcriber::Sidecar;
use transcription_worker::{Settings, Worker, transcription};

use crate::Scene;

/// A worker that runs.
pub struct Running {
    stop: oneshot::Sender<()>,
    worker: JoinHandle<()>,
}

/// One list, and a second until a dead worker's tasks are taken up again.
pub fn settings() -> Settings {
    Settings {
        queues: vec!["celery".to_owned()],
        visibility_timeout: Duration::from_secs(1),
        ..Settings::default()
    }
}

impl Running {
    /// Once it takes tasks.
    pub async fn begin(worker: Worker) -> Self {
        let (stop, stopped) = oneshot::channel();
        let (tell, ready) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        let worker = tokio::spawn(worker.run(|| tell.send(()).unwrap(), stopped));
        ready.await.unwrap();
        Self { stop, worker }
    }

    /// Stops it as a signal does, and waits until it has.
    pub async fn stop(self) {
        drop(self.stop);
        self.worker.await.unwrap();
    }

    /// It is gone in the middle of whatever it does.
    pub async fn dies(self) {
        self.worker.abort();
        assert!(self.worker.await.unwrap_err().is_cancelled());
    }
}

/// A worker of the task "count", which counts how often it runs.
pub fn counting(url: &str, settings: Settings) -> (Worker, Arc<AtomicUsize>) {
    let runs = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&runs);
    let worker = Worker::new(url, settings).unwrap().task("count", move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        async { Ok(Value::Null) }
    });
    (worker, runs)
}

/// A worker that transcribes what stands in the folder of a scene.
pub fn transcribing(scene: &Scene, url: &str) -> Worker {
    let task = transcription(scene.media.path(), Arc::new(Sidecar)).unwrap();
    Worker::new(url, settings()).unwrap().task("transcription.run_whisper", task)
}
