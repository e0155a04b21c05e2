//! What a page is told over its WebSocket.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::page::Page;
use crate::place::{unique, visit};

/// The jobs of a `task_updates`, or that of a `task_progress`.
fn jobs(event: &Value) -> Vec<Value> {
    let data = &event["data"];
    data["jobs"].as_array().cloned().unwrap_or_else(|| vec![data["job"].clone()])
}

#[tokio::test]
async fn a_page_follows_its_job_to_the_end() {
    visit(async |place| {
        if place.admin.base.starts_with("https:") {
            let _ = writeln!(std::io::stderr(), "SKIPPED: a WebSocket over TLS is not tested");
            return;
        }
        let name = unique("events");
        let vod = place.upload(&place.admin, &name, &name).await;
        let mut page = Page::open(place.admin.address().await, &place.admin.token).await;
        let me = place.admin.get("/api/auth/me").await.expect(200);
        assert_eq!(page.next().await, json!({"event": "connected", "data": {"user": me}}));
        let job = place.admin.transcribe(&vod).await;
        let mut progress = Vec::new();
        let completed = loop {
            let event = page.next_but("system_metrics").await;
            let Some(told) = jobs(&event).into_iter().find(|told| told["id"] == job) else { continue };
            progress.push(told["progress"].as_u64().unwrap());
            if told["status"] == "completed" {
                break told;
            }
        };
        assert!(progress.is_sorted() && progress.last() == Some(&100), "{progress:?}");
        assert_eq!(completed, place.admin.get(&format!("/api/status/{job}")).await.expect(200));

        // A filter passes what it names: first not this job, then this job.
        for (filter, passes) in [("failed", false), ("completed", true)] {
            page.say(&json!({"event": "filter_tasks", "data": {"status": filter}}).to_string()).await;
            let of_filter = |told: &Vec<Value>| told.iter().all(|told| told["status"] == filter);
            loop {
                // What was told before the filter is still on its way.
                let told = jobs(&json!({"data": page.event("task_updates").await}));
                if of_filter(&told) && told.iter().any(|told| told["id"] == job) == passes {
                    break;
                }
            }
        }
    })
    .await;
}
