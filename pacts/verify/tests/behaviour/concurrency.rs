//! What runs side by side and what runs alone, seen by counting requests in flight.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::routing::post;
use countersign_verify::{Event, Outcome, Settings, verify};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::pacts::{self, given, pact};
use crate::provider::{Provider, replay};

const JOBS: NonZeroUsize = NonZeroUsize::new(4).unwrap();

/// Answers nobody before four requests are there.
async fn meeting() -> Provider {
    let barrier = Arc::new(Barrier::new(JOBS.get()));
    let meet = async move || {
        barrier.wait().await;
    };
    Provider::start(Router::new().route("/states", post(async || ())).fallback(meet)).await
}

/// Counts how many requests are in flight at the same time, at most.
async fn counting() -> (Provider, Arc<AtomicUsize>) {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let count = async move || {
        seen.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        now.fetch_sub(1, Ordering::SeqCst);
    };
    let router = Router::new().route("/states", post(async || ())).fallback(count);
    (Provider::start(router).await, most)
}

fn stateful(count: usize) -> Vec<Value> {
    let one = |number| given(pacts::get(&format!("{number}"), "/", 200), "a state", &json!({}));
    (0..count).map(one).collect()
}

#[tokio::test]
async fn safe_requests_without_states_run_side_by_side() {
    let provider = meeting().await;
    let interactions: Vec<_> = (0..8).map(|number| pacts::get(&format!("{number}"), "/", 200)).collect();
    let settings = Settings { jobs: JOBS, ..Settings::default() };
    let found = replay(&pact(&interactions), &provider.target(), &settings).await;
    assert!(found.interactions.iter().all(|result| matches!(result.outcome, Outcome::Kept { .. })));
}

#[tokio::test]
async fn where_states_are_isolated_everything_runs_side_by_side() {
    let provider = meeting().await;
    let settings = Settings { jobs: JOBS, isolated_states: true, ..Settings::default() };
    let found = replay(&pact(&stateful(8)), &provider.target_with_states(), &settings).await;
    assert!(found.interactions.iter().all(|result| matches!(result.outcome, Outcome::Kept { .. })));
}

#[tokio::test]
async fn where_states_may_be_shared_interactions_with_states_run_alone() {
    let (provider, most) = counting().await;
    let settings = Settings { jobs: JOBS, ..Settings::default() };
    replay(&pact(&stateful(12)), &provider.target_with_states(), &settings).await;
    assert_eq!(most.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn requests_that_change_something_run_alone() {
    let (provider, most) = counting().await;
    let interactions: Vec<_> = (0..12)
        .map(|number| {
            let mut interaction = pacts::get(&format!("{number}"), "/", 200);
            interaction["request"]["method"] = json!(["POST", "PUT", "PATCH", "DELETE"][number % 4]);
            interaction
        })
        .collect();
    let settings = Settings { jobs: JOBS, ..Settings::default() };
    replay(&pact(&interactions), &provider.target(), &settings).await;
    assert_eq!(most.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn results_are_in_the_order_of_the_pact_and_every_one_is_announced() {
    let (provider, _) = counting().await;
    let mut interactions = stateful(6);
    interactions.insert(3, pacts::get("between", "/", 200));
    let announced = Mutex::new(Vec::new());
    let settings = Settings { jobs: JOBS, ..Settings::default() };
    let pact = pact(&interactions);
    let listen = |event: Event<'_>| {
        announced.lock().unwrap().push(match event {
            Event::Started { interactions } => format!("{interactions} begin"),
            Event::Finished(result) => result.description.clone(),
        });
    };
    let found = verify(&pact, &provider.target_with_states(), None, &settings, &listen).await.unwrap();
    let order: Vec<_> = found.interactions.iter().map(|result| result.description.as_str()).collect();
    assert_eq!(order, ["0", "1", "2", "between", "3", "4", "5"]);
    let announced = announced.into_inner().unwrap();
    assert_eq!((announced[0].as_str(), announced[1].as_str()), ("7 begin", "between"));
    assert_eq!(announced.len(), 8);
}
