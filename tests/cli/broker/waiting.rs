//! `countersign can-i-deploy` that asks again, because a verification is on its way.

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use serde_json::json;
use tokio::sync::{mpsc, oneshot};

use super::Shelf;
use super::verifying::pass_on;
use crate::foreign::{Foreign, greeter};
use crate::scene::Told;

const ASK: [&str; 7] = ["can-i-deploy", "-a", "web", "-e", "1", "--to-environment", "live"];

/// A broker whose first answer is held back until it is let go, and what hears of every question once it is
/// answered.
fn holding_back(broker: &str, go: oneshot::Receiver<()>) -> (Foreign, mpsc::UnboundedReceiver<()>) {
    let (sender, answered) = mpsc::unbounded_channel();
    let (broker, go) = (broker.to_owned(), Arc::new(Mutex::new(Some(go))));
    let router = Router::new().fallback(move |request: Request| {
        let (broker, sender) = (broker.clone(), sender.clone());
        let first = go.lock().unwrap().take();
        async move {
            let answer = pass_on(&broker, request).await;
            sender.send(()).unwrap();
            if let Some(go) = first {
                go.await.unwrap();
            }
            answer
        }
    });
    (Foreign::serve(router), answered)
}

#[test]
fn a_verification_that_arrives_between_two_questions_is_the_answer() {
    let shelf = Shelf::start();
    let service = Foreign::serve(greeter());
    shelf.run(&["environment", "create", "--name", "live"]).ended_with(0);
    shelf.publish("1", &json!("hello"));
    let (let_go, go) = oneshot::channel();
    let (between, mut answered) = holding_back(&shelf.url, go);
    let again = ["--retry-while-unknown", "1", "--retry-interval", "10ms", "--broker-url", &between.url];
    let mut command = shelf.command(&[&ASK[..], &again].concat());
    let asking = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    answered.blocking_recv().unwrap();
    shelf.verify(&service.url, "7", &[]).ended_with(0);
    shelf.deploy("greeter", "7");
    let_go.send(()).unwrap();
    Told::from(asking.wait_with_output().unwrap()).ended_with(0).says("yes: ");
    answered.try_recv().expect("it asked again");
    assert!(answered.try_recv().is_err(), "and only once");
}

#[test]
fn what_stays_unknown_is_asked_as_often_as_was_said() {
    let shelf = Shelf::start();
    shelf.run(&["environment", "create", "--name", "live"]).ended_with(0);
    shelf.publish("1", &json!("hello"));
    let (let_go, go) = oneshot::channel();
    let (between, mut answered) = holding_back(&shelf.url, go);
    let_go.send(()).unwrap();
    let again = ["--retry-while-unknown", "2", "--retry-interval", "10ms", "--broker-url", &between.url];
    shelf.run(&[&ASK[..], &again].concat()).ended_with(2).says("could not tell: ");
    assert_eq!(std::iter::from_fn(|| answered.try_recv().ok()).count(), 3);
}
