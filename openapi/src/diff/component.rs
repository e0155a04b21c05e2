//! What a document has by name beside its operations: component schemas, security schemes.

use serde_json::Value;

use super::change::{Action, Area, Kind};
use super::reader::Reader;
use super::security;
use crate::pointer::JsonPointer;
use crate::sources::Spot;

pub(super) fn compare(reader: &mut Reader<'_>) {
    security::compare_schemes(reader);
    removed(reader);
}

/// Tells of the schemas that went; those that came are told where they are used.
fn removed(reader: &mut Reader<'_>) {
    let spot = Spot::root(JsonPointer::root().join("components").join("schemas"));
    let names = |document: &Value| -> Vec<String> {
        let found = document.pointer(spot.pointer.as_str()).and_then(Value::as_object);
        found.map(|all| all.keys().cloned().collect()).unwrap_or_default()
    };
    let (was, now) = (names(reader.base.value()), names(reader.revised.value()));
    for name in was.iter().filter(|name| now.binary_search(name).is_err()) {
        let what = (Area::Component, Kind::Existence, Action::Removed);
        reader.tell_of_document(what, (Some(&spot.join(name)), Some(&spot))).name = Some(name.clone());
    }
}
