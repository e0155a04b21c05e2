//! What is said over a socket, in frames of JSON: the events told, and the one thing that may be asked.

use serde::Serialize;
use serde_json::Value;

use crate::domain::{Account, Job, JobStatus};
use crate::socket::meter::Metrics;

/// An event, as it is told.
#[derive(Debug, Serialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum Event<'a> {
    /// The first of all: who is listening, as the service sees it.
    Connected {
        user: &'a Account,
    },
    /// All jobs that pass the filter, in place of those told before.
    TaskUpdates {
        jobs: Vec<&'a Job>,
    },
    /// One of them got further.
    TaskProgress {
        job: &'a Job,
    },
    SystemMetrics(Metrics),
    /// Why a frame was not taken.
    Error {
        message: String,
    },
}

/// Which jobs are told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter(Option<JobStatus>);

impl Filter {
    pub fn passes(self, job: &Job) -> bool {
        self.0.is_none_or(|status| job.status == status)
    }

    /// Reads a frame of the client: `{"event": "filter_tasks", "data": {"status": …}}`, and null for all jobs.
    /// The error fits "the frame …".
    pub fn read(text: &str) -> Result<Self, String> {
        let frame: Value = serde_json::from_str(text).map_err(|_| "is not JSON".to_owned())?;
        if frame.get("event").and_then(Value::as_str) != Some("filter_tasks") {
            return Err("has no event that is taken here: send filter_tasks".to_owned());
        }
        match frame.pointer("/data/status") {
            None => Err("does not say which status: send data.status, null for all".to_owned()),
            Some(Value::Null) => Ok(Self(None)),
            Some(status) => {
                let status = status.as_str().and_then(JobStatus::parse).ok_or_else(|| {
                    let known = JobStatus::ALL.map(JobStatus::as_str).join(", ");
                    format!("has an unknown data.status: send null or one of {known}")
                })?;
                Ok(Self(Some(status)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_filters_or_is_told_why_it_does_not() {
        for (frame, expected) in [
            (r#"{"event":"filter_tasks","data":{"status":"failed"}}"#, Ok(Filter(Some(JobStatus::Failed)))),
            (r#"{"event":"filter_tasks","data":{"status":null},"id":7}"#, Ok(Filter(None))),
            (r#"{"event":"filter_tasks","data":{"status":"lost"}}"#, Err("unknown data.status")),
            (r#"{"event":"filter_tasks","data":{"status":7}}"#, Err("unknown data.status")),
            (r#"{"event":"filter_tasks","data":[]}"#, Err("which status")),
            (r#"{"event":"filter_tasks"}"#, Err("which status")),
            (r#"{"event":"shout"}"#, Err("no event")),
            ("[]", Err("no event")),
            ("", Err("not JSON")),
            (&"[".repeat(4000), Err("not JSON")),
        ] {
            match (Filter::read(frame), expected) {
                (Ok(read), Ok(expected)) => assert_eq!(read, expected, "{frame}"),
                (Err(reason), Err(says)) => assert!(reason.contains(says), "{frame}: {reason}"),
                (read, _) => panic!("{frame:.80}: {read:?}"),
            }
        }
    }
}
