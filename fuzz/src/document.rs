//! OpenAPI documents of every version, in YAML and JSON: read, or refused with a message.

use countersign_openapi::{Document, LoadOptions};

/// Small enough that no input takes long.
pub fn limits() -> LoadOptions {
    LoadOptions { max_bytes: 1 << 20, max_values: 50_000, ..LoadOptions::default() }
}

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let document = match Document::from_text("fuzz", text, &limits()) {
        Ok(document) => document,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    for operation in document.operations() {
        assert!(operation.position.line.is_some(), "{operation:?}");
    }
    for remark in document.remarks() {
        assert!(!remark.message.is_empty());
    }
    if let Err(error) = document.compile_schemas() {
        assert!(!error.to_string().is_empty());
    }
}
