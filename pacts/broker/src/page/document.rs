//! A provider's document beside the pacts of its consumers: which operations they use (coverage), and which
//! interactions name one that the document does not have (drift).
//!
//! Only names are compared here. Whether bodies fit their schemas is for `countersign check`, and the page
//! says so.

mod operations;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use serde_json::Value;

use super::links::Links;
use super::pact::{parsed, title};
use super::shell::{Page, Paged, Part, table};
use super::standing::Standing;
use super::words::{Word, counted, said};
use crate::content::interactions;
use crate::http::answer::Failure;
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::model::Document;
use crate::{Key, Model};
use operations::{Named, Operations, Unread};

/// Consumers whose pacts are read for one page.
const CONSUMERS: usize = 100;
/// Interactions, and operations, that are shown.
const MOST: usize = 500;
const OPERATIONS: usize = 2000;

pub fn routes() -> Router<Broker> {
    Router::new().route("/ui/pacticipants/{name}/versions/{number}/document", get(show))
}

/// A consumer's pact that counts (see [`Standing`]).
struct Asked {
    consumer: String,
    number: String,
    pact: Value,
}

async fn show(
    State(broker): State<Broker>,
    Names((provider, number)): Names<(String, String)>,
    links: Links,
) -> Paged {
    let found = broker.shelf.read(|model| {
        let version = model.find_version(&provider, &number)?;
        Some((version.document.clone()?, pacts(model, &provider)))
    });
    let missing = || Failure::not_found(format!("version {number} of {provider} has no document"));
    let (document, pacts) = found.await?.ok_or_else(missing)?;
    let text = broker.shelf.text(&document.body).await?;
    let left = pacts.len().saturating_sub(CONSUMERS);
    let mut asked = Vec::new();
    for (consumer, number, key) in pacts.into_iter().take(CONSUMERS) {
        asked.push(Asked { consumer, number, pact: parsed(&broker, &key).await? });
    }
    let own_tests = match &document.results {
        Some(key) => parsed(&broker, key).await?.get("success").and_then(Value::as_bool),
        None => None,
    };
    let body = html! {
        (facts(&document, own_tests))
        @if left > 0 { p.note { "The pacts of " (counted(left, "more consumer")) " were not read." } }
        @match Operations::read(&text) {
            Ok(operations) => { (compared(&links, &provider, &operations, &asked)) }
            Err(unread) => { (not_read(unread)) }
        }
    };
    let page = Page::new(Part::Services, format!("Document of {provider} {number}"), body);
    let page = page.below("Services", links.home()).below(&provider, links.pacticipant(&provider));
    Ok(page.below(&number, links.version(&provider, &number)).answer(&links))
}

/// Consumer, version and text of each pact that counts.
fn pacts(model: &Model, provider: &str) -> Vec<(String, String, Key)> {
    let Some(provider) = model.find(provider) else { return Vec::new() };
    let standings = model.consumers_of(provider.id).filter_map(|it| Standing::of(model, it));
    standings
        .map(|Standing { publication, .. }| {
            let version = model.version(publication.version);
            let consumer = model.pacticipant(publication.pair.consumer).name.clone();
            (consumer, version.number.clone(), publication.body.clone())
        })
        .collect()
}

fn facts(document: &Document, own_tests: Option<bool>) -> Markup {
    html! {
        dl.facts {
            div { dt { "Published" } dd { (document.at) } }
            div { dt { "Type" } dd { (said(&document.content_type)) } }
            div {
                dt { "Its provider's own tests" }
                dd {
                    @match own_tests {
                        Some(success) => { (Word::from(Some(success))) }
                        None => { (Word::Unknown) ": nothing was told of them" }
                    }
                }
            }
        }
    }
}

fn not_read(unread: Unread) -> Markup {
    html! {
        p.lead { (Word::Unknown) ": coverage and drift are not judged here." }
        p {
            @match unread {
                Unread::NotRead => {
                    "The document can be read neither as JSON nor as YAML; "
                    code { "countersign check" }
                    " says where it breaks off."
                }
                Unread::NoPaths => { "The document has no paths, so it names no operation." }
            }
        }
    }
}

/// An interaction, and what it names of the document.
struct Use<'a> {
    asked: &'a Asked,
    title: String,
    request: Option<(String, String)>,
    named: Named,
}

fn uses<'a>(operations: &Operations, asked: &'a [Asked]) -> Vec<Use<'a>> {
    let each = asked.iter().flat_map(|asked| interactions(&asked.pact).map(move |it| (asked, it)));
    each.map(|(asked, interaction)| {
        let request = request(interaction);
        let named = request.as_ref().map_or(Named::NotHttp, |(method, path)| operations.named(method, path));
        Use { asked, title: title(interaction), request, named }
    })
    .collect()
}

/// Method and path, of HTTP alone.
fn request(interaction: &Value) -> Option<(String, String)> {
    let request = interaction.get("request")?;
    let path = request.get("path")?.as_str()?;
    let method = request.get("method").and_then(Value::as_str).unwrap_or("GET");
    Some((method.to_lowercase(), path.to_owned()))
}

fn compared(links: &Links, provider: &str, operations: &Operations, asked: &[Asked]) -> Markup {
    let uses = uses(operations, asked);
    let count = |named: fn(&Named) -> bool| uses.iter().filter(|it| named(&it.named)).count();
    let lacking = count(Named::is_lacking);
    let not_judged = count(|named| matches!(named, Named::NotHttp | Named::NotJudged));
    html! {
        section aria-labelledby="drift" {
            h2 #drift { "Drift" }
            @if lacking > 0 {
                p.lead {
                    (Word::Broken.says(&counted(lacking, "interaction")))
                    " that the document has no operation for."
                }
                (drift(links, provider, &uses))
            } @else if not_judged == uses.len() {
                p { (Word::Unknown) ": no pact has an interaction that could be judged." }
            } @else {
                p { "Every interaction that was judged names an operation of the document." }
            }
            @if not_judged > 0 {
                p.note {
                    (counted(not_judged, "interaction")) " not judged: no HTTP, or a path that the document keeps \
                     elsewhere (" code { "$ref" } ")."
                }
            }
            p.note {
                "Compared are methods and paths. Parameters, bodies and responses are not judged on this page: \
                 hold the pacts against the document with " code { "countersign check" } "."
            }
        }
        (coverage(operations, &uses))
    }
}

fn drift(links: &Links, provider: &str, uses: &[Use<'_>]) -> Markup {
    let lacking = uses.iter().filter(|it| it.named.is_lacking());
    let rows = html! {
        @for it in lacking.take(MOST) {
            tr {
                th scope="row" {
                    a href=(links.pact(&it.asked.consumer, provider, &it.asked.number)) {
                        (said(&it.asked.consumer)) " " (said(&it.asked.number))
                    }
                }
                td { (it.title) }
                td { @if let Some((method, path)) = &it.request { code { (method.to_uppercase()) " " (said(path)) } } }
                td { @if it.named == Named::NoMethod { "the path is there, the method is not" } @else { "there is no such path" } }
            }
        }
    };
    let left = uses.iter().filter(|it| it.named.is_lacking()).count().saturating_sub(MOST);
    html! {
        (table("Interactions without an operation", &["Pact", "Interaction", "Asks", "The document"], &rows))
        @if left > 0 { p.note { (left) " more are not shown." } }
    }
}

fn coverage(operations: &Operations, uses: &[Use<'_>]) -> Markup {
    let who = |at: usize| -> Vec<String> {
        let mut names: Vec<String> = uses
            .iter()
            .filter(|it| it.named == Named::Operation(at))
            .map(|it| said(&it.asked.consumer))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let by: Vec<Vec<String>> = (0..operations.list.len()).map(who).collect();
    let covered = by.iter().filter(|users| !users.is_empty()).count();
    let rows = html! {
        @for (operation, users) in operations.list.iter().zip(&by).take(OPERATIONS) {
            tr {
                th scope="row" { code { (operation.method.to_uppercase()) " " (said(&operation.path)) } }
                td { (operation.summary.as_deref().map(said).unwrap_or_default()) }
                td { @if users.is_empty() { "no pact uses it" } @else { (users.join(", ")) } }
            }
        }
    };
    html! {
        section aria-labelledby="coverage" {
            h2 #coverage { "Coverage" }
            p { (covered) " of " (counted(operations.list.len(), "operation")) " are used by a pact." }
            @if operations.elsewhere > 0 {
                p.note { (counted(operations.elsewhere, "path")) " kept elsewhere (" code { "$ref" } ") and not read." }
            }
            (table("Operations of the document", &["Operation", "What it does", "Used by"], &rows))
            @if by.len() > OPERATIONS { p.note { (by.len() - OPERATIONS) " more are not shown." } }
        }
    }
}
