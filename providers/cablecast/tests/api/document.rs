//! The document as a whole: every operation of it is served, and answers as it says.

use std::collections::BTreeSet;

use countersign_openapi::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::harness::{Call, DOCUMENT, TestStation, delete, get, post, put};

/// One call of each operation that succeeds on the seed, in an order in which each of them can.
fn calls() -> Vec<Call> {
    let show = json!({ "show": { "title": "Show", "location": 1 } });
    let vod = json!({ "vod": { "show": 4126, "vodConfiguration": 1 } });
    let chapter = json!({ "chapter": { "vod": 2904, "title": "Roll call", "offset": 9 } });
    let item =
        json!({ "scheduleItem": { "show": 4127, "channel": 1, "runDateTime": "2026-06-04T19:00:00-05:00" } });
    let upload = json!({ "fileUpload": { "fileName": "a.scc", "destinationStore": 11, "totalSegments": 1, "size": 1 } });
    let mut calls = vec![
        post("/shows", &show).signed_in(),
        put("/shows/4127", &json!({ "show": { "title": "Show" } })).signed_in(),
        post("/vods", &vod).signed_in(),
        put("/vods/2904", &json!({ "vod": { "disabled": true } })).signed_in(),
        post("/chapters", &chapter).signed_in(),
        put("/chapters/901", &json!({ "chapter": { "title": "Roll call" } })).signed_in(),
        delete("/chapters/903").signed_in(),
        post("/scheduleitems", &item).signed_in(),
        post("/fileuploads", &upload).signed_in(),
        Call::new("POST", "/fileuploads/1/upload").signed_in().segment("0", b"x"),
        put("/fileuploads/1", &json!({ "fileUpload": { "state": 2 } })).signed_in(),
        delete("/shows/4060").signed_in(),
    ];
    calls.extend(
        [
            "/shows",
            "/shows/4127",
            "/vods",
            "/vods/2904",
            "/vods/2904/chapters",
            "/vodstatuses/2904",
            "/vodtranscodequalities",
            "/vodtranscodequalities/1",
            "/vodconfigurations",
            "/vodconfigurations/1",
            "/chapters",
            "/chapters/901",
            "/channels",
            "/channels/1",
            "/locations",
            "/locations/1",
            "/categories",
            "/categories/7",
            "/producers",
            "/producers/41",
            "/projects",
            "/projects/3",
            "/formats",
            "/formats/2",
            "/scheduleitems",
            "/scheduleitems/88121",
            "/reels/4188",
            "/media/3901",
            "/webfiles/15240",
            "/systeminfo",
        ]
        .map(get),
    );
    calls.extend(
        ["/fileuploads", "/fileuploads/1", "/assets", "/filestores"].map(|target| get(target).signed_in()),
    );
    calls
}

#[tokio::test]
async fn every_operation_is_served_as_documented() {
    let station = TestStation::start().await;
    let mut served = BTreeSet::new();
    for call in calls() {
        let request = call.clone().into_request();
        let operation = DOCUMENT.operation(&request.method, &request.path).expect("the document has it");
        served.insert(operation.key.clone());
        let answer = station.send(call).await;
        assert!(matches!(answer.status(), 200 | 204), "{:?}: {answer:?}", operation.key);
    }
    let documented: BTreeSet<_> =
        DOCUMENT.operations().iter().map(|operation| operation.key.clone()).collect();
    assert_eq!(served, documented);
}

#[test]
fn every_operation_has_an_id_of_its_own() {
    let ids: BTreeSet<_> =
        DOCUMENT.operations().iter().filter_map(|operation| operation.id.as_deref()).collect();
    assert_eq!(ids.len(), DOCUMENT.operations().len());
}

/// The value at the end of a local reference, or the value itself.
fn resolved(value: &'static Value) -> &'static Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => {
            DOCUMENT.value().pointer(reference.trim_start_matches('#')).expect("it refers to something")
        }
        None => value,
    }
}

/// The bodies that a response or a request body of the document shows, with their media type.
fn examples(shown: &'static Value) -> Vec<(&'static str, &'static Value)> {
    let of = |media: &'static Value| {
        let named = media["examples"].as_object().into_iter().flatten();
        named.map(|(_, example)| &resolved(example)["value"]).chain(media.get("example"))
    };
    let content = shown["content"].as_object().into_iter().flatten();
    content.flat_map(|(name, media)| of(media).map(|example| (name.as_str(), example))).collect()
}

#[test]
fn every_operation_has_examples_and_they_keep_the_document() {
    for operation in DOCUMENT.operations() {
        let (method, path) = (&operation.key.method, &operation.key.path);
        let described = &DOCUMENT.value()["paths"][path.as_str()][method.to_lowercase()];
        let request = HttpRequest {
            method: method.clone(),
            path: format!("{}{}", crate::harness::API, path.replace("{id}", "1")),
            ..HttpRequest::default()
        };
        let mut shown = 0;
        for (status, response) in described["responses"].as_object().unwrap() {
            let response = resolved(response);
            let examples = examples(response);
            assert_eq!(examples.is_empty(), response.get("content").is_none(), "{method} {path} {status}");
            for (media_type, example) in examples {
                let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
                let answer = HttpResponse {
                    status: status.parse().unwrap(),
                    headers: vec![("Content-Type".to_owned(), media_type.to_owned())],
                    body: Some(text.into_bytes()),
                };
                let broken = DOCUMENT.check_response(&request, &answer);
                assert!(broken.is_empty(), "{method} {path} {status}: {broken:#?}");
                shown += 1;
            }
        }
        assert!(shown > 0 || method == "DELETE", "{method} {path} shows nothing");
    }
}

#[test]
fn examples_of_requests_keep_the_document() {
    for operation in DOCUMENT.operations() {
        let (method, path) = (&operation.key.method, &operation.key.path);
        let described = &DOCUMENT.value()["paths"][path.as_str()][method.to_lowercase()];
        let Some(body) = described.get("requestBody") else { continue };
        let shown = examples(body);
        assert!(!shown.is_empty(), "{method} {path} shows no request");
        for (_, example) in shown.into_iter().filter(|(media_type, _)| *media_type == "application/json") {
            let target = path.replace("{id}", "1");
            let call = Call::new(method, &target).signed_in().json(example);
            let broken = DOCUMENT.check_request(&call.into_request());
            assert!(broken.is_empty(), "{method} {path}: {broken:#?}");
        }
    }
}
