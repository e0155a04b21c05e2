//! What a provider found when it was held against a pact, interaction by interaction.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use serde_json::Value;

use super::links::{Links, elsewhere};
use super::pact::{parsed, title};
use super::shell::{Page, Paged, Part};
use super::words::{Word, counted, cut, said};
use crate::content::{interaction_id, interactions};
use crate::http::answer::Failure;
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::model::{Content, Verification};
use crate::{Key, Model};

/// Interactions, and mismatches of each, on the page.
const MOST: usize = 500;
const TEXT: usize = 4000;

pub fn routes() -> Router<Broker> {
    Router::new().route("/ui/pacts/consumer/{consumer}/provider/{provider}/results/{sha}/{number}", get(show))
}

async fn show(
    State(broker): State<Broker>,
    Names((consumer, provider, sha, number)): Names<(String, String, String, u32)>,
    links: Links,
) -> Paged {
    let missing = || Failure::not_found(format!("{consumer} and {provider} have no such result"));
    let find = |model: &Model| -> Option<(Key, Option<Key>)> {
        let content = model.find_content(model.pair(&consumer, &provider)?, &sha)?;
        let newest = content.publications.iter().max();
        let pact = newest.and_then(|version| model.publication(*version, content.pair.provider));
        Some((content.verification(number)?.result.body.clone(), pact.map(|pact| pact.body.clone())))
    };
    let (own, pact) = broker.shelf.read(find).await?.ok_or_else(missing)?;
    let sent = parsed(&broker, &own).await?;
    let pact = match pact {
        Some(key) => parsed(&broker, &key).await?,
        None => Value::Null,
    };
    let cases = Case::all(&sent, &pact);
    let found = broker.shelf.read(|model| {
        let content = model.find_content(model.pair(&consumer, &provider)?, &sha)?;
        let result = content.verification(number)?;
        Some(html! {
            (facts(model, &links, (&consumer, &provider), (content, result)))
            (told(&cases))
        })
    });
    let title = format!("Result {number} of {provider} for {consumer}");
    let page = Page::new(Part::Services, title, found.await?.ok_or_else(missing)?);
    let page = page.below("Services", links.home()).below(&consumer, links.pacticipant(&consumer));
    Ok(page.below(format!("{consumer} and {provider}"), links.pair(&consumer, &provider)).answer(&links))
}

/// An interaction of the pact, or of the result, and what was found of it.
#[derive(Debug, PartialEq, Eq)]
struct Case {
    name: String,
    word: Word,
    mismatches: Vec<String>,
}

impl Case {
    /// Broken ones first, then those that the result says nothing of.
    fn all(sent: &Value, pact: &Value) -> Vec<Self> {
        let results =
            sent.get("testResults").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let known: Vec<(String, String)> =
            interactions(pact).map(|it| (interaction_id(it), title(it))).collect();
        let id = |result: &Value| result.get("interactionId").and_then(Value::as_str).map(str::to_owned);
        let mut cases: Vec<Self> = results
            .iter()
            .map(|result| {
                let own = id(result);
                let by_id =
                    known.iter().find(|(it, _)| Some(it) == own.as_ref()).map(|(_, title)| title.clone());
                let told = result.get("interactionDescription").and_then(Value::as_str).map(said);
                Self {
                    name: by_id
                        .or(told)
                        .unwrap_or_else(|| "an interaction that the pact does not name".to_owned()),
                    word: result.get("success").and_then(Value::as_bool).into(),
                    mismatches: mismatches(result),
                }
            })
            .collect();
        let silent =
            known.iter().filter(|(it, _)| !results.iter().any(|result| id(result).as_ref() == Some(it)));
        cases.extend(silent.map(|(_, title)| Self {
            name: title.clone(),
            word: Word::Unknown,
            mismatches: Vec::new(),
        }));
        cases.sort_by_key(|case| case.word);
        cases
    }
}

fn mismatches(result: &Value) -> Vec<String> {
    let list = |name: &str| result.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mismatches = list("mismatches").iter().map(|mismatch| {
        let place = [text(mismatch, "attribute"), text(mismatch, "identifier")];
        let place: Vec<String> = place.into_iter().filter(|it| !it.is_empty()).collect();
        let description = text(mismatch, "description");
        let says = if description.is_empty() { mismatch.to_string() } else { description };
        if place.is_empty() {
            cut(&says, TEXT)
        } else {
            format!("{}: {}", said(&place.join(" ")), cut(&says, TEXT))
        }
    });
    let exceptions = list("exceptions").iter().map(|exception| {
        let message = text(exception, "message");
        cut(&if message.is_empty() { exception.to_string() } else { message }, TEXT)
    });
    mismatches.chain(exceptions).take(MOST).collect()
}

fn facts(
    model: &Model,
    links: &Links,
    (consumer, provider): (&str, &str),
    (content, verification): (&Content, &Verification),
) -> Markup {
    let result = &verification.result;
    let number = &model.version(verification.version).number;
    let last = content.verified_by(verification.version).map(|last| last.number);
    html! {
        p.lead {
            (Word::from(Some(result.success))) ": " (said(provider)) " "
            a href=(links.version(provider, number)) { (said(number)) }
            @if result.success { " keeps" } @else { " breaks" } " the pact of " (said(consumer)) "."
        }
        @if let Some(last) = last.filter(|last| *last != verification.number) {
            p {
                "The same version published a later one, which is the one that counts: "
                a href=(links.result(consumer, provider, &content.sha, last)) { "result " (last) } "."
            }
        }
        dl.facts {
            div { dt { "When" } dd { (result.executed_at.unwrap_or(verification.at)) } }
            @if let Some(url) = &result.build_url { div { dt { "Build" } dd { (elsewhere(url)) } } }
            @if let Some(by) = &result.implementation { div { dt { "Verified by" } dd { (said(by)) } } }
            @if result.wip { div { dt { "Work in progress" } dd { "this pact was not asked for by a selector" } } }
            div {
                dt { "Pact of" }
                dd {
                    @if content.publications.is_empty() { "no version any more" }
                    @for version in content.publications.iter().rev().take(10) {
                        @let number = &model.version(*version).number;
                        a href=(links.pact(consumer, provider, number)) { (said(number)) } " "
                    }
                }
            }
        }
    }
}

fn told(cases: &[Case]) -> Markup {
    let count = |word| cases.iter().filter(|case| case.word == word).count();
    html! {
        section {
            h2 { "Interactions" }
            @if cases.is_empty() {
                p { "The result names no interaction, and the pact is gone." }
            } @else {
                p.note {
                    (counted(cases.len(), "interaction")) ": " (count(Word::Kept)) " kept, " (count(Word::Broken))
                    " broken, " (count(Word::Unknown)) " unknown (the result says nothing of them)"
                }
            }
            @for case in cases.iter().take(MOST) {
                article.item {
                    h3 { (case.word) " " (case.name) }
                    @if !case.mismatches.is_empty() {
                        ul.mismatches { @for mismatch in &case.mismatches { li { (mismatch) } } }
                    } @else if case.word == Word::Broken {
                        p.note { "The verifier did not say why." }
                    }
                }
            }
            @if cases.len() > MOST { p.note { (cases.len() - MOST) " more are not shown." } }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_result_is_silent_about_is_unknown() {
        let pact = json!({ "interactions": [{ "description": "a" }, { "description": "b" }, { "description": "c" }] });
        let id = |at: usize| interaction_id(&pact["interactions"][at]);
        let sent = json!({ "success": false, "testResults": [
            { "interactionId": id(0), "success": true },
            { "interactionId": id(1), "success": false, "mismatches": [
                { "attribute": "header", "identifier": "X", "description": "not there" } ],
              "exceptions": [{ "message": "boom" }] },
            { "interactionDescription": "d", "success": "yes" },
        ]});
        let cases = Case::all(&sent, &pact);
        let told: Vec<(&str, Word)> = cases.iter().map(|case| (case.name.as_str(), case.word)).collect();
        assert_eq!(
            told,
            [("b", Word::Broken), ("d", Word::Unknown), ("c", Word::Unknown), ("a", Word::Kept)]
        );
        assert_eq!(cases[0].mismatches, ["header X: not there", "boom"]);
    }
}
