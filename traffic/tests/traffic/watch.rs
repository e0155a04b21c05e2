//! What a watch makes of exchanges, whoever brings them.

use std::sync::{Arc, Mutex};

use countersign_openapi::{JsonPointer, Place};
use countersign_traffic::{Unjudged, Watch};
use serde_json::json;

use crate::scene::{document, exchange, told, vod};

#[test]
fn each_deviation_is_told_once_with_its_first_example() {
    let told_at_once = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&told_at_once);
    let listener = Box::new(move |it: &countersign_traffic::Deviation| {
        hears.lock().unwrap().push(it.first.origin.number);
    });
    let watch = Watch::new(document()).with_listener(listener);
    let bad = json!({ "id": 7, "title": "t", "chapters": [1, "two", 3, "four"] });
    // They may come in any order, as threads finish them.
    watch.judge_all([
        exchange(9, "/vods/9", 200, &bad),
        exchange(4, "/vods/4?x=hunter2", 200, &bad),
        exchange(5, "/vods/5", 200, &vod()),
    ]);
    let observed = watch.observed();
    assert_eq!(
        told(&observed),
        [
            (
                "Error response.body.incompatible GET /vods/{id} ResponseBody(JsonPointer(\"/chapters/*\"))"
                    .to_owned(),
                2
            ),
            ("Warning request.query.unknown GET /vods/{id} RequestQuery(\"x\")".to_owned(), 1),
        ]
    );
    let first = &observed.deviations[0].first;
    assert_eq!((first.origin.number, first.request.as_str(), first.status), (4, "GET /vods/4?x=…", 200));
    assert_eq!(first.at, Place::ResponseBody(JsonPointer::parse("/chapters/1").unwrap()));
    assert_eq!(first.actual, Some(json!("two")));
    assert_eq!(observed.tally.judged, 3);
    assert_eq!(observed.tally.broken, 2);
    assert_eq!(*told_at_once.lock().unwrap(), [9, 4], "each when it was new");
}

#[test]
fn operations_that_nobody_asked_for_are_known() {
    let watch = Watch::new(document());
    watch.judge_all([exchange(1, "/v1/vods/1", 200, &vod()), exchange(2, "/vods/2", 404, &vod())]);
    let observed = watch.observed();
    let seen: Vec<(&str, u64)> = observed
        .operations
        .iter()
        .map(|seen| (seen.operation.id.as_deref().unwrap(), seen.exchanges))
        .collect();
    let mut sorted = seen.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [("change", 0), ("remove", 0), ("reset", 0), ("vod", 2)]);
}

#[test]
fn a_request_that_the_service_refused_is_the_clients_fault() {
    let watch = Watch::new(document());
    let body = json!({ "id": 1, "title": "t" });
    watch.judge_all([
        exchange(1, "/vods/seven", 200, &body),
        exchange(2, "/vods/seven", 404, &json!(null)),
        exchange(3, "/wp-login/123.php", 404, &json!(null)),
    ]);
    let observed = watch.observed();
    let found: Vec<String> = told(&observed).into_iter().map(|(line, _)| line).collect();
    assert_eq!(
        found,
        [
            "Warning request.path-or-method.unknown GET /wp-login/123.php RequestPath",
            "Error request.path.incompatible GET /vods/{id} RequestPathParameter(\"id\")",
            "Error response.body.unknown GET /vods/{id} ResponseBody(JsonPointer(\"\"))",
            "Warning request.path.incompatible GET /vods/{id} RequestPathParameter(\"id\")",
        ]
    );
}

#[test]
fn strangers_cannot_fill_the_memory() {
    let watch = Watch::new(document());
    let ask = |number: u64| exchange(number, &format!("/a{number}x/b"), 200, &json!(1));
    watch.judge_all((1..=1_000).map(ask));
    let observed = watch.observed();
    assert_eq!(observed.deviations.len(), 100);
    assert_eq!((observed.left_out, observed.left_out_error), (900, true));
    assert_eq!(observed.tally.broken, 1_000);
}

#[test]
fn unknown_paths_are_told_by_their_shape() {
    let watch = Watch::new(document());
    watch.judge_all([
        exchange(1, "/nowhere/4711?key=hunter2", 200, &json!(1)),
        exchange(2, "/nowhere/4712", 200, &json!(1)),
    ]);
    let observed = watch.observed();
    assert_eq!(observed.deviations.len(), 1);
    let deviation = &observed.deviations[0];
    assert_eq!((deviation.count, deviation.shape.as_deref()), (2, Some("GET /nowhere/*")));
    assert_eq!(deviation.first.request, "GET /nowhere/*?key=…");
    let text = format!("{deviation:?}");
    assert!(!text.contains("4711") && !text.contains("hunter2"), "{text}");
}

#[test]
fn what_asks_for_no_operation_is_no_violation() {
    let watch = Watch::new(document());
    let mut preflight = exchange(1, "/vods/7", 204, &json!(null));
    preflight.request.method = "OPTIONS".into();
    let mut plain = exchange(2, "/vods/7", 204, &json!(null));
    plain.request.method = "OPTIONS".into();
    preflight.request.headers = vec![
        ("Origin".into(), "https://ui.example.com".into()),
        ("Access-Control-Request-Method".into(), "PUT".into()),
    ];
    let mut server = exchange(3, "*", 200, &json!(null));
    server.request.method = "OPTIONS".into();
    watch.judge_all([preflight, plain, server]);
    let observed = watch.observed();
    assert_eq!(observed.tally.unjudged(Unjudged::Preflight), 1);
    assert_eq!(observed.tally.unjudged(Unjudged::ServerWide), 1);
    assert_eq!(told(&observed).len(), 1);
}

#[test]
fn head_is_get_without_a_body() {
    let watch = Watch::new(document());
    let mut head = exchange(1, "/vods/7", 200, &json!(null));
    head.request.method = "HEAD".into();
    head.response.body = None;
    let mut odd = exchange(2, "/vods/7", 418, &json!(null));
    odd.request.method = "HEAD".into();
    odd.response.body = None;
    watch.judge_all([head, odd]);
    let observed = watch.observed();
    let found: Vec<String> = told(&observed).into_iter().map(|(line, _)| line).collect();
    assert_eq!(found, ["Error response.status.unknown GET /vods/{id} ResponseStatus"]);
    assert_eq!(observed.operations.iter().map(|seen| seen.exchanges).sum::<u64>(), 2);
}

#[test]
fn each_undeclared_status_and_type_is_a_deviation_of_its_own() {
    let watch = Watch::new(document());
    let typed = |number, kind: &str| {
        let mut exchange = exchange(number, "/vods/7", 200, &vod());
        exchange.response.headers = vec![("Content-Type".into(), kind.into())];
        exchange
    };
    watch.judge_all([
        exchange(1, "/vods/7", 500, &vod()),
        exchange(2, "/vods/7", 418, &vod()),
        exchange(3, "/vods/7", 418, &vod()),
        typed(4, "text/html; charset=utf-8"),
        typed(5, "Text/HTML"),
        typed(6, "text/plain"),
    ]);
    let found = watch.observed().deviations;
    let found: Vec<_> = found.iter().map(|it| (it.subject.as_deref().unwrap(), it.count)).collect();
    assert_eq!(found, [("418", 2), ("500", 1), ("text/html", 2), ("text/plain", 1)]);
}

#[test]
fn the_first_example_is_of_the_recording_that_was_named_first() {
    let watch = Watch::new(document());
    let of = |turn, number| {
        let mut exchange = exchange(number, "/vods/7", 418, &vod());
        let name = format!("{turn}.har").into();
        exchange.origin.file = Some(countersign_traffic::File { turn, name });
        exchange
    };
    watch.judge_all([of(2, 1), of(1, 40), of(1, 30)]);
    let first = watch.observed().deviations[0].first.origin.clone();
    assert_eq!((first.file.unwrap().name.as_ref(), first.number), ("1.har", 30));
}
