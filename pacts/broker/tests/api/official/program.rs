//! The official program: where it is, and how it is run.

use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use countersign_broker::http::Settings;
use serde_json::Value;
use tokio::process::Command;

use crate::running::Running;

const PROGRAM: &str = "target/official/node_modules/@pact-foundation/pact-cli-linux-x64/standalone/pact";

/// The program and a broker of its own that it is used with.
pub struct Official {
    program: PathBuf,
    pub broker: Running,
}

/// How a run of it ended, and what it said.
#[derive(Debug)]
pub struct Ended {
    pub success: bool,
    pub said: String,
    pub complained: String,
}

/// The program, or nothing where it is not installed: the test says so and ends.
pub fn program() -> Option<PathBuf> {
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let program = std::env::var_os("PACT_CLI").map_or_else(|| house.join(PROGRAM), PathBuf::from);
    if program.exists() {
        return Some(program);
    }
    let missing = "the official Pact program is not installed; ./scripts/setup installs it";
    assert!(std::env::var_os("CI").is_none(), "{missing}");
    let _ = writeln!(io::stderr(), "SKIPPED: {missing}");
    None
}

/// `pact ARGUMENTS`, to its end.
pub async fn run(program: &Path, arguments: &[impl AsRef<OsStr>]) -> Ended {
    let output = Command::new(program)
        .args(arguments)
        .env("PACT_DO_NOT_TRACK", "true")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended { success: output.status.success(), said: text(&output.stdout), complained: text(&output.stderr) }
}

impl Official {
    pub async fn start() -> Option<Self> {
        Self::with(Settings::default()).await
    }

    pub async fn with(settings: Settings) -> Option<Self> {
        let program = program()?;
        Some(Self { program, broker: Running::with(settings).await })
    }

    /// `pact broker ARGUMENTS` (in one line: no argument has a space), with the broker's address.
    pub async fn broker(&self, line: &str) -> Ended {
        let base = ["--broker-base-url", &self.broker.base];
        let words = line.split(' ');
        let arguments: Vec<&str> = ["broker"].into_iter().chain(words).chain(base).collect();
        run(&self.program, &arguments).await
    }

    /// The same, which has to succeed. What it said.
    pub async fn does(&self, line: &str) -> String {
        let ended = self.broker(line).await;
        assert!(ended.success, "{line}: {ended:?}");
        ended.said
    }

    /// The same, which has to fail.
    pub async fn refuses(&self, line: &str) -> Ended {
        let ended = self.broker(line).await;
        assert!(!ended.success, "{line}: {ended:?}");
        ended
    }

    /// Has it publish a pact, out of a file.
    pub async fn publishes(&self, pact: &Value, options: &str) -> String {
        let file = self.broker.folder.path().join("pact.json");
        std::fs::write(&file, pact.to_string()).unwrap();
        self.does(&format!("publish {} {options}", file.display())).await
    }

    /// `pact verifier ARGUMENTS`.
    pub async fn verifier(&self, arguments: &[&str]) -> Ended {
        let arguments: Vec<&str> = ["verifier"].into_iter().chain(arguments.iter().copied()).collect();
        run(&self.program, &arguments).await
    }
}
