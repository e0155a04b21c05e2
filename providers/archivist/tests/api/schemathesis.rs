//! The service as it is released, asked everything that its document allows and much that it does not, by somebody
//! who knows nothing but the document: schemathesis, every check, in `tests/schemathesis`.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use private_redis::PrivateRedis;
use rustix::process::Signal;
use tempfile::TempDir;

use crate::archivist::ADMIN_PASSWORD;
use crate::process::{Program, program};

/// What is asked follows from it. Another one is tried with `SCHEMATHESIS_SEED`.
const SEED: &str = "20261124";

/// Schemathesis; nothing where it is not installed, which is no way to pass on a build server.
fn schemathesis() -> Option<Command> {
    let named = std::env::var_os("COUNTERSIGN_PYTHON").map(PathBuf::from);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.python/bin/python");
    let python = named.unwrap_or(own);
    let asked = Command::new(&python).args(["-c", "import schemathesis"]).output();
    if asked.is_ok_and(|output| output.status.success()) {
        let mut command = Command::new(python);
        command.args(["-c", "from schemathesis.cli import schemathesis; schemathesis()"]);
        return Some(command);
    }
    assert!(std::env::var_os("CI").is_none(), "schemathesis is not installed; ./scripts/setup installs it");
    let _ = writeln!(io::stderr(), "SKIPPED: schemathesis is not installed; ./scripts/setup installs it");
    None
}

#[test]
fn schemathesis_finds_nothing_that_the_document_does_not_say() {
    let Some(mut command) = schemathesis() else { return };
    let Some(redis) = PrivateRedis::for_test() else { return };
    let (folder, media) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    // The recording that the document's examples name.
    std::fs::create_dir(media.path().join("council")).unwrap();
    std::fs::write(media.path().join("council/2026-05-12.mp4"), "").unwrap();
    let root = media.path().to_str().unwrap();
    let mut archivist = program(&folder, &["--listen", "127.0.0.1:0", "--media-root", root]);
    archivist.env("ARCHIVIST_ADMIN_PASSWORD", ADMIN_PASSWORD).env("REDIS_URL", redis.url());
    // Nobody reads its log, which must not fill the pipe.
    archivist.env("RUST_LOG", "off");
    let archivist = Program::start(archivist);

    let seed = std::env::var("SCHEMATHESIS_SEED").unwrap_or_else(|_| SEED.to_owned());
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemathesis");
    command.arg("--config-file").arg(own.join("schemathesis.toml")).args(["--no-color", "run"]);
    command
        .arg(format!("http://{}/openapi.json", archivist.address))
        .args(["--checks", "all", "--seed", &seed]);
    command.current_dir(folder.path()).env("ARCHIVIST_HOOKS", own.join("hooks.py"));
    command.env("ARCHIVIST_USERNAME", "admin").env("ARCHIVIST_PASSWORD", ADMIN_PASSWORD);
    command.envs([("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONIOENCODING", "utf-8")]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("seed {seed}\n{said}");
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(!said.contains("operations returned only 401"), "it was signed in: {said}");
    archivist.end(Signal::TERM);
}
