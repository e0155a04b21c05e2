//! What is odd about a document and does not keep it from judging: advice, never a refusal.

use openapiv3::{
    Callback, Example, Header, Link, Parameter, PathItem, RequestBody, Response, Schema, SecurityScheme,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::OpenApiVersion;
use super::outline::METHODS;
use crate::pointer::JsonPointer;
use crate::route::Template;
use crate::sources::{Sources, Spot};
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
pub(super) fn remarks(sources: &Sources, version: OpenApiVersion) -> Vec<Remark> {
    let value = sources.root();
    let mut found = Vec::new();
    for (path, item) in
        value["paths"].as_object().into_iter().flatten().filter(|(path, _)| path.starts_with('/'))
    {
        let spot = JsonPointer::root().join("paths").join(path);
        if version == OpenApiVersion::V3_0 {
            found.extend(misread::<PathItem>(item).map(|reason| (spot.clone(), typed(&reason))));
        }
        found.extend(strange_parameters(sources, path, &spot));
        for method in METHODS {
            found.extend(strange_parameters(sources, path, &spot.join(method)));
            let alternatives = item[method]["security"].as_array();
            found.extend(undeclared_schemes(value, alternatives, &spot.join(method).join("security")));
        }
        if path.contains(['?', '#']) {
            let message = "a path has neither query nor fragment: no request can match this one".to_owned();
            found.push((spot, message));
        } else if Template::parse(path)
            .segments
            .iter()
            .any(|segment| segment.literal().is_some_and(has_brace))
        {
            found.push((spot, "a brace of the path has no counterpart and stands for itself".to_owned()));
        }
    }
    found.extend(undeclared_schemes(
        value,
        value["security"].as_array(),
        &JsonPointer::root().join("security"),
    ));
    if version == OpenApiVersion::V3_0 {
        found.extend(misread_components(&value["components"]));
    }
    let remark = |(pointer, message)| Remark { at: sources.position(&Spot::root(pointer)), message };
    let mut remarks: Vec<Remark> = found.into_iter().map(remark).collect();
    remarks.sort_by(|one, other| {
        (one.at.line, &one.at, &one.message).cmp(&(other.at.line, &other.at, &other.message))
    });
    remarks
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

fn has_brace(text: &[u8]) -> bool {
    text.contains(&b'{') || text.contains(&b'}')
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
    document: &Value,
    alternatives: Option<&Vec<Value>>,
    spot: &JsonPointer,
) -> Vec<(JsonPointer, String)> {
    let declared = &document["components"]["securitySchemes"];
    let mut found = Vec::new();
    for (index, alternative) in alternatives.into_iter().flatten().enumerate() {
        let names = alternative.as_object().into_iter().flat_map(serde_json::Map::keys);
        for name in names.filter(|name| declared.get(name).is_none()) {
            let message =
                format!("the security scheme {name:?} is declared nowhere, so nothing is held against it");
            found.push((spot.index(index).join(name), message));
        }
    }
    found
}
