//! Logs of one JSON object a line.

use countersign_traffic::{Bad, Heard, Limits, Observed, Partial, Reading, Scope, Unjudged, Watch, log};
use serde_json::json;

use crate::scene::{document, reading, told};

fn hear(text: &str, scope: &Scope) -> (Heard, Observed) {
    let watch = Watch::new(document());
    let heard = log::hear(text.as_bytes(), &reading(scope, &watch)).unwrap();
    (heard, watch.observed())
}

#[test]
fn bodies_come_as_text_as_json_and_in_base64() {
    let headers = json!({ "Content-Type": "application/json" });
    let line = |more: serde_json::Value| {
        let mut line = json!({ "method": "get", "path": "/vods/7", "status": 200, "request_headers": {}, "response_headers": headers });
        line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        line.to_string()
    };
    let lines = [
        line(json!({ "response_body": r#"{"id":"a","title":"t"}"# })),
        line(json!({ "response_body": { "id": "a", "title": "t" } })),
        line(
            json!({ "response_body": "eyJpZCI6ImEiLCJ0aXRsZSI6InQifQ==", "response_body_encoding": "base64" }),
        ),
        String::new(),
        line(json!({ "response_body": { "id": 7, "title": "t" }, "request_body": null })),
    ];
    let (heard, observed) = hear(&lines.join("\n"), &Scope::default());
    assert_eq!(heard.bad, []);
    assert_eq!(
        told(&observed),
        [(
            "Error response.body.incompatible GET /vods/{id} ResponseBody(JsonPointer(\"/id\"))".to_owned(),
            3
        )]
    );
    assert_eq!((observed.tally.judged, observed.tally.partial.as_slice()), (4, [].as_slice()));
}

#[test]
fn headers_come_in_every_shape() {
    for headers in [
        json!({ "x-trace": "no number", "accept": ["a/b", "c/d"], "n": 1 }),
        json!([["X-Trace", "no number"], ["accept", "a/b"]]),
        json!([{ "name": "X-TRACE", "value": "no number" }]),
    ] {
        let line = json!({ "method": "GET", "path": "/vods/7", "status": 404, "request_headers": headers, "response_headers": {} });
        let (heard, observed) = hear(&line.to_string(), &Scope::default());
        assert_eq!(heard.bad, []);
        let found: Vec<String> = told(&observed).into_iter().map(|(line, _)| line).collect();
        assert!(found.iter().any(|line| line.contains("RequestHeader(\"X-Trace\")")), "{found:?}");
    }
}

#[test]
fn what_was_not_recorded_is_not_judged_and_told() {
    let line = json!({ "method": "PUT", "path": "/vods/7", "status": 204 });
    let (_, observed) = hear(&line.to_string(), &Scope::default());
    assert_eq!(told(&observed), []);
    assert_eq!(observed.tally.partial, [(Partial::BodyNotRecorded, 1), (Partial::HeadersNotRecorded, 1)]);
    let line = json!({ "method": "PUT", "path": "/vods/7", "status": 204, "request_headers": {}, "response_headers": {} });
    let (_, observed) = hear(&line.to_string(), &Scope::default());
    let partial = [(Partial::BodyNotRecorded, 1), (Partial::CredentialsNotRecorded, 1)];
    assert_eq!((told(&observed), observed.tally.partial.as_slice()), (vec![], partial.as_slice()));
    // What is there is judged all the same.
    let line = json!({ "method": "PUT", "path": "/vods/seven?x=1", "status": 299 });
    let (_, observed) = hear(&line.to_string(), &Scope::default());
    assert_eq!(told(&observed).len(), 3);
}

#[test]
fn a_bad_line_is_told_by_its_number_and_does_not_end_the_reading() {
    let good = json!({ "method": "GET", "path": "/vods/7", "status": 404, "request_headers": {}, "response_headers": {} });
    let lines = [
        "not json".to_owned(),
        good.to_string(),
        json!({ "method": "GET", "status": 200 }).to_string(),
        json!({ "method": "GET", "path": "vods", "status": 200 }).to_string(),
        json!({ "method": "GET", "path": "/vods/7", "status": "ok" }).to_string(),
        json!({ "method": "GET", "path": "/vods/7", "status": 200, "response_body": "%", "response_body_encoding": "base64" }).to_string(),
        json!({ "method": "GET", "path": "/vods/7", "status": 200, "response_body": "%", "response_body_encoding": "rot13" }).to_string(),
        good.to_string(),
    ];
    let (heard, observed) = hear(&lines.join("\r\n"), &Scope::default());
    assert_eq!((heard.bad_count, observed.tally.judged), (6, 2));
    let numbers: Vec<u64> = heard.bad.iter().map(|bad| bad.number).collect();
    assert_eq!(numbers, [1, 3, 4, 5, 6, 7]);
    assert_eq!(heard.bad[1], Bad { number: 3, reason: "it has neither \"url\" nor \"path\"".to_owned() });
    assert!(heard.bad[0].reason.ends_with("at column 2"), "{}", heard.bad[0].reason);
}

#[test]
fn a_line_without_end_is_passed_over() {
    let watch = Watch::new(document());
    let limits = Limits { max_exchange: 100, ..Limits::default() };
    let text = format!("{}\n{{\"method\":\"GET\",\"path\":\"/vods/7\",\"status\":404}}\n", "x".repeat(1000));
    let scope = Scope::default();
    let reading = Reading { limits, ..reading(&scope, &watch) };
    let heard = log::hear(text.as_bytes(), &reading).unwrap();
    assert_eq!(heard.bad, [Bad { number: 1, reason: "it is longer than 100 bytes".to_owned() }]);
    assert_eq!(watch.tally().judged, 1);
}

#[test]
fn other_servers_and_missing_answers_are_counted() {
    let document = document();
    let lines = [
        json!({ "method": "GET", "url": "https://api.example.com/v1/vods/7", "status": 404 }),
        json!({ "method": "GET", "url": "https://cdn.example.com/v1/vods/7", "status": 404 }),
        json!({ "method": "GET", "path": "/vods/7", "status": 0 }),
        json!({ "method": "GET", "path": "/vods/7" }),
    ];
    let text = lines.map(|line| line.to_string()).join("\n");
    let (heard, observed) = hear(&text, &Scope::of_document(&document));
    assert_eq!(heard.elsewhere.into_iter().collect::<Vec<_>>(), [("https://cdn.example.com".to_owned(), 1)]);
    assert_eq!(observed.tally.judged, 1);
    assert_eq!(observed.tally.unjudged, [(Unjudged::OtherServer, 1), (Unjudged::NoAnswer, 2)]);
    assert_eq!(observed.tally.exchanges, 4);
}
