//! A real Python Celery client is served, and its workers and ours take up what the other's left.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use private_redis::PrivateRedis;

use crate::Scene;
use crate::gate::Gate;

/// What a client of the original application does.
const CLIENT: &str = r"
import sys, tasks
from celery.exceptions import TaskRevokedError
path = sys.argv[1]
result = tasks.run_whisper.delay(path).get(timeout=30)
assert result['output_path'].endswith('a.scc') and result['segments'] == 1, result
try:
    tasks.run_whisper.delay(path + '.missing').get(timeout=30)
    raise SystemExit('it should have failed')
except FileNotFoundError as error:
    assert 'Video file not found' in str(error), error
waiting = tasks.run_whisper.apply_async((path,), expires=-1)
try:
    waiting.get(timeout=30)
    raise SystemExit('it should have been revoked')
except TaskRevokedError as error:
    assert waiting.state == 'REVOKED', (waiting.state, error)
assert tasks.app.control.ping(timeout=5, limit=1), 'nobody answers'
assert tasks.run_whisper.apply_async((path,), countdown=1).get(timeout=30)['status'] == 'completed'
";

/// Takes a message as a Celery worker does, and dies.
const TAKER: &str = r"
import os, kombu
channel = kombu.Connection(os.environ['REDIS_URL']).channel()
assert kombu.Queue('celery', channel=channel).get() is not None
os._exit(0)
";

/// Puts back what a dead worker held, as a Celery worker does, and takes it.
const RESTORER: &str = r"
import os, sys, kombu
options = {'visibility_timeout': 0.1}
channel = kombu.Connection(os.environ['REDIS_URL'], transport_options=options).channel()
message = None
while message is None:
    channel.qos.restore_visible(interval=1)
    message = kombu.Queue('celery', channel=channel).get()
assert message.headers['id'] == sys.argv[1] and message.payload[0] == [sys.argv[2]], message.headers
message.ack()
";

impl Scene {
    /// Runs a script where Celery's tasks are.
    fn python(&self, program: &Path, script: &str, arguments: &[&str]) {
        let output = Command::new(program)
            .args(["-B", "-c", script])
            .args(arguments)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("celery"))
            .env("REDIS_URL", self.redis.url())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[tokio::test]
async fn a_celery_client_gets_its_results() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let Some(python) = python() else { return };
    let scene = Scene::on(redis).await;
    let _worker = scene.worker(&[]);
    scene.python(&python, CLIENT, &[&scene.path()]);
}

#[tokio::test]
async fn what_a_dead_celery_worker_held_is_taken_up() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let Some(python) = python() else { return };
    let mut scene = Scene::on(redis).await;
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    scene.python(&python, TAKER, &[]);
    assert_eq!((scene.held().await, scene.list("celery").await.len()), (1, 0));
    let _worker = scene.worker(&["--visibility-timeout", "1"]);
    assert_eq!(scene.result(&id).await["status"], "SUCCESS");
    scene.assert_all_is_done().await;
}

#[tokio::test]
async fn what_a_dead_worker_held_is_taken_up_by_celery() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let Some(python) = python() else { return };
    let mut scene = Scene::on(redis).await;
    let gate = Gate::in_folder(scene.media.path());
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    let worker = scene.worker(&Gate::arguments());
    let waiting = gate.reached().await;
    worker.kill();
    waiting.leaves().await;
    assert_eq!((scene.held().await, scene.list("celery").await.len()), (1, 0));
    scene.python(&python, RESTORER, &[&id, &scene.path()]);
    scene.assert_all_is_done().await;
}

/// The Python that has Celery: that of `COUNTERSIGN_PYTHON`, or the one of scripts/setup.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("COUNTERSIGN_PYTHON").map(PathBuf::from);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.python/bin/python");
    let python = named.or(Some(own)).filter(|python| python.exists());
    if python.is_none() {
        assert!(std::env::var_os("CI").is_none(), "Celery is not installed; ./scripts/setup installs it");
        let _ = writeln!(io::stderr(), "SKIPPED: Celery is not installed; ./scripts/setup installs it");
    }
    python
}
