//! A pact, held against an OpenAPI and an AsyncAPI document.
//!
//! The input is the three of them with a line `%%` between each; those that are missing are not given.

use countersign_compare::{Documents, Pact, Settings, compare};
use countersign_openapi::{AsyncDocument, Document, LoadOptions};

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut parts = text.split("\n%%\n");
    let Ok(pact) = Pact::from_bytes("fuzz.json", parts.next().unwrap_or_default().into()) else { return };
    let limits = LoadOptions { max_bytes: 1 << 20, max_values: 50_000, ..LoadOptions::default() };
    let openapi = parts.next().and_then(|text| Document::from_text("fuzz.yaml", text, &limits).ok());
    let asyncapi = parts.next().and_then(|text| AsyncDocument::from_text("events.yaml", text, &limits).ok());
    let documents = Documents { openapi: openapi.as_ref(), asyncapi: asyncapi.as_ref() };
    if let Err(error) = compare(&pact, documents, Settings::default()) {
        assert!(!error.to_string().is_empty());
    }
}
