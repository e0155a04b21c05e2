//! `/metrics` (Prometheus) and `/health` of what watches: whether it still looks, and what it last saw.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::cli::drift::Round;
use crate::exit::Exit;

/// What was last seen. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Page(Arc<Mutex<Last>>);

#[derive(Clone, Copy, Default)]
struct Last {
    runs: u64,
    /// `None` before the first look has ended.
    exit: Option<Exit>,
    at: Duration,
    took: Duration,
    errors: usize,
    warnings: usize,
    accepted: usize,
    troubles: usize,
    undelivered: u64,
}

impl Page {
    /// Notes what a look came to.
    pub fn note(&self, round: Option<&Round>, exit: Exit, took: Duration) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.runs += 1;
        last.exit = Some(exit);
        last.at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        last.took = took;
        if let Some(round) = round {
            let tally = round.seen.report.summary.findings;
            (last.errors, last.warnings, last.accepted) = (tally.errors, tally.warnings, tally.accepted);
            last.troubles = round.seen.report.errors.len();
            last.undelivered += round.undelivered as u64;
        }
    }

    /// Answers for as long as the process lives.
    pub async fn serve(self, listener: TcpListener) {
        let router =
            Router::new().route("/metrics", get(metrics)).route("/health", get(health)).with_state(self);
        // It ends with the process, or with its socket.
        let _ = axum::serve(listener, router).await;
    }

    fn last(&self) -> Last {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn health(State(page): State<Page>) -> (StatusCode, Json<Value>) {
    let last = page.last();
    let (status, outcome) = match last.exit {
        None => (StatusCode::SERVICE_UNAVAILABLE, "starting"),
        Some(Exit::Kept) => (StatusCode::OK, "kept"),
        Some(Exit::Broken) => (StatusCode::OK, "broken"),
        Some(Exit::CouldNotTell) => (StatusCode::SERVICE_UNAVAILABLE, "unknown"),
    };
    (status, Json(json!({ "outcome": outcome, "runs": last.runs, "last_run": last.at.as_secs() })))
}

async fn metrics(State(page): State<Page>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page.last().metrics())
}

impl Last {
    fn metrics(self) -> String {
        let mut text = String::new();
        let mut family = |name: &str, kind: &str, help: &str, samples: &[(&str, f64)]| {
            let _ = writeln!(text, "# HELP countersign_drift_{name} {help}");
            let _ = writeln!(text, "# TYPE countersign_drift_{name} {kind}");
            for (labels, value) in samples {
                let _ = writeln!(text, "countersign_drift_{name}{labels} {value}");
            }
        };
        #[expect(clippy::cast_precision_loss, reason = "no count comes near 2^52")]
        let count = |number: usize| number as f64;
        let findings = [
            ("{severity=\"error\"}", count(self.errors)),
            ("{severity=\"warning\"}", count(self.warnings)),
            ("{severity=\"accepted\"}", count(self.accepted)),
        ];
        family("findings", "gauge", "Findings of the last look, by weight.", &findings);
        let exit = self.exit.map_or(-1.0, |exit| f64::from(exit as u8));
        family(
            "outcome",
            "gauge",
            "How the last look ended: 0 kept, 1 broken, 2 could not tell.",
            &[("", exit)],
        );
        family(
            "troubles",
            "gauge",
            "What could not be told in the last look.",
            &[("", count(self.troubles))],
        );
        #[expect(clippy::cast_precision_loss, reason = "no count comes near 2^52")]
        let counters = (self.runs as f64, self.undelivered as f64);
        family("runs_total", "counter", "Looks that have ended.", &[("", counters.0)]);
        family("alerts_undelivered_total", "counter", "Alerts that reached nobody.", &[("", counters.1)]);
        family(
            "last_run_timestamp_seconds",
            "gauge",
            "When the last look ended.",
            &[("", self.at.as_secs_f64())],
        );
        family(
            "last_run_duration_seconds",
            "gauge",
            "How long the last look took.",
            &[("", self.took.as_secs_f64())],
        );
        text
    }
}
