//! May this version go there? A form, and the answer with its reason.

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::get;
use maud::{Markup, html};

use super::links::Links;
use super::pair::choice;
use super::shell::{Page, Paged, Part, table};
use super::words::{Word, counted, said};
use crate::Model;
use crate::draft::Refusal;
use crate::http::server::Broker;
use crate::matrix::{Answer, Query, Row, answer};

/// Pairs that are shown; the verdict is of all.
const ROWS: usize = 200;

pub fn routes() -> Router<Broker> {
    Router::new().route("/ui/can-i-deploy", get(show))
}

/// What the form sends. An empty field is one that was not filled in.
#[derive(Default)]
struct Asked {
    pacticipant: String,
    version: String,
    environment: String,
}

impl Asked {
    fn read(raw: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in url::form_urlencoded::parse(raw.as_bytes()) {
            match &*name {
                "pacticipant" => value.trim().clone_into(&mut asked.pacticipant),
                "version" => value.trim().clone_into(&mut asked.version),
                "environment" => value.trim().clone_into(&mut asked.environment),
                _ => {}
            }
        }
        asked
    }

    fn query(&self) -> Result<Query, Refusal> {
        let mut raw = url::form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("pacticipant", &self.pacticipant),
            ("version", &self.version),
            ("environment", &self.environment),
        ];
        Query::can_i_deploy(&raw.extend_pairs(fields).finish())
    }
}

async fn show(State(broker): State<Broker>, RawQuery(raw): RawQuery, links: Links) -> Paged {
    let asked = raw.as_deref().map(Asked::read);
    let body = broker.shelf.read(|model| {
        html! {
            (form(model, &links, asked.as_ref().unwrap_or(&Asked::default())))
            @if let Some(asked) = &asked { (answered(model, &links, asked)) }
        }
    });
    Ok(Page::new(Part::Deploy, "Can I deploy?", body.await?).answer(&links))
}

fn form(model: &Model, links: &Links, asked: &Asked) -> Markup {
    let services = model.pacticipants().map(|it| &it.name);
    let environments = model.environments().map(|it| &it.about.name);
    html! {
        form.filter method="get" action=(links.deploy()) {
            (choice(("pacticipant", "Service"), "choose one", services, &asked.pacticipant))
            label { "Version " input name="version" value=(asked.version) required autocomplete="off" spellcheck="false"; }
            (choice(("environment", "To environment"), "none", environments, &asked.environment))
            button type="submit" { "Ask" }
        }
        p.note { "Without an environment it is asked whether it fits the newest versions of the others." }
    }
}

fn answered(model: &Model, links: &Links, asked: &Asked) -> Markup {
    match asked
        .query()
        .and_then(|query| answer(model, &query).map(|answer| told(model, links, asked, &answer)))
    {
        Ok(told) => told,
        Err(refusal) => html! {
            section.answer.unknown aria-labelledby="answer" {
                h2 #answer { "This cannot be answered" }
                @match refusal {
                    Refusal::Invalid(fields) => {
                        @for (field, messages) in fields { p { (said(&field)) " " (said(&messages.join(", "))) "." } }
                    }
                    other => { p { (said(&other.to_string())) "." } }
                }
            }
        },
    }
}

fn told(model: &Model, links: &Links, asked: &Asked, answer: &Answer<'_>) -> Markup {
    let verdict = &answer.verdict;
    let word = Word::from(verdict.deployable);
    let words = match word {
        Word::Kept => "Yes",
        Word::Broken => "No",
        Word::Unknown => "Could not tell",
    };
    let counts = verdict.counts;
    html! {
        section.answer.(word.as_str()) aria-labelledby="answer" {
            h2 #answer { (word.says(words)) }
            p {
                "The question: may " (said(&asked.pacticipant)) " " (said(&asked.version)) " go "
                @if asked.environment.is_empty() { "beside the newest versions of the others?" }
                @else { "to " (said(&asked.environment)) "?" }
            }
            ul.reasons { @for line in verdict.reason.lines() { li { (said(line)) } } }
            p.note { (counts.success) " kept, " (counts.failed) " broken, " (counts.unknown) " unknown" }
        }
        @if !answer.rows.is_empty() { section { h2 { "What was looked at" } (rows(model, links, &answer.rows)) } }
        @if answer.rows.len() > ROWS { p.note { (counted(answer.rows.len() - ROWS, "more pair")) " not shown." } }
    }
}

fn rows(model: &Model, links: &Links, rows: &[Row<'_>]) -> Markup {
    let rows = html! {
        @for row in rows.iter().take(ROWS) {
            @let version = model.version(row.consumer);
            @let consumer = &model.pacticipant(version.pacticipant).name;
            @let provider = &model.pacticipant(row.provider).name;
            tr {
                th scope="row" { a href=(links.pact(consumer, provider, &version.number)) { (said(consumer)) " " (said(&version.number)) } }
                td {
                    (said(provider)) " "
                    @match row.provider_version {
                        Some(id) => {
                            @let number = &model.version(id).number;
                            a href=(links.version(provider, number)) { (said(number)) }
                        }
                        None => { "in no such version" }
                    }
                }
                td {
                    @match row.verification {
                        Some(result) => {
                            a href=(links.result(consumer, provider, &model.content(row.publication.content).sha, result.number)) {
                                (Word::from(row.success()))
                            }
                        }
                        None => { (Word::Unknown) }
                    }
                }
            }
        }
    };
    table("Pairs that count", &["Pact of", "Provider", "Verdict"], &rows)
}
