//! What a document has by name beside its operations: component schemas, security schemes, webhooks.

use serde_json::Value;

use super::change::{Action, Area, Kind};
use super::reader::Reader;
use super::security;
use crate::pointer::JsonPointer;
use crate::sources::Spot;

pub(super) fn compare(reader: &mut Reader<'_>) {
    security::compare_schemes(reader);
    by_name(reader, Area::Component, &["components", "schemas"], false);
    by_name(reader, Area::Webhook, &["webhooks"], true);
}

/// Tells of what came and went at `way`; of what came, where that is asked for.
fn by_name(reader: &mut Reader<'_>, area: Area, way: &[&str], added: bool) {
    let spot = way.iter().fold(Spot::root(JsonPointer::root()), |spot, key| spot.join(key));
    let names = |document: &Value| -> Vec<String> {
        let found = document.pointer(spot.pointer.as_str()).and_then(Value::as_object);
        found.map(|all| all.keys().cloned().collect()).unwrap_or_default()
    };
    let (was, now) = (names(reader.base.value()), names(reader.revised.value()));
    for name in was.iter().filter(|name| now.binary_search(name).is_err()) {
        let what = (area, Kind::Existence, Action::Removed);
        reader.tell_of_document(what, (Some(&spot.join(name)), Some(&spot))).name = Some(name.clone());
    }
    for name in now.iter().filter(|name| added && was.binary_search(name).is_err()) {
        let what = (area, Kind::Existence, Action::Added);
        reader.tell_of_document(what, (Some(&spot), Some(&spot.join(name)))).name = Some(name.clone());
    }
}
