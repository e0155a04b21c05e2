//! What recordings have in common, whatever they are written in: limits, what is found in one, and
//! bringing that to a watch.

use std::collections::BTreeMap;
use std::io;

use crate::count::Unjudged;
use crate::exchange::{Exchange, File, Origin};
use crate::scope::Scope;
use crate::watch::Watch;

/// Bounds on what a recording may be. Recordings are hostile input.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one line of a log, or of what stands between two entries of a HAR file, at most.
    pub max_exchange: usize,
    /// Bad exchanges of which the reason is kept, at most; the others are counted.
    pub max_bad: usize,
    /// Other servers whose names are kept, at most.
    pub max_servers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_exchange: 64 * 1024 * 1024, max_bad: 20, max_servers: 20 }
    }
}

/// A recording that is read, and whom its exchanges are brought to.
#[derive(Debug)]
pub struct Reading<'r> {
    pub file: File,
    /// Which exchanges are the document's.
    pub scope: &'r Scope,
    pub watch: &'r Watch,
    pub limits: Limits,
}

impl Reading<'_> {
    pub(crate) fn origin(&self, number: u64) -> Origin {
        Origin { file: Some(self.file.clone()), number }
    }
}

/// Why a recording cannot be read to its end. Each fits "failed to read the recording: …".
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    #[error("it is no HAR file: {0}")]
    NotHar(String),
    #[error("what stands after entry {after} is larger than {limit} bytes")]
    TooLarge { after: u64, limit: usize },
}

/// One thing that a recording holds.
pub enum Item {
    Exchange(Box<Exchange>),
    /// An exchange with another server, by its scheme and authority.
    Elsewhere(String),
    /// A request to which no answer was recorded.
    NoAnswer,
    Bad(Bad),
}

/// An exchange that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// The line of a log, or the entry of a HAR file, from 1.
    pub number: u64,
    /// A lowercase fragment, such as `it has no "status"`.
    pub reason: String,
}

/// What was found in a recording beside exchanges to judge.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// The first bad exchanges, with their reasons.
    pub bad: Vec<Bad>,
    pub bad_count: u64,
    /// Other servers and how many exchanges were with each.
    pub elsewhere: BTreeMap<String, u64>,
}

impl Heard {
    /// Brings `item` to the watch, and remembers what is nothing to judge.
    pub fn take(&mut self, item: Item, reading: &Reading<'_>) {
        let Reading { watch, limits, .. } = reading;
        match item {
            Item::Exchange(exchange) => watch.judge_all([*exchange]),
            Item::NoAnswer => watch.pass_over(Unjudged::NoAnswer),
            Item::Elsewhere(server) => {
                watch.pass_over(Unjudged::OtherServer);
                if self.elsewhere.len() < limits.max_servers || self.elsewhere.contains_key(&server) {
                    *self.elsewhere.entry(server).or_default() += 1;
                }
            }
            Item::Bad(bad) => {
                self.bad_count += 1;
                if self.bad.len() < limits.max_bad {
                    self.bad.push(bad);
                }
            }
        }
    }

    /// What two parts of a recording hold together.
    pub fn add(&mut self, more: Self, limits: &Limits) {
        self.bad_count += more.bad_count;
        self.bad.extend(more.bad);
        self.bad.sort_by_key(|bad| bad.number);
        self.bad.truncate(limits.max_bad);
        for (server, count) in more.elsewhere {
            if self.elsewhere.len() < limits.max_servers || self.elsewhere.contains_key(&server) {
                *self.elsewhere.entry(server).or_default() += count;
            }
        }
    }
}

/// Whether a message without a recorded body had none: it is certain of few.
pub(crate) fn had_no_body(headers: &[(String, String)], bodiless: bool) -> bool {
    let value = |name: &str| headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    let length = value("content-length").and_then(|(_, length)| length.trim().parse::<u64>().ok());
    match length {
        Some(length) => length == 0,
        None => bodiless && value("transfer-encoding").is_none() && value("content-type").is_none(),
    }
}

/// Whether requests of this method have no body unless their headers say so.
pub(crate) fn is_bodiless_method(method: &str) -> bool {
    ["GET", "HEAD", "OPTIONS", "DELETE", "TRACE"].iter().any(|it| method.eq_ignore_ascii_case(it))
}

/// Whether an answer has no body, whatever its headers say (RFC 9110).
pub(crate) fn is_bodiless_answer(method: &str, status: u16) -> bool {
    method.eq_ignore_ascii_case("HEAD") || matches!(status, 100..=199 | 204 | 304)
}
