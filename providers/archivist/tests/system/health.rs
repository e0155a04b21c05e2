//! What `/health` and `/metrics` tell, held against what is really lost.

use serde_json::Value;

use crate::person::Person;

const PARTS: [&str; 6] = ["database", "redis", "queue", "worker", "cablecast", "disk"];

impl Person {
    /// Sees that these parts are told as failing at once, by `/health` and by `/metrics`, and returns when no others
    /// are: a worker may be slow to say that it is there.
    pub async fn sees_failing(&self, lost: &[&str]) {
        loop {
            let (checked, scraped) = (self.failing().await, self.down().await);
            for told in [&checked, &scraped] {
                assert!(lost.iter().all(|part| told.contains(part)), "lost: {lost:?}, told: {told:?}");
            }
            if checked.len() == lost.len() && scraped.len() == lost.len() {
                return;
            }
        }
    }

    /// Returns once both tell that no part fails.
    pub async fn sees_recovery(&self) {
        while !(self.failing().await.is_empty() && self.down().await.is_empty()) {}
    }

    /// The parts that fail by `/health`, whose verdict and status have to be right for them.
    async fn failing(&self) -> Vec<&'static str> {
        let reply = self.get("/health").await;
        let health = reply.json();
        let failing: Vec<_> =
            PARTS.into_iter().filter(|part| health["checks"][part]["status"] == "failing").collect();
        let (verdict, status) = match failing[..] {
            [] => ("healthy", 200),
            ["database", ..] => ("unhealthy", 503),
            _ => ("degraded", 200),
        };
        assert_eq!((&health["status"], reply.status()), (&Value::from(verdict), status), "{health}");
        failing
    }

    /// The parts that are down by `/metrics`.
    async fn down(&self) -> Vec<&'static str> {
        let text = self.scrape().await;
        let down = PARTS
            .into_iter()
            .filter(|part| series(&text, &format!("archivist_up{{dependency=\"{part}\"}}")) == Some(0.0));
        down.collect()
    }

    pub async fn scrape(&self) -> String {
        let reply = self.get("/metrics").await;
        assert_eq!(reply.status(), 200);
        reply.text().to_owned()
    }
}

/// The value of a series, written as it stands in a scrape.
pub fn series(text: &str, wanted: &str) -> Option<f64> {
    let mut lines = text.lines().filter_map(|line| line.rsplit_once(' '));
    lines.find(|(name, _)| *name == wanted).map(|(_, value)| value.parse().unwrap())
}
