//! cargo-nextest as a process that ends with us: what it builds, which tests there are, and running them.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::listing::{self, Listed};
use crate::config::Phases;
use crate::report::milliseconds;
use crate::service::output::Wanted;
use crate::service::process::{Order, Process, Streams};

/// Bytes of what it writes for us, at most.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Lines of the compiler's that are shown.
const WORDS: usize = 60;

/// What it answers where tests failed, which is no error of its.
const TESTS_FAILED: i32 = 100;

/// Tests that were built, ready to be listed and run.
pub struct Built<'a> {
    common: &'a Phases,
    /// Where cargo works.
    folder: &'a Path,
    temp: TempDir,
    verbose: bool,
}

/// Why there is no result. Each fits "failed to …: ".
#[derive(Debug, thiserror::Error)]
pub enum NextestError {
    #[error("cargo-nextest is not installed")]
    Missing,
    #[error("the tests cannot be built")]
    Build { lines: Vec<String> },
    #[error("cargo-nextest does not take {filterset:?}")]
    Filterset { filterset: String, lines: Vec<String> },
    #[error("cargo-nextest ended with exit status {code} before it had told how the tests went")]
    Ended { code: i32, lines: Vec<String> },
    #[error("{what} cannot be read: {why}")]
    Unreadable { what: &'static str, why: String },
    #[error("no process or temporary file is to be had: {0}")]
    Surroundings(#[from] std::io::Error),
}

impl NextestError {
    /// The way out, where there is one to tell.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing => {
                Some("cargo install --locked cargo-nextest, or see https://nexte.st/docs/installation")
            }
            Self::Build { .. } => {
                Some("`cargo` of [phases] says which packages are built, and with which features")
            }
            Self::Filterset { .. } => Some("`cargo nextest help filterset` tells what filtersets look like"),
            _ => None,
        }
    }

    /// What was said last.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        match self {
            Self::Build { lines } | Self::Filterset { lines, .. } | Self::Ended { lines, .. } => lines,
            _ => &[],
        }
    }
}

/// A run that goes on.
pub struct Going {
    process: Process,
    junit: PathBuf,
}

impl<'a> Built<'a> {
    /// Builds the tests in `folder`.
    pub async fn build(common: &'a Phases, folder: &'a Path, verbose: bool) -> Result<Self, NextestError> {
        let temp = tempfile::Builder::new().prefix("countersign-").tempdir()?;
        let built = Self { common, folder, temp, verbose };
        if built.quiet(&["nextest", "--version"], "version").await.is_err() {
            return Err(NextestError::Missing);
        }
        // First the metadata: it fails at once where there is no project.
        let failed = |lines| NextestError::Build { lines };
        built.quiet(&["metadata", "--format-version", "1"], "metadata.json").await?.map_err(failed)?;
        let mut argv = vec!["nextest", "list", "--list-type", "binaries-only", "--message-format", "json"];
        argv.extend(common.cargo.iter().map(String::as_str));
        built.quiet(&argv, "binaries.json").await?.map_err(failed)?;
        fs::write(built.file("nextest.toml"), built.profile())?;
        Ok(built)
    }

    /// The tests that `filterset` chooses, those that are ignored among them.
    pub async fn list(&self, filterset: &str) -> Result<Vec<Listed>, NextestError> {
        let (metadata, binaries) = (self.path("metadata.json"), self.path("binaries.json"));
        let argv = [
            ["nextest", "list", "--message-format", "json", "--run-ignored", "all"].as_slice(),
            &["--cargo-metadata", &metadata, "--binaries-metadata", &binaries, "-E", filterset],
        ];
        let refused = |lines| NextestError::Filterset { filterset: filterset.to_owned(), lines };
        self.quiet(&argv.concat(), "list.json").await?.map_err(refused)?;
        let text = read(&self.file("list.json"), "the list of tests")?;
        listing::parse(&text).map_err(|why| NextestError::Unreadable { what: "the list of tests", why })
    }

    /// Begins to run the tests that `filterset` chooses.
    pub fn run(&self, filterset: &str, env: &[(String, String)]) -> Result<Going, NextestError> {
        let junit = self.file("junit.xml");
        let _ = fs::remove_file(&junit);
        let (metadata, binaries) = (self.path("metadata.json"), self.path("binaries.json"));
        let tool = format!("countersign:{}", self.path("nextest.toml"));
        let argv = [
            &["nextest", "run", "--profile", "countersign", "--tool-config-file", &tool] as &[&str],
            &["--cargo-metadata", &metadata, "--binaries-metadata", &binaries, "-E", filterset],
            // What failed stands in our own report.
            &["--no-fail-fast", "--failure-output", "never", "--success-output", "never"],
            &["--show-progress", "none", "--no-input-handler"],
        ];
        let streams = if self.verbose { Streams::Shown } else { Streams::Caught };
        Ok(Going { process: self.spawn(&argv.concat(), env, streams)?, junit })
    }

    /// Runs cargo to its end, with what it prints in the file `name`. The inner error is what it said.
    async fn quiet(&self, argv: &[&str], name: &str) -> Result<Result<(), Vec<String>>, NextestError> {
        let file = File::create(self.file(name))?;
        let process = self.spawn(argv, &[], Streams::Kept(file))?;
        let status = process.wait().await;
        // It waits for the end of the output.
        process.output().last_lines().await;
        Ok(if status.success() { Ok(()) } else { Err(process.output().last(WORDS)) })
    }

    fn spawn(&self, argv: &[&str], env: &[(String, String)], streams: Streams) -> std::io::Result<Process> {
        let argv: Vec<String> = ["cargo"].iter().chain(argv).map(|&word| word.to_owned()).collect();
        let wanted = Wanted::default();
        Process::spawn(&Order { argv: &argv, env, folder: self.folder, wanted, streams })
    }

    /// The profile by which tests are run. Their grace is shorter than our guard's: what nextest runs has
    /// groups of its own, which nobody but nextest ends.
    fn profile(&self) -> String {
        let timeout = milliseconds(self.common.test_timeout);
        let threads = self.common.threads.map_or(String::new(), |it| format!("test-threads = {it}\n"));
        let junit = toml::Value::String(self.path("junit.xml"));
        format!(
            "[profile.countersign]\nretries = {}\n{threads}\
             slow-timeout = {{ period = \"{timeout}ms\", terminate-after = 1, grace-period = \"1s\" }}\n\
             [profile.countersign.junit]\npath = {junit}\nreport-name = \"countersign\"\n\
             store-success-output = true\nstore-failure-output = true\n",
            self.common.retries
        )
    }

    fn file(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    fn path(&self, name: &str) -> String {
        self.file(name).to_string_lossy().into_owned()
    }
}

impl Going {
    /// The number of the process whose descendants the tests are.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Waits for the end; what it tells of the tests, as JUnit.
    pub async fn junit(&self) -> Result<String, NextestError> {
        let status = self.process.wait().await;
        let code = status.code().unwrap_or(-1);
        if code != 0 && code != TESTS_FAILED {
            let lines = self.process.ending(status).await.output;
            return Err(NextestError::Ended { code, lines });
        }
        read(&self.junit, "what cargo-nextest tells of the tests")
    }

    /// Ends it, if it has not ended.
    pub async fn stop(self) {
        self.process.stop().await;
    }
}

fn read(file: &Path, what: &'static str) -> Result<String, NextestError> {
    let unreadable = |why: String| NextestError::Unreadable { what, why };
    let mut text = String::new();
    let opened = File::open(file).map_err(|error| unreadable(error.to_string()))?;
    let read = opened.take(MAX_BYTES + 1).read_to_string(&mut text);
    let read = read.map_err(|error| unreadable(error.to_string()))?;
    if read as u64 > MAX_BYTES {
        return Err(unreadable(format!("it is larger than {MAX_BYTES} bytes; the tests print too much")));
    }
    Ok(text)
}
