//! What the service tells Prometheus of itself: requests are counted as they are answered, and the rest is looked
//! up with each scrape, so that it is true at that moment and nothing stays behind of what is gone.
//!
//! Every label has few values: paths are the templates of routes, methods and statuses those that are known.

mod snapshot;

use std::time::Duration;

use http::{Method, StatusCode};
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, Result, TextEncoder};

use crate::state::AppState;

/// Seconds. A request is given up after 30.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// What is counted. Cheap to clone: clones are the same.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    in_flight: IntGauge,
}

/// A request that is not answered yet.
#[derive(Debug)]
pub struct InFlight(IntGauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Self::registered().expect("the names are plain and differ: a test scrapes them all")
    }

    fn registered() -> Result<Self> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("archivist_http_requests_total", "Requests that were answered."),
            &["method", "path", "status"],
        )?;
        let durations = HistogramVec::new(
            HistogramOpts::new(
                "archivist_http_request_duration_seconds",
                "How long requests took until their answer began.",
            )
            .buckets(BUCKETS.to_vec()),
            &["method", "path"],
        )?;
        let in_flight =
            IntGauge::new("archivist_http_requests_in_flight", "Requests that are not answered yet.")?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(durations.clone()))?;
        registry.register(Box::new(in_flight.clone()))?;
        Ok(Self { registry, requests, durations, in_flight })
    }

    /// A request has come.
    pub fn begun(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// A request to a route was answered.
    pub fn answered(&self, method: &Method, path: &str, status: StatusCode, took: Duration) {
        let method = name(method);
        self.requests.with_label_values(&[method, path, status.as_str()]).inc();
        self.durations.with_label_values(&[method, path]).observe(took.as_secs_f64());
    }
}

/// A client may make up methods.
fn name(method: &Method) -> &'static str {
    const KNOWN: [&Method; 7] = [
        &Method::GET,
        &Method::HEAD,
        &Method::POST,
        &Method::PUT,
        &Method::PATCH,
        &Method::DELETE,
        &Method::OPTIONS,
    ];
    KNOWN.into_iter().find(|known| *known == method).map_or("other", Method::as_str)
}

/// All of it, in the text format 0.0.4.
pub async fn render(state: &AppState) -> Result<String> {
    let mut families = state.metrics.registry.gather();
    families.extend(snapshot::take(state).await?.gather());
    TextEncoder::new().encode_to_string(&families)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_do_not_make_labels() {
        let metrics = Metrics::new();
        for number in 0..100 {
            let method = Method::from_bytes(format!("M{number}").as_bytes()).unwrap();
            metrics.answered(&method, "none", StatusCode::NOT_FOUND, Duration::ZERO);
        }
        let text = TextEncoder::new().encode_to_string(&metrics.registry.gather()).unwrap();
        let line = r#"archivist_http_requests_total{method="other",path="none",status="404"} 100"#;
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn a_request_is_in_flight_until_it_is_dropped() {
        let metrics = Metrics::new();
        let (first, second) = (metrics.begun(), metrics.begun());
        assert_eq!(metrics.in_flight.get(), 2);
        drop((first, second));
        assert_eq!(metrics.in_flight.get(), 0);
    }
}
