//! The webhooks and their last calls. Of where they call only the host is shown: the rest of an address is
//! often a secret, as are headers and bodies.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use url::Url;

use super::links::Links;
use super::shell::{Page, Paged, Part, table};
use super::words::{Word, counted, said};
use crate::Model;
use crate::event::Party;
use crate::http::server::Broker;
use crate::model::{Triggered, Webhook};

/// Calls of each webhook that are shown.
const CALLS: usize = 10;

pub fn routes() -> Router<Broker> {
    Router::new().route("/ui/webhooks", get(show))
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
                td { (outcome(call)) }
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
