//! All pact tests of one relation: each by itself, and all of them together as the pact they make.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use futures::StreamExt;
use tokio::runtime::Runtime;

use crate::committed::{CommittedError, OnDifference, settle};
use crate::fragment::Fragment;
use crate::interaction::{PactTest, panic_text};
use crate::merge::{Collision, merge};
use crate::names::PactNames;

/// Enough to keep two cores busy while mock providers wait for their clients.
const AT_ONCE: usize = 16;

/// A pact test on its way.
pub type Running = Pin<Box<dyn Future<Output = Fragment> + Send>>;

/// A pact test by its name.
#[derive(Clone, Copy, Debug)]
pub struct NamedTest {
    pub name: &'static str,
    pub run: fn(PactTest) -> Running,
}

/// The tests of one relation, and the folder of its pact.
#[derive(Debug)]
pub struct Suite {
    names: PactNames,
    folder: PathBuf,
    tests: Vec<NamedTest>,
}

/// Why there is no pact, or none that stands.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    #[error("collect the pact {names}: it has no tests; list them in pact_tests!")]
    NoTests { names: PactNames },
    #[error("collect the pact {names}: {} of its tests failed, and nothing was written: {}", .failed.len(), list(.failed))]
    Failed { names: PactNames, failed: Vec<FailedTest> },
    #[error("collect the pact {names}: {collision}; nothing was written")]
    Collision { names: PactNames, collision: Box<Collision> },
    #[error(transparent)]
    Committed(#[from] CommittedError),
}

/// A test that panicked, and the first line of what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedTest {
    pub name: &'static str,
    pub message: String,
}

fn list(failed: &[FailedTest]) -> String {
    failed.iter().map(|test| format!("{} ({})", test.name, test.message)).collect::<Vec<_>>().join(", ")
}

impl Suite {
    #[must_use]
    pub fn new(names: PactNames, folder: impl Into<PathBuf>, tests: &[NamedTest]) -> Self {
        Self { names, folder: folder.into(), tests: tests.to_vec() }
    }

    /// Runs every test, merges what they kept, and holds it against the committed file.
    pub fn check(&self, mode: OnDifference) -> Result<(), CollectError> {
        let generated = self.generate()?;
        // A folder is written relative to its crate; a person reads a path without the way up.
        let folder = self.folder.canonicalize().unwrap_or_else(|_| self.folder.clone());
        Ok(settle(&self.names.file_in(&folder), &generated, mode)?)
    }

    /// Runs every test at once and returns the bytes of the pact they make.
    pub fn generate(&self) -> Result<Vec<u8>, CollectError> {
        if self.tests.is_empty() {
            return Err(CollectError::NoTests { names: self.names.clone() });
        }
        let fragments = self.fragments()?;
        merge(&self.names, fragments).map_err(|collision| CollectError::Collision {
            names: self.names.clone(),
            collision: Box::new(collision),
        })
    }

    fn fragments(&self) -> Result<Vec<Fragment>, CollectError> {
        let runs = futures::stream::iter(&self.tests)
            .map(|test| async move {
                let run = (test.run)(PactTest::new(self.names.clone(), test.name));
                (test.name, tokio::spawn(run).await)
            })
            .buffered(AT_ONCE)
            .collect::<Vec<_>>();
        let mut fragments = Vec::new();
        let mut failed = Vec::new();
        for (name, ended) in runtime().block_on(runs) {
            match ended {
                Ok(fragment) => fragments.push(fragment),
                Err(panicked) => failed.push(FailedTest { name, message: first_line(panicked) }),
            }
        }
        if failed.is_empty() {
            Ok(fragments)
        } else {
            Err(CollectError::Failed { names: self.names.clone(), failed })
        }
    }
}

fn first_line(ended: tokio::task::JoinError) -> String {
    match ended.try_into_panic() {
        Ok(payload) => panic_text(payload.as_ref()).lines().next().unwrap_or_default().to_owned(),
        Err(cancelled) => cancelled.to_string(),
    }
}

/// Runs one test by itself: this is what each `#[test]` of [`pact_tests!`](crate::pact_tests) does.
///
/// # Panics
///
/// When the test does, and when it exercised nothing.
pub fn run_alone(names: &PactNames, test: &NamedTest) {
    let fragment = runtime().block_on((test.run)(PactTest::new(names.clone(), test.name)));
    assert!(!fragment.is_empty(), "failed to add {} to the pact {names}: it has no interaction", test.name);
}

/// More than one thread, because a mock provider must answer while its client waits.
fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a test machine has threads and sockets")
}
