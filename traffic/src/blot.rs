//! Keeps the secrets of an exchange out of what is told of it: credentials, cookies and whatever bears
//! the name of a secret are blotted wherever they turn up, and a request is told without its values.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use countersign_openapi::{Document, HttpRequest, OperationKey};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::exchange::Exchange;

const BLOT: &str = "[secret]";
/// Bytes of a value that is taken for a secret, at least. To blot "1" out everywhere would say more about
/// it than showing it.
const SHORTEST: usize = 4;
/// Values of one body that are looked through for secrets, at most.
const MAX_VALUES: usize = 100_000;
/// Characters of a path that are told, at most.
const MAX_PATH: usize = 200;

/// The secrets of one exchange.
pub(crate) struct Blotter(Vec<String>);

impl Blotter {
    /// What `exchange` holds that must not be shown.
    pub fn of(document: &Document, exchange: &Exchange) -> Self {
        let mut secrets = Self(Vec::new());
        let (request, response) = (&exchange.request, &exchange.response);
        for (name, value) in request.headers.iter().chain(&response.headers) {
            secrets.header(document, name, value);
        }
        for (name, value) in pairs(request) {
            if document.conceals(&name) {
                secrets.add(&value);
                secrets.add(&percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy());
            }
        }
        for body in [&request.body, &response.body].into_iter().flatten() {
            if let Ok(value) = serde_json::from_slice::<Value>(body) {
                secrets.members(document, &value, false, &mut 0);
            }
        }
        // A secret may hold another: the longer one has to go first.
        secrets.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.0.dedup();
        secrets
    }

    fn add(&mut self, value: &str) {
        if value.len() >= SHORTEST {
            self.0.push(value.to_owned());
        }
    }

    fn header(&mut self, document: &Document, name: &str, value: &str) {
        match name.to_ascii_lowercase().as_str() {
            "authorization" | "proxy-authorization" => self.credentials(value),
            "cookie" => value.split(';').for_each(|cookie| self.cookie(cookie)),
            // What follows the first `;` are attributes.
            "set-cookie" => self.cookie(value.split(';').next().unwrap_or_default()),
            name if document.conceals(name) => self.add(value),
            _ => {}
        }
    }

    fn credentials(&mut self, value: &str) {
        self.add(value);
        let Some((scheme, credentials)) = value.trim().split_once(' ') else { return };
        self.add(credentials.trim());
        if scheme.eq_ignore_ascii_case("basic")
            && let Ok(bytes) = BASE64_STANDARD.decode(credentials.trim())
        {
            let plain = String::from_utf8_lossy(&bytes);
            self.add(plain.split_once(':').map_or(&*plain, |(_, password)| password));
        }
    }

    fn cookie(&mut self, cookie: &str) {
        self.add(cookie.split_once('=').map_or(cookie, |(_, value)| value).trim().trim_matches('"'));
    }

    /// Texts and numbers under names of secrets, at any depth.
    fn members(&mut self, document: &Document, value: &Value, secret: bool, seen: &mut usize) {
        *seen += 1;
        if *seen > MAX_VALUES {
            return;
        }
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    self.members(document, member, secret || document.conceals(name), seen);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.members(document, item, secret, seen)),
            Value::String(text) if secret => self.add(text),
            Value::Number(number) if secret => self.add(&number.to_string()),
            _ => {}
        }
    }

    /// `text` without any secret.
    pub fn text(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| {
            if text.contains(secret.as_str()) { text.replace(secret.as_str(), BLOT) } else { text }
        })
    }

    /// `value` with no secret in any text or member name.
    pub fn value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(&text)),
            Value::Number(number) if self.0.contains(&number.to_string()) => Value::from(BLOT),
            Value::Array(items) => Value::Array(items.into_iter().map(|item| self.value(item)).collect()),
            Value::Object(members) => {
                let blotted =
                    members.into_iter().map(|(name, member)| (self.text(&name), self.value(member)));
                Value::Object(blotted.collect())
            }
            other => other,
        }
    }

    /// The request in one line: parameters of the path that hold secrets are blotted, and of the query
    /// the names alone are told.
    pub fn line(&self, document: &Document, operation: &OperationKey, request: &HttpRequest) -> String {
        let path = visible_path(document, &operation.path, &request.path);
        self.text(&format!("{} {}{}", request.method, clip(&path), query_names(request)))
    }
}

/// `path` with a blot in place of each segment that holds a secret by its name in `template`. A server
/// may have put a prefix before it, so that they are matched from their ends.
fn visible_path(document: &Document, template: &str, path: &str) -> String {
    let mut segments: Vec<&str> = path.split('/').collect();
    let hidden = |segment: &str| {
        segment.split('{').skip(1).any(|name| document.conceals(name.split('}').next().unwrap_or_default()))
    };
    for (segment, pattern) in segments.iter_mut().rev().zip(template.split('/').rev()) {
        if hidden(pattern) {
            *segment = BLOT;
        }
    }
    segments.join("/")
}

fn clip(path: &str) -> String {
    match path.char_indices().nth(MAX_PATH) {
        Some((end, _)) => format!("{}…", &path[..end]),
        None => path.to_owned(),
    }
}

/// `?name=…` for each parameter, of which a reader sees that it was there.
pub(crate) fn query_names(request: &HttpRequest) -> String {
    /// Names that are told, at most.
    const MAX_NAMES: usize = 8;
    let mut names: Vec<String> = pairs(request).map(|(name, _)| clip(&name)).collect();
    let left_out = names.len().saturating_sub(MAX_NAMES);
    names.truncate(MAX_NAMES);
    let mut text = names.iter().map(|name| format!("{name}=…")).collect::<Vec<_>>().join("&");
    if left_out > 0 {
        text.push_str("&…");
    }
    if text.is_empty() { text } else { format!("?{text}") }
}

/// Names, decoded, and values as they were sent.
fn pairs(request: &HttpRequest) -> impl Iterator<Item = (String, String)> + '_ {
    let query = request.query.as_deref().unwrap_or_default();
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (percent_decode_str(name).decode_utf8_lossy().into_owned(), value.to_owned())
    })
}
