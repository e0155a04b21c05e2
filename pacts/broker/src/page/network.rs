//! Where the page starts: who relies on whom, as a picture and as a table.

mod layout;
mod picture;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use super::links::Links;
use super::shell::{Page, Paged, Part, table};
use super::standing::Standing;
use super::words::{Word, counted, said};
use crate::Model;
use crate::http::server::Broker;
use crate::model::Pacticipant;
use picture::Picture;

pub fn routes() -> Router<Broker> {
    Router::new().route("/ui", get(show))
}

pub async fn show(State(broker): State<Broker>, links: Links) -> Paged {
    let body = broker.shelf.read(|model| body(model, &links)).await?;
    Ok(Page::new(Part::Services, "Services", body).answer(&links))
}

/// A consumer, a provider, and how they stand.
struct Relation<'m> {
    consumer: &'m Pacticipant,
    provider: &'m Pacticipant,
    standing: Standing<'m>,
}

fn body(model: &Model, links: &Links) -> Markup {
    let relations = relations(model);
    let services: Vec<&Pacticipant> = model.pacticipants().collect();
    if services.is_empty() {
        return html! {
            p.lead { "Nothing is published yet. The first pact makes its two services appear here." }
            p { "Publish one with " code { "countersign publish" } ", or any client of the Pact Broker." }
        };
    }
    let count = |word| relations.iter().filter(|relation| relation.standing.word() == word).count();
    html! {
        p.lead {
            (counted(services.len(), "service")) ", " (counted(relations.len(), "relation")) ": "
            @for (at, word) in [Word::Kept, Word::Broken, Word::Unknown].into_iter().enumerate() {
                @if at > 0 { ", " }
                (word.says(&format!("{} {}", count(word), word.as_str())))
            }
            "."
        }
        section aria-labelledby="network" {
            h2 #network { "Who relies on whom" }
            (Picture::of(model, links, &relations))
            (relations_table(model, links, &relations))
            p.note {
                "A relation is judged by the newest pact of the consumer's main branch (the newest at all where \
                 it has none) and the last result of it from the provider's main branch (from anybody where it \
                 has none). Unknown: that pact was never verified."
            }
        }
        section aria-labelledby="services" {
            h2 #services { "All services" }
            (services_table(model, links, &services))
        }
    }
}

fn relations(model: &Model) -> Vec<Relation<'_>> {
    let mut relations: Vec<Relation<'_>> = model
        .integrations()
        .filter_map(|integration| {
            Some(Relation {
                consumer: model.pacticipant(integration.pair.consumer),
                provider: model.pacticipant(integration.pair.provider),
                standing: Standing::of(model, integration)?,
            })
        })
        .collect();
    // What needs somebody comes first.
    relations.sort_by_key(|it| (it.standing.word(), it.consumer.name.as_str(), it.provider.name.as_str()));
    relations
}

fn relations_table(model: &Model, links: &Links, relations: &[Relation<'_>]) -> Markup {
    let rows = html! {
        @for Relation { consumer, provider, standing } in relations {
            @let number = &model.version(standing.publication.version).number;
            tr {
                th scope="row" { a href=(links.pacticipant(&consumer.name)) { (said(&consumer.name)) } }
                td { a href=(links.pacticipant(&provider.name)) { (said(&provider.name)) } }
                td { a href=(links.pair(&consumer.name, &provider.name)) { (standing.word()) } }
                td {
                    a href=(links.pact(&consumer.name, &provider.name, number)) { "pact of " (said(number)) }
                }
                td {
                    @match standing.result {
                        Some(result) => {
                            a href=(links.result(
                                &consumer.name, &provider.name, &standing.content.sha, result.number,
                            )) { "by " (said(&model.version(result.version).number)) }
                            ", " (result.at)
                        }
                        None => { "never" }
                    }
                }
            }
        }
    };
    table("Who relies on whom", &["Consumer", "Provider", "Verdict", "Pact", "Verified"], &rows)
}

fn services_table(model: &Model, links: &Links, services: &[&Pacticipant]) -> Markup {
    let rows = html! {
        @for service in services {
            tr {
                th scope="row" { a href=(links.pacticipant(&service.name)) { (said(&service.name)) } }
                td { (service.about.main_branch.as_deref().map_or_else(|| "not set".to_owned(), said)) }
                td {
                    @match service.latest() {
                        Some(version) => {
                            @let number = &model.version(version).number;
                            a href=(links.version(&service.name, number)) { (said(number)) }
                        }
                        None => { "none" }
                    }
                }
                td { (model.providers_of(service.id).count()) }
                td { (model.consumers_of(service.id).count()) }
            }
        }
    };
    table("All services", &["Service", "Main branch", "Newest version", "Relies on", "Relied on by"], &rows)
}
