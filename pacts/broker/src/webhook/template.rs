//! A webhook with its parameters filled in: the request as it is sent.
//!
//! A value is escaped for where it stands, so that a branch's name can add no field, header or parameter.

use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use url::Url;

use crate::event::WebhookAbout;

const OPEN: &str = "${pactbroker.";

/// A request that is ready to be sent, but for the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    pub method: String,
    pub url: Url,
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
}

/// Fills the parameters in. A name that is not known stays as it is written.
pub fn render(about: &WebhookAbout, parameters: &BTreeMap<String, String>) -> Result<Rendered, String> {
    let filled =
        fill(&about.url, parameters, |value| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string());
    let url = Url::parse(&filled).map_err(|error| format!("the address is malformed: {error}"))?;
    let mut headers: Vec<(String, String)> =
        about.headers.iter().map(|(name, value)| (name.clone(), fill(value, parameters, one_line))).collect();
    let is_json = |(name, value): &(String, String)| {
        name.eq_ignore_ascii_case("content-type") && value.to_ascii_lowercase().contains("json")
    };
    let typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let body = match &about.body {
        Value::Null => None,
        Value::String(text) if headers.iter().any(is_json) => Some(fill(text, parameters, in_json)),
        Value::String(text) => Some(fill(text, parameters, str::to_owned)),
        json => {
            if !typed {
                headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
            }
            Some(filled_json(json, parameters).to_string())
        }
    };
    Ok(Rendered { method: about.method.clone(), url, headers, body })
}

fn fill(text: &str, parameters: &BTreeMap<String, String>, escape: impl Fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        filled.push_str(before);
        let known = after.split_once('}').and_then(|(name, after)| Some((parameters.get(name)?, after)));
        if let Some((value, after)) = known {
            filled.push_str(&escape(value));
            rest = after;
        } else {
            filled.push_str(OPEN);
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

fn filled_json(body: &Value, parameters: &BTreeMap<String, String>) -> Value {
    match body {
        Value::String(text) => fill(text, parameters, str::to_owned).into(),
        Value::Array(items) => items.iter().map(|item| filled_json(item, parameters)).collect(),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                (fill(name, parameters, str::to_owned), filled_json(value, parameters))
            };
            Value::Object(fields.iter().map(field).collect())
        }
        other => other.clone(),
    }
}

fn one_line(value: &str) -> String {
    value.chars().filter(|it| !it.is_control()).collect()
}

fn in_json(value: &str) -> String {
    let quoted = Value::from(value).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parameters() -> BTreeMap<String, String> {
        [("consumerName", "A \"b\" & c"), ("consumerVersionBranch", "feat/x\r\nX: y")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    fn about(body: Value) -> WebhookAbout {
        WebhookAbout {
            method: "POST".to_owned(),
            url: "https://ci/run?of=${pactbroker.consumerName}".to_owned(),
            headers: [("X-Branch".to_owned(), "${pactbroker.consumerVersionBranch}!".to_owned())].into(),
            body,
            ..WebhookAbout::default()
        }
    }

    #[test]
    fn a_value_is_escaped_for_where_it_stands() {
        let body = json!({ "of": ["${pactbroker.consumerName} ${pactbroker.nothing}"] });
        let rendered = render(&about(body), &parameters()).unwrap();
        assert_eq!(rendered.url.as_str(), "https://ci/run?of=A%20%22b%22%20%26%20c");
        assert_eq!(rendered.headers[0].1, "feat/xX: y!");
        assert_eq!(rendered.headers[1].1, "application/json");
        let body: Value = serde_json::from_str(&rendered.body.unwrap()).unwrap();
        assert_eq!(body["of"][0], "A \"b\" & c ${pactbroker.nothing}");
    }

    #[test]
    fn a_text_is_filled_as_it_is_unless_it_says_that_it_is_json() {
        let text = json!("{\"of\": \"${pactbroker.consumerName}\"}");
        let plain = render(&about(text.clone()), &parameters()).unwrap();
        assert_eq!(plain.body.as_deref(), Some("{\"of\": \"A \"b\" & c\"}"));
        let mut told = about(text);
        told.headers.insert("content-type".to_owned(), "application/json".to_owned());
        let json = render(&told, &parameters()).unwrap();
        assert_eq!(json.body.as_deref(), Some("{\"of\": \"A \\\"b\\\" & c\"}"));
    }
}
