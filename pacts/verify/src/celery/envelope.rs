//! A list entry as it stands on the wire, opened: the message in it, and what it breaks of the protocol.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pact_models::bodies::OptionalBody;
use pact_models::content_types::ContentType;
use pact_models::v4::message_parts::MessageContents;
use serde_json::{Map, Value, json};

use super::breach::Breach;
use super::rules::{self, NOT_JSON, NOT_OBJECT};

/// What was found on a list.
#[derive(Debug)]
pub(crate) struct Envelope {
    /// In the form that pacts have; nothing where the body cannot be read.
    pub message: Option<MessageContents>,
    /// Each with what stands there instead.
    pub breaches: Vec<(&'static Breach, Value)>,
}

/// An entry that is an object.
#[derive(Debug)]
pub(crate) struct Entry {
    json: Value,
    pub body: Body,
}

/// The body of an entry, as far as it can be decoded.
#[derive(Debug, PartialEq)]
pub(crate) enum Body {
    Missing,
    NoText,
    /// In an encoding that nobody knows.
    Encoded,
    NotBase64,
    /// And its value, where it is JSON.
    Bytes(Vec<u8>, Option<Value>),
}

/// Opens an entry of the list `queue`.
pub(crate) fn open(raw: &[u8], queue: &str) -> Envelope {
    let broken = |breach, actual| Envelope { message: None, breaches: vec![(breach, actual)] };
    let json = match serde_json::from_slice::<Value>(raw) {
        Ok(json) if json.is_object() => json,
        Ok(other) => return broken(&NOT_OBJECT, other),
        Err(_) => return broken(&NOT_JSON, String::from_utf8_lossy(raw).into()),
    };
    let entry = Entry { body: Body::of(&json), json };
    let mut breaches: Vec<(&'static str, &'static Breach)> = Vec::new();
    for rule in rules::all() {
        let told = breaches.iter().any(|(member, _)| holds(member, rule.member));
        if !told && (rule.is_broken)(&entry) {
            breaches.push((rule.member, &rule.breach));
        }
    }
    let with_actual = |(member, breach)| (breach, entry.found(member));
    Envelope { message: entry.message(queue), breaches: breaches.into_iter().map(with_actual).collect() }
}

/// Whether `member` is `inner`, or `inner` is in it.
fn holds(member: &str, inner: &str) -> bool {
    inner.strip_prefix(member).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Body {
    fn of(entry: &Value) -> Self {
        let body = match entry.get("body") {
            None | Some(Value::Null) => return Self::Missing,
            Some(Value::String(body)) if body.is_empty() => return Self::Missing,
            Some(Value::String(body)) => body,
            Some(_) => return Self::NoText,
        };
        let bytes = match entry.pointer("/properties/body_encoding") {
            None | Some(Value::Null) => body.as_bytes().to_vec(),
            Some(Value::String(encoding)) if encoding.eq_ignore_ascii_case("utf-8") => {
                body.as_bytes().to_vec()
            }
            Some(Value::String(encoding)) if encoding == "base64" => match STANDARD.decode(body) {
                Ok(bytes) => bytes,
                Err(_) => return Self::NotBase64,
            },
            Some(_) => return Self::Encoded,
        };
        let value = serde_json::from_slice(&bytes).ok();
        Self::Bytes(bytes, value)
    }
}

impl Entry {
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        self.json.pointer(pointer)
    }

    /// Whether its body is meant to be JSON, and can be decoded.
    pub fn is_json(&self) -> bool {
        self.at("/content-type").is_some_and(|it| it == "application/json")
            && matches!(self.body, Body::Bytes(..))
    }

    /// The value of the body.
    pub fn value(&self) -> Option<&Value> {
        match &self.body {
            Body::Bytes(_, value) => value.as_ref(),
            _ => None,
        }
    }

    /// One of the three parts of a body of protocol 2.
    pub fn part(&self, index: usize) -> Option<&Value> {
        self.value()?.as_array().filter(|parts| parts.len() == 3)?.get(index)
    }

    pub fn has_wrong_arity(&self) -> bool {
        self.value().is_some_and(|_| self.part(0).is_none() && !self.is_of_protocol_1())
    }

    /// Protocol 1 has all that is told of a task in the body; a worker takes its arguments there even where
    /// the headers name the task.
    pub fn is_of_protocol_1(&self) -> bool {
        let named = |name| {
            let here = self.value().and_then(|body| body.get(name));
            here.or_else(|| self.json.get("headers")?.get(name)).is_some_and(Value::is_string)
        };
        self.value().is_some_and(|body| body.get("args").is_some()) && named("task") && named("id")
    }

    /// What stands at `member`, where `/body` is the decoded body.
    fn found(&self, member: &str) -> Value {
        let decoded = self.value().zip(member.strip_prefix("/body"));
        let found = match decoded {
            Some((body, inner)) if inner.is_empty() || inner.starts_with('/') => body.pointer(inner),
            _ => self.at(member),
        };
        found.cloned().unwrap_or_default()
    }

    /// The message in the form that pacts have.
    fn message(&self, queue: &str) -> Option<MessageContents> {
        let Body::Bytes(bytes, value) = &self.body else { return None };
        let old = value.as_ref().filter(|_| self.is_of_protocol_1()).and_then(Value::as_object);
        let bytes = match old {
            Some(body) => {
                let part = |name, none| body.get(name).cloned().unwrap_or(none);
                json!([part("args", json!([])), part("kwargs", json!({})), {}]).to_string().into_bytes()
            }
            None => bytes.clone(),
        };
        let content_type = self.at("/content-type").and_then(Value::as_str);
        let content_type = content_type.and_then(|it| ContentType::parse(it).ok());
        let mut metadata = self.metadata(queue);
        let around = old.into_iter().flatten().filter(|(name, _)| *name != "args" && *name != "kwargs");
        metadata.extend(around.map(|(name, value)| (name.clone(), value.clone())));
        Some(MessageContents {
            contents: OptionalBody::Present(bytes.into(), content_type, None),
            metadata: metadata.into_iter().collect(),
            ..MessageContents::default()
        })
    }

    /// Everything around the body by its own name, as pacts have it.
    fn metadata(&self, queue: &str) -> Map<String, Value> {
        let mut metadata = Map::new();
        let members = |pointer| self.at(pointer).and_then(Value::as_object).cloned().unwrap_or_default();
        metadata.extend(members("/properties/delivery_info"));
        metadata.extend(members("/properties").into_iter().filter(|(name, _)| name != "delivery_info"));
        metadata.extend(members("/headers"));
        for (member, name) in [("content-type", "contentType"), ("content-encoding", "contentEncoding")] {
            metadata.extend(self.json.get(member).map(|value| (name.to_owned(), value.clone())));
        }
        metadata.insert("queue".to_owned(), Value::from(queue));
        metadata
    }
}

#[cfg(test)]
mod tests;
