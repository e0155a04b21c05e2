//! Brokers that are reached through something else: a proxy that has them below a path, and one that fails at times.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse;
use serde_json::json;

use super::Shelf;
use super::verifying::pass_on;
use crate::foreign::{Foreign, greeter};
use crate::scene::Scene;

const ASK: [&str; 5] = ["can-i-deploy", "-a", "web", "-e", "1"];

/// Has the broker below `/pact`, and nothing beside it.
fn below(broker: Arc<OnceLock<String>>) -> Router {
    Router::new().fallback(move |mut request: Request| {
        let broker = Arc::clone(&broker);
        async move {
            let asked = request.uri().to_string();
            match asked.strip_prefix("/pact/") {
                Some(rest) => {
                    *request.uri_mut() = format!("/{rest}").parse().unwrap();
                    pass_on(broker.get().unwrap(), request).await
                }
                None => StatusCode::NOT_FOUND.into_response(),
            }
        }
    })
}

#[test]
fn a_broker_below_a_path_is_asked_there_alone() {
    let broker = Arc::new(OnceLock::new());
    let proxy = Foreign::serve(below(Arc::clone(&broker)));
    let reached = format!("{}/pact", proxy.url);
    let mut shelf = Shelf::over(Scene::new(), &["--base-url", &reached]);
    broker.set(std::mem::replace(&mut shelf.url, reached)).unwrap();
    let service = Foreign::serve(greeter());
    shelf.publish("1", &json!("hello"));
    shelf.verify(&service.url, "7", &["--enable-pending"]).ended_with(0);
    shelf.run(&["environment", "create", "--name", "live"]).ended_with(0);
    shelf.deploy("greeter", "7");
    shelf.can_i_deploy("web", "1").ended_with(0);
    let told = shelf.run(&["pacticipant", "describe", "--name", "web"]);
    told.ended_with(0).says(&format!("{}/pacticipants/web", shelf.url));
    let beside = ["--broker-url", &proxy.url];
    shelf.run(&[&ASK[..], &beside].concat()).ended_with(2).says("is answered 404");
}

/// Answers the first requests with a failure, and that it may be deployed to those after them. Counts them.
fn failing(times: usize, status: StatusCode, again: &'static str) -> (Foreign, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let router = Router::new().fallback(move || async move {
        if counted.fetch_add(1, Ordering::SeqCst) < times {
            return (status, [(header::RETRY_AFTER, again)]).into_response();
        }
        let summary = json!({ "deployable": true, "reason": "it may" });
        axum::Json(json!({ "summary": summary, "matrix": [] })).into_response()
    });
    (Foreign::serve(router), count)
}

#[test]
fn a_failure_that_may_pass_is_asked_again_twice() {
    let scene = Shelf::start();
    for (times, status, again, asked, code) in [
        (2, StatusCode::SERVICE_UNAVAILABLE, "0", 3, 0),
        (1, StatusCode::TOO_MANY_REQUESTS, "1", 2, 0),
        (3, StatusCode::BAD_GATEWAY, "", 3, 2),
        // Nobody waits for an hour.
        (1, StatusCode::SERVICE_UNAVAILABLE, "3600", 1, 2),
        (1, StatusCode::INTERNAL_SERVER_ERROR, "0", 1, 2),
    ] {
        let (service, count) = failing(times, status, again);
        let told = scene.run(&[&ASK[..], &["--broker-url", &service.url]].concat());
        told.ended_with(code);
        assert_eq!(count.load(Ordering::SeqCst), asked, "{times} of {status}: {told:?}");
        if code == 2 {
            told.says(&format!("is answered {}", status.as_u16()));
        }
    }
}

#[test]
fn what_may_have_been_done_is_not_sent_again() {
    let shelf = Shelf::start();
    let (broker, count) = (shelf.url.clone(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&count);
    let proxy = Foreign::serve(Router::new().fallback(move |request: Request| async move {
        if request.method() != Method::POST {
            return pass_on(&broker, request).await;
        }
        counted.fetch_add(1, Ordering::SeqCst);
        // It is done, and the answer is lost.
        pass_on(&broker, request).await;
        StatusCode::BAD_GATEWAY.into_response()
    }));
    let create = ["environment", "create", "--name", "live"];
    shelf.run(&[&create[..], &["--broker-url", &proxy.url]].concat()).ended_with(2).says("is answered 502");
    assert_eq!(count.load(Ordering::SeqCst), 1);
    shelf.run(&["environment", "list"]).ended_with(0).says("live");
}
