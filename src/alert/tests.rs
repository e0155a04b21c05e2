//! Real targets on free ports: what they hear, and what becomes of it when they do not.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{Alerted, Told, tell};
use crate::config::{Alert, Http, Shape, Target, Template};
use crate::finding::{Affected, Between, Finding, Location, Reliance, Severity};
use crate::report::{Parts, Report, Trouble, Verb};

/// What a target hears, and the statuses that it answers with, the next one last.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<(Vec<Heard>, Vec<StatusCode>)>>);

type Heard = (HeaderMap, Value);

impl Ear {
    /// A target that answers with these, and then with 200.
    async fn answering(statuses: &[StatusCode]) -> (Self, String) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let ear = Self::default();
        ear.0.lock().unwrap().1 = statuses.iter().rev().copied().collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook/s3cret-path", listener.local_addr().unwrap());
        let router = Router::new().route("/hook/s3cret-path", post(hear)).with_state(ear.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (ear, url)
    }

    fn heard(&self) -> Vec<Value> {
        self.0.lock().unwrap().0.iter().map(|(_, body)| body.clone()).collect()
    }
}

async fn hear(State(ear): State<Ear>, headers: HeaderMap, body: String) -> StatusCode {
    let mut heard = ear.0.lock().unwrap();
    heard.0.push((headers, serde_json::from_str(&body).unwrap()));
    heard.1.pop().unwrap_or(StatusCode::OK)
}

fn template(text: &str) -> Template {
    Template::parse(text.to_owned(), 0..0).unwrap()
}

fn http(shape: Shape) -> Alert {
    let target = Target::Http(Http {
        shape,
        url: template("${env:HOOK}"),
        headers: BTreeMap::from([("X-Token".to_owned(), template("${env:TOKEN}"))]),
        timeout: Duration::from_mins(1),
        attempts: NonZeroU32::new(2).unwrap(),
    });
    Alert { name: "studio".to_owned(), target, severity: Severity::Error, providers: Vec::new() }
}

fn finding(id: &str, severity: Severity) -> Finding {
    let location = Location {
        file: "pacts/ui-archivist.json".to_owned(),
        pointer: "/interactions/3".to_owned(),
        line: None,
    };
    Finding {
        provider: Some("archivist".to_owned()),
        operation: Some("GET /api/vod/{id}".to_owned()),
        instance: Some("response/200/body/duration".to_owned()),
        affects: Some(vec![Affected {
            consumer: "ui".to_owned(),
            contract: "ui-archivist".to_owned(),
            interaction: "a VOD exists".to_owned(),
            location,
            reliance: Reliance::Reads,
            pointer: Some("/duration".to_owned()),
        }]),
        ..Finding::new(id, severity, Between::ReleasedAndCurrent, "no longer returns \"duration\" <all>")
    }
}

fn report(findings: Vec<Finding>, errors: Vec<Trouble>) -> Report {
    Report::new(Verb::Drift, Parts { findings, errors, ..Parts::default() }, Duration::ZERO)
}

async fn told(alert: &Alert, report: &Report, told: &mut Told, url: &str) -> Alerted {
    let variable = |name: &str| match name {
        "HOOK" => Some(url.to_owned()),
        "TOKEN" => Some("hunter2-hunter2".to_owned()),
        _ => None,
    };
    tell(std::slice::from_ref(alert), report, told, &variable).await
}

#[tokio::test]
async fn each_finding_is_told_once_and_its_end_once() {
    let (ear, url) = Ear::answering(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state/told.json");
    let one = || finding("response-property-removed", Severity::Error);
    for findings in [vec![one()], vec![one()], vec![one(), finding("other", Severity::Error)], vec![], vec![]]
    {
        let mut state = Told::load(&file).unwrap();
        let alerted = told(&http(Shape::Plain), &report(findings, vec![]), &mut state, &url).await;
        assert_eq!(alerted.undelivered, []);
        state.save().unwrap();
    }
    let counts: Vec<(usize, usize)> = ear
        .heard()
        .iter()
        .map(|body| (body["new"].as_array().unwrap().len(), body["resolved"].as_array().unwrap().len()))
        .collect();
    assert_eq!(counts, [(1, 0), (1, 0), (0, 2)]);
    let first = &ear.heard()[0]["new"][0];
    assert_eq!(first["affects"], json!(["ui: \"a VOD exists\" reads /duration"]));
    let heard = ear.0.lock().unwrap();
    assert_eq!(heard.0[0].0["x-token"], "hunter2-hunter2");
}

#[tokio::test]
async fn what_could_not_be_told_is_told_and_resolves_nothing() {
    let (ear, url) = Ear::answering(&[]).await;
    let mut state = Told::load(Path::new("no/such/file")).unwrap();
    let before = report(vec![finding("a", Severity::Error)], vec![]);
    told(&http(Shape::Plain), &before, &mut state, &url).await;
    let trouble = Trouble::new("served.unreachable", "it takes no connection").of_provider("archivist");
    told(&http(Shape::Plain), &report(vec![], vec![trouble]), &mut state, &url).await;
    let last = ear.heard().pop().unwrap();
    assert_eq!((&last["new"][0]["severity"], &last["resolved"]), (&json!("unknown"), &json!([])));
}

#[tokio::test]
async fn a_target_that_is_busy_is_tried_again() {
    let (ear, url) = Ear::answering(&[StatusCode::SERVICE_UNAVAILABLE]).await;
    let mut state = Told::load(Path::new("no/such/file")).unwrap();
    let alerted =
        told(&http(Shape::Plain), &report(vec![finding("a", Severity::Error)], vec![]), &mut state, &url)
            .await;
    assert_eq!((ear.heard().len(), alerted.delivered.len()), (2, 1));
}

#[tokio::test]
async fn a_target_that_refuses_is_reported_without_its_address_and_told_next_time() {
    let (ear, url) = Ear::answering(&[StatusCode::FORBIDDEN]).await;
    let mut state = Told::load(Path::new("no/such/file")).unwrap();
    let broken = report(vec![finding("a", Severity::Error)], vec![]);
    let alerted = told(&http(Shape::Slack), &broken, &mut state, &url).await;
    let why = &alerted.undelivered[0].why;
    assert!(why.contains("403") && !why.contains("s3cret") && !why.contains("127.0.0.1"), "{why}");
    let alerted = told(&http(Shape::Slack), &broken, &mut state, &url).await;
    assert_eq!((alerted.delivered.len(), ear.heard().len()), (1, 2));
    let dead = told(
        &http(Shape::Slack),
        &report(vec![finding("b", Severity::Error)], vec![]),
        &mut state,
        "http://127.0.0.1:1/s3cret-path",
    )
    .await;
    let why = &dead.undelivered[0].why;
    assert!(why.contains("takes no connection") && !why.contains("s3cret"), "{why}");
    let unset = tell(
        &[http(Shape::Slack)],
        &report(vec![finding("c", Severity::Error)], vec![]),
        &mut state,
        &|_| None,
    )
    .await;
    assert!(unset.undelivered[0].why.contains("HOOK is not set"), "{:?}", unset.undelivered);
}

#[tokio::test]
async fn only_what_weighs_enough_and_is_not_accepted_is_told() {
    let (ear, url) = Ear::answering(&[]).await;
    let mut state = Told::load(Path::new("no/such/file")).unwrap();
    let accepted = crate::finding::Accepted { by: "b.json".to_owned(), reason: None, until: None };
    let findings = vec![
        finding("light", Severity::Warning),
        Finding { accepted: Some(accepted), ..finding("known", Severity::Error) },
    ];
    told(&http(Shape::Plain), &report(findings, vec![]), &mut state, &url).await;
    let elsewhere = Alert { providers: vec!["cablecast".to_owned()], ..http(Shape::Plain) };
    told(&elsewhere, &report(vec![finding("a", Severity::Error)], vec![]), &mut state, &url).await;
    assert!(ear.heard().is_empty(), "{:?}", ear.heard());
}

#[tokio::test]
async fn every_shape_names_who_is_hurt_and_escapes_what_it_names() {
    for (shape, pointer, escaped) in [
        (Shape::Slack, "/blocks/1/text/text", "&lt;all&gt;"),
        (Shape::Teams, "/attachments/0/content/body/1/text", "\\<all\\>"),
        (Shape::Discord, "/embeds/0/description", "\\<all\\>"),
    ] {
        let (ear, url) = Ear::answering(&[]).await;
        let mut state = Told::load(Path::new("no/such/file")).unwrap();
        told(&http(shape), &report(vec![finding("a", Severity::Error)], vec![]), &mut state, &url).await;
        let heard = ear.heard().remove(0);
        let text = heard.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{heard:#}"));
        assert!(text.contains("breaking for ui") && text.contains(escaped), "{text}");
    }
}

#[tokio::test]
async fn files_and_github_hear_too() {
    let folder = tempfile::tempdir().unwrap();
    let (lines, summary) = (folder.path().join("alerts.ndjson"), folder.path().join("summary.md"));
    let broken = report(vec![finding("a,b", Severity::Error)], vec![]);
    let alert = |name: &str, target| Alert {
        name: name.to_owned(),
        target,
        severity: Severity::Error,
        providers: vec![],
    };
    let alerts = [alert("log", Target::File(lines.clone())), alert("ci", Target::Github)];
    let mut state = Told::load(Path::new("no/such/file")).unwrap();
    let named = summary.to_string_lossy().into_owned();
    let alerted = tell(&alerts, &broken, &mut state, &|_| Some(named.clone())).await;
    assert_eq!(alerted.delivered.len(), 2);
    let line: Value = serde_json::from_str(std::fs::read_to_string(&lines).unwrap().trim_end()).unwrap();
    assert_eq!(line["new"][0]["id"], "a,b");
    assert!(std::fs::read_to_string(&summary).unwrap().starts_with("### countersign: 1 new broken\n"));
    assert!(
        alerted.commands[0].starts_with("::error title=a%2Cb%3A GET /api/vod/{id}"),
        "{:?}",
        alerted.commands
    );
}
