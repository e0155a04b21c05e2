//! A service: what it relies on, who relies on it, its branches, tags and versions.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use super::links::{Links, elsewhere};
use super::shell::{Page, Paged, Part, table};
use super::standing::Standing;
use super::version::{places, tags};
use super::words::{counted, said};
use crate::Model;
use crate::http::answer::Failure;
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::model::{Integration, Pacticipant, VersionId};

/// Versions on one page.
const VERSIONS: usize = 50;
/// Branches and tags each.
const LINES: usize = 200;

pub fn routes() -> Router<Broker> {
    Router::new().route("/ui/pacticipants/{name}", get(show))
}

#[derive(Debug, Deserialize)]
struct Asked {
    /// Only the versions of this branch, or with this tag.
    branch: Option<String>,
    tag: Option<String>,
    page: Option<usize>,
}

async fn show(
    State(broker): State<Broker>,
    Names(name): Names<String>,
    Query(asked): Query<Asked>,
    links: Links,
) -> Paged {
    let body = broker.shelf.read(|model| Some(body(model, &links, model.find(&name)?, &asked))).await?;
    let body = body.ok_or_else(|| Failure::not_found(format!("there is no service {name}")))?;
    Ok(Page::new(Part::Services, &name, body).below("Services", links.home()).answer(&links))
}

fn body(model: &Model, links: &Links, service: &Pacticipant, asked: &Asked) -> Markup {
    html! {
        (about(service))
        (relations(model, links, model.providers_of(service.id), true))
        (relations(model, links, model.consumers_of(service.id), false))
        (versions(model, links, service, asked))
        @let branches = service.branches.iter().map(|(name, branch)| (&**name, branch.versions.last()));
        (lines(model, links, service, ("Branches", "branch"), branches.collect()))
        @let tags = service.tags.iter().map(|(name, versions)| (name.as_str(), versions.last()));
        (lines(model, links, service, ("Tags", "tag"), tags.collect()))
    }
}

fn about(service: &Pacticipant) -> Markup {
    let about = &service.about;
    html! {
        dl.facts {
            @if let Some(name) = &about.display_name { div { dt { "Called" } dd { (said(name)) } } }
            div {
                dt { "Main branch" }
                dd { (about.main_branch.as_deref().map_or_else(|| "not set".to_owned(), said)) }
            }
            @if let Some(url) = &about.repository_url { div { dt { "Repository" } dd { (elsewhere(url)) } } }
            @if !service.labels.is_empty() {
                div { dt { "Labels" } dd { @for label in service.labels.keys() { span.tag { (said(label)) } " " } } }
            }
            div { dt { "Known since" } dd { (service.created) } }
        }
    }
}

fn relations<'m>(
    model: &'m Model,
    links: &Links,
    integrations: impl Iterator<Item = &'m Integration>,
    relies: bool,
) -> Markup {
    let title = if relies { "Relies on" } else { "Relied on by" };
    let standings: Vec<(&Integration, Standing<'_>)> =
        integrations.filter_map(|it| Some((it, Standing::of(model, it)?))).collect();
    let rows = html! {
        @for (integration, standing) in &standings {
            @let pair = integration.pair;
            @let (consumer, provider) = (&model.pacticipant(pair.consumer).name, &model.pacticipant(pair.provider).name);
            @let other = if relies { provider } else { consumer };
            @let number = &model.version(standing.publication.version).number;
            tr {
                th scope="row" { a href=(links.pacticipant(other)) { (said(other)) } }
                td { (standing.word()) }
                td { a href=(links.pact(consumer, provider, number)) { "pact of " (said(number)) } }
                td { a href=(links.pair(consumer, provider)) { "matrix" } }
            }
        }
    };
    html! {
        section {
            h2 { (title) }
            @if standings.is_empty() { p { "Nobody that is known here." } }
            @else { (table(title, &["Service", "Verdict", "Pact", "All versions"], &rows)) }
        }
    }
}

fn versions(model: &Model, links: &Links, service: &Pacticipant, asked: &Asked) -> Markup {
    let wanted = |id: &VersionId| {
        let version = model.version(*id);
        let chosen = |value: &Option<String>| value.clone().filter(|it| !it.is_empty());
        chosen(&asked.branch).is_none_or(|branch| version.is_on(&branch))
            && chosen(&asked.tag).is_none_or(|tag| version.tags.contains_key(&tag))
    };
    let all: Vec<VersionId> = service.versions.iter().rev().copied().filter(wanted).collect();
    let pages = all.len().div_ceil(VERSIONS).max(1);
    let page = asked.page.unwrap_or(1).clamp(1, pages);
    let rows = html! {
        @for version in all.iter().skip((page - 1) * VERSIONS).take(VERSIONS).map(|id| model.version(*id)) {
            tr {
                th scope="row" { a href=(links.version(&service.name, &version.number)) { (said(&version.number)) } }
                td { @for (branch, _) in &version.branches { span.tag { (said(branch)) } " " } }
                td { (tags(version)) }
                td { (places(model, version)) }
                td { (version.created) }
            }
        }
    };
    let at = |page: usize| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("branch", &asked.branch), ("tag", &asked.tag)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        format!(
            "{}?{}",
            links.pacticipant(&service.name),
            query.append_pair("page", &page.to_string()).finish()
        )
    };
    html! {
        section {
            h2 { "Versions" }
            p.note {
                (counted(all.len(), "version"))
                @if let Some(branch) = asked.branch.as_deref().filter(|it| !it.is_empty()) { " of branch " (said(branch)) }
                @if let Some(tag) = asked.tag.as_deref().filter(|it| !it.is_empty()) { " with tag " (said(tag)) }
                ", newest first"
            }
            (table("Versions", &["Version", "Branches", "Tags", "Where it is", "Known since"], &rows))
            @if pages > 1 {
                nav.pages aria-label="Pages of versions" {
                    @if page > 1 { a href=(at(page - 1)) rel="prev" { "Newer" } }
                    span { "page " (page) " of " (pages) }
                    @if page < pages { a href=(at(page + 1)) rel="next" { "Older" } }
                }
            }
        }
    }
}

/// Branches, or tags, each with its newest version.
fn lines(
    model: &Model,
    links: &Links,
    service: &Pacticipant,
    (title, field): (&str, &str),
    all: Vec<(&str, Option<&VersionId>)>,
) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    let left = all.len().saturating_sub(LINES);
    let rows = html! {
        @for (name, newest) in all.into_iter().take(LINES) {
            tr {
                th scope="row" { a href=(links.versions_of(&service.name, (field, name))) { (said(name)) } }
                td {
                    @if let Some(number) = newest.map(|id| &model.version(*id).number) {
                        a href=(links.version(&service.name, number)) { (said(number)) }
                    } @else { "none" }
                }
            }
        }
    };
    html! {
        section {
            h2 { (title) }
            (table(title, &["Name", "Newest version"], &rows))
            @if left > 0 { p.note { (left) " more are not shown." } }
        }
    }
}
