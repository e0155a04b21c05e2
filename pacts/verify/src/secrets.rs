//! Keeps secrets out of what a replay returns. Matching sees the real values; results never do.

use countersign_openapi::{HttpRequest, HttpResponse};
use serde_json::Value;

use crate::states::Values;

/// What stands for a secret.
pub(crate) const MASK: &str = "***";

/// Shorter texts are not looked for inside of others: they would blot out half a report.
const SHORTEST: usize = 6;

/// The secrets of one exchange.
#[derive(Clone, Debug, Default)]
pub(crate) struct Secrets {
    /// Headers that came with the command line or the settings: secret, whatever they are called.
    named: Vec<String>,
    /// Texts to blot out wherever they turn up; the longest first.
    values: Vec<String>,
}

impl Secrets {
    /// What is secret from the outset: the headers that are added to every request.
    pub(crate) fn of_headers(headers: &[(String, String)]) -> Self {
        let mut secrets = Self::default();
        for (name, value) in headers {
            secrets.named.push(name.clone());
            secrets.add(value);
        }
        secrets
    }

    /// With the secrets that one exchange carries in its headers.
    pub(crate) fn with(&self, request: &HttpRequest, response: &HttpResponse) -> Self {
        let mut secrets = self.clone();
        for (name, value) in request.headers.iter().chain(&response.headers) {
            if self.hides(name) {
                secrets.add(value);
            }
        }
        secrets
    }

    /// With what provider states gave by the name of a secret: a generator may put it anywhere.
    pub(crate) fn and(mut self, values: &Values) -> Self {
        for (_, value) in values.iter().filter(|(name, _)| is_secret(name)) {
            if let Value::String(value) = value {
                self.add(value);
            }
        }
        self
    }

    /// Whether the values of the header `name` are secret.
    pub(crate) fn hides(&self, name: &str) -> bool {
        is_secret(name) || self.named.iter().any(|named| named.eq_ignore_ascii_case(name))
    }

    pub(crate) fn request(&self, request: &HttpRequest) -> HttpRequest {
        HttpRequest {
            method: request.method.clone(),
            path: self.text(&request.path),
            query: request.query.as_deref().map(|query| self.query(query)),
            headers: self.headers(&request.headers),
            body: request.body.as_deref().map(|body| self.body(body, request.header("content-type"))),
        }
    }

    pub(crate) fn response(&self, response: &HttpResponse) -> HttpResponse {
        HttpResponse {
            status: response.status,
            headers: self.headers(&response.headers),
            body: response.body.as_deref().map(|body| self.body(body, response.header("content-type"))),
        }
    }

    /// `text` without any of the secrets.
    pub(crate) fn text(&self, text: &str) -> String {
        self.values.iter().fold(text.to_owned(), |text, secret| {
            if text.contains(secret.as_str()) { text.replace(secret.as_str(), MASK) } else { text }
        })
    }

    /// `value` without any of the secrets in its texts, and without the texts of members that
    /// secrets go by the name of.
    pub(crate) fn value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(&text)),
            Value::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                let masked = |(name, member): (String, Value)| {
                    let member = if is_secret(&name) { masked_texts(member) } else { self.value(member) };
                    (name, member)
                };
                members.into_iter().map(masked).collect()
            }
            other => other,
        }
    }

    fn headers(&self, headers: &[(String, String)]) -> Vec<(String, String)> {
        let masked = headers.iter().map(|(name, value)| {
            let value = if self.hides(name) { masked(name, value) } else { self.text(value) };
            (name.clone(), value)
        });
        masked.collect()
    }

    fn query(&self, query: &str) -> String {
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret(name) => format!("{name}={MASK}"),
            _ => self.text(pair),
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    /// A provider that echoes its request would leak through the body, and signing in is all about
    /// passwords and tokens.
    fn body(&self, body: &[u8], media_type: Option<&str>) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(body) else {
            return body.to_vec();
        };
        if is_secret(text) {
            if media_type
                .is_some_and(|media_type| media_type.starts_with("application/x-www-form-urlencoded"))
            {
                return self.query(text).into_bytes();
            }
            if let Ok(json) = serde_json::from_str(text) {
                return self.value(json).to_string().into_bytes();
            }
        }
        self.text(text).into_bytes()
    }

    fn add(&mut self, value: &str) {
        let credential = value.rsplit_once(' ').map_or(value, |(_, credential)| credential);
        let cookies = value.split(';').filter_map(|pair| pair.split_once('=')).map(|(_, value)| value.trim());
        for secret in [value, credential].into_iter().chain(cookies) {
            if secret.len() >= SHORTEST && !self.values.iter().any(|known| known == secret) {
                self.values.push(secret.to_owned());
            }
        }
        self.values.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }
}

/// Whether a header, parameter or member of this name carries a secret; of a whole text, whether
/// such a name may be in it.
pub(crate) fn is_secret(name: &str) -> bool {
    const WORDS: [&str; 9] = [
        "authorization",
        "cookie",
        "password",
        "passwd",
        "passphrase",
        "secret",
        "token",
        "apikey",
        "privatekey",
    ];
    let mut plain: String = name.chars().filter(|c| !matches!(c, '-' | '_')).collect();
    plain.make_ascii_lowercase();
    WORDS.iter().any(|word| plain.contains(word))
}

/// Numbers and what is missing help to see what is wrong and give nothing away.
pub(crate) fn masked_texts(value: Value) -> Value {
    match value {
        Value::String(_) => Value::from(MASK),
        Value::Array(items) => items.into_iter().map(masked_texts).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, member)| (name, masked_texts(member))).collect()
        }
        other => other,
    }
}

/// Keeps what helps and is no secret: the scheme of credentials, the names and attributes of cookies.
fn masked(name: &str, value: &str) -> String {
    let name = name.to_ascii_lowercase();
    if name.contains("cookie") {
        let set = name == "set-cookie";
        let pairs = value.split(';').enumerate().map(|(index, pair)| match pair.split_once('=') {
            Some((name, _)) if !set || index == 0 => format!("{name}={MASK}"),
            Some(_) => pair.to_owned(),
            None if set && index > 0 => pair.to_owned(),
            None => MASK.to_owned(),
        });
        return pairs.collect::<Vec<_>>().join(";");
    }
    match value.split_once(' ') {
        Some((scheme, _)) if name.contains("authorization") => format!("{scheme} {MASK}"),
        _ => MASK.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange() -> (HttpRequest, HttpResponse) {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let request = HttpRequest {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            query: Some("page=1&api_key=abcdef123".to_owned()),
            headers: vec![
                header("authorization", "Bearer s3cr3t-token"),
                header("Cookie", "sid=0123456789; theme=darkest"),
                header("X-Api-Key", "key-of-the-door"),
                header("X-Tenant", "tenant-of-mine"),
                header("Accept", "application/json"),
            ],
            body: None,
        };
        let response = HttpResponse {
            status: 200,
            headers: vec![header("Set-Cookie", "sid=abcdefgh; Path=/; HttpOnly")],
            body: Some(br#"{"echo":"Bearer s3cr3t-token","tenant":"tenant-of-mine"}"#.to_vec()),
        };
        (request, response)
    }

    #[test]
    fn no_secret_leaves_an_exchange() {
        let (request, response) = exchange();
        let secrets = Secrets::of_headers(&[("x-tenant".to_owned(), "tenant-of-mine".to_owned())])
            .with(&request, &response);
        let shown = format!("{:?}{:?}", secrets.request(&request), secrets.response(&response));
        let body = String::from_utf8(secrets.response(&response).body.unwrap()).unwrap();
        for secret in ["s3cr3t", "0123456789", "darkest", "of-the-door", "of-mine", "abcdefgh", "abcdef123"] {
            assert!(!shown.contains(secret) && !body.contains(secret), "{secret} is shown");
        }
    }

    #[test]
    fn what_helps_and_is_no_secret_stays() {
        let (request, response) = exchange();
        let secrets = Secrets::default().with(&request, &response);
        let request = secrets.request(&request);
        assert_eq!(request.header("authorization"), Some("Bearer ***"));
        assert_eq!(request.header("cookie"), Some("sid=***; theme=***"));
        assert_eq!(request.header("accept"), Some("application/json"));
        assert_eq!(request.query.as_deref(), Some("page=1&api_key=***"));
        assert_eq!(secrets.response(&response).header("set-cookie"), Some("sid=***; Path=/; HttpOnly"));
    }

    #[test]
    fn passwords_and_tokens_in_bodies_are_masked() {
        let secrets = Secrets::default();
        let json = br#"{"user":"ui","password":"hunter2","nested":[{"access_token":"abc","ttl":3}]}"#;
        let shown: Value = serde_json::from_slice(&secrets.body(json, Some("application/json"))).unwrap();
        let expected = serde_json::json!({
            "user": "ui", "password": MASK, "nested": [{ "access_token": MASK, "ttl": 3 }],
        });
        assert_eq!(shown, expected);
        let form = secrets.body(b"user=ui&password=hunter2", Some("application/x-www-form-urlencoded"));
        assert_eq!(form, b"user=ui&password=***");
        let plain = br#"{ "spaces":  "stay" }"#;
        assert_eq!(secrets.body(plain, Some("application/json")), plain);
    }

    #[test]
    fn short_values_do_not_blot_out_a_report() {
        let secrets = Secrets::of_headers(&[("X-Debug".to_owned(), "a".to_owned())]);
        assert_eq!(secrets.text("a banana"), "a banana");
    }
}
