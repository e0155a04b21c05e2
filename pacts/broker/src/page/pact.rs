//! A pact for people: what the consumer asks, by example, and which part of each example binds.

mod changes;
mod interaction;
mod rules;
mod values;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use serde_json::Value;

use super::links::Links;
use super::shell::{Page, Paged, Part};
use super::words::{Word, counted, said};
use crate::content;
use crate::http::answer::Failure;
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::model::{Publication, VersionId};
use crate::store::StoreError;
use crate::{Key, Model};

pub use interaction::title;

/// Interactions on the page.
const INTERACTIONS: usize = 500;

pub fn routes() -> Router<Broker> {
    Router::new().route("/ui/pacts/consumer/{consumer}/provider/{provider}/version/{number}", get(show))
}

/// Whose pact, and with whom.
#[derive(Clone, Copy)]
pub struct Names3<'a> {
    pub consumer: &'a str,
    pub provider: &'a str,
    pub number: &'a str,
}

async fn show(
    State(broker): State<Broker>,
    Names((consumer, provider, number)): Names<(String, String, String)>,
    links: Links,
) -> Paged {
    let of = Names3 { consumer: &consumer, provider: &provider, number: &number };
    let missing =
        || Failure::not_found(format!("version {number} of {consumer} has no pact with {provider}"));
    let keys = broker.shelf.read(|model| {
        let publication = find(model, of)?;
        let previous = neighbours(model, publication).0;
        Some((publication.body.clone(), previous.map(|it| it.body.clone())))
    });
    let (own, previous) = keys.await?.ok_or_else(missing)?;
    let pact = parsed(&broker, &own).await?;
    let previous = match previous {
        // The same text: nothing to compare.
        Some(key) if key != own => Some(parsed(&broker, &key).await?),
        _ => None,
    };
    let found = broker.shelf.read(|model| {
        let publication = find(model, of)?;
        Some(body(model, &links, of, (publication, &pact, previous.as_ref())))
    });
    let page = Page::new(
        Part::Services,
        format!("Pact of {consumer} {number} with {provider}"),
        found.await?.ok_or_else(missing)?,
    );
    let page = page.below("Services", links.home()).below(&consumer, links.pacticipant(&consumer));
    Ok(page.below(format!("{consumer} and {provider}"), links.pair(&consumer, &provider)).answer(&links))
}

fn find<'m>(model: &'m Model, of: Names3<'_>) -> Option<&'m Publication> {
    let version = model.find_version(of.consumer, of.number)?;
    model.publication(version.id, model.find(of.provider)?.id)
}

/// A stored text that is JSON.
pub async fn parsed(broker: &Broker, key: &Key) -> Result<Value, StoreError> {
    let text = broker.shelf.text(key).await?;
    serde_json::from_str(&text).map_err(|error| StoreError::Broken(error.to_string()))
}

/// The pact of the version before, and of the one after.
fn neighbours<'m>(
    model: &'m Model,
    publication: &Publication,
) -> (Option<&'m Publication>, Option<&'m Publication>) {
    let Some(integration) = model.integration(publication.pair) else { return (None, None) };
    let all = &integration.publications;
    let after = (std::ops::Bound::Excluded(publication.version), std::ops::Bound::<VersionId>::Unbounded);
    (
        all.range(..publication.version).next_back().map(|(_, it)| it),
        all.range(after).next().map(|(_, it)| it),
    )
}

fn body(
    model: &Model,
    links: &Links,
    of: Names3<'_>,
    (publication, pact, previous): (&Publication, &Value, Option<&Value>),
) -> Markup {
    let all = content::interactions(pact).count();
    let specification = content::specification_version(pact);
    html! {
        (facts(model, links, of, publication))
        (steps(model, links, of, publication))
        (since(model, publication, pact, previous))
        section aria-labelledby="interactions" {
            h2 #interactions { "Interactions" }
            p.note {
                (counted(all, "interaction"))
                @if let Some(version) = specification { ", Pact specification " (said(version)) }
                ". What no rule speaks of has to be equal to the example in the request, and in the response's \
                 status, headers and body; the response may hold more than the example."
            }
            @if all > 3 {
                nav.contents aria-label="Interactions" {
                    ol {
                        @for (at, interaction) in content::interactions(pact).take(INTERACTIONS).enumerate() {
                            li { a href={ "#interaction-" (at + 1) } { (title(interaction)) } }
                        }
                    }
                }
            }
            @for (at, interaction) in content::interactions(pact).take(INTERACTIONS).enumerate() {
                (interaction::show(interaction, at + 1))
            }
            @if all > INTERACTIONS { p.note { (all - INTERACTIONS) " more are not shown: see the pact itself." } }
        }
    }
}

fn facts(model: &Model, links: &Links, of: Names3<'_>, publication: &Publication) -> Markup {
    let content = model.content(publication.content);
    let document = model
        .pacticipant(publication.pair.provider)
        .versions
        .iter()
        .rev()
        .map(|id| model.version(*id))
        .find(|version| version.document.is_some());
    html! {
        dl.facts {
            div {
                dt { "Last result" }
                dd {
                    @match content.latest_verification() {
                        Some(last) => {
                            a href=(links.result(of.consumer, of.provider, &content.sha, last.number)) {
                                (Word::from(Some(last.result.success)))
                            }
                            " by " (said(of.provider)) " " (said(&model.version(last.version).number)) ", " (last.at)
                        }
                        None => { (Word::Unknown) ": never verified" }
                    }
                }
            }
            div { dt { "Published" } dd { (publication.created) } }
            @if publication.revision > 1 { div { dt { "Revision" } dd { (publication.revision) } } }
            @if content.publications.len() > 1 {
                div { dt { "Same contract" } dd { (counted(content.publications.len(), "version")) " of " (said(of.consumer)) } }
            }
            @if let Some(version) = document {
                div {
                    dt { "Document" }
                    dd {
                        a href=(links.document(of.provider, &version.number)) {
                            "of " (said(of.provider)) " " (said(&version.number))
                        }
                    }
                }
            }
            div { dt { "For programs" } dd { a href=(links.pact_in_api(of.consumer, of.provider, of.number)) { "the pact itself" } } }
        }
    }
}

fn steps(model: &Model, links: &Links, of: Names3<'_>, publication: &Publication) -> Markup {
    let (before, after) = neighbours(model, publication);
    let step = |publication: &Publication, label: &str, rel: &str| {
        let number = &model.version(publication.version).number;
        html! {
            a href=(links.pact(of.consumer, of.provider, number)) rel=(rel) { (label) ": " (said(number)) }
        }
    };
    html! {
        @if before.is_some() || after.is_some() {
            nav.pages aria-label="Pacts of other versions" {
                @if let Some(before) = before { (step(before, "Version before", "prev")) }
                @if let Some(after) = after { (step(after, "Version after", "next")) }
            }
        }
    }
}

/// What changed since the pact of the version before.
fn since(model: &Model, publication: &Publication, pact: &Value, previous: Option<&Value>) -> Markup {
    let Some(before) = neighbours(model, publication).0 else { return html! {} };
    let number = &model.version(before.version).number;
    html! {
        section aria-labelledby="changes" {
            h2 #changes { "What changed since " (said(number)) }
            @if before.content == publication.content {
                p { "Nothing that binds: it is the same contract, and what was verified of one counts for both." }
            } @else if let Some(previous) = previous {
                (changes::show(previous, pact))
            }
        }
    }
}
