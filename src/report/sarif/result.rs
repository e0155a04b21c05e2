//! One finding as a result of SARIF: what happened, where, to whom, and what it is known by.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{Rules, level};
use crate::finding::{Finding, Location};
use crate::report::{printable, subject, words};

/// What may not stand in a URI as it is (RFC 3986).
const IN_URIS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What may not stand in a path of one.
const IN_PATHS: &AsciiSet = &IN_URIS.add(b'#').add(b'%').add(b'?').add(b'[').add(b']');

/// The name of our fingerprint: its number changes when the way in which keys are made does.
const FINGERPRINT: &str = "countersign/v2";

pub fn of(finding: &Finding, rules: &Rules<'_>) -> Value {
    let mut value = json!({
        "ruleId": finding.id,
        "level": level(finding.severity),
        "message": message(&text(finding)),
        "locations": [primary(finding)],
        "partialFingerprints": { FINGERPRINT: finding.key() },
        "properties": properties(finding),
    });
    if let Some(index) = rules.index(&finding.id) {
        value["ruleIndex"] = json!(index);
    }
    let related = related(finding);
    if !related.is_empty() {
        value["relatedLocations"] = json!(related);
    }
    if let Some(accepted) = &finding.accepted {
        value["suppressions"] = json!([{
            "kind": "external",
            "status": "accepted",
            "justification": printable(&words::acceptance(accepted)),
        }]);
    }
    value
}

/// What happened and why one can tell. The rule and the level stand beside it.
fn text(finding: &Finding) -> String {
    let mut lines = vec![printable(&words::sentence(finding)).into_owned()];
    lines.extend(words::details(finding));
    lines.join("\n")
}

/// Where it is: in a file, and by the words of contract and document.
fn primary(finding: &Finding) -> Value {
    let mut value = subject::place(finding).map_or_else(|| json!({}), location);
    let names = [
        (finding.operation.clone(), "resource"),
        (finding.instance.clone().filter(|it| !it.is_empty()), "property"),
        (
            finding
                .contract
                .as_ref()
                .zip(finding.interaction.as_ref())
                .map(|(it, that)| format!("{it}: {that}")),
            "member",
        ),
    ];
    let names = names.into_iter().filter_map(|(name, kind)| {
        name.map(|name| json!({ "fullyQualifiedName": printable(&name), "kind": kind }))
    });
    let names: Vec<Value> = names.collect();
    if !names.is_empty() {
        value["logicalLocations"] = json!(names);
    }
    value
}

fn related(finding: &Finding) -> Vec<Value> {
    let others = subject::others(finding).into_iter().map(|(place, what)| (place, what.to_owned()));
    let affected = finding.affects.iter().flatten();
    let affected =
        affected.map(|it| (&it.location, format!("{} {}", words::affects(finding), words::affected(it))));
    let all = others.chain(affected).enumerate().map(|(id, (place, what))| {
        let mut value = location(place);
        value["id"] = json!(id);
        value["message"] = message(&printable(&what));
        value
    });
    all.collect()
}

fn properties(finding: &Finding) -> Value {
    let mut properties = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            properties.insert(name.to_owned(), value);
        }
    };
    put("between", json!(finding.between));
    put("verdict", json!(finding.verdict));
    put("provider", json!(finding.provider));
    put("relied-on", json!(finding.affects.as_ref().map(|all| !all.is_empty())));
    Value::Object(properties)
}

/// A message that is not Markdown.
pub fn message(text: &str) -> Value {
    json!({ "text": text })
}

/// A file and the line in it.
pub fn location(place: &Location) -> Value {
    let mut physical = json!({ "artifactLocation": artifact(place) });
    if let Some(line) = place.line {
        physical["region"] = json!({ "startLine": line });
    }
    json!({ "physicalLocation": physical })
}

/// Below the root of the repository where it is a path of it.
fn artifact(place: &Location) -> Value {
    match subject::path(place) {
        Some(path) => {
            let uri = utf8_percent_encode(path, IN_PATHS);
            if path.starts_with('/') {
                json!({ "uri": format!("file://{uri}") })
            } else {
                json!({ "uri": uri.to_string(), "uriBaseId": "%SRCROOT%" })
            }
        }
        None => json!({ "uri": utf8_percent_encode(&place.file, IN_URIS).to_string() }),
    }
}
