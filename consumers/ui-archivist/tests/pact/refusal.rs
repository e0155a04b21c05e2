//! How the Archivist refuses: the part of its one error shape that the UI shows.

use std::time::Duration;

use countersign_consumer::prelude::*;
use ui_archivist::Refusal;

pub const REQUEST_ID: &str = "0b6e2f1c9d3a4b5c8e7f60718293a4b5";
pub const RETRY_AFTER: Duration = Duration::from_secs(5);

/// A refusal of which the UI shows only the words and the request's id.
pub fn refuses(i: &mut InteractionBuilder, status: u16, message: &str) {
    i.response.status(status).json_body(json_pattern!({
        "error": {"message": like!(message), "request_id": like!(REQUEST_ID)}
    }));
}

/// A refused form: the UI shows the messages at this field.
pub fn refuses_field(i: &mut InteractionBuilder, field: &str, message: &str) {
    let mut fields = std::collections::HashMap::new();
    fields.insert(field.to_owned(), json_pattern!(list_of(like!(message)).at_least(1)));
    i.response.status(422).json_body(json_pattern!({
        "error": {
            "message": like!("1 field cannot be taken"),
            "request_id": like!(REQUEST_ID),
            "details": {"fields": JsonPattern::Object(fields)},
        }
    }));
}

/// Something is not there that the Archivist needs: the UI tells what by the type, and says when to come back.
pub fn refuses_for_lack_of(i: &mut InteractionBuilder, kind: &str, message: &str) {
    i.response.status(503).json_body(json_pattern!({
        "error": {"type": kind, "message": like!(message), "request_id": like!(REQUEST_ID)}
    }));
    says_when_to_come_back(i);
}

/// Whole seconds: the UI counts them down.
pub fn says_when_to_come_back(i: &mut InteractionBuilder) {
    i.response.header("Retry-After", term!(r"^\d+$", RETRY_AFTER.as_secs().to_string()));
}

/// What the client makes of such a refusal.
pub fn refusal(message: &str) -> Refusal {
    Refusal { message: message.to_owned(), request_id: REQUEST_ID.to_owned() }
}
