//! The calls that webhooks owed: by pact, by result, all in all, and what was sent and came back.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};
use uuid::Uuid;

use super::exist;
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, link, titled};
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::http::show;
use crate::model::{Model, Triggered};

const PAIR: &str = "/pacts/provider/{provider}/consumer/{consumer}";

pub fn routes() -> Router<Broker> {
    Router::new()
        .route(&format!("{PAIR}/webhooks/status"), get(status))
        .route(&format!("{PAIR}/version/{{version}}/triggered-webhooks"), get(of_pact))
        .route(
            &format!("{PAIR}/pact-version/{{sha}}/verification-results/{{number}}/triggered-webhooks"),
            get(of_result),
        )
        .route("/triggered-webhooks/{uuid}/logs", get(logs))
}

/// The last call of every webhook and event that is about the two.
async fn status(
    State(broker): State<Broker>,
    Names((provider, consumer)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    exist(&broker, &[&provider, &consumer]).await?;
    let tries = broker.settings.calls.pauses.len() + 1;
    let ask = |model: &Model| {
        let about = |it: &&Triggered| it.trigger.consumer == consumer && it.trigger.provider == provider;
        let mut newest: Vec<&Triggered> = Vec::new();
        for triggered in sorted(model, about) {
            let place = (triggered.webhook, &triggered.trigger.event);
            if !newest.iter().any(|it| (it.webhook, &it.trigger.event) == place) {
                newest.push(triggered);
            }
        }
        let count = |status| newest.iter().filter(|it| show::triggered_status(it) == status).count();
        let summary = json!({
            "successful": count("success"), "failed": count("failure"),
            "retrying": count("retrying"), "notRun": count("not_run"),
        });
        let failed = newest.iter().filter(|it| matches!(show::triggered_status(it), "failure" | "retrying"));
        let logs: Vec<Value> = failed.map(|it| link(logs_of(&hrefs, it.uuid))).collect();
        let shown: Vec<Value> = newest.iter().map(|it| show::triggered(&hrefs, model, it, tries)).collect();
        (summary, logs, shown)
    };
    let (summary, logs, shown) = broker.shelf.read(ask).await?;
    Ok(Answer::ok(&json!({
        "summary": summary,
        "_embedded": { "triggeredWebhooks": shown },
        "_links": {
            "self": titled(hrefs.pair(&provider, &consumer, &["/webhooks/status"]), "Webhooks status", ""),
            "pb:error-logs": logs,
            "pb:pact-webhooks": link(hrefs.pair(&provider, &consumer, &["/webhooks"])),
            "pb:consumer": titled(hrefs.pacticipant(&consumer), "Consumer", &consumer),
            "pb:provider": titled(hrefs.pacticipant(&provider), "Provider", &provider),
        },
    })))
}

async fn of_pact(
    State(broker): State<Broker>,
    Names((provider, consumer, number)): Names<(String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    let known = |model: &Model| {
        let version = model.find_version(&consumer, &number)?;
        model.publication(version.id, model.find(&provider)?.id).map(|_| ())
    };
    broker.shelf.read(known).await?.ok_or_else(|| Failure::not_found("there is no such pact"))?;
    let own = format!("{}/triggered-webhooks", hrefs.pact(&provider, &consumer, &number));
    listed(&broker, &hrefs, &own, |it| {
        it.trigger.consumer == consumer
            && it.trigger.provider == provider
            && it.trigger.consumer_version.as_ref() == Some(&number)
            && it.trigger.verification.is_none()
    })
    .await
}

async fn of_result(
    State(broker): State<Broker>,
    Names((provider, consumer, sha, number)): Names<(String, String, String, u32)>,
    hrefs: Hrefs,
) -> Answered {
    let known = |model: &Model| {
        let content = model.find_content(model.pair(&consumer, &provider)?, &sha)?;
        content.verification(number).map(|_| ())
    };
    broker.shelf.read(known).await?.ok_or_else(|| Failure::not_found("there is no such result"))?;
    let own = format!("{}/triggered-webhooks", hrefs.result(&provider, &consumer, &sha, number));
    listed(&broker, &hrefs, &own, |it| {
        it.trigger.consumer == consumer
            && it.trigger.provider == provider
            && it.trigger.sha.as_ref() == Some(&sha)
            && it.trigger.verification == Some(number)
    })
    .await
}

async fn listed(broker: &Broker, hrefs: &Hrefs, own: &str, which: impl Fn(&&Triggered) -> bool) -> Answered {
    let tries = broker.settings.calls.pauses.len() + 1;
    let ask = |model: &Model| -> Vec<Value> {
        sorted(model, which).into_iter().map(|it| show::triggered(hrefs, model, it, tries)).collect()
    };
    let shown = broker.shelf.read(ask).await?;
    Ok(Answer::ok(&json!({
        "_embedded": { "triggeredWebhooks": shown },
        "_links": { "self": titled(own, "Triggered webhooks", "") },
    })))
}

/// The newest first.
fn sorted(model: &Model, which: impl Fn(&&Triggered) -> bool) -> Vec<&Triggered> {
    let mut found: Vec<&Triggered> = model.triggered().filter(which).collect();
    found.sort_by_key(|it| (std::cmp::Reverse(it.created), it.uuid));
    found
}

fn logs_of(hrefs: &Hrefs, uuid: Uuid) -> String {
    hrefs.at(&["/triggered-webhooks", &uuid.to_string(), "/logs"])
}

async fn logs(State(broker): State<Broker>, Names(uuid): Names<Uuid>) -> Answered {
    let keys = |model: &Model| {
        let attempts = model.triggered_by(uuid)?.attempts.iter();
        Some(attempts.map(|attempt| attempt.body.clone()).collect::<Vec<crate::Key>>())
    };
    let missing = || Failure::not_found("there is no such call of a webhook");
    let keys = broker.shelf.read(keys).await?.ok_or_else(missing)?;
    let mut logs = Vec::with_capacity(keys.len());
    for key in keys {
        logs.push(broker.shelf.text(&key).await?);
    }
    Ok(Answer::text("text/plain;charset=utf-8", logs.join("\n")))
}
