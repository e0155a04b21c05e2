//! What an administrator may ask while the proxy serves: `/health` and `/metrics` (the text format of
//! Prometheus).

use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use super::body::AnswerBody;
use super::own::plain;
use super::recorder::Recorder;

/// The administrator's view of a proxy.
#[derive(Clone)]
pub struct Admin {
    recorder: Arc<Recorder>,
}

/// How long a connection may stay without a request.
const IDLE: Duration = Duration::from_secs(30);

impl Admin {
    pub(super) fn new(recorder: Arc<Recorder>) -> Self {
        Self { recorder }
    }

    /// Answers on `listener` for as long as it is polled. The caller sees to it that nobody else than an
    /// administrator can reach it.
    pub async fn serve(self, listener: TcpListener) {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let admin = self.clone();
            tokio::spawn(async move {
                let answer = service_fn(|request| {
                    let answer = admin.answer(&request);
                    async move { Ok::<_, Infallible>(answer) }
                });
                let mut server = http1::Builder::new();
                server.timer(TokioTimer::new()).header_read_timeout(IDLE);
                // An administrator who goes away misses nothing that he has not asked for.
                let _ = server.serve_connection(TokioIo::new(stream), answer).await;
            });
        }
    }

    fn answer(&self, request: &Request<Incoming>) -> Response<AnswerBody> {
        match (request.method(), request.uri().path()) {
            (&Method::GET, "/health") => plain(StatusCode::OK, "ok\n".to_owned()),
            (&Method::GET, "/metrics") => plain(StatusCode::OK, self.metrics()),
            (_, "/health" | "/metrics") => plain(StatusCode::METHOD_NOT_ALLOWED, "ask by GET\n".to_owned()),
            _ => plain(StatusCode::NOT_FOUND, "there are /health and /metrics\n".to_owned()),
        }
    }

    fn metrics(&self) -> String {
        let watch = &self.recorder.watch;
        let tally = watch.tally();
        let mut page = Page(String::new());
        page.number("exchanges_total", "counter", "Exchanges that passed.", tally.exchanges);
        page.number("exchanges_judged_total", "counter", "Exchanges that were judged.", tally.judged);
        page.number("exchanges_broken_total", "counter", "Exchanges that break the document.", tally.broken);
        page.head("exchanges_unjudged_total", "counter", "Exchanges that were not judged, by reason.");
        for (reason, count) in &tally.unjudged {
            page.line("exchanges_unjudged_total", &[("reason", reason.as_str())], *count);
        }
        page.head("exchanges_partial_total", "counter", "Exchanges of which a part was not judged.");
        for (part, count) in &tally.partial {
            page.line("exchanges_partial_total", &[("part", part.as_str())], *count);
        }
        page.head("violations_total", "counter", "Exchanges that show a deviation, by its id.");
        for (code, severity, count) in watch.sums() {
            let severity = match severity {
                countersign_openapi::Severity::Error => "error",
                countersign_openapi::Severity::Warning => "warning",
                countersign_openapi::Severity::Info => "info",
            };
            page.line("violations_total", &[("id", code.as_str()), ("severity", severity)], count);
        }
        let operations = watch.document().operations().len() as u64;
        page.number("operations", "gauge", "Operations of the document.", operations);
        let seen = watch.operations_seen() as u64;
        page.number("operations_seen", "gauge", "Operations that were asked for.", seen);
        let waiting = self.recorder.queue.len() as u64;
        page.number("queue_length", "gauge", "Exchanges that wait for being judged.", waiting);
        page.0
    }
}

/// The text format of Prometheus. All names and values are ours, so that nothing has to be escaped.
struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.0, "# HELP countersign_{name} {help}\n# TYPE countersign_{name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: u64) {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "countersign_{name}{labels} {value}");
    }

    fn number(&mut self, name: &str, kind: &str, help: &str, value: u64) {
        self.head(name, kind, help);
        self.line(name, &[], value);
    }
}
