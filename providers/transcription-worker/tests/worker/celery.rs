//! A real Python Celery client is served.

use std::path::{Path, PathBuf};
use std::process::Command;

use private_redis::PrivateRedis;

use crate::Scene;

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

#[tokio::test]
async fn a_celery_client_gets_its_results() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let Some(python) = python() else {
        assert!(std::env::var_os("CI").is_none(), "Celery is not installed; ./scripts/setup installs it");
        eprintln!("SKIPPED: Celery is not installed; ./scripts/setup installs it");
        return;
    };
    let scene = Scene::on(redis).await;
    let _worker = scene.worker(&[]);
    let output = Command::new(python)
        .args(["-B", "-c", CLIENT, &scene.path()])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("celery"))
        .env("REDIS_URL", scene.redis.url())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The Python that has Celery: that of `COUNTERSIGN_PYTHON`, or the one of scripts/setup.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("COUNTERSIGN_PYTHON").map(PathBuf::from);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.python/bin/python");
    named.or(Some(own)).filter(|python| python.exists())
}
