//! Reads a webhook as its owner describes it, and tells everything that is wrong with it at once.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use url::Url;

use super::secret::{restore, starred};
use super::target::Targets;
use crate::draft::Refusal;
use crate::event::{Party, WebhookAbout};
use crate::model::Model;

/// Everything that can set a webhook off.
pub const EVENTS: [&str; 6] = [
    "contract_content_changed",
    "contract_published",
    "contract_requiring_verification_published",
    "provider_verification_published",
    "provider_verification_succeeded",
    "provider_verification_failed",
];

/// What belongs to the connection, not to a request.
const RESERVED: [&str; 6] = ["connection", "content-length", "host", "te", "transfer-encoding", "upgrade"];

/// More headers no request needs, and longer addresses no server takes.
const HEADERS: usize = 50;
const ADDRESS: usize = 4096;

/// What a description is judged by.
#[derive(Debug)]
pub struct Context<'m> {
    pub model: &'m Model,
    pub targets: &'m Targets,
    /// The webhook as it is, where it is changed.
    pub known: Option<&'m WebhookAbout>,
}

#[derive(Default)]
struct Wrong(Vec<(String, Vec<String>)>);

impl Wrong {
    fn tell(&mut self, field: &str, message: impl Into<String>) {
        self.0.push((field.to_owned(), vec![message.into()]));
    }
}

pub fn read(body: &Value, context: &Context<'_>) -> Result<WebhookAbout, Refusal> {
    let mut wrong = Wrong::default();
    let empty = Map::new();
    let request = match body.get("request") {
        Some(Value::Object(request)) => request,
        Some(_) => {
            wrong.tell("request", "is not an object");
            &empty
        }
        None => {
            wrong.tell("request", "is missing");
            &empty
        }
    };
    let text = |from: Option<&Value>| from.and_then(Value::as_str).map(str::to_owned);
    let mut about = WebhookAbout {
        description: text(body.get("description")),
        events: events(body.get("events"), &mut wrong),
        consumer: party(body, "consumer", context.model, &mut wrong),
        provider: party(body, "provider", context.model, &mut wrong),
        enabled: body.get("enabled").and_then(Value::as_bool).unwrap_or(true),
        method: text(request.get("method")).unwrap_or_default().to_ascii_uppercase(),
        url: text(request.get("url")).unwrap_or_default(),
        headers: headers(request.get("headers"), &mut wrong),
        body: request.get("body").cloned().unwrap_or_default(),
        username: text(request.get("username")),
        password: text(request.get("password")),
    };
    if let Some(known) = context.known {
        restore(&mut about, known);
    }
    for field in starred(&about) {
        wrong.tell(&field, "has stars for a secret: for a new webhook, or another host, give it again");
    }
    if !request.is_empty() {
        check_request(&about, context.targets, &mut wrong);
    }
    if wrong.0.is_empty() { Ok(about) } else { Err(Refusal::Invalid(wrong.0)) }
}

fn check_request(about: &WebhookAbout, targets: &Targets, wrong: &mut Wrong) {
    if about.method.is_empty() {
        wrong.tell("request.method", "is missing");
    } else if !targets.methods.contains(&about.method) {
        let allowed = targets.methods.join(", ");
        wrong.tell("request.method", format!("{} is not allowed (allowed: {allowed})", about.method));
    }
    if about.url.trim().is_empty() {
        return wrong.tell("request.url", "is missing");
    }
    if about.url.len() > ADDRESS {
        return wrong.tell("request.url", format!("is longer than {ADDRESS} bytes"));
    }
    let after_scheme = about.url.split_once("://").map_or("", |(_, rest)| rest);
    let host = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains("${") {
        return wrong.tell("request.url", "cannot have a parameter in the host");
    }
    match Url::parse(&about.url) {
        Err(error) => wrong.tell("request.url", format!("is no address: {error}")),
        Ok(url) => {
            if let Err(refused) = targets.check(&url) {
                wrong.tell("request.url", refused.to_string());
            }
        }
    }
}

fn events(listed: Option<&Value>, wrong: &mut Wrong) -> Vec<String> {
    let Some(listed) = listed.filter(|it| !it.is_null()) else { return vec![EVENTS[0].to_owned()] };
    let Some(listed) = listed.as_array().filter(|it| !it.is_empty()) else {
        wrong.tell("events", "is not a list of at least one event");
        return Vec::new();
    };
    let mut events: Vec<String> = Vec::new();
    for (at, event) in listed.iter().enumerate() {
        match event.get("name").and_then(Value::as_str) {
            Some(name) if EVENTS.contains(&name) => {
                if !events.iter().any(|it| it == name) {
                    events.push(name.to_owned());
                }
            }
            _ => wrong.tell("events.name", format!("must be one of {} (at index {at})", EVENTS.join(", "))),
        }
    }
    events
}

fn headers(given: Option<&Value>, wrong: &mut Wrong) -> BTreeMap<String, String> {
    let given = match given {
        None | Some(Value::Null) => return BTreeMap::new(),
        Some(Value::Object(given)) if given.len() <= HEADERS => given,
        Some(_) => {
            wrong.tell("request.headers", format!("is not an object of at most {HEADERS} headers"));
            return BTreeMap::new();
        }
    };
    let mut headers = BTreeMap::new();
    for (name, value) in given {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let field = format!("request.headers.{name}");
        if name.is_empty() || !name.bytes().all(token) {
            wrong.tell("request.headers", format!("{name:?} is no name of a header"));
        } else if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
            wrong.tell(&field, "belongs to the connection: leave it out");
        } else if let Some(value) = value.as_str().filter(|it| !it.contains(char::is_control)) {
            headers.insert(name.clone(), value.to_owned());
        } else {
            wrong.tell(&field, "is not one line of text");
        }
    }
    headers
}

fn party(body: &Value, role: &str, model: &Model, wrong: &mut Wrong) -> Option<Party> {
    let given = body.get(role).filter(|it| !it.is_null())?;
    let text = |name: &str| given.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
    match (text("name"), text("label")) {
        (Some(_), Some(_)) => {
            wrong.tell(&format!("{role}.label"), "cannot be given beside a name");
            None
        }
        (Some(name), None) => {
            if model.find(name).is_none() {
                wrong
                    .tell(&format!("{role}.name"), format!("does not match an existing pacticipant: {name}"));
            }
            Some(Party::Name(name.to_owned()))
        }
        (None, Some(label)) => Some(Party::Label(label.to_owned())),
        (None, None) => {
            wrong.tell(&format!("{role}.name"), "is missing: give a name or a label");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(body: &Value) -> Vec<String> {
        let (model, targets) = (Model::default(), Targets::default());
        match read(body, &Context { model: &model, targets: &targets, known: None }) {
            Err(Refusal::Invalid(fields)) => fields.into_iter().map(|(name, _)| name).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_with_dots() {
        let request = json!({ "method": "GET", "headers": { "Host": "x", "a b": "c" } });
        let body = json!({
            "request": request, "events": [{ "name": "nothing" }],
            "consumer": { "name": "Condor" }, "provider": {},
        });
        let fields = [
            "events.name",
            "consumer.name",
            "provider.name",
            "request.headers.Host",
            "request.headers",
            "request.method",
            "request.url",
        ];
        let mut told = wrong(&body);
        told.sort();
        let mut expected = fields.map(str::to_owned);
        expected.sort();
        assert_eq!(told, expected);
        assert_eq!(wrong(&json!({})), ["request"]);
    }

    #[test]
    fn an_address_that_may_not_be_called_is_refused_at_once() {
        for url in [
            "http://ci.test/",
            "https://ci.test/",
            "https://127.0.0.1/",
            "https://${pactbroker.consumerName}/",
            "nowhere",
        ] {
            let body = json!({ "request": { "method": "POST", "url": url } });
            assert_eq!(wrong(&body), ["request.url"], "{url}");
        }
    }
}
