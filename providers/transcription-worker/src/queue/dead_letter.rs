//! Messages that nobody can serve: kept with the reason, so that nothing is lost and nobody dies of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{SecondsFormat, Utc};
use serde_json::json;

/// The list they are kept on, newest first.
pub(crate) const LIST: &str = "celery.dead-letter";

/// The list of what is too large to be read at all, as it stood on its own list, newest first. The dead letter
/// of each names it.
pub(crate) const TOO_LARGE: &str = "celery.dead-letter.too-large";

/// What is kept of one. `effect` is what a Celery worker would have done with it.
pub(crate) fn entry(queue: &str, raw: &[u8], reason: &str, effect: &str) -> String {
    let (message, encoding) = match std::str::from_utf8(raw) {
        Ok(text) => (text.to_owned(), "utf-8"),
        Err(_) => (STANDARD.encode(raw), "base64"),
    };
    json!({
        "reason": reason,
        "celery_worker": effect,
        "queue": queue,
        "at": Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
        "message": message,
        "message_encoding": encoding,
    })
    .to_string()
}
