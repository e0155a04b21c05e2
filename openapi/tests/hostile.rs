//! Whatever a request or an answer holds, the judge says something and stands.

use std::sync::LazyLock;

use countersign_openapi::{Document, HttpRequest, HttpResponse, LoadOptions, Severity};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Every notation and every kind of body, so that hostile bytes meet every reader.
const DOCUMENT: &str = r"
openapi: 3.1.0
servers: [{url: /api}]
paths:
  /{simple}/{label}/{matrix}.{end}:
    post:
      security: [{key: [], basic: []}]
      parameters:
        - {name: simple, in: path, required: true, schema: {$ref: '#/components/schemas/Any'}}
        - {name: label, in: path, required: true, style: label, schema: {$ref: '#/components/schemas/Any'}}
        - {name: matrix, in: path, required: true, style: matrix, explode: true, schema: {$ref: '#/components/schemas/Any'}}
        - {name: a, in: query, schema: {$ref: '#/components/schemas/Any'}}
        - {name: b, in: query, explode: false, schema: {$ref: '#/components/schemas/Any'}}
        - {name: c, in: query, style: deepObject, schema: {$ref: '#/components/schemas/Any'}}
        - {name: d, in: query, style: pipeDelimited, schema: {$ref: '#/components/schemas/Any'}}
        - {name: e, in: query, content: {application/json: {schema: {$ref: '#/components/schemas/Any'}}}}
        - {name: X-Any, in: header, schema: {$ref: '#/components/schemas/Any'}}
        - {name: any, in: cookie, schema: {$ref: '#/components/schemas/Any'}}
      requestBody:
        content: &content
          application/json: {schema: {$ref: '#/components/schemas/Any'}}
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Any'}}
          multipart/form-data: {schema: {$ref: '#/components/schemas/Any'}}
          text/*: {schema: {$ref: '#/components/schemas/Any'}}
      responses:
        '200':
          headers: {X-Any: {schema: {$ref: '#/components/schemas/Any'}}}
          content: *content
components:
  schemas:
    Any:
      anyOf:
        - {type: integer}
        - {type: array, items: {$ref: '#/components/schemas/Any'}}
        - {type: object, properties: {n: {type: integer}}, additionalProperties: {$ref: '#/components/schemas/Any'}}
  securitySchemes:
    key: {type: apiKey, in: query, name: key}
    basic: {type: http, scheme: basic}
";

static JUDGE: LazyLock<Document> = LazyLock::new(|| {
    Document::from_text("hostile.yaml", DOCUMENT, &LoadOptions::default()).expect("the document is sound")
});

fn path() -> impl Strategy<Value = String> {
    prop_oneof![
        ".*",
        "(/api)?/[a-z,=%2C;.]{0,8}/[.]?[a-z,=%2C;.]{0,8}/;?[a-z,=%2C;]{0,8}[.][a-z%]{0,3}",
        "/[^/]{1,5}/[.][^/]{0,5}/;matrix=[^/]{0,5}[.]x",
    ]
}

fn query() -> impl Strategy<Value = Option<String>> {
    option::of(prop_oneof![".*", r"([a-f](\[[a-z]?\]){0,3}=[0-9a-z,|%\[\]{}]{0,6}&?){0,8}"])
}

fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        ".*",
        Just("Content-Type".to_owned()),
        Just("Cookie".to_owned()),
        Just("Accept".to_owned()),
        Just("X-Any".to_owned()),
        Just("Authorization".to_owned()),
    ];
    let value = prop_oneof![
        ".*",
        Just("application/json".to_owned()),
        Just("application/x-www-form-urlencoded".to_owned()),
        Just("multipart/form-data; boundary=x".to_owned()),
        Just("text/plain; charset=utf-8".to_owned()),
        "any=[a-z0-9,=;]{0,9}",
    ];
    vec((name, value), 0..6)
}

fn body() -> impl Strategy<Value = Option<Vec<u8>>> {
    let part = r#"--x\r\n(content-disposition: form-data; name="?[a-n;]{0,3}"?\r\n)?(\r\n)?[0-9{}]{0,4}\r\n"#;
    option::of(prop_oneof![
        vec(any::<u8>(), 0..64),
        vec(part, 0..4).prop_map(|parts| format!("{}--x--", parts.concat()).into_bytes()),
        r#"[\[\]{}":,n0-9]{0,32}"#.prop_map(String::into_bytes),
        r"([a-n](\[[a-z]?\])?=[0-9a-z,%]{0,4}&?){0,6}".prop_map(String::into_bytes),
    ])
}

proptest! {
    #[test]
    fn a_hostile_exchange_is_judged(
        path in path(), query in query(), sent in headers(), body in body(), status in 0_u16..1_000,
    ) {
        let request = HttpRequest { method: "POST".into(), path, query, headers: sent.clone(), body: body.clone() };
        let response = HttpResponse { status, headers: sent, body };
        let first = (JUDGE.check_request(&request), JUDGE.check_response(&request, &response));
        let second = (JUDGE.check_request(&request), JUDGE.check_response(&request, &response));
        prop_assert_eq!(&first, &second);
        for violation in first.0.iter().chain(&first.1) {
            prop_assert!(!violation.message.is_empty());
            prop_assert!(violation.rule.line.is_some());
            prop_assert!(violation.severity <= Severity::Warning);
        }
    }

    #[test]
    fn a_path_that_matches_is_known_with_and_without_its_prefix(segments in vec("[a-z0-9]{1,6}", 4)) {
        let [one, two, three, four] = segments.as_slice() else { unreachable!("there are four") };
        let path = format!("/{one}/.{two}/;matrix={three}.{four}");
        prop_assert!(JUDGE.operation("POST", &path).is_some());
        let prefixed = format!("/api{path}");
        prop_assert!(JUDGE.operation("POST", &prefixed).is_some());
        prop_assert!(JUDGE.operation("GET", &path).is_none());
    }
}
