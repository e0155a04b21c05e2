//! HAR files as browsers and proxies write them.

use countersign_traffic::{
    Heard, Limits, Observed, Partial, Reading, RecordingError, Scope, Unjudged, Watch, har,
};
use serde_json::{Value, json};

use crate::scene::{document, reading, told};

fn hear(entries: &[Value]) -> (Heard, Observed) {
    let file = json!({ "log": { "version": "1.2", "creator": { "name": "x", "version": "1" }, "pages": [{ "entries": [] }], "entries": entries, "comment": "" } });
    let watch = Watch::new(document());
    let scope = Scope::of_document(watch.document());
    let text = format!("\u{feff}{file}\n");
    let heard = har::hear(text.as_bytes(), &reading(&scope, &watch)).unwrap();
    (heard, watch.observed())
}

fn entry(method: &str, url: &str, status: i32, content: &Value) -> Value {
    json!({
        "startedDateTime": "2026-05-12T00:00:00Z", "time": 3.5, "cache": {}, "timings": { "send": 0, "wait": 1, "receive": 1 },
        "request": {
            "method": method, "url": url, "httpVersion": "h2", "cookies": [], "queryString": [], "headersSize": -1, "bodySize": 0,
            "headers": [{ "name": ":authority", "value": "api.example.com" }, { "name": ":method", "value": method }, { "name": "ACCEPT", "value": "*/*" }]
        },
        "response": {
            "status": status, "statusText": "", "httpVersion": "h2", "cookies": [], "redirectURL": "", "headersSize": -1, "bodySize": 40,
            "headers": [{ "name": "content-encoding", "value": "gzip" }, { "name": "content-type", "value": "application/json" }],
            "content": content
        }
    })
}

const URL: &str = "https://api.example.com/v1/vods/7";

#[test]
fn bodies_are_there_as_they_are_read() {
    let (heard, observed) = hear(&[
        // The header says gzip, and the text is what was in it.
        entry(
            "GET",
            URL,
            200,
            &json!({ "size": 20, "mimeType": "application/json", "text": r#"{"id":7,"title":"t"}"# }),
        ),
        entry(
            "GET",
            URL,
            200,
            &json!({ "size": 20, "mimeType": "application/json", "text": "eyJpZCI6ImEiLCJ0aXRsZSI6InQifQ==", "encoding": "base64" }),
        ),
    ]);
    assert_eq!(heard.bad, []);
    assert_eq!(
        told(&observed),
        [(
            "Error response.body.incompatible GET /vods/{id} ResponseBody(JsonPointer(\"/id\"))".to_owned(),
            1
        )]
    );
    assert_eq!(observed.deviations[0].first.origin.number, 2);
}

#[test]
fn bodies_that_were_left_out_are_not_judged_and_told() {
    let (_, observed) = hear(&[
        entry("GET", URL, 200, &json!({ "size": 20, "mimeType": "application/json" })),
        entry("GET", URL, 200, &json!({ "size": 20, "mimeType": "application/json", "text": "" })),
        entry("GET", URL, 299, &json!({ "size": 20 })),
        entry("DELETE", URL, 204, &json!({ "size": 0, "mimeType": "x-unknown" })),
    ]);
    let found: Vec<String> = told(&observed).into_iter().map(|(line, _)| line).collect();
    assert_eq!(found, ["Error response.status.unknown GET /vods/{id} ResponseStatus"]);
    assert_eq!(observed.tally.partial, [(Partial::BodyNotRecorded, 3)]);
}

#[test]
fn what_a_request_sent_is_judged() {
    let mut text = entry("PUT", URL, 204, &json!({ "size": 0 }));
    text["request"]["postData"] = json!({ "mimeType": "application/json", "text": r#"{"id":7}"# });
    text["request"]["headers"] = json!([{ "name": "Content-Type", "value": "application/json" }, { "name": "Authorization", "value": "Bearer x" }]);
    let mut form = text.clone();
    form["request"]["postData"] = json!({ "mimeType": "application/x-www-form-urlencoded", "params": [{ "name": "a b", "value": "ü" }] });
    form["request"]["headers"] =
        json!([{ "name": "Content-Type", "value": "application/x-www-form-urlencoded" }]);
    let mut left_out = text.clone();
    left_out["request"].as_object_mut().unwrap().remove("postData");
    left_out["request"]["bodySize"] = json!(-1);
    let (heard, observed) = hear(&[text, form, left_out]);
    assert_eq!(heard.bad, []);
    let found: Vec<String> = told(&observed).into_iter().map(|(line, _)| line).collect();
    assert_eq!(
        found,
        [
            "Error request.body.incompatible PUT /vods/{id} RequestBody(JsonPointer(\"\"))",
            "Error request.content-type.incompatible PUT /vods/{id} RequestHeader(\"Content-Type\")",
        ]
    );
    // The form came without credentials, which the recording may have left out.
    let partial = [(Partial::BodyNotRecorded, 1), (Partial::CredentialsNotRecorded, 1)];
    assert_eq!(observed.tally.partial, partial);
}

#[test]
fn a_sanitized_file_without_headers_is_judged_by_what_is_left() {
    let mut bare = entry(
        "GET",
        URL,
        200,
        &json!({ "size": 20, "mimeType": "application/json", "text": r#"{"id":"a","title":"t"}"# }),
    );
    bare["request"]["headers"] = json!([]);
    bare["response"].as_object_mut().unwrap().remove("headers");
    let (_, observed) = hear(&[bare]);
    assert_eq!(told(&observed).len(), 1);
    assert_eq!(observed.tally.partial, [(Partial::HeadersNotRecorded, 1)]);
}

#[test]
fn other_servers_blocked_requests_and_bad_entries_are_counted() {
    let (heard, observed) = hear(&[
        entry("GET", "https://fonts.example.net/a.woff2", 200, &json!({})),
        entry("GET", URL, 0, &json!({})),
        json!({ "request": { "method": "GET" }, "response": {} }),
        json!(7),
        entry("GET", "data:text/plain,x", 200, &json!({})),
        entry("GET", URL, 404, &json!({ "size": 0 })),
    ]);
    let numbers: Vec<u64> = heard.bad.iter().map(|bad| bad.number).collect();
    assert_eq!(numbers, [3, 4, 5]);
    assert_eq!(observed.tally.unjudged, [(Unjudged::OtherServer, 1), (Unjudged::NoAnswer, 1)]);
    assert_eq!(observed.tally.judged, 1);
    assert_eq!(heard.elsewhere["https://fonts.example.net"], 1);
}

#[test]
fn what_is_no_har_file_says_so() {
    let watch = Watch::new(document());
    let scope = Scope::default();
    let hear = |text: &str| har::hear(text.as_bytes(), &reading(&scope, &watch)).unwrap_err().to_string();
    for (text, reason) in [
        ("", "it is no HAR file: EOF while parsing"),
        ("[]", "an object with the member \"log\""),
        ("{}", "it has no /log/entries"),
        (r#"{"log":{"entries":{}}}"#, "a list of entries"),
        (r#"{"log":{"entries":[]}} x"#, "trailing characters"),
        (r#"{"log":{"entries":[{"a":"#, "EOF while parsing"),
    ] {
        let told = hear(text);
        assert!(told.contains(reason), "{text}: {told}");
    }
    let limits = Limits { max_exchange: 1_000, ..Limits::default() };
    let small = Reading { limits, ..reading(&scope, &watch) };
    let huge = format!(r#"{{"log":{{"comment":"{}","entries":[]}}}}"#, "x".repeat(200_000));
    let error = har::hear(huge.as_bytes(), &small).unwrap_err();
    assert!(matches!(error, RecordingError::TooLarge { after: 0, limit: 1_000 }), "{error}");
}
