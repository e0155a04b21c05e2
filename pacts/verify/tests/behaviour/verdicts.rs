//! Verdicts from end to end: a tiny document, a provider, a pact, and who of the three is wrong.

use axum::Router;
use axum::http::StatusCode;
use countersign_openapi::{Document, LoadOptions, Severity};
use countersign_verify::{Event, Failure, InteractionResult, Outcome, Settings, Target, Verdict, verify};
use serde_json::{Value, json};

use crate::pacts::{self, expecting, pact};
use crate::provider::Provider;

const SHOP: &str = include_str!("shop.yaml");

fn document() -> Document {
    Document::from_text("openapi/shop.yaml", SHOP, &LoadOptions::default()).unwrap()
}

/// Replays one interaction against a provider that answers this, below the document's `/api`.
async fn judged(interaction: Value, status: u16, body: &Value) -> InteractionResult {
    let body = body.to_string();
    let answer = async move || {
        (StatusCode::from_u16(status).unwrap(), [("content-type", "application/json")], body.clone())
    };
    let provider = Provider::start(Router::new().fallback(answer)).await;
    let target = Target {
        url: Some(provider.url.join("/api").unwrap()),
        headers: vec![("Authorization".to_owned(), "Bearer of-the-run".to_owned())],
        ..provider.target()
    };
    let document = document();
    let pact = pact(&[interaction]);
    let found = verify(&pact, &target, Some(&document), &Settings::default(), &|_: Event<'_>| {}).await;
    found.unwrap().interactions.remove(0)
}

fn broken(result: &InteractionResult) -> (Verdict, &[Failure]) {
    match &result.outcome {
        Outcome::Broken(broken) => (broken.verdict.unwrap(), &broken.failures),
        other => panic!("{other:#?}"),
    }
}

fn ids(failures: &[Failure]) -> Vec<&'static str> {
    failures.iter().filter(|failure| failure.severity == Severity::Error).map(|failure| failure.id).collect()
}

/// `GET /shows/7` whose body is expected to be like this, by type.
fn show(body: &Value) -> Value {
    expecting(
        pacts::get("a show", "/shows/7", 200),
        body,
        &json!({ "$": { "matchers": [{ "match": "type" }] } }),
    )
}

fn created(request: &Value, status: u16) -> Value {
    let mut interaction = pacts::get("create", "/shows", status);
    interaction["request"] = json!({
        "method": "POST",
        "path": "/shows",
        "headers": { "Content-Type": ["application/json"] },
        "body": { "content": request, "contentType": "application/json", "encoded": false },
    });
    interaction
}

#[tokio::test]
async fn three_that_agree_are_kept_though_the_pact_names_a_part_of_the_body() {
    let result =
        judged(show(&json!({ "id": 1 })), 200, &json!({ "id": 7, "duration": 60, "title": null })).await;
    assert!(
        matches!(&result.outcome, Outcome::Kept { remarks } if remarks.is_empty()),
        "{:#?}",
        result.outcome
    );
    let operation = result.operation.unwrap();
    assert_eq!((operation.method.as_str(), operation.path.as_str()), ("GET", "/shows/{id}"));
}

#[tokio::test]
async fn provider_breaks_its_document_where_no_consumer_looks() {
    let result = judged(show(&json!({ "id": 1 })), 200, &json!({ "id": 7 })).await;
    let (verdict, failures) = broken(&result);
    assert_eq!((verdict, ids(failures)), (Verdict::Provider, vec!["response.body.incompatible"]));
    let rule = failures[0].document.as_ref().unwrap();
    assert_eq!(&*rule.file, "openapi/shop.yaml");
    assert!(rule.line.is_some() && failures[0].location.line.is_some(), "{failures:?}");
    assert!(failures[0].message.contains("duration"), "{}", failures[0].message);
}

#[tokio::test]
async fn provider_breaks_pact_and_document() {
    let result = judged(show(&json!({ "id": 1 })), 200, &json!({ "id": "seven", "duration": 60 })).await;
    let (verdict, failures) = broken(&result);
    assert_eq!(verdict, Verdict::Provider);
    assert_eq!(ids(failures), ["pact.response.body", "response.body.incompatible"]);
    for failure in failures {
        assert_eq!(failure.instance.as_ref().unwrap().as_str(), "/id");
        assert_eq!(failure.location.pointer.as_str(), "/interactions/0/response/body/content/id");
    }
}

#[tokio::test]
async fn document_is_what_the_two_others_contradict() {
    let result = judged(show(&json!({ "id": "x1" })), 200, &json!({ "id": "seven", "duration": 60 })).await;
    let (verdict, failures) = broken(&result);
    assert_eq!(verdict, Verdict::Document);
    assert_eq!(ids(failures), ["response.body.incompatible", "response.body.incompatible"]);
}

#[tokio::test]
async fn document_lacks_what_is_asked_and_served() {
    let unknown = judged(pacts::get("health", "/health", 200), 200, &json!({})).await;
    let (verdict, failures) = broken(&unknown);
    assert_eq!((verdict, ids(failures)), (Verdict::Document, vec!["request.path-or-method.unknown"]));
    assert_eq!(unknown.operation, None);

    let status = judged(pacts::get("a show", "/shows/7", 202), 202, &json!({})).await;
    assert_eq!(broken(&status).0, Verdict::Document, "{:#?}", broken(&status).1);

    let mut number = pacts::get("a show", "/shows/7", 200);
    number["request"]["query"] = json!({ "expand": ["deeply"] });
    let query = judged(number, 200, &json!({ "id": 7, "duration": 60 })).await;
    let (verdict, failures) = broken(&query);
    assert_eq!((verdict, ids(failures)), (Verdict::Document, vec!["request.query.incompatible"]));
    assert_eq!(failures[0].location.pointer.as_str(), "/interactions/0/request/query/expand");
}

#[tokio::test]
async fn both_break_the_document_each_in_its_own_place() {
    let expected = show(&json!({ "id": 1, "state": "lost" }));
    let result = judged(expected, 200, &json!({ "id": 7, "state": "ready" })).await;
    assert_eq!(broken(&result).0, Verdict::Both);
    let expected = show(&json!({ "id": "x1" }));
    let result = judged(expected, 200, &json!({ "id": 7, "state": "lost", "duration": 60 })).await;
    assert_eq!(broken(&result).0, Verdict::Both);
}

#[tokio::test]
async fn consumer_expects_what_the_document_never_promised() {
    let expected = show(&json!({ "id": "x1" }));
    let result = judged(expected, 200, &json!({ "id": 7, "duration": 60 })).await;
    let (verdict, failures) = broken(&result);
    assert_eq!(verdict, Verdict::Consumer);
    assert_eq!(ids(failures), ["pact.response.body", "response.body.incompatible"]);
}

#[tokio::test]
async fn consumer_has_an_example_that_cannot_be() {
    let expected = show(&json!({ "id": 1, "state": "lost" }));
    let result = judged(expected, 200, &json!({ "id": 7, "duration": 60, "state": "ready" })).await;
    assert_eq!(broken(&result).0, Verdict::Consumer);
}

#[tokio::test]
async fn consumer_relies_on_what_the_document_leaves_open() {
    let expected = show(&json!({ "id": 1, "title": "a" }));
    for (live, named) in [
        (json!({ "id": 7, "duration": 60 }), "missing or null"),
        (json!({ "id": 7, "duration": 60, "title": null }), "missing or null"),
    ] {
        let result = judged(expected.clone(), 200, &live).await;
        assert_eq!(broken(&result).0, Verdict::Consumer);
        let Outcome::Broken(broken) = &result.outcome else { unreachable!() };
        assert!(broken.reason.contains("/title") && broken.reason.contains(named), "{}", broken.reason);
    }
}

#[tokio::test]
async fn provider_does_not_do_what_both_others_agree_on() {
    let result = judged(show(&json!({ "id": 1 })), 404, &json!({ "error": "no such show" })).await;
    let Outcome::Broken(found) = &result.outcome else { panic!() };
    assert_eq!(found.verdict, Some(Verdict::Provider));
    assert!(found.reason.contains("provider state handler"), "{}", found.reason);
}

#[tokio::test]
async fn a_crash_is_the_provider_s_although_the_document_describes_it() {
    let crash = json!({ "error": "no such table" });
    assert_eq!(broken(&judged(show(&json!({ "id": 1 })), 500, &crash).await).0, Verdict::Provider);
    let asked_wrongly = created(&json!({ "title": "" }), 201);
    assert_eq!(broken(&judged(asked_wrongly, 500, &crash).await).0, Verdict::Both);
}

#[tokio::test]
async fn a_request_that_is_wrong_on_purpose_is_no_failure() {
    let refused = json!({ "error": "title must not be empty" });
    let result = judged(created(&json!({ "title": "" }), 422), 422, &refused).await;
    assert!(matches!(result.outcome, Outcome::Kept { .. }), "{:#?}", result.outcome);
    // An operation that nobody describes is none the less unknown.
    let unknown = judged(pacts::get("nowhere", "/nowhere", 404), 404, &refused).await;
    assert_eq!(ids(broken(&unknown).1), ["request.path-or-method.unknown"]);
}

#[tokio::test]
async fn a_part_of_one_of_several_kinds_is_completed_by_the_live_answer() {
    let rules = json!({ "$": { "matchers": [{ "match": "type" }] } });
    let media = |body: Value| expecting(pacts::get("media", "/media/7", 200), &body, &rules);
    let live = json!({ "kind": "video", "frames": 9 });
    let kept = judged(media(json!({ "kind": "video" })), 200, &live).await;
    assert!(matches!(kept.outcome, Outcome::Kept { .. }), "{:#?}", kept.outcome);
    // The other kind is as good an example, though the live answer has nothing to complete it with.
    let other = judged(media(json!({ "kind": "audio" })), 200, &live).await;
    assert!(matches!(other.outcome, Outcome::Kept { .. }), "{:#?}", other.outcome);
    let impossible = judged(media(json!({ "kind": "smell" })), 200, &live).await;
    assert_eq!(broken(&impossible).0, Verdict::Consumer);
}

#[tokio::test]
async fn a_status_left_to_a_matcher_is_held_against_the_document_as_answered() {
    let mut interaction = pacts::get("a show", "/shows/7", 400);
    let matcher = json!({ "match": "statusCode", "status": "clientError" });
    interaction["response"]["matchingRules"] =
        json!({ "status": { "matchers": [matcher], "combine": "AND" } });
    let result = judged(interaction, 404, &json!({ "error": "no such show" })).await;
    assert!(matches!(result.outcome, Outcome::Kept { .. }), "{:#?}", result.outcome);
}
