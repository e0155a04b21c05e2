//! `GET /metrics`: how much there is of what; JSON as the Pact Broker tells it, or text for Prometheus.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::HeaderMap;
use http::header::ACCEPT;
use serde_json::{Value, json};

use crate::Moment;
use crate::http::answer::{Answer, Answered};
use crate::http::server::Broker;
use crate::model::{Content, Model, Verification, Version};

const DAYS_30: i64 = 30 * 24 * 60 * 60 * 1000;

pub fn routes() -> Router<Broker> {
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(State(broker): State<Broker>, headers: HeaderMap) -> Answered {
    let counted = broker.shelf.read(count).await?;
    let wants_text = headers.get_all(ACCEPT).iter().any(|accept| {
        accept.to_str().is_ok_and(|it| it.contains("text/plain") || it.contains("openmetrics"))
    });
    if wants_text {
        let mut text = String::new();
        flatten(&counted, "countersign_broker", &mut text);
        return Ok(Answer::text("text/plain;version=0.0.4;charset=utf-8", text));
    }
    Ok(Answer::ok(&counted))
}

fn count(model: &Model) -> Value {
    let mut counted = contracts(model);
    let versions: Vec<&Version> = model
        .pacticipants()
        .flat_map(|pacticipant| &pacticipant.versions)
        .map(|&id| model.version(id))
        .collect();
    let tags =
        || versions.iter().flat_map(|version| version.tags.keys().map(|tag| (version.pacticipant, tag)));
    let distinct: HashSet<&String> = tags().map(|(_, tag)| tag).collect();
    let by_pacticipant: HashSet<_> = tags().collect();
    let main = model.pacticipants().filter(|it| it.about.main_branch.is_some()).count();
    let triggered = model.triggered().count();
    let attempts: usize = model.triggered().map(|it| it.attempts.len()).sum();
    let due = model.triggered().filter(|it| it.due().is_some()).count();
    let failed = model.triggered().filter(|it| it.due().is_none());
    let failed = failed.filter(|it| it.attempts.last().is_some_and(|last| !last.success)).count();
    let others = [
        ("pacticipants", json!({ "count": model.pacticipants().count(), "withMainBranchSetCount": main })),
        (
            "pacticipantVersions",
            json!({
                "count": versions.len(),
                "withBranchCount": versions.iter().filter(|it| !it.branches.is_empty()).count(),
            }),
        ),
        (
            "tags",
            json!({
                "count": tags().count(),
                "distinctCount": distinct.len(),
                "distinctWithPacticipantCount": by_pacticipant.len(),
            }),
        ),
        ("environments", json!({ "count": model.environments().count() })),
        (
            "deployedVersions",
            json!({
                "count": versions.iter().map(|it| it.deployments.len()).sum::<usize>(),
                "currentlyDeployedCount": model.environments().map(|it| it.deployments.len()).sum::<usize>(),
            }),
        ),
        (
            "releasedVersions",
            json!({
                "count": versions.iter().map(|it| it.releases.len()).sum::<usize>(),
                "currentlySupportedCount": model.environments().map(|it| it.releases.len()).sum::<usize>(),
            }),
        ),
        ("webhooks", json!({ "count": model.webhooks().count() })),
        ("triggeredWebhooks", json!({ "count": triggered, "owedCount": due, "failedCount": failed })),
        ("webhookExecutions", json!({ "count": attempts })),
    ];
    for (name, value) in others {
        counted[name] = value;
    }
    counted
}

fn contracts(model: &Model) -> Value {
    let now = Moment::now().millis();
    let publications: Vec<_> = model.integrations().flat_map(|it| it.publications.values()).collect();
    let contents: BTreeMap<_, &Content> =
        publications.iter().map(|it| (it.content, model.content(it.content))).collect();
    let results: Vec<&Verification> = contents.values().flat_map(|it| &it.verifications).collect();
    let recent = publications.iter().filter(|it| now - it.created.millis() <= DAYS_30).count();
    let mut revisions: BTreeMap<String, usize> = BTreeMap::new();
    for publication in &publications {
        *revisions.entry(publication.revision.to_string()).or_default() += 1;
    }
    let mut per_content: BTreeMap<String, usize> = BTreeMap::new();
    for content in contents.values() {
        *per_content.entry(content.verifications.len().to_string()).or_default() += 1;
    }
    let success = results.iter().filter(|it| it.result.success).count();
    json!({
        "integrations": { "count": model.integrations().count() },
        "pactPublications": { "count": publications.len(), "last30DaysCount": recent },
        "pactVersions": { "count": contents.len() },
        "pactRevisionsPerConsumerVersion": { "distribution": revisions },
        "verificationResults": {
            "count": results.len(),
            "successCount": success,
            "failureCount": results.len() - success,
            "first": results.iter().map(|it| it.at).min().map(|at| at.to_string()),
            "last": results.iter().map(|it| it.at).max().map(|at| at.to_string()),
        },
        "verificationResultsPerPactVersion": { "distribution": per_content },
    })
}

/// Every number as a gauge, named by its path; a distribution is not told.
fn flatten(value: &Value, name: &str, text: &mut String) {
    match value {
        Value::Number(number) => {
            writeln!(text, "# TYPE {name} gauge\n{name} {number}").expect("a string takes what is written");
        }
        Value::Object(fields) => {
            for (field, value) in fields.iter().filter(|(field, _)| *field != "distribution") {
                flatten(value, &format!("{name}_{}", snake(field)), text);
            }
        }
        _ => {}
    }
}

fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
