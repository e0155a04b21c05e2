//! What a document says of webhooks and callbacks is compared with the directions turned round: their
//! requests are read by the consumer, which writes their answers.

use countersign_openapi::diff::{Comparison, Options, compare};
use countersign_openapi::rule::{Levels, Rules};
use countersign_openapi::{Document, LoadOptions, Severity};

fn load(text: &str) -> Document {
    Document::from_text("openapi.yaml", text, &LoadOptions::default())
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn compared(base: &str, revised: &str) -> Comparison {
    let options = Options::on("2026-06-01".parse().expect("the day is one"));
    compare(&load(base), &load(revised), &options).expect("these can be compared")
}

/// Errors and warnings with their sentences.
fn breaking(base: &str, revised: &str) -> Vec<(String, String)> {
    let comparison = compared(base, revised);
    let judged = Rules::embedded().judge(&comparison, &Levels::new());
    let weighty = judged.iter().filter(|judgement| judgement.severity != Severity::Info);
    weighty
        .flat_map(|judgement| {
            let about = |at| judgement.rule.message.about(judgement.change, at);
            judgement.change.uses.iter().map(move |at| (judgement.rule.id.clone(), about(at)))
        })
        .collect()
}

fn found(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(id, message)| ((*id).to_owned(), (*message).to_owned())).collect()
}

/// A document of one webhook, of which an edit makes the revised one.
fn webhook(edits: &[(&str, &str)]) -> String {
    let text = "\
openapi: 3.1.0
info: {title: Archive, version: 1.0.0}
webhooks:
  showPublished:
    post:
      parameters:
      - {name: X-Signature, in: header, required: true, schema: {type: string}}
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, required: [id], properties: {id: {type: integer}, title: {type: string}}}
      responses:
        '200':
          description: Heard.
          headers: {X-Heard: {schema: {type: integer}}}
          content:
            application/json:
              schema: {type: object, properties: {seen: {type: boolean}}}
";
    edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

#[test]
fn what_a_webhook_sends_is_read_by_the_consumer() {
    let cases = [
        (
            ", title: {type: string}",
            "",
            "response-optional-property-removed",
            "POST showPublished (webhook) no longer sends \"title\" in the request body",
        ),
        (
            "{id: {type: integer}",
            "{id: {type: string}",
            "response-property-type-changed",
            "POST showPublished (webhook) sends string as \"id\" in the request body, and no longer with integer",
        ),
        (
            "required: [id], ",
            "",
            "response-property-became-optional",
            "POST showPublished (webhook) may leave \"id\" out of the request body",
        ),
        (
            "required: true, schema",
            "schema",
            "response-header-became-optional",
            "POST showPublished (webhook) may go without the header parameter \"X-Signature\"",
        ),
        (
            "X-Signature",
            "X-Seal",
            "required-response-header-removed",
            "POST showPublished (webhook) goes without the header parameter \"X-Signature\"",
        ),
    ];
    for (from, to, id, message) in cases {
        assert_eq!(breaking(&webhook(&[]), &webhook(&[(from, to)])), found(&[(id, message)]));
    }
    // A request may ask for what is new; nobody minds to be sent it.
    let more = webhook(&[(", title: {type: string}", ", title: {type: string}, length: {type: integer}")]);
    assert_eq!(breaking(&webhook(&[]), &more), []);
    assert_eq!(breaking(&webhook(&[]), &webhook(&[])), []);
}

#[test]
fn what_a_webhook_is_answered_with_is_asked_of_the_consumer() {
    let seen = "{type: object, properties: {seen";
    let cases = [
        (
            seen,
            "{type: object, required: [seen], properties: {seen",
            "request-property-became-required",
            "POST showPublished (webhook) asks for \"seen\" in the response 200, which might be left out",
        ),
        (
            "{X-Heard: {schema",
            "{X-Heard: {required: true, schema",
            "request-parameter-became-required",
            "POST showPublished (webhook) asks for the header \"X-Heard\" of the response 200, which might be left out",
        ),
        (
            "{X-Heard: {schema: {type: integer}}}",
            "{X-Heard: {schema: {type: integer}}, X-By: {required: true, schema: {type: string}}}",
            "new-required-request-parameter",
            "POST showPublished (webhook) asks for the header \"X-By\" of the response 200",
        ),
        (
            "'200'",
            "'202'",
            "webhook-response-success-status-removed",
            "POST showPublished (webhook) no longer takes \"200\" for an answer",
        ),
    ];
    for (from, to, id, message) in cases {
        assert_eq!(breaking(&webhook(&[]), &webhook(&[(from, to)])), found(&[(id, message)]));
    }
    assert_eq!(breaking(&webhook(&[]), &webhook(&[("'200'", "default")])), []);
    assert_eq!(breaking(&webhook(&[]), &webhook(&[("'200'", "2XX")])), []);
}

#[test]
fn a_method_and_a_webhook_that_go_are_missed() {
    let gone = [("webhook-removed", "the webhook \"POST showPublished\" is gone")];
    assert_eq!(breaking(&webhook(&[]), &webhook(&[("    post:", "    put:")])), found(&gone));
    let gone = [("webhook-removed", "the webhook \"showPublished\" is gone")];
    assert_eq!(breaking(&webhook(&[]), &webhook(&[("showPublished", "showGone")])), found(&gone));
}

#[test]
fn a_webhook_that_is_a_reference_is_followed() {
    let document = |kind: &str| {
        format!(
            "openapi: 3.1.0\ninfo: {{title: Archive, version: 1.0.0}}\nwebhooks:\n  shown: {{$ref: \
             '#/components/pathItems/Shown'}}\ncomponents:\n  pathItems:\n    Shown:\n      post:\n        \
             requestBody: {{content: {{application/json: {{schema: {{type: {kind}}}}}}}}}\n"
        )
    };
    let comparison = compared(&document("string"), &document("integer"));
    let change = comparison.changes.iter().find(|change| change.uses[0].operation.is_some()).unwrap();
    assert_eq!(change.uses[0].operation.as_ref().unwrap().to_string(), "POST shown (webhook)");
    let pointer = change.revised.as_ref().unwrap().pointer.to_string();
    assert!(pointer.starts_with("/components/pathItems/Shown/post/requestBody/"), "{pointer}");
}

/// Two operations that share a callback, which calls back itself.
fn callback(kind: &str) -> String {
    format!(
        "\
openapi: 3.0.3
info: {{title: Archive, version: 1.0.0}}
paths:
  /shows: {{post: {{responses: {{'201': {{description: a}}}}, callbacks: {{on: {{$ref: '#/components/callbacks/On'}}}}}}}}
  /tapes: {{post: {{responses: {{'201': {{description: a}}}}, callbacks: {{on: {{$ref: '#/components/callbacks/On'}}}}}}}}
components:
  callbacks:
    On:
      '{{$request.body#/url}}':
        post:
          requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{id: {{type: {kind}}}}}}}}}}}}}
          responses: {{'204': {{description: b}}}}
          callbacks: {{on: {{$ref: '#/components/callbacks/On'}}}}
"
    )
}

#[test]
fn a_shared_callback_is_told_of_at_each_operation_that_has_it() {
    let found = breaking(&callback("integer"), &callback("string"));
    let told = |owner: &str| {
        let message = format!(
            "POST {{$request.body#/url}} (callback \"on\" of POST /{owner}) sends string as \"id\" in the request \
             body, and no longer with integer"
        );
        assert!(found.contains(&("response-property-type-changed".to_owned(), message)), "{found:#?}");
    };
    told("shows");
    told("tapes");
    // What a callback calls back with travels the first way again, and is told of once.
    let inner = found.iter().filter(|(id, _)| id == "request-property-type-changed").count();
    assert_eq!(inner, 1, "{found:#?}");
}

#[test]
fn a_callback_that_goes_or_calls_elsewhere_is_missed() {
    let base = callback("integer");
    let elsewhere = base.replace("#/url", "#/callback");
    let found = breaking(&base, &elsewhere);
    let message = "POST /shows no longer calls back with \"on: {$request.body#/url}\"".to_owned();
    assert!(found.contains(&("callback-removed".to_owned(), message)), "{found:#?}");
    assert_eq!(breaking(&base, &base), []);
}

#[test]
fn a_webhook_is_no_operation_of_the_same_name() {
    let webhook = "openapi: 3.1.0\ninfo: {title: Archive, version: 1.0.0}\npaths:\n  /shows: {post: {responses: \
                   {'204': {description: a}}}}\nwebhooks:\n  /shows: {post: {responses: {'204': {description: a}}}}\n";
    let gone = webhook.replace("webhooks:\n  /shows", "webhooks:\n  /gone");
    assert_eq!(breaking(webhook, &gone), found(&[("webhook-removed", "the webhook \"/shows\" is gone")]));
}
