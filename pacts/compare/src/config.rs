//! What a document asks the OpenAPI-Pact comparator to overlook: `info.x-opc-config-…`. Who comes
//! from there has it in the document already.

use countersign_openapi::{Document, Routing};
use serde_json::Value;

/// How the paths of `document` want to be compared.
pub(crate) fn routing(document: &Document) -> Routing {
    let info = &document.value()["info"];
    let flag = |name: &str| info[format!("x-opc-config-{name}")] == Value::Bool(true);
    Routing {
        base_path: info["x-opc-config-base-path"].as_str().map(str::to_owned),
        ignore_case: flag("case-insensitive"),
        ignore_trailing_slash: flag("ignore-trailing-slash"),
        ignore_duplicate_slashes: flag("ignore-duplicate-slashes"),
    }
}
