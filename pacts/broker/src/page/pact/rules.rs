//! Matching rules and generators in words. Names and meaning: Pact specification, V2 to V4.

use serde_json::{Map, Value};

use super::values::short;
use crate::page::words::said;

/// What a rule is about, and what it says.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    pub place: String,
    pub says: String,
}

/// Rules within rules that are followed.
const DEPTH: usize = 4;

/// The rules of a request, a response or a message.
pub fn rules(part: &Value) -> Vec<Rule> {
    let Some(rules) = part.get("matchingRules").and_then(Value::as_object) else { return Vec::new() };
    let mut found = Vec::new();
    for (category, rule) in rules {
        if category.starts_with('$') {
            // V2: the category is a part of the path.
            found.push(Rule { place: old_place(category), says: matcher(rule, DEPTH) });
        } else if rule.get("matchers").is_some() {
            found.push(Rule { place: said(category), says: matchers(rule, DEPTH) });
        } else if let Some(places) = rule.as_object() {
            for (path, rule) in places {
                found.push(Rule { place: place(category, path), says: matchers(rule, DEPTH) });
            }
        }
    }
    found
}

pub fn generators(part: &Value) -> Vec<Rule> {
    let Some(generators) = part.get("generators").and_then(Value::as_object) else { return Vec::new() };
    let mut found = Vec::new();
    for (category, generator) in generators {
        if generator.get("type").is_some_and(Value::is_string) {
            found.push(Rule { place: said(category), says: generates(generator) });
        } else if let Some(places) = generator.as_object() {
            let each = places.iter();
            found.extend(each.map(|(path, it)| Rule { place: place(category, path), says: generates(it) }));
        }
    }
    found
}

fn old_place(path: &str) -> String {
    let rest = path.trim_start_matches("$.");
    let (category, below) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
    match category {
        "body" => place("body", &format!("${below}")),
        "headers" | "header" => place("header", below.trim_start_matches('.')),
        "query" => place("query", below.trim_start_matches('.')),
        _ => said(rest),
    }
}

fn place(category: &str, path: &str) -> String {
    match (category, path) {
        ("body" | "content" | "contents", "$" | "") => "the whole body".to_owned(),
        ("body" | "content" | "contents", path) => format!("body {}", said(path.trim_start_matches("$."))),
        (category, "$" | "") => said(category),
        (category, path) => format!("{} {}", said(category), said(path)),
    }
}

/// All or one of several, as `combine` says.
fn matchers(rule: &Value, depth: usize) -> String {
    let Some(list) = rule.get("matchers").and_then(Value::as_array) else { return matcher(rule, depth) };
    let either = rule.get("combine").and_then(Value::as_str) == Some("OR");
    let said: Vec<String> = list.iter().map(|it| matcher(it, depth)).collect();
    if said.is_empty() { "no rule".to_owned() } else { said.join(if either { ", or " } else { ", and " }) }
}

fn matcher(rule: &Value, depth: usize) -> String {
    let Some(fields) = rule.as_object() else {
        return format!("a rule that cannot be read: {}", short(rule));
    };
    let name = match fields.get("match").and_then(Value::as_str) {
        Some(name) => name,
        // Older writers left it out where another field says enough.
        None if fields.contains_key("regex") => "regex",
        None if fields.contains_key("min") || fields.contains_key("max") => "type",
        None => return format!("a rule that cannot be read: {}", short(rule)),
    };
    let text = |name: &str| fields.get(name).map_or_else(|| "?".to_owned(), short);
    match name {
        "type" => format!("of the same type as the example{}", size(fields)),
        "min" | "max" => format!("a list{}", size(fields)),
        "regex" => format!("fits the pattern {}", text("regex")),
        "equality" => "equal to the example".to_owned(),
        "include" => format!("holds the text {}", text("value")),
        "integer" => "a whole number".to_owned(),
        "decimal" => "a number with decimal places".to_owned(),
        "number" => "a number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "null" => "null".to_owned(),
        "notEmpty" => "there, and not empty".to_owned(),
        "semver" => "a semantic version, such as 1.2.3".to_owned(),
        "date" | "time" | "timestamp" | "datetime" => format!("a {}", temporal(name, fields)),
        "contentType" => format!("content of the type {}", text("value")),
        "statusCode" => status(fields.get("status")),
        "values" => "any keys, each value like the example's".to_owned(),
        "eachKey" => format!("each key {}", within(fields, depth)),
        "eachValue" => format!("each value {}", within(fields, depth)),
        "arrayContains" => {
            let variants = fields.get("variants").and_then(Value::as_array).map_or(0, Vec::len);
            format!("a list that holds each of {variants} variants, wherever they stand")
        }
        other => format!("by the rule \"{}\", which is not explained here: {}", said(other), short(rule)),
    }
}

fn size(fields: &Map<String, Value>) -> String {
    match (fields.get("min"), fields.get("max")) {
        (Some(min), Some(max)) => format!(", with {} to {} items", short(min), short(max)),
        (Some(min), None) => format!(", with at least {}", items(min)),
        (None, Some(max)) => format!(", with at most {}", items(max)),
        (None, None) => String::new(),
    }
}

fn items(count: &Value) -> String {
    if count.as_u64() == Some(1) { "1 item".to_owned() } else { format!("{} items", short(count)) }
}

fn temporal(name: &str, fields: &Map<String, Value>) -> String {
    let what = match name {
        "date" => "date",
        "time" => "time",
        _ => "date and time",
    };
    // The format stands under the rule's own name in V3, under `format` in V4.
    match fields.get("format").or_else(|| fields.get(name)).and_then(Value::as_str) {
        Some(format) if !format.is_empty() => format!("{what} written as {}", said(format)),
        _ => format!("{what} of ISO 8601"),
    }
}

fn status(status: Option<&Value>) -> String {
    let class = match status.and_then(Value::as_str) {
        Some("info") => "informational (100–199)",
        Some("success") => "successful (200–299)",
        Some("redirect") => "a redirection (300–399)",
        Some("clientError") => "an error of the client (400–499)",
        Some("serverError") => "an error of the server (500–599)",
        Some("nonError") => "no error (below 400)",
        Some("error") => "an error (400 and above)",
        _ => {
            return status
                .map_or_else(|| "any status".to_owned(), |status| format!("one of {}", short(status)));
        }
    };
    format!("any status that is {class}")
}

fn within(fields: &Map<String, Value>, depth: usize) -> String {
    let rules = fields.get("rules").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    match depth.checked_sub(1) {
        _ if rules.is_empty() => "is there".to_owned(),
        None => "by rules that lie too deep to be told".to_owned(),
        Some(depth) => rules.iter().map(|rule| matcher(rule, depth)).collect::<Vec<_>>().join(", and "),
    }
}

fn generates(generator: &Value) -> String {
    let text = |name: &str| generator.get(name).map_or_else(|| "?".to_owned(), short);
    let format = |what: &str| match generator.get("format").and_then(Value::as_str) {
        Some(format) => format!("{what} written as {}", said(format)),
        None => what.to_owned(),
    };
    match generator.get("type").and_then(Value::as_str).unwrap_or_default() {
        "RandomInt" => format!("a whole number from {} to {}", text("min"), text("max")),
        "RandomDecimal" => format!("a number of {} digits", text("digits")),
        "RandomHexadecimal" => format!("{} hexadecimal digits", text("digits")),
        "RandomString" => format!("a text of {} characters", text("size")),
        "RandomBoolean" => "true or false".to_owned(),
        "Regex" => format!("a text that fits {}", text("regex")),
        "Uuid" => "a UUID".to_owned(),
        "Date" => format("a date"),
        "Time" => format("a time"),
        "DateTime" => format("a date and time"),
        "ProviderState" => format!("what the provider state gives for {}", text("expression")),
        "MockServerURL" => "the address of the service that answers".to_owned(),
        other => format!("by the generator \"{}\", which is not explained here", said(other)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// In the order of the alphabet, whatever order objects keep.
    fn lines(rules: Vec<Rule>) -> Vec<String> {
        let mut lines: Vec<String> =
            rules.into_iter().map(|rule| format!("{}: {}", rule.place, rule.says)).collect();
        lines.sort_unstable();
        lines
    }

    #[test]
    fn rules_of_v2_are_said() {
        let part = json!({ "matchingRules": {
            "$.body.items[*].id": { "match": "type", "min": 1 },
            "$.headers.Location": { "match": "regex", "regex": "^/a" },
            "$.path": { "regex": "/\\d+" },
            "$.body": { "min": 2 },
        }});
        assert_eq!(
            lines(rules(&part)),
            [
                "body items[*].id: of the same type as the example, with at least 1 item",
                "header Location: fits the pattern \"^/a\"",
                "path: fits the pattern \"/\\d+\"",
                "the whole body: of the same type as the example, with at least 2 items",
            ]
        );
    }

    #[test]
    fn rules_of_v3_and_v4_are_said() {
        let part = json!({ "matchingRules": {
            "path": { "matchers": [{ "match": "regex", "regex": "x" }] },
            "body": {
                "$.a": { "combine": "OR", "matchers": [{ "match": "integer" }, { "match": "null" }] },
                "$.at": { "matchers": [{ "match": "timestamp", "timestamp": "yyyy" }] },
                "$.m": { "matchers": [{ "match": "eachKey", "rules": [{ "match": "regex", "regex": "k" }] }] },
            },
            "status": { "$": { "matchers": [{ "match": "statusCode", "status": "success" }] } },
            "header": { "X": { "matchers": [{ "match": "new thing" }] } },
        }});
        assert_eq!(
            lines(rules(&part)),
            [
                "body a: a whole number, or null",
                "body at: a date and time written as yyyy",
                "body m: each key fits the pattern \"k\"",
                "header X: by the rule \"new thing\", which is not explained here: {\"match\":\"new thing\"}",
                "path: fits the pattern \"x\"",
                "status: any status that is successful (200–299)",
            ]
        );
    }

    #[test]
    fn rules_within_rules_end() {
        let mut rule = json!({ "match": "type" });
        for _ in 0..100 {
            rule = json!({ "match": "eachValue", "rules": [rule] });
        }
        assert!(matcher(&rule, DEPTH).ends_with("too deep to be told"));
    }

    #[test]
    fn generators_are_said() {
        let part = json!({ "generators": {
            "path": { "type": "ProviderState", "expression": "/a/${id}" },
            "body": { "$.n": { "type": "RandomInt", "min": 1, "max": 9 }, "$.d": { "type": "Date", "format": "yyyy" } },
        }});
        assert_eq!(
            lines(generators(&part)),
            [
                "body d: a date written as yyyy",
                "body n: a whole number from 1 to 9",
                "path: what the provider state gives for \"/a/${id}\"",
            ]
        );
    }
}
