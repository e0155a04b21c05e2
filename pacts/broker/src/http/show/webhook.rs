//! Webhooks and their calls, without their secrets.

use serde_json::{Map, Value, json};

use crate::event::Party;
use crate::http::href::{Hrefs, link, titled};
use crate::model::{Model, Triggered, Webhook};
use crate::webhook::shown;

pub fn webhook(hrefs: &Hrefs, webhook: &Webhook) -> Value {
    let about = shown(&webhook.about);
    let events: Vec<Value> = about.events.iter().map(|name| json!({ "name": name })).collect();
    let mut request = json!({
        "method": about.method, "url": about.url, "headers": about.headers, "body": about.body,
    });
    for (name, value) in [("username", about.username), ("password", about.password)] {
        if let Some(value) = value {
            request[name] = value.into();
        }
    }
    let mut body =
        json!({ "uuid": webhook.uuid, "description": about.description, "enabled": about.enabled });
    let mut links = Map::new();
    let own = hrefs.webhook(webhook.uuid);
    links.insert("self".to_owned(), titled(&own, name(webhook), webhook.uuid.to_string()));
    let execute = titled(format!("{own}/execute"), "Makes the call now, to try it out", "execute");
    links.insert("pb:execute".to_owned(), execute);
    for (role, party) in [("consumer", &about.consumer), ("provider", &about.provider)] {
        match party {
            Some(Party::Name(name)) => {
                body[role] = json!({ "name": name });
                let title = if role == "consumer" { "Consumer" } else { "Provider" };
                links.insert(format!("pb:{role}"), titled(hrefs.pacticipant(name), title, name));
            }
            Some(Party::Label(label)) => body[role] = json!({ "label": label }),
            None => {}
        }
    }
    if let (Some(Party::Name(consumer)), Some(Party::Name(provider))) = (&about.consumer, &about.provider) {
        let pair = hrefs.pair(provider, consumer, &["/webhooks"]);
        let title = format!("Webhooks of the pact between {consumer} and {provider}");
        links.insert("pb:pact-webhooks".to_owned(), titled(pair, title, ""));
    }
    links.insert("pb:webhooks".to_owned(), titled(hrefs.at(&["/webhooks"]), "All webhooks", ""));
    body["request"] = request;
    body["events"] = events.into();
    body["createdAt"] = webhook.created.to_string().into();
    body["updatedAt"] = webhook.updated.to_string().into();
    body["_links"] = links.into();
    body
}

/// What a webhook is called in a list.
pub fn name(webhook: &Webhook) -> String {
    let shown = shown(&webhook.about);
    shown.description.filter(|it| !it.is_empty()).unwrap_or_else(|| format!("{} {}", shown.method, shown.url))
}

/// As the Pact Broker names it: `not_run`, `success`, `retrying`, `failure`.
pub fn status(triggered: &Triggered) -> &'static str {
    match triggered.attempts.last() {
        None => "not_run",
        Some(last) if last.success => "success",
        Some(last) if last.again.is_some() => "retrying",
        Some(_) => "failure",
    }
}

/// A call; `tries` is how often one is made at most.
pub fn triggered(hrefs: &Hrefs, model: &Model, triggered: &Triggered, tries: usize) -> Value {
    let logs = hrefs.at(&["/triggered-webhooks", &triggered.uuid.to_string(), "/logs"]);
    let remaining = match triggered.due() {
        Some(_) => tries.saturating_sub(triggered.attempts.len()),
        None => 0,
    };
    json!({
        "uuid": triggered.uuid,
        "name": model.webhook(triggered.webhook).map(name),
        "status": status(triggered),
        "attemptsMade": triggered.attempts.len(),
        "attemptsRemaining": remaining,
        "triggerType": "resource_creation",
        "eventName": triggered.trigger.event,
        "createdAt": triggered.created.to_string(),
        "triggeredAt": triggered.created.to_string(),
        "_links": {
            "pb:logs": titled(logs, "What was sent and what came back", "logs"),
            "logs": link(hrefs.at(&["/triggered-webhooks", &triggered.uuid.to_string(), "/logs"])),
            "pb:webhook": titled(hrefs.webhook(triggered.webhook), "Webhook", "webhook"),
        },
    })
}
