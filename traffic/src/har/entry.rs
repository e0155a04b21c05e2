//! One entry of a HAR file, made into an exchange.

use std::borrow::Cow;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use countersign_openapi::{HttpRequest, HttpResponse};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::exchange::{Absence, Exchange, Gaps};
use crate::recording::{Bad, Item, Reading, had_no_body, is_bodiless_answer, is_bodiless_method};
use crate::scope::Target;

/// What forms leave as it is (the URL standard, `application/x-www-form-urlencoded`).
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

#[derive(Deserialize)]
struct Entry<'e> {
    #[serde(borrow)]
    request: Request<'e>,
    #[serde(borrow)]
    response: Response<'e>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request<'e> {
    #[serde(borrow)]
    method: Cow<'e, str>,
    #[serde(borrow)]
    url: Cow<'e, str>,
    headers: Option<Vec<Named>>,
    post_data: Option<PostData>,
    body_size: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response<'e> {
    status: f64,
    headers: Option<Vec<Named>>,
    #[serde(borrow)]
    content: Option<Content<'e>>,
    body_size: Option<f64>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    mime_type: Option<String>,
    text: Option<String>,
    /// No part of HAR 1.2, and written all the same.
    encoding: Option<String>,
    params: Option<Vec<Param>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Param {
    name: String,
    value: Option<String>,
    file_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content<'e> {
    size: Option<f64>,
    #[serde(borrow)]
    mime_type: Option<Cow<'e, str>>,
    #[serde(borrow)]
    text: Option<Cow<'e, str>>,
    #[serde(borrow)]
    encoding: Option<Cow<'e, str>>,
}

/// What the `number`th entry of a file, whose text is `text`, holds.
pub(super) fn item(number: u64, text: &str, reading: &Reading<'_>) -> Item {
    read(number, text, reading).unwrap_or_else(|reason| Item::Bad(Bad { number, reason }))
}

fn read(number: u64, text: &str, reading: &Reading<'_>) -> Result<Item, String> {
    let Entry { request, response } = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let (path, query) = match reading.scope.target(&request.url).map_err(|error| error.to_string())? {
        Target::Here { path, query } => (path.to_owned(), query.map(str::to_owned)),
        Target::Elsewhere(server) => return Ok(Item::Elsewhere(server.to_owned())),
    };
    // Browsers write 0, and some -1, where the request was blocked or broken off.
    let Some(status) = status(response.status) else { return Ok(Item::NoAnswer) };
    let method = request.method.to_ascii_uppercase();
    let mut gaps = Gaps { credentials: true, ..Gaps::default() };
    let request_body = sent(&request)?;
    let response_body = answered(&response)?;
    let mut request_headers = headers(request.headers);
    let mut response_headers = headers(response.headers);
    let none_sent =
        request.body_size == Some(0.0) || had_no_body(&request_headers, is_bodiless_method(&method));
    if request_body.is_none() && !none_sent {
        gaps.request_body = Some(Absence::NotRecorded);
    }
    let none_answered = is_bodiless_answer(&method, status)
        || had_no_body(&response_headers, false)
        || (response.body_size == Some(0.0) && response.content.as_ref().and_then(|it| it.size) == Some(0.0));
    if response_body.is_none() && !none_answered {
        gaps.response_body = Some(Absence::NotRecorded);
    }
    // A file without any headers says the type of a body all the same.
    gaps.request_headers = request_headers.is_empty();
    gaps.response_headers = response_headers.is_empty();
    let mime = request.post_data.as_ref().and_then(|data| data.mime_type.as_deref());
    add_type(&mut request_headers, mime.filter(|_| request_body.is_some()));
    let mime = response.content.as_ref().and_then(|content| content.mime_type.as_deref());
    add_type(&mut response_headers, mime.filter(|_| response_body.is_some()));
    let request = HttpRequest { method, path, query, headers: request_headers, body: request_body };
    let response = HttpResponse { status, headers: response_headers, body: response_body };
    Ok(Item::Exchange(Box::new(Exchange { origin: reading.origin(number), request, response, gaps })))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is looked at first")]
fn status(status: f64) -> Option<u16> {
    (100.0..=999.0).contains(&status).then_some(status as u16)
}

/// Headers without those of HTTP/2 that are none.
fn headers(named: Option<Vec<Named>>) -> Vec<(String, String)> {
    let named = named.unwrap_or_default().into_iter().filter(|header| !header.name.starts_with(':'));
    named.map(|header| (header.name, header.value.unwrap_or_default())).collect()
}

fn add_type(headers: &mut Vec<(String, String)>, mime: Option<&str>) {
    // What Chrome writes where it does not know.
    if let Some(mime) = mime.filter(|mime| headers.is_empty() && !mime.is_empty() && *mime != "x-unknown") {
        headers.push(("Content-Type".to_owned(), mime.to_owned()));
    }
}

/// The body of a request; none where none was recorded.
fn sent(request: &Request<'_>) -> Result<Option<Vec<u8>>, String> {
    let Some(data) = &request.post_data else { return Ok(None) };
    match (&data.text, &data.params) {
        (Some(text), _) if !text.is_empty() => decoded(text, data.encoding.as_deref()).map(Some),
        // A form that is told by its fields. The parts of a multipart one cannot be put together again.
        (_, Some(params)) if !params.is_empty() && is_form(data) => Ok(Some(form(params))),
        (Some(_), None) if request.body_size == Some(0.0) => Ok(Some(Vec::new())),
        _ => Ok(None),
    }
}

fn is_form(data: &PostData) -> bool {
    let mime = data.mime_type.as_deref().unwrap_or_default();
    let essence = mime.split(';').next().unwrap_or_default().trim();
    let files = data.params.iter().flatten().any(|param| param.file_name.is_some());
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") && !files
}

fn form(params: &[Param]) -> Vec<u8> {
    // Some writers keep names and values as they were sent, others decode them.
    let encode = |text: &str| utf8_percent_encode(text, FORM).to_string().replace("%20", "+");
    let pairs = params.iter().map(|param| {
        format!("{}={}", encode(&param.name), encode(param.value.as_deref().unwrap_or_default()))
    });
    pairs.collect::<Vec<_>>().join("&").into_bytes()
}

/// The body of an answer; none where none was recorded.
fn answered(response: &Response<'_>) -> Result<Option<Vec<u8>>, String> {
    let Some(content) = &response.content else { return Ok(None) };
    match &content.text {
        // Chrome writes an empty text for a body that it did not keep.
        Some(text) if text.is_empty() && content.size.is_some_and(|size| size > 0.0) => Ok(None),
        Some(text) => decoded(text, content.encoding.as_deref()).map(Some),
        None => Ok(None),
    }
}

fn decoded(text: &str, encoding: Option<&str>) -> Result<Vec<u8>, String> {
    match encoding {
        None | Some("") => Ok(text.as_bytes().to_vec()),
        Some("base64") => {
            BASE64_STANDARD.decode(text).map_err(|error| format!("a body is not base64: {error}"))
        }
        Some(other) => {
            Err(format!("a body is encoded as {other:?}, and \"base64\" is the one encoding that is known"))
        }
    }
}
