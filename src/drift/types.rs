//! Types: a JSON Schema that a service wrote of its own types, as schemars does, held against the schemas of the
//! same names in the document. A type that says something else than the document is drift before anything runs.

mod definitions;

use std::fs;
use std::path::Path;

use countersign_openapi::diff::compare;
use countersign_openapi::{Document, LoadOptions};
use serde_json::{Map, Value, json};

use super::document::Loaded;
use super::resolve::Bench;
use crate::finding::{Between, Finding, Location, Occasion, Severity, changes};
use definitions::{definitions, escaped};

/// Bytes of the file, at most.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// What the types say that the document does not, or the other way round. An error says why nothing can be
/// told.
pub(super) fn held_against(
    file: &Path,
    current: Option<&Loaded>,
    bench: Bench<'_>,
    provider: &str,
) -> Result<Vec<Finding>, String> {
    let current = current.ok_or("there is no document to hold the types against: name it with `document`")?;
    let shown = file.display();
    let unreadable = |why: String| format!("failed to read the types in {shown}: {why}");
    if fs::metadata(file).map_err(|error| unreadable(error.to_string()))?.len() > MAX_BYTES {
        return Err(unreadable(format!("it is larger than {MAX_BYTES} bytes")));
    }
    let text = fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    let types: Value = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    let types = definitions(&types).ok_or_else(|| unreadable("it defines no type by name".to_owned()))?;
    let documented =
        current.document.value()["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let common: Vec<&String> = types.keys().filter(|name| documented.contains_key(*name)).collect();
    if common.is_empty() {
        return Err(format!("no type in {shown} has the name of a schema of {}", current.shown));
    }
    let load = |name: &str, schemas: &Map<String, Value>| {
        let document = answering(&common, schemas, &current.document);
        Document::from_text(name, &document.to_string(), &LoadOptions::default())
            .map_err(|error| format!("failed to compare the types of {name}: {error}"))
    };
    let (said, done) = (load(&current.shown, &documented)?, load(&shown.to_string(), &types)?);
    let comparison = compare(&said, &done, bench.options).map_err(|error| unreadable(error.to_string()))?;
    let occasion = Occasion { between: Between::CurrentAndServed, provider: Some(provider), consumers: None };
    let judged = bench.rules.judge(&comparison, bench.levels);
    let findings = judged.iter().flat_map(|judgement| changes(judgement, occasion));
    Ok(findings.map(|finding| of_type(finding, current, &shown.to_string())).collect())
}

/// A document with one operation a type, which answers with it: so that types are compared as what is read.
fn answering(names: &[&String], schemas: &Map<String, Value>, like: &Document) -> Value {
    let operation = |name: &String| {
        let schema = json!({ "$ref": format!("#/components/schemas/{}", escaped(name)) });
        let content = json!({ "application/json": { "schema": schema } });
        json!({ "get": { "responses": { "200": { "description": name, "content": content } } } })
    };
    let paths: Map<String, Value> =
        names.iter().map(|name| (format!("/{}", name.replace(['{', '}'], "_")), operation(name))).collect();
    json!({
        "openapi": like.value().get("openapi").cloned().unwrap_or_else(|| json!("3.1.0")),
        "info": { "title": "types", "version": "0" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

/// The finding as one of a type, and not of an operation that nobody has.
fn of_type(mut finding: Finding, current: &Loaded, shown: &str) -> Finding {
    let name =
        finding.operation.take().and_then(|operation| operation.strip_prefix("GET /").map(str::to_owned));
    let within = finding
        .instance
        .take()
        .and_then(|instance| instance.split_once(')').map(|(_, place)| place.to_owned()));
    finding.message = format!(
        "the type {} in {shown} is not what {} says: {}",
        name.as_deref().unwrap_or("?"),
        current.shown,
        finding.message
    );
    finding.instance = Some(format!("types/{}{}", name.unwrap_or_default(), within.unwrap_or_default()));
    // Whichever way they differ, one of the two is wrong.
    finding.severity = if finding.severity == Severity::Info { Severity::Warning } else { finding.severity };
    finding.base = finding.base.map(|place| Location {
        line: current
            .document
            .position(&countersign_openapi::JsonPointer::parse(&place.pointer).unwrap_or_default())
            .line,
        ..place
    });
    finding
}
