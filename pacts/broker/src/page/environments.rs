//! The environments, and what is deployed or released where, since when.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use super::links::Links;
use super::shell::{Page, Paged, Part, table};
use super::version::environment_name;
use super::words::said;
use crate::http::server::Broker;
use crate::model::{Environment, VersionId};
use crate::{Model, Moment};

pub fn routes() -> Router<Broker> {
    Router::new().route("/ui/environments", get(show))
}

async fn show(State(broker): State<Broker>, links: Links) -> Paged {
    let body = broker.shelf.read(|model| body(model, &links)).await?;
    Ok(Page::new(Part::Environments, "Environments", body).answer(&links))
}

/// A version that is there now.
struct Stay<'m> {
    service: &'m str,
    version: VersionId,
    how: &'static str,
    instance: Option<&'m str>,
    since: Moment,
}

fn body(model: &Model, links: &Links) -> Markup {
    let mut all: Vec<&Environment> = model.environments().collect();
    all.sort_by_key(|environment| (!environment.about.production, environment.about.name.as_str()));
    html! {
        @if all.is_empty() {
            p.lead { "There is no environment yet." }
            p { "Make one with " code { "countersign environment create" } "." }
        }
        @for environment in all {
            section {
                h2 { (environment_name(environment)) }
                p.note {
                    code { (said(&environment.about.name)) }
                    @if environment.about.production { ", production" } @else { ", not production" }
                }
                (there(model, links, environment))
            }
        }
    }
}

fn there(model: &Model, links: &Links, environment: &Environment) -> Markup {
    let stays = stays(model, environment);
    let rows = html! {
        @for stay in &stays {
            @let number = &model.version(stay.version).number;
            tr {
                th scope="row" { a href=(links.pacticipant(stay.service)) { (said(stay.service)) } }
                td { a href=(links.version(stay.service, number)) { (said(number)) } }
                td { (stay.how) }
                td { (stay.instance.map_or_else(|| "–".to_owned(), said)) }
                td { (stay.since) }
            }
        }
    };
    let name = environment_name(environment);
    html! {
        @if stays.is_empty() { p { "Nothing is recorded to be there." } }
        @else { (table(&format!("What is in {name}"), &["Service", "Version", "How", "Instance", "Since"], &rows)) }
    }
}

fn stays<'m>(model: &'m Model, environment: &Environment) -> Vec<Stay<'m>> {
    let service = |version| model.pacticipant(model.version(version).pacticipant).name.as_str();
    let deployed = environment.deployments.iter().filter_map(|uuid| model.deployment(*uuid)).map(|it| Stay {
        service: service(it.version),
        version: it.version,
        how: "deployed",
        instance: it.instance.as_deref(),
        since: it.created,
    });
    let released = environment.releases.iter().filter_map(|uuid| model.release(*uuid)).map(|it| Stay {
        service: service(it.version),
        version: it.version,
        how: "released",
        instance: None,
        since: it.created,
    });
    let mut stays: Vec<Stay<'m>> = deployed.chain(released).collect();
    stays.sort_by_key(|stay| (stay.service, stay.since));
    stays
}
