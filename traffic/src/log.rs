//! Logs of exchanges: one JSON object a line (NDJSON).
//!
//! | member | what it is |
//! |---|---|
//! | `method` | such as `GET` |
//! | `url` or `path` | a whole URL, or a path with its query, percent-encoded as it was sent |
//! | `request_headers`, `response_headers` | `{"Name": "value"}` or `{"Name": ["value", …]}`, or a list of `["Name", "value"]` or `{"name": …, "value": …}` |
//! | `request_body`, `response_body` | a text is the body as it was sent, without its content coding; any other JSON value but `null` is a body of JSON |
//! | `request_body_encoding`, `response_body_encoding` | `"base64"` where the text is that |
//! | `status` | the status of the answer, such as 200 |
//!
//! Headers or bodies that a line does not have, or that are `null`, were not recorded: nothing is said of
//! them, and how many there were is told. Members of other names are overlooked.

mod headers;
mod lines;

use std::borrow::Cow;
use std::io::BufRead;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use countersign_openapi::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::exchange::{Absence, Exchange, Gaps};
use crate::recording::{
    Bad, Heard, Item, Reading, RecordingError, had_no_body, is_bodiless_answer, is_bodiless_method,
};
use crate::scope::Target;
use headers::Headers;
pub use lines::{Line, Lines};

/// Reads a log to its end and brings each exchange to the watch. A line that cannot be
/// understood is remembered, and the reading goes on.
pub fn hear(reader: impl BufRead, reading: &Reading<'_>) -> Result<Heard, RecordingError> {
    let mut heard = Heard::default();
    let mut lines = Lines::new(reader, reading.limits.max_exchange);
    while let Some(line) = lines.next_line()? {
        if let Some(item) = item(&line, reading) {
            heard.take(item, reading);
        }
    }
    Ok(heard)
}

/// What a line holds; none where it is blank.
fn item(line: &Line<'_>, reading: &Reading<'_>) -> Option<Item> {
    let (number, result) = match *line {
        Line::Text { bytes, .. } if bytes.trim_ascii().is_empty() => return None,
        Line::Text { number, bytes } => (number, read(number, bytes, reading)),
        Line::TooLong { number, limit } => (number, Err(format!("it is longer than {limit} bytes"))),
    };
    Some(result.unwrap_or_else(|reason| Item::Bad(Bad { number, reason })))
}

#[derive(Deserialize)]
struct Record<'l> {
    #[serde(borrow)]
    method: Cow<'l, str>,
    #[serde(borrow)]
    url: Option<Cow<'l, str>>,
    #[serde(borrow)]
    path: Option<Cow<'l, str>>,
    status: Option<u16>,
    request_headers: Option<Headers>,
    response_headers: Option<Headers>,
    #[serde(borrow)]
    request_body: Option<&'l RawValue>,
    #[serde(borrow)]
    response_body: Option<&'l RawValue>,
    request_body_encoding: Option<Cow<'l, str>>,
    response_body_encoding: Option<Cow<'l, str>>,
}

fn read(number: u64, bytes: &[u8], reading: &Reading<'_>) -> Result<Item, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("it is not UTF-8: {error}"))?;
    let record: Record<'_> = serde_json::from_str(text).map_err(|error| without_line(&error))?;
    let url = record.url.as_ref().or(record.path.as_ref()).ok_or("it has neither \"url\" nor \"path\"")?;
    let (path, query) = match reading.scope.target(url).map_err(|error| error.to_string())? {
        Target::Here { path, query } => (path.to_owned(), query.map(str::to_owned)),
        Target::Elsewhere(server) => return Ok(Item::Elsewhere(server.to_owned())),
    };
    // Zero is what some write where no answer came.
    let Some(status) = record.status.filter(|status| *status != 0) else { return Ok(Item::NoAnswer) };
    let method = record.method.to_ascii_uppercase();
    let mut gaps = Gaps {
        request_headers: record.request_headers.is_none(),
        response_headers: record.response_headers.is_none(),
        credentials: true,
        ..Gaps::default()
    };
    let request_headers = record.request_headers.map_or_else(Vec::new, Headers::into_pairs);
    let response_headers = record.response_headers.map_or_else(Vec::new, Headers::into_pairs);
    let request_body = body(record.request_body, record.request_body_encoding.as_deref())?;
    let response_body = body(record.response_body, record.response_body_encoding.as_deref())?;
    if request_body.is_none() && !had_no_body(&request_headers, is_bodiless_method(&method)) {
        gaps.request_body = Some(Absence::NotRecorded);
    }
    if response_body.is_none()
        && !had_no_body(&response_headers, false)
        && !is_bodiless_answer(&method, status)
    {
        gaps.response_body = Some(Absence::NotRecorded);
    }
    let request = HttpRequest { method, path, query, headers: request_headers, body: request_body };
    let response = HttpResponse { status, headers: response_headers, body: response_body };
    Ok(Item::Exchange(Box::new(Exchange { origin: reading.origin(number), request, response, gaps })))
}

/// The bytes of a body; none where none was recorded.
fn body(raw: Option<&RawValue>, encoding: Option<&str>) -> Result<Option<Vec<u8>>, String> {
    let Some(raw) = raw.map(RawValue::get).filter(|raw| *raw != "null") else { return Ok(None) };
    if !raw.starts_with('"') {
        return Ok(Some(raw.as_bytes().to_vec()));
    }
    let text: String = serde_json::from_str(raw).map_err(|error| without_line(&error))?;
    match encoding {
        None => Ok(Some(text.into_bytes())),
        Some("base64") => {
            let bytes = BASE64_STANDARD.decode(text.as_bytes());
            bytes.map(Some).map_err(|error| format!("a body is not base64: {error}"))
        }
        Some(other) => {
            Err(format!("a body is encoded as {other:?}, and \"base64\" is the one encoding that is known"))
        }
    }
}

/// What serde says, without "at line 1", which is wrong of a line in a file. It never repeats a value.
fn without_line(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    format!("{} at column {}", &text[..end], error.column())
}
