//! One interaction: states, request and response, or a message, with its rules in words.

use maud::{Markup, html};
use serde_json::Value;

use super::rules;
use super::values::{block, joined, short};
use crate::diff::states;
use crate::page::words::said;

/// What its writer called it.
pub fn title(interaction: &Value) -> String {
    match interaction.get("description").and_then(Value::as_str) {
        Some(text) if !text.trim().is_empty() => said(text),
        _ => "an interaction without a description".to_owned(),
    }
}

pub fn show(interaction: &Value, number: usize) -> Markup {
    html! {
        article.item id={ "interaction-" (number) } {
            h3 { (title(interaction)) }
            @if interaction.get("pending") == Some(&Value::Bool(true)) {
                p { span.tag { "pending" } " Its failure does not fail a verification." }
            }
            @let states: Vec<_> = states(interaction).collect();
            @if !states.is_empty() {
                p.given {
                    "Given "
                    @for (at, (name, params)) in states.iter().enumerate() {
                        @if at > 0 { " and " }
                        strong { (said(name)) }
                        @if let Some(params) = params { " with " code { (short(params)) } }
                    }
                }
            }
            @for comment in comments(interaction) { p.note { (said(comment)) } }
            (parts(interaction))
        }
    }
}

fn comments(interaction: &Value) -> impl Iterator<Item = &str> {
    let texts = interaction.get("comments").and_then(|comments| comments.get("text"));
    texts.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// By its shape: HTTP has a request and a response with a status, a message has contents.
fn parts(interaction: &Value) -> Markup {
    let kind = interaction.get("type").and_then(Value::as_str).unwrap_or_default();
    let (request, response) = (interaction.get("request"), interaction.get("response"));
    html! {
        @if kind == "Synchronous/Messages" {
            @if let Some(request) = request { (message("The consumer sends", request)) }
            @for response in response.and_then(Value::as_array).into_iter().flatten() {
                (message("The provider answers", response))
            }
        } @else if let Some(request) = request {
            (http_request(request))
            @if let Some(response) = response { (http_response(response)) }
        } @else if interaction.get("contents").is_some() || kind == "Asynchronous/Messages" {
            (message("The provider sends", interaction))
        } @else {
            p.note { "This kind of interaction is not known here; it is shown as it was published." }
            (block(interaction))
        }
    }
}

fn http_request(request: &Value) -> Markup {
    let method = request.get("method").map_or_else(|| "GET".to_owned(), joined);
    let path = request.get("path").map_or_else(|| "/".to_owned(), joined);
    html! {
        section.part {
            h4 { "The consumer asks" }
            p { code.asked { (method.to_uppercase()) " " (path) (query(request.get("query"))) } }
            (headers(request))
            (example(request.get("body")))
            (binding(request))
        }
    }
}

fn http_response(response: &Value) -> Markup {
    html! {
        section.part {
            h4 { "The provider answers" }
            p { "Status " code { (response.get("status").map_or_else(|| "200".to_owned(), joined)) } }
            (headers(response))
            (example(response.get("body")))
            (binding(response))
        }
    }
}

fn message(title: &str, message: &Value) -> Markup {
    let metadata = ["metadata", "metaData"].iter().find_map(|name| message.get(name)?.as_object());
    html! {
        section.part {
            h4 { (title) }
            @if let Some(metadata) = metadata.filter(|it| !it.is_empty()) { (fields("Metadata", metadata)) }
            (example(message.get("contents")))
            (binding(message))
        }
    }
}

/// A text in V1 and V2, lists by name from V3 on.
fn query(query: Option<&Value>) -> String {
    match query {
        Some(Value::String(text)) if !text.is_empty() => format!("?{}", said(text)),
        Some(Value::Object(parameters)) if !parameters.is_empty() => {
            let pairs = parameters.iter().flat_map(|(name, values)| {
                let values = values.as_array().cloned().unwrap_or_else(|| vec![values.clone()]);
                values.into_iter().map(move |value| format!("{}={}", said(name), joined(&value)))
            });
            format!("?{}", pairs.collect::<Vec<_>>().join("&"))
        }
        _ => String::new(),
    }
}

fn headers(part: &Value) -> Markup {
    html! {
        @if let Some(headers) = part.get("headers").and_then(Value::as_object).filter(|it| !it.is_empty()) {
            (fields("Headers", headers))
        }
    }
}

fn fields(title: &str, fields: &serde_json::Map<String, Value>) -> Markup {
    html! {
        dl.fields aria-label=(title) {
            @for (name, value) in fields { div { dt { code { (said(name)) } } dd { code { (joined(value)) } } } }
        }
    }
}

/// A body. From V4 on it stands in `content` with its type.
fn example(body: Option<&Value>) -> Markup {
    let Some(body) = body.filter(|body| !body.is_null()) else { return html! {} };
    let typed = body.get("contentType").and_then(Value::as_str).filter(|_| body.get("content").is_some());
    let Some(content_type) = typed else { return block(body) };
    let encoded = body.get("encoded").filter(|it| !matches!(it, Value::Bool(false) | Value::Null));
    html! {
        p.note { (said(content_type)) @if encoded.is_some() { ", shown as it is encoded" } }
        (block(&body["content"]))
    }
}

/// What binds instead of the example, and what is made anew for each replay.
fn binding(part: &Value) -> Markup {
    let (rules, generators) = (rules::rules(part), rules::generators(part));
    html! {
        @if !rules.is_empty() {
            h5 { "What binds" }
            ul.rules { @for rule in &rules { li { code { (rule.place) } ": " (rule.says) } } }
        }
        @if !generators.is_empty() {
            h5 { "Made anew for each replay" }
            ul.rules { @for rule in &generators { li { code { (rule.place) } ": " (rule.says) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_query_is_read_in_both_spellings() {
        assert_eq!(query(Some(&json!("a=1"))), "?a=1");
        assert_eq!(query(Some(&json!({ "a": ["1", "2"], "b": "3" }))), "?a=1&a=2&b=3");
        assert_eq!(query(None), "");
    }

    #[test]
    fn every_kind_of_interaction_is_told() {
        let told = |interaction: Value| show(&interaction, 1).into_string();
        let http = json!({ "description": "<b>", "providerState": "s", "request": { "method": "get", "path": "/a" },
            "response": { "status": 204 } });
        let html = told(http);
        assert!(html.contains("&lt;b&gt;") && html.contains("GET /a") && html.contains("204"), "{html}");
        let event = json!({ "description": "e", "contents": { "a": 1 }, "metaData": { "topic": "t" } });
        assert!(told(event).contains("The provider sends"));
        let both = json!({ "type": "Synchronous/Messages", "request": { "contents": { "content": "q", "contentType": "text/plain" } },
            "response": [{ "contents": { "content": "r", "contentType": "text/plain" } }] });
        assert!(told(both).contains("The provider answers"));
        assert!(told(json!({ "type": "Other/Thing" })).contains("not known here"));
    }
}
