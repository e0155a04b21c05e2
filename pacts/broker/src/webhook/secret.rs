//! What of a webhook is never shown: its password, and whatever is named like one.
//!
//! Who changes a webhook sends back what was shown: stars in a secret's place mean "as it was".

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::Url;

use crate::event::WebhookAbout;

pub const STARS: &str = "**********";

/// A header, parameter or field whose name holds one of these is a secret.
const NAMES: [&str; 9] =
    ["authorization", "token", "secret", "password", "passwd", "cookie", "api-key", "apikey", "api_key"];

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|it| name.contains(it))
}

/// The same webhook with stars for its secrets.
#[must_use]
pub fn shown(about: &WebhookAbout) -> WebhookAbout {
    let mut shown = about.clone();
    shown.url = shown_url(&about.url);
    shown.password = about.password.as_ref().map(|_| STARS.to_owned());
    for (_, value) in shown.headers.iter_mut().filter(|(name, _)| is_secret(name)) {
        STARS.clone_into(value);
    }
    hide(&mut shown.body);
    shown
}

/// Puts the known secrets where stars were sent. A password that is left out stays as it was, too. For
/// another host there are none: who may change a webhook must not have its secrets sent to himself.
pub(super) fn restore(about: &mut WebhookAbout, known: &WebhookAbout) {
    let origin = |url: &str| Url::parse(url).ok().map(|url| url.origin());
    if origin(&about.url) != origin(&known.url) {
        return;
    }
    if about.url == shown_url(&known.url) {
        about.url.clone_from(&known.url);
    }
    if about.username.is_some() && about.password.as_deref().is_none_or(|it| it == STARS) {
        about.password.clone_from(&known.password);
    }
    for (name, value) in about.headers.iter_mut().filter(|(_, value)| *value == STARS) {
        if let Some(known) = known.headers.get(name) {
            value.clone_from(known);
        }
    }
    restore_body(&mut about.body, &known.body);
}

/// The fields where stars are left that stand for no secret.
pub(super) fn starred(about: &WebhookAbout) -> Vec<String> {
    let headers = about.headers.iter().filter(|(_, value)| *value == STARS);
    let mut starred: Vec<String> = headers.map(|(name, _)| format!("request.headers.{name}")).collect();
    if about.password.as_deref() == Some(STARS) {
        starred.push("request.password".to_owned());
    }
    if about.url.contains(STARS) {
        starred.push("request.url".to_owned());
    }
    if about.body.to_string().contains(STARS) {
        starred.push("request.body".to_owned());
    }
    starred
}

fn restore_body(new: &mut Value, known: &Value) {
    match (new, known) {
        (Value::String(new), Value::String(known)) if new == STARS => new.clone_from(known),
        (Value::Object(new), Value::Object(known)) => {
            for (name, value) in new {
                if let Some(known) = known.get(name) {
                    restore_body(value, known);
                }
            }
        }
        (Value::Array(new), Value::Array(known)) => {
            new.iter_mut().zip(known).for_each(|(new, known)| restore_body(new, known));
        }
        _ => {}
    }
}

fn hide(body: &mut Value) {
    match body {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if is_secret(name) => STARS.clone_into(text),
                    other => hide(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}

fn shown_url(url: &str) -> String {
    let Some((before, query)) = url.split_once('?') else { return url.to_owned() };
    let shown: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret(name) => format!("{name}={STARS}"),
            _ => pair.to_owned(),
        })
        .collect();
    format!("{before}?{}", shown.join("&"))
}

/// Every secret of a webhook as it may turn up in what is told of a call.
pub(super) fn secrets(about: &WebhookAbout) -> Vec<String> {
    let headers = about.headers.iter().filter(|(name, _)| is_secret(name)).map(|(_, value)| value.clone());
    let query = about.url.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let parameters = query.split('&').filter_map(|pair| pair.split_once('='));
    let parameters = parameters.filter(|(name, _)| is_secret(name)).map(|(_, value)| value.to_owned());
    let mut all: Vec<String> = about.password.iter().cloned().chain(headers).chain(parameters).collect();
    if let (Some(username), Some(password)) = (&about.username, &about.password) {
        // As it goes over the wire, which a careless receiver gives back.
        all.push(STANDARD.encode(format!("{username}:{password}")));
    }
    // `Bearer abc`: an echo may leave the scheme out.
    let bare: Vec<String> =
        all.iter().filter_map(|it| it.split_once(' ')).map(|(_, secret)| secret.trim().to_owned()).collect();
    all.extend(bare);
    collect(&about.body, &mut all);
    let quoted: Vec<String> = all.iter().map(|it| Value::from(it.as_str()).to_string()).collect();
    all.extend(quoted.iter().map(|it| it[1..it.len() - 1].to_owned()));
    all.retain(|it| !it.is_empty());
    // The longest first, so that none is broken up by a part of it.
    all.sort_by_key(|it| std::cmp::Reverse(it.len()));
    all
}

fn collect(body: &Value, all: &mut Vec<String>) {
    match body {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if is_secret(name) => all.push(text.clone()),
                    other => collect(other, all),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|it| collect(it, all)),
        _ => {}
    }
}

/// A text in which no secret is left, whoever put it there.
pub(super) fn without(text: &str, secrets: &[String]) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), STARS))
}

impl fmt::Debug for WebhookAbout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = shown(self);
        f.debug_struct("WebhookAbout")
            .field("description", &shown.description)
            .field("events", &shown.events)
            .field("consumer", &shown.consumer)
            .field("provider", &shown.provider)
            .field("enabled", &shown.enabled)
            .field("method", &shown.method)
            .field("url", &shown.url)
            .field("headers", &shown.headers)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn about() -> WebhookAbout {
        WebhookAbout {
            url: "https://ci/run?ref=main&token=hush1".to_owned(),
            headers: [("Authorization".to_owned(), "Bearer hush2".to_owned())].into(),
            body: json!({ "variables": [{ "deploy_token": "hush3", "x": "y" }] }),
            username: Some("me".to_owned()),
            password: Some("hush4".to_owned()),
            ..WebhookAbout::default()
        }
    }

    #[test]
    fn no_secret_is_shown() {
        let about = about();
        let shown = shown(&about);
        let told = format!("{about:?} {}", serde_json::to_string(&shown).unwrap());
        assert!(!told.contains("hush"), "{told}");
        assert_eq!(shown.url, format!("https://ci/run?ref=main&token={STARS}"));
        assert_eq!(shown.body["variables"][0]["x"], "y");
        let echo = without("hush1 hush2 hush3 hush4", &secrets(&about));
        assert!(!echo.contains("hush"), "{echo}");
    }

    #[test]
    fn stars_leave_a_secret_as_it_was() {
        let known = about();
        let mut sent = shown(&known);
        sent.password = None;
        restore(&mut sent, &known);
        assert!(sent == known);
        sent.password = Some("new".to_owned());
        restore(&mut sent, &known);
        assert_eq!(sent.password.as_deref(), Some("new"));
    }

    #[test]
    fn another_host_does_not_get_the_secrets() {
        let known = about();
        let mut sent = shown(&known);
        sent.url = "https://elsewhere/run".to_owned();
        restore(&mut sent, &known);
        assert_eq!(starred(&sent), ["request.headers.Authorization", "request.password", "request.body"]);
        sent.password = None;
        restore(&mut sent, &known);
        assert_eq!(sent.password, None);
    }
}
