//! The webhooks and their last calls. Of where they call only the host is shown: the rest of an address is
//! often a secret, as are headers and bodies. What a call's log says of these has stars for what is secret.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use url::Url;
use uuid::Uuid;

use super::links::Links;
use super::shell::{Page, Paged, Part, table};
use super::words::{Word, counted, cut, said};
use crate::event::Party;
use crate::http::answer::Failure;
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::model::{Attempt, Triggered, Webhook};
use crate::{Key, Model};

/// Calls of each webhook that are shown.
const CALLS: usize = 10;
/// Attempts of one call that are shown, and characters of the log of each.
const ATTEMPTS: usize = 20;
const LOG: usize = 16_000;

pub fn routes() -> Router<Broker> {
    Router::new().route("/ui/webhooks", get(show)).route("/ui/webhooks/calls/{uuid}", get(call))
}

async fn show(State(broker): State<Broker>, links: Links) -> Paged {
    let body = broker.shelf.read(|model| body(model, &links)).await?;
    Ok(Page::new(Part::Webhooks, "Webhooks", body).answer(&links))
}

fn body(model: &Model, links: &Links) -> Markup {
    let mut webhooks: Vec<&Webhook> = model.webhooks().collect();
    webhooks.sort_by_key(|webhook| webhook.created);
    html! {
        @if webhooks.is_empty() {
            p.lead { "There is no webhook yet." }
            p { "Make one with " code { "countersign webhook" } ", or any client of the Pact Broker." }
        }
        @for webhook in webhooks {
            section {
                h2 { (webhook.about.description.as_deref().filter(|it| !it.is_empty()).map_or_else(|| "Webhook".to_owned(), said)) }
                (about(webhook))
                (calls(model, links, webhook))
            }
        }
    }
}

fn about(webhook: &Webhook) -> Markup {
    let about = &webhook.about;
    html! {
        dl.facts {
            div { dt { "Calls" } dd { code { (said(&about.method)) " " (host(&about.url)) } } }
            div { dt { "When" } dd { (said(&about.events.join(", ").replace('_', " "))) } }
            div { dt { "For" } dd { (party("consumer", about.consumer.as_ref())) ", " (party("provider", about.provider.as_ref())) } }
            div { dt { "Enabled" } dd { @if about.enabled { "yes" } @else { "no" } } }
            div { dt { "Since" } dd { (webhook.created) } }
        }
    }
}

/// Nothing of an address but where it leads.
fn host(address: &str) -> String {
    // A template may stand where the host is: then there is none to show.
    let Ok(url) = Url::parse(address) else { return "an address that is a template".to_owned() };
    let host = url.host_str().unwrap_or("no host");
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    format!("{}://{}{port}/…", said(url.scheme()), said(host))
}

fn party(role: &str, party: Option<&Party>) -> String {
    match party {
        None => format!("every {role}"),
        Some(Party::Name(name)) => format!("{role} {}", said(name)),
        Some(Party::Label(label)) => format!("every {role} labelled {}", said(label)),
    }
}

fn calls(model: &Model, links: &Links, webhook: &Webhook) -> Markup {
    let mut calls: Vec<&Triggered> = model.triggered().filter(|call| call.webhook == webhook.uuid).collect();
    calls.sort_by_key(|call| std::cmp::Reverse(call.created));
    let all = calls.len();
    let rows = html! {
        @for call in calls.into_iter().take(CALLS) {
            tr {
                th scope="row" { (said(&call.trigger.event.replace('_', " "))) }
                td {
                    @let (consumer, provider) = (&call.trigger.consumer, &call.trigger.provider);
                    @if model.pair(consumer, provider).is_some() {
                        a href=(links.pair(consumer, provider)) { (said(consumer)) " and " (said(provider)) }
                    } @else { (said(consumer)) " and " (said(provider)) }
                }
                td { (call.created) }
                td { (outcome(call)) @if !call.attempts.is_empty() { ", " a href=(links.call(call.uuid)) { "what was said" } } }
            }
        }
    };
    html! {
        h3 { "Last calls" }
        @if all == 0 { p { "It was never set off." } }
        @else { (table("Last calls", &["Event", "Between", "Set off", "How it went"], &rows)) }
        @if all > CALLS { p.note { (counted(all - CALLS, "older call")) " not shown." } }
    }
}

fn outcome(call: &Triggered) -> Markup {
    let attempts = counted(call.attempts.len(), "attempt");
    html! {
        @match call.attempts.last() {
            None => { (Word::Unknown.says("not called yet")) }
            Some(last) => {
                @if last.success { (Word::Kept.says("succeeded")) }
                @else if last.again.is_some() { (Word::Unknown.says("failed so far")) }
                @else { (Word::Broken.says("failed")) }
                @if let Some(status) = last.status { ", status " (status) }
                ", " (attempts)
                @if let Some(again) = last.again { ", again at " (again) }
            }
        }
    }
}

/// One call: each attempt with what was sent and what came, the last one first.
async fn call(State(broker): State<Broker>, Names(uuid): Names<Uuid>, links: Links) -> Paged {
    let missing = || Failure::not_found("there is no such call of a webhook");
    let keys = |model: &Model| -> Option<Vec<Key>> {
        let attempts = model.triggered_by(uuid)?.attempts.iter().rev();
        Some(attempts.take(ATTEMPTS).map(|attempt| attempt.body.clone()).collect())
    };
    let mut logs = Vec::new();
    for key in broker.shelf.read(keys).await?.ok_or_else(missing)? {
        logs.push((broker.shelf.text(&key).await?, key));
    }
    let body = broker.shelf.read(|model| Some(attempts(model.triggered_by(uuid)?, &logs))).await?;
    let page = Page::new(Part::Webhooks, "Call of a webhook", body.ok_or_else(missing)?);
    Ok(page.below("Webhooks", links.webhooks()).answer(&links))
}

fn attempts(call: &Triggered, logs: &[(String, Key)]) -> Markup {
    let trigger = &call.trigger;
    let log =
        |attempt: &Attempt| logs.iter().find(|(_, key)| *key == attempt.body).map(|(text, _)| cut(text, LOG));
    let left = call.attempts.len().saturating_sub(ATTEMPTS);
    html! {
        dl.facts {
            div { dt { "Set off by" } dd { (said(&trigger.event.replace('_', " "))) ", " (call.created) } }
            div { dt { "Between" } dd { (said(&trigger.consumer)) " and " (said(&trigger.provider)) } }
            div { dt { "How it went" } dd { (outcome(call)) } }
        }
        @for (at, attempt) in call.attempts.iter().enumerate().rev().take(ATTEMPTS) {
            section {
                h2 { "Attempt " (at + 1) }
                p { (Word::from(Some(attempt.success)).says(if attempt.success { "succeeded" } else { "failed" })) ", " (attempt.at) }
                @if let Some(log) = log(attempt) { pre tabindex="0" { (log) } }
            }
        }
        @if left > 0 { p.note { (counted(left, "earlier attempt")) " not shown." } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_address_only_the_host_is_shown() {
        assert_eq!(
            host("https://user:pass@hooks.example:8443/T0/secret?token=x"),
            "https://hooks.example:8443/…"
        );
        assert_eq!(host("${pactbroker.consumerName}"), "an address that is a template");
    }
}
