//! What is odd about a document and does not keep it from judging: advice, never a refusal.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use openapiv3::{
    Callback, Example, Header, Link, Parameter, PathItem, RequestBody, Response, Schema, SecurityScheme,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::OpenApiVersion;
use super::outline::{ADDITIONAL, METHODS_3_2};
use crate::pointer::JsonPointer;
use crate::route::{Pattern, Template};
use crate::sources::{Sources, Spot, is_reference};
use crate::violation::Position;

/// One oddity of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    pub at: Position,
    /// A lowercase fragment.
    pub message: String,
}

/// How the typed reading of one kind of thing went wrong; none where it went well.
type Typed = fn(&Value) -> Option<String>;

/// The maps of `components`, and what the typed reading takes each entry for.
const COMPONENTS: [(&str, Typed); 9] = [
    ("schemas", misread::<Schema>),
    ("responses", misread::<Response>),
    ("parameters", misread::<Parameter>),
    ("examples", misread::<Example>),
    ("requestBodies", misread::<RequestBody>),
    ("headers", misread::<Header>),
    ("securitySchemes", misread::<SecurityScheme>),
    ("links", misread::<Link>),
    ("callbacks", misread::<Callback>),
];

/// All remarks, in the order of their lines.
pub(super) fn remarks(sources: &Sources, version: OpenApiVersion, more: &[Remark]) -> Vec<Remark> {
    let value = sources.root();
    let strict = version == OpenApiVersion::V3_0;
    let mut found =
        undeclared_schemes(sources, value["security"].as_array(), &JsonPointer::root().join("security"));
    for (path, item) in value["paths"].as_object().into_iter().flatten() {
        if path.starts_with("x-") {
            continue;
        }
        let spot = JsonPointer::root().join("paths").join(path);
        found.extend(unmatchable(path).map(|message| (spot.clone(), message.to_owned())));
        found.extend(strange_parameters(sources, path, &spot));
        found.extend(too_early(item, &spot, version));
        for method in METHODS_3_2 {
            let operation = spot.join(method);
            let alternatives = item[method]["security"].as_array();
            found.extend(undeclared_schemes(sources, alternatives, &operation.join("security")));
            found.extend(strange_parameters(sources, path, &operation));
        }
        if strict {
            found.extend(misread::<PathItem>(item).map(|reason| (spot, typed(&reason))));
        }
    }
    if strict {
        found.extend(misread_components(&value["components"]));
    }
    found.extend(same_paths(value));
    let remark = |(pointer, message)| Remark { at: sources.position(&Spot::root(pointer)), message };
    let mut remarks: Vec<Remark> = found.into_iter().map(remark).chain(more.iter().cloned()).collect();
    remarks.sort_by(|one, other| {
        (one.at.line, &one.at, &one.message).cmp(&(other.at.line, &other.at, &other.message))
    });
    remarks
}

/// Paths that only differ by the names of their parameters: a document must not have them, and each
/// request is held against the one that takes it best.
fn same_paths(value: &Value) -> Vec<(JsonPointer, String)> {
    let mut seen: HashMap<Vec<Pattern>, &str> = HashMap::new();
    let mut found = Vec::new();
    let paths = value["paths"].as_object().into_iter().flatten();
    for (path, _) in paths.filter(|(path, _)| !path.starts_with("x-")) {
        match seen.entry(Template::parse(path).segments) {
            Entry::Vacant(place) => {
                place.insert(path);
            }
            Entry::Occupied(first) => {
                let message =
                    format!("it is the same path as {}, but for the names of parameters", first.get());
                found.push((JsonPointer::root().join("paths").join(path), message));
            }
        }
    }
    found
}

/// Operations that an earlier version than 3.2 does not know.
fn too_early(item: &Value, spot: &JsonPointer, version: OpenApiVersion) -> Vec<(JsonPointer, String)> {
    let is_there = |key: &&&str| version != OpenApiVersion::V3_2 && item.get(**key).is_some();
    let message = |key| format!("`{key}` means something from OpenAPI 3.2 on: it is overlooked here");
    ["query", ADDITIONAL].iter().filter(is_there).map(|key| (spot.join(key), message(*key))).collect()
}

/// Why a path does not mean what it seems to.
fn unmatchable(path: &str) -> Option<&'static str> {
    let stray = |text: &[u8]| text.contains(&b'{') || text.contains(&b'}');
    if path.contains(['?', '#']) {
        return Some("a path has neither query nor fragment: no request can match this one");
    }
    let literal = |segment: &Pattern| segment.literal().is_some_and(stray);
    let braced = Template::parse(path).segments.iter().any(literal);
    braced.then_some("a brace of the path has no counterpart and stands for itself")
}

/// What `openapiv3` cannot read. It stops at its first error, so each entry is read on its own.
fn misread_components(components: &Value) -> Vec<(JsonPointer, String)> {
    let mut found = Vec::new();
    for (kind, misread) in COMPONENTS {
        for (name, entry) in components[kind].as_object().into_iter().flatten() {
            let spot = JsonPointer::root().join("components").join(kind).join(name);
            found.extend(misread(entry).map(|reason| (spot, typed(&reason))));
        }
    }
    found
}

/// Why `value`, unless it is a reference, is no `T`.
fn misread<T: DeserializeOwned>(value: &Value) -> Option<String> {
    if value.get("$ref").is_some() {
        return None;
    }
    T::deserialize(value).err().map(|error| error.to_string())
}

fn typed(reason: &str) -> String {
    format!("a strict reader of OpenAPI 3.0 refuses this: {reason}")
}

/// Path parameters that the path does not have: they are overlooked.
fn strange_parameters(sources: &Sources, path: &str, owner: &JsonPointer) -> Vec<(JsonPointer, String)> {
    let list = owner.join("parameters");
    let names = Template::parse(path).names;
    let count = sources.get(&Spot::root(list.clone())).and_then(Value::as_array).map_or(0, Vec::len);
    let strange = |index: usize| {
        let place = list.index(index);
        let parameter = sources.follow(Spot::root(place.clone())).ok().and_then(|spot| sources.get(&spot))?;
        let name = parameter["name"].as_str().filter(|_| parameter["in"] == "path")?;
        let message = format!("the path has no {{{name}}}, so this parameter is never sent");
        (!names.iter().any(|known| known == name)).then_some((place, message))
    };
    (0..count).filter_map(strange).collect()
}

/// Requirements that name a scheme no component declares: no request can be held against them.
fn undeclared_schemes(
    sources: &Sources,
    alternatives: Option<&Vec<Value>>,
    spot: &JsonPointer,
) -> Vec<(JsonPointer, String)> {
    let declared = &sources.root()["components"]["securitySchemes"];
    let at = Spot::root(JsonPointer::root());
    let is_declared = |name: &String| {
        declared.get(name).is_some() || (is_reference(name) && sources.resolve(&at, name).is_ok())
    };
    let mut found = Vec::new();
    for (index, alternative) in alternatives.into_iter().flatten().enumerate() {
        let names = alternative.as_object().into_iter().flat_map(serde_json::Map::keys);
        for name in names.filter(|name| !is_declared(name)) {
            let message =
                format!("the security scheme {name:?} is declared nowhere, so nothing is held against it");
            found.push((spot.index(index).join(name), message));
        }
    }
    found
}
