//! Exchanges held against documents: each folder of `exchanges/` is a document and its cases, each
//! case a test. An expected violation is written `severity code place keyword line`.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use countersign_openapi::{Document, HttpRequest, HttpResponse, LoadOptions, Place, Source, Violation};
use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use serde_json::Value;

/// One exchange and what is expected of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    request: Request,
    response: Option<Response>,
    /// In the order of the judge: the request's violations, then the response's.
    #[serde(default)]
    expect: Vec<String>,
    /// Where given, the messages in the same order.
    messages: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    /// `GET /path?query`.
    line: String,
    #[serde(default)]
    headers: Vec<String>,
    /// A body of this value, and `Content-Type: application/json`.
    json: Option<Value>,
    /// A body of these bytes.
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Response {
    status: u16,
    #[serde(default)]
    headers: Vec<String>,
    json: Option<Value>,
    text: Option<String>,
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exchanges");
    let mut trials = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder of cases is there") {
        let folder = entry.expect("the folder of cases can be read").path();
        let topic = folder.file_name().expect("an entry has a name").to_string_lossy().into_owned();
        let cases = read_cases(&folder.join("cases.yaml"));
        assert!(!cases.is_empty(), "{topic} has no cases");
        let document = Document::load(&folder.join("openapi.yaml"), &LoadOptions::default());
        let document = Arc::new(document.unwrap_or_else(|error| panic!("{topic}: {error}")));
        for case in cases {
            let document = Arc::clone(&document);
            trials.push(Trial::test(format!("{topic}: {}", case.name), move || run(&document, &case)));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn read_cases(file: &Path) -> Vec<Case> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let source = Source::parse("cases.yaml", &text, &LoadOptions::default()).expect("the cases are YAML");
    serde_json::from_value(source.value().clone())
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn run(document: &Document, case: &Case) -> Result<(), Failed> {
    let request = case.request.to_http();
    let mut violations = document.check_request(&request);
    if let Some(response) = &case.response {
        violations.extend(document.check_response(&request, &response.to_http()));
    }
    let found: Vec<String> = violations.iter().map(describe).collect();
    let messages: Vec<&str> = violations.iter().map(|violation| violation.message.as_str()).collect();
    if found != case.expect {
        return Err(format!("expected {:#?}\nfound {found:#?}\nmessages {messages:#?}", case.expect).into());
    }
    match &case.messages {
        Some(expected) if *expected != messages => {
            Err(format!("expected {expected:#?}\nfound {messages:#?}").into())
        }
        _ => Ok(()),
    }
}

fn describe(violation: &Violation) -> String {
    let severity = format!("{:?}", violation.severity).to_lowercase();
    let keyword = violation.keyword.as_deref().unwrap_or("-");
    let line = violation.rule.line.map_or_else(|| "-".to_owned(), |line| line.to_string());
    format!("{severity} {} {} {keyword} {line}", violation.code.as_str(), place(&violation.at))
}

fn place(place: &Place) -> String {
    match place {
        Place::RequestMethod => "method".to_owned(),
        Place::RequestPath => "path".to_owned(),
        Place::RequestPathParameter(name) => format!("path:{name}"),
        Place::RequestQuery(name) => format!("query:{name}"),
        Place::RequestHeader(name) => format!("header:{name}"),
        Place::RequestCookie(name) => format!("cookie:{name}"),
        Place::RequestBody(pointer) => format!("body:{pointer}"),
        Place::ResponseStatus => "status".to_owned(),
        Place::ResponseHeader(name) => format!("answer-header:{name}"),
        Place::ResponseBody(pointer) => format!("answer:{pointer}"),
        Place::MessagePayload(_) | Place::MessageHeaders(_) => unreachable!("an exchange has no messages"),
    }
}

impl Request {
    fn to_http(&self) -> HttpRequest {
        let (method, target) = self.line.split_once(' ').expect("a request line is a method and a target");
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        let (headers, body) = to_message(&self.headers, self.json.as_ref(), self.text.as_deref());
        HttpRequest { method: method.to_owned(), path: path.to_owned(), query, headers, body }
    }
}

impl Response {
    fn to_http(&self) -> HttpResponse {
        let (headers, body) = to_message(&self.headers, self.json.as_ref(), self.text.as_deref());
        HttpResponse { status: self.status, headers, body }
    }
}

type Message = (Vec<(String, String)>, Option<Vec<u8>>);

fn to_message(headers: &[String], json: Option<&Value>, text: Option<&str>) -> Message {
    let split = |header: &String| {
        let (name, value) = header.split_once(": ").expect("a header is a name and a value");
        (name.to_owned(), value.to_owned())
    };
    let mut headers: Vec<(String, String)> = headers.iter().map(split).collect();
    let typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if json.is_some() && !typed {
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    }
    let body =
        json.map(|json| json.to_string().into_bytes()).or_else(|| text.map(|text| text.as_bytes().to_vec()));
    (headers, body)
}
