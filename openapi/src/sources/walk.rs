//! Goes through a file for what makes it part of something larger: references to other places, and
//! the identifiers by which schemas can be referred to.

use serde_json::{Map, Value};

use crate::pointer::{JsonPointer, Path};

/// Which member names a schema and which an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identifiers {
    /// OpenAPI 3.0 has none.
    None,
    /// `id`, which may also be an anchor.
    Draft4,
    /// `$id`, which may also be an anchor.
    Draft7,
    /// `$id`, `$anchor` and `$dynamicAnchor`.
    Draft202012,
}

/// What was found at one place.
pub(super) enum Found<'v> {
    Reference(&'v str),
    Id(&'v str),
    Anchor(&'v str),
    DynamicAnchor(&'v str),
    /// A list of traits of AsyncAPI.
    Traits,
}

/// Calls `visit` for every reference and identifier in `value`, parents before children.
pub(super) fn walk<'v>(
    value: &'v Value,
    identifiers: Identifiers,
    visit: &mut dyn FnMut(&Path<'_>, Found<'v>),
) {
    Walk { identifiers, visit }.keywords(value, &Path::Root);
}

struct Walk<'f, 'v> {
    identifiers: Identifiers,
    visit: &'f mut dyn FnMut(&Path<'_>, Found<'v>),
}

/// What the value of a keyword holds.
pub(super) enum Holds {
    /// Keywords again.
    Keywords,
    /// Names that somebody chose, each with keywords under it.
    Names,
    /// Examples by name: each may be a reference, and what it says is data.
    Examples,
    /// Values of a discriminator, each with a reference or the name of a schema.
    Mapping,
    /// Data, in which `$ref` means nothing.
    Data,
}

pub(super) fn holds(keyword: &str, identifiers: Identifiers) -> Holds {
    match keyword {
        // What OpenAPI has as a map, AsyncAPI has as one schema.
        "headers" if identifiers == Identifiers::Draft7 => Holds::Keywords,
        "properties"
        | "patternProperties"
        | "$defs"
        | "definitions"
        | "dependentSchemas"
        | "dependencies"
        | "schemas"
        | "responses"
        | "parameters"
        | "requestBodies"
        | "headers"
        | "securitySchemes"
        | "links"
        | "callbacks"
        | "pathItems"
        | "content"
        | "encoding"
        | "variables"
        | "mediaTypes"
        | "additionalOperations"
        | "channels"
        | "operations"
        | "messages"
        | "messageTraits"
        | "operationTraits"
        | "correlationIds"
        | "replies"
        | "replyAddresses"
        | "serverVariables" => Holds::Names,
        "examples" => Holds::Examples,
        "mapping" => Holds::Mapping,
        "enum" | "const" | "default" | "example" => Holds::Data,
        extension if extension.starts_with("x-") => Holds::Data,
        _ => Holds::Keywords,
    }
}

impl<'v> Walk<'_, 'v> {
    fn keywords(&mut self, value: &'v Value, at: &Path<'_>) {
        match value {
            Value::Object(members) => {
                self.identify(members, at);
                for (keyword, value) in members.iter().filter(|(_, value)| is_container(value)) {
                    let place = Path::Member(at, keyword);
                    match holds(keyword, self.identifiers) {
                        Holds::Keywords => self.keywords(value, &place),
                        Holds::Names => self.names(value, &place),
                        Holds::Examples => self.examples(value, &place),
                        Holds::Mapping => self.mapping(value, &place),
                        Holds::Data => {}
                    }
                }
            }
            Value::Array(elements) => self.elements(elements, at),
            _ => {}
        }
    }

    fn elements(&mut self, elements: &'v [Value], at: &Path<'_>) {
        for (index, element) in elements.iter().enumerate().filter(|(_, element)| is_container(element)) {
            self.keywords(element, &Path::Element(at, index));
        }
    }

    fn names(&mut self, value: &'v Value, at: &Path<'_>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members.iter().filter(|(_, value)| is_container(value)) {
                    self.keywords(value, &Path::Member(at, name));
                }
            }
            // `parameters` of an operation is a list, that of the components is a map.
            Value::Array(elements) => self.elements(elements, at),
            _ => {}
        }
    }

    fn examples(&mut self, value: &'v Value, at: &Path<'_>) {
        for (name, example) in value.as_object().into_iter().flatten() {
            if let Some(reference) = example.get("$ref").and_then(Value::as_str) {
                (self.visit)(&Path::Member(at, name), Found::Reference(reference));
            }
        }
    }

    fn mapping(&mut self, value: &'v Value, at: &Path<'_>) {
        for (name, target) in value.as_object().into_iter().flatten() {
            if let Some(target) = target.as_str().filter(|target| is_reference(target)) {
                (self.visit)(&Path::Member(at, name), Found::Reference(target));
            }
        }
    }

    fn identify(&mut self, members: &'v Map<String, Value>, at: &Path<'_>) {
        let text = |keyword: &str| members.get(keyword).and_then(Value::as_str);
        let reference = text("$ref");
        match self.identifiers {
            // The older drafts overlook whatever stands beside a reference.
            Identifiers::Draft4 | Identifiers::Draft7 if reference.is_none() => {
                let keyword = if self.identifiers == Identifiers::Draft4 { "id" } else { "$id" };
                match text(keyword) {
                    Some(id) if id.starts_with('#') => (self.visit)(at, Found::Anchor(&id[1..])),
                    Some(id) => (self.visit)(at, Found::Id(id)),
                    None => {}
                }
            }
            Identifiers::Draft202012 => {
                for (keyword, found) in [
                    ("$id", Found::Id as fn(&'v str) -> Found<'v>),
                    ("$anchor", Found::Anchor),
                    ("$dynamicAnchor", Found::DynamicAnchor),
                    ("$dynamicRef", Found::Reference),
                ] {
                    if let Some(text) = text(keyword) {
                        (self.visit)(at, found(text));
                    }
                }
            }
            Identifiers::None | Identifiers::Draft4 | Identifiers::Draft7 => {}
        }
        if let Some(reference) = reference {
            (self.visit)(at, Found::Reference(reference));
        }
        if self.identifiers == Identifiers::Draft7 && members.get("traits").is_some_and(Value::is_array) {
            (self.visit)(at, Found::Traits);
        }
    }
}

/// Whether the target of a discriminator's value is a reference and not the bare name of a schema.
pub(crate) fn is_reference(target: &str) -> bool {
    target.contains(['/', '#'])
        || [".json", ".yaml", ".yml"].iter().any(|extension| target.ends_with(extension))
}

/// Calls `visit` for every schema in a file of a document that stands in no other schema.
pub(super) fn schemas(value: &Value, visit: &mut dyn FnMut(JsonPointer)) {
    below(value, &Path::Root, visit);
}

fn below(value: &Value, at: &Path<'_>, visit: &mut dyn FnMut(JsonPointer)) {
    match value {
        Value::Object(members) => {
            for (keyword, value) in members.iter().filter(|(_, value)| is_container(value)) {
                let place = Path::Member(at, keyword);
                match keyword.as_str() {
                    "schema" | "itemSchema" => visit(place.pointer()),
                    "schemas" if is_components(at) => {
                        let names = value.as_object().into_iter().flat_map(|schemas| schemas.keys());
                        names.for_each(|name| visit(Path::Member(&place, name).pointer()));
                    }
                    "examples" => {}
                    keyword if matches!(holds(keyword, Identifiers::None), Holds::Data) => {}
                    _ => below(value, &place, visit),
                }
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                below(element, &Path::Element(at, index), visit);
            }
        }
        _ => {}
    }
}

fn is_components(at: &Path<'_>) -> bool {
    matches!(at, Path::Member(Path::Root, "components"))
}

fn is_container(value: &Value) -> bool {
    value.is_object() || value.is_array()
}
