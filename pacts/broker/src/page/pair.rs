//! The matrix of two: each version of the consumer against each version of the provider.

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::{Markup, Render, html};
use serde::Deserialize;

use super::links::Links;
use super::shell::{Page, Paged, Part};
use super::standing::Standing;
use super::words::{Word, counted, said};
use crate::Model;
use crate::http::answer::Failure;
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::model::{Integration, Pacticipant, Publication, Version, VersionId};

/// The newest versions of either side; more make no table that anybody reads.
const ROWS: usize = 40;
const COLUMNS: usize = 20;

pub fn routes() -> Router<Broker> {
    Router::new().route("/ui/pacts/consumer/{consumer}/provider/{provider}", get(show))
}

/// Only the versions of a branch, or with a tag. An empty one is none, as a form sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Filter {
    consumer_branch: String,
    consumer_tag: String,
    provider_branch: String,
    provider_tag: String,
}

async fn show(
    State(broker): State<Broker>,
    Names((consumer, provider)): Names<(String, String)>,
    Query(filter): Query<Filter>,
    links: Links,
) -> Paged {
    let found = broker.shelf.read(|model| {
        let integration = model.integration(model.pair(&consumer, &provider)?)?;
        Some(body(model, &links, integration, &filter))
    });
    let missing = || Failure::not_found(format!("{consumer} and {provider} have no pact"));
    let page =
        Page::new(Part::Services, format!("{consumer} and {provider}"), found.await?.ok_or_else(missing)?);
    Ok(page.below("Services", links.home()).below(&consumer, links.pacticipant(&consumer)).answer(&links))
}

/// What has a row and what has a column, newest first, and how many of each are left out.
struct Grid<'m> {
    rows: Vec<&'m Publication>,
    columns: Vec<VersionId>,
    more: (usize, usize),
}

fn body(model: &Model, links: &Links, integration: &Integration, filter: &Filter) -> Markup {
    let consumer = model.pacticipant(integration.pair.consumer);
    let provider = model.pacticipant(integration.pair.provider);
    let grid = grid(model, integration, filter);
    html! {
        @if let Some(standing) = Standing::of(model, integration) {
            @let number = &model.version(standing.publication.version).number;
            p.lead {
                (standing.word().says(&format!("{}: ", standing.word().as_str())))
                (said(&consumer.name)) " relies on " (said(&provider.name)) ". "
                a href=(links.pact(&consumer.name, &provider.name, number)) { "Read the pact of " (said(number)) }
            }
        }
        (form(consumer, provider, filter))
        section {
            h2 { "Matrix" }
            @if grid.rows.is_empty() {
                p { "No version of " (said(&consumer.name)) " that fits has a pact." }
            } @else if grid.columns.is_empty() {
                p {
                    (Word::Unknown) ": no version of " (said(&provider.name)) " that fits has verified a pact of "
                    (said(&consumer.name)) "."
                }
                (pacts_alone(model, links, (&consumer.name, &provider.name), &grid))
            } @else {
                (table(model, links, (&consumer.name, &provider.name), &grid))
            }
            @if grid.more.0 > 0 { p.note { (counted(grid.more.0, "older version")) " of the consumer not shown." } }
            @if grid.more.1 > 0 { p.note { (counted(grid.more.1, "older version")) " of the provider not shown." } }
        }
    }
}

fn grid<'m>(model: &'m Model, integration: &'m Integration, filter: &Filter) -> Grid<'m> {
    let fits = |id: VersionId, branch: &str, tag: &str| {
        let version = model.version(id);
        (branch.is_empty() || version.is_on(branch)) && (tag.is_empty() || version.tags.contains_key(tag))
    };
    let published = integration.publications.values().rev();
    let mut rows: Vec<&Publication> =
        published.filter(|it| fits(it.version, &filter.consumer_branch, &filter.consumer_tag)).collect();
    let more_rows = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let named = !filter.provider_branch.is_empty() || !filter.provider_tag.is_empty();
    // Where no version of the provider is asked for, those that verified something; else each one, for it may
    // be the one that did not.
    let candidates: BTreeSet<VersionId> = if named {
        model.pacticipant(integration.pair.provider).versions.clone()
    } else {
        let contents = rows.iter().map(|it| model.content(it.content));
        contents.flat_map(|content| content.verifications.iter().map(|it| it.version)).collect()
    };
    let fitting = candidates.into_iter().rev();
    let mut columns: Vec<VersionId> =
        fitting.filter(|id| fits(*id, &filter.provider_branch, &filter.provider_tag)).collect();
    let more_columns = columns.len().saturating_sub(COLUMNS);
    columns.truncate(COLUMNS);
    Grid { rows, columns, more: (more_rows, more_columns) }
}

fn table(model: &Model, links: &Links, (consumer, provider): (&str, &str), grid: &Grid<'_>) -> Markup {
    let caption = format!("Versions of {} against versions of {}", said(consumer), said(provider));
    html! {
        div.wide tabindex="0" role="region" aria-label=(caption) {
            table.matrix {
                caption.unseen { (caption) }
                thead {
                    tr {
                        th scope="col" { (said(consumer)) " ↓ " (said(provider)) " →" }
                        @for id in &grid.columns {
                            @let version = model.version(*id);
                            th scope="col" {
                                a href=(links.version(provider, &version.number)) { (said(&version.number)) }
                                (marks(version))
                            }
                        }
                    }
                }
                tbody {
                    @for publication in &grid.rows {
                        tr {
                            (row_head(model, links, (consumer, provider), publication))
                            @for id in &grid.columns {
                                td { (cell(model, links, (consumer, provider), (publication, *id))) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(
    model: &Model,
    links: &Links,
    (consumer, provider): (&str, &str),
    (publication, by): (&Publication, VersionId),
) -> Markup {
    let content = model.content(publication.content);
    match content.verified_by(by) {
        None => Word::Unknown.render(),
        Some(result) => html! {
            a href=(links.result(consumer, provider, &content.sha, result.number)) {
                (Word::from(Some(result.result.success)))
            }
        },
    }
}

fn row_head(
    model: &Model,
    links: &Links,
    (consumer, provider): (&str, &str),
    publication: &Publication,
) -> Markup {
    let version = model.version(publication.version);
    html! {
        th scope="row" {
            a href=(links.pact(consumer, provider, &version.number)) { (said(&version.number)) }
            (marks(version))
        }
    }
}

fn pacts_alone(model: &Model, links: &Links, names: (&str, &str), grid: &Grid<'_>) -> Markup {
    let rows = html! {
        @for publication in &grid.rows {
            tr { (row_head(model, links, names, publication)) td { (publication.created) } td { (Word::Unknown) } }
        }
    };
    super::shell::table("Pacts that nobody verified", &["Version", "Published", "Verdict"], &rows)
}

fn marks(version: &Version) -> Markup {
    html! {
        @for (branch, _) in version.branches.iter().rev().take(3) { " " span.tag { (said(branch)) } }
        @for tag in version.tags.keys().take(3) { " " span.tag { (said(tag)) } }
    }
}

fn form(consumer: &Pacticipant, provider: &Pacticipant, filter: &Filter) -> Markup {
    html! {
        form.filter method="get" role="search" aria-label="Narrow the matrix down" {
            fieldset {
                legend { (said(&consumer.name)) }
                (choice(("consumer_branch", "Branch"), "any", consumer.branches.keys(), &filter.consumer_branch))
                (choice(("consumer_tag", "Tag"), "any", consumer.tags.keys(), &filter.consumer_tag))
            }
            fieldset {
                legend { (said(&provider.name)) }
                (choice(("provider_branch", "Branch"), "any", provider.branches.keys(), &filter.provider_branch))
                (choice(("provider_tag", "Tag"), "any", provider.tags.keys(), &filter.provider_tag))
            }
            button type="submit" { "Show" }
        }
    }
}

/// A list to choose from. Every name is there, however many: a name that is missing could not be chosen.
pub fn choice<'a, Name: AsRef<str> + 'a>(
    (name, label): (&str, &str),
    none: &str,
    values: impl Iterator<Item = &'a Name>,
    chosen: &str,
) -> Markup {
    html! {
        label { (label) " "
            select name=(name) {
                option value="" { (none) }
                @for value in values.map(AsRef::as_ref) { option value=(value) selected[value == chosen] { (said(value)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::told::Told;

    fn words(told: &Told, filter: &Filter) -> Vec<String> {
        let integration = told.model.integrations().next().expect("two were told of");
        let grid = grid(&told.model, integration, filter);
        let number = |id| told.model.version(id).number.as_str();
        let word = |publication: &Publication, by| {
            let content = told.model.content(publication.content);
            Word::from(content.verified_by(by).map(|result| result.result.success)).as_str()
        };
        grid.rows
            .iter()
            .flat_map(|row| {
                grid.columns
                    .iter()
                    .map(|by| format!("{} {} {}", number(row.version), number(*by), word(row, *by)))
            })
            .collect()
    }

    #[test]
    fn each_version_meets_each_that_verified_one() {
        let mut told = Told::default();
        told.pact("A", "1", "B", "s").pact("A", "2", "B", "t");
        told.result("A", "B", "s", ("8", true)).result("A", "B", "t", ("9", false));
        let all = ["2 9 broken", "2 8 unknown", "1 9 unknown", "1 8 kept"];
        assert_eq!(words(&told, &Filter::default()), all);
    }

    #[test]
    fn a_version_that_is_asked_for_has_its_column_though_it_verified_nothing() {
        let mut told = Told::default();
        told.pact("A", "1", "B", "s").branch("B", "7", "main");
        let filter = Filter { provider_branch: "main".to_owned(), ..Filter::default() };
        assert_eq!(words(&told, &filter), ["1 7 unknown"]);
        assert_eq!(words(&told, &Filter::default()), [""; 0]);
    }
}
