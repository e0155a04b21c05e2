//! AsyncAPI documents of both versions: read, or refused with a message; what is read judges.

use countersign_openapi::asyncapi::Contents;
use countersign_openapi::{AsyncDocument, LoadOptions};
use serde_json::{Value, json};

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let limits = LoadOptions { max_bytes: 1 << 20, max_values: 50_000, ..LoadOptions::default() };
    let document = match AsyncDocument::from_text("fuzz", text, &limits) {
        Ok(document) => document,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    drop(document.remarks());
    let _ = document.compile_schemas();
    let values: [Value; 3] = [json!(null), json!({"id": 1, "kind": "a"}), json!([["x"], {}])];
    for operation in document.operations() {
        let replies = operation.reply.iter().flat_map(|reply| document.reply_messages(reply));
        for message in document.messages(operation).chain(replies) {
            for value in &values {
                let contents = Contents { content_type: None, value };
                let told = document.check_payload(message, contents);
                assert_eq!(told, document.check_payload(message, contents));
                drop(document.check_headers(message, value));
            }
            drop(document.check_bytes(message, None, data));
        }
    }
}
