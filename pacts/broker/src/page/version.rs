//! A version of a service: where it is, what it relies on, and what it verified.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use super::links::{Links, elsewhere};
use super::shell::{Page, Paged, Part, table};
use super::words::{Word, counted, said};
use crate::Model;
use crate::http::answer::Failure;
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::model::{Environment, Version};

/// Results that are shown.
const RESULTS: usize = 200;

pub fn routes() -> Router<Broker> {
    Router::new().route("/ui/pacticipants/{name}/versions/{number}", get(show))
}

async fn show(
    State(broker): State<Broker>,
    Names((name, number)): Names<(String, String)>,
    links: Links,
) -> Paged {
    let found =
        broker.shelf.read(|model| Some(body(model, &links, &name, model.find_version(&name, &number)?)));
    let body =
        found.await?.ok_or_else(|| Failure::not_found(format!("there is no version {number} of {name}")))?;
    let page = Page::new(Part::Services, format!("{name} {number}"), body);
    Ok(page.below("Services", links.home()).below(&name, links.pacticipant(&name)).answer(&links))
}

fn body(model: &Model, links: &Links, name: &str, version: &Version) -> Markup {
    html! {
        dl.facts {
            div {
                dt { "Branches" }
                dd {
                    @if version.branches.is_empty() { "none" }
                    @for (branch, at) in &version.branches { span.tag { (said(branch)) } " since " (at) " " }
                }
            }
            div { dt { "Tags" } dd { (tags(version)) } }
            div { dt { "Where it is" } dd { (places(model, version)) } }
            @if let Some(url) = &version.build_url { div { dt { "Build" } dd { (elsewhere(url)) } } }
            div { dt { "Known since" } dd { (version.created) } }
            @if let Some(document) = &version.document {
                div {
                    dt { "Document" }
                    dd { a href=(links.document(name, &version.number)) { "its document beside the pacts" } ", " (document.at) }
                }
            }
        }
        (history(model, version))
        (pacts(model, links, name, version))
        (verified(model, links, name, version))
    }
}

fn history(model: &Model, version: &Version) -> Markup {
    let deployed = version.deployments.iter().filter_map(|uuid| model.deployment(*uuid));
    let released = version.releases.iter().filter_map(|uuid| model.release(*uuid));
    let mut stays: Vec<_> = deployed
        .map(|it| ("deployed", it.environment, it.instance.as_deref(), it.created, it.ended))
        .chain(released.map(|it| ("released", it.environment, None, it.created, it.ended)))
        .collect();
    stays.sort_by_key(|stay| std::cmp::Reverse(stay.3));
    let rows = html! {
        @for (how, environment, instance, since, ended) in &stays {
            tr {
                th scope="row" {
                    (model.environment(*environment).map_or_else(|| "an environment that is gone".to_owned(), environment_name))
                }
                td { (how) }
                td { (instance.map_or_else(|| "–".to_owned(), said)) }
                td { (since) }
                td { @match ended { Some(at) => (at), None => "is there" } }
            }
        }
    };
    html! {
        @if !stays.is_empty() {
            section {
                h2 { "Deployments and releases" }
                (table("Deployments and releases", &["Environment", "How", "Instance", "Since", "Until"], &rows))
            }
        }
    }
}

fn pacts(model: &Model, links: &Links, name: &str, version: &Version) -> Markup {
    let pacts: Vec<_> =
        model.providers_of(version.pacticipant).filter_map(|it| it.publications.get(&version.id)).collect();
    let rows = html! {
        @for publication in &pacts {
            @let provider = &model.pacticipant(publication.pair.provider).name;
            @let last = model.content(publication.content).latest_verification();
            tr {
                th scope="row" { a href=(links.pact(name, provider, &version.number)) { (said(provider)) } }
                td { (Word::from(last.map(|last| last.result.success))) }
                td {
                    @match last {
                        Some(last) => { "by " (said(&model.version(last.version).number)) ", " (last.at) }
                        None => "never",
                    }
                }
            }
        }
    };
    html! {
        @if !pacts.is_empty() {
            section {
                h2 { "Its pacts" }
                (table("Its pacts", &["Provider", "Last result", "Verified"], &rows))
            }
        }
    }
}

fn verified(model: &Model, links: &Links, name: &str, version: &Version) -> Markup {
    let left = version.verified.len().saturating_sub(RESULTS);
    let rows = html! {
        @for (content, number) in version.verified.iter().rev().take(RESULTS) {
            @let content = model.content(*content);
            @let consumer = &model.pacticipant(content.pair.consumer).name;
            @if let Some(result) = content.verification(*number) {
                tr {
                    th scope="row" { a href=(links.pair(consumer, name)) { (said(consumer)) } }
                    td { a href=(links.result(consumer, name, &content.sha, *number)) { (Word::from(Some(result.result.success))) } }
                    td { (numbers(&content.publications.iter().rev().take(5).map(|id| model.version(*id).number.as_str()).collect::<Vec<_>>(), content.publications.len())) }
                    td { (result.at) }
                }
            }
        }
    };
    html! {
        @if !version.verified.is_empty() {
            section {
                h2 { "What it verified" }
                (table("What it verified", &["Consumer", "Result", "Versions with that pact", "When"], &rows))
                @if left > 0 { p.note { (counted(left, "older result")) " not shown." } }
            }
        }
    }
}

/// The first of many numbers, and how many more there are.
fn numbers(first: &[&str], all: usize) -> String {
    let named = said(&first.join(", "));
    match all - first.len() {
        0 if named.is_empty() => "none any more".to_owned(),
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

pub fn tags(version: &Version) -> Markup {
    html! {
        @if version.tags.is_empty() { "none" }
        @for tag in version.tags.keys() { span.tag { (said(tag)) } " " }
    }
}

/// The environments where it is deployed or released now.
pub fn places(model: &Model, version: &Version) -> Markup {
    let deployed = version.deployments.iter().filter_map(|uuid| model.deployment(*uuid));
    let released = version.releases.iter().filter_map(|uuid| model.release(*uuid));
    let mut there: Vec<String> = deployed
        .filter(|it| it.ended.is_none())
        .map(|it| it.environment)
        .chain(released.filter(|it| it.ended.is_none()).map(|it| it.environment))
        .filter_map(|uuid| model.environment(uuid).map(environment_name))
        .collect();
    there.sort_unstable();
    there.dedup();
    html! {
        @if there.is_empty() { "nowhere that was recorded" }
        @for name in &there { span.tag { (name) } " " }
    }
}

pub fn environment_name(environment: &Environment) -> String {
    said(environment.about.display_name.as_deref().unwrap_or(&environment.about.name))
}
