//! Exchanges, held against one document that has every notation and every kind of body: the same
//! exchange is always judged alike.
//!
//! The input is a request line, headers and a body, a line `%%`, and a status, headers and a body.

use std::sync::LazyLock;

use countersign_openapi::{Document, HttpRequest, HttpResponse, LoadOptions};

const DOCUMENT: &str = r"
openapi: 3.2.0
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
          application/jsonl: {itemSchema: {$ref: '#/components/schemas/Any'}}
          text/event-stream: {itemSchema: {$ref: '#/components/schemas/Any'}}
          text/*: {schema: {$ref: '#/components/schemas/Any'}}
      responses:
        '200':
          headers: {X-Any: {schema: {$ref: '#/components/schemas/Any'}}}
          content: *content
  /whole:
    get:
      parameters:
        - {name: q, in: querystring, content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Any'}}}}
      responses: {}
components:
  schemas:
    Any:
      anyOf:
        - {type: integer, format: int32}
        - {type: string, pattern: '^(?=a)[a-z]+$'}
        - {type: array, items: {$ref: '#/components/schemas/Any'}, uniqueItems: true}
        - type: object
          properties: {n: {type: integer}, k: {const: 1}}
          discriminator: {propertyName: k, mapping: {x: '#/components/schemas/Other'}}
          additionalProperties: {$ref: '#/components/schemas/Any'}
    Other: {required: [o], unevaluatedProperties: false, properties: {o: {format: date-time}}}
  securitySchemes:
    key: {type: apiKey, in: query, name: key}
    basic: {type: http, scheme: basic}
";

static JUDGE: LazyLock<Document> = LazyLock::new(|| {
    Document::from_text("fuzz.yaml", DOCUMENT, &LoadOptions::default()).expect("the document is sound")
});

pub fn run(data: &[u8]) {
    const BETWEEN: &[u8] = b"\n%%\n";
    let Some(at) = data.windows(BETWEEN.len()).position(|window| window == BETWEEN) else { return };
    let (request, response) = (request_of(&data[..at]), response_of(&data[at + BETWEEN.len()..]));
    let Some((request, response)) = request.zip(response) else { return };
    let judge = || (JUDGE.check_request(&request), JUDGE.check_response(&request, &response));
    let told = judge();
    assert_eq!(told, judge());
    for violation in told.0.iter().chain(&told.1) {
        assert!(!violation.message.is_empty() && violation.rule.line.is_some(), "{violation:?}");
    }
}

fn request_of(text: &[u8]) -> Option<HttpRequest> {
    let (line, headers, body) = message(text)?;
    let (method, target) = line.split_once(' ')?;
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    Some(HttpRequest { method: method.to_owned(), path: path.to_owned(), query, headers, body })
}

fn response_of(text: &[u8]) -> Option<HttpResponse> {
    let (status, headers, body) = message(text)?;
    Some(HttpResponse { status: status.trim().parse().ok()?, headers, body })
}

type Message = (String, Vec<(String, String)>, Option<Vec<u8>>);

/// A first line, headers, an empty line, and what is left as the body.
fn message(text: &[u8]) -> Option<Message> {
    let start = text.iter().position(|byte| *byte != b'\n')?;
    let text = &text[start..];
    let end = text.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((text, None), |end| (&text[..end], Some(text[end + 2..].to_vec())));
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.split('\n');
    let first = lines.next()?.to_owned();
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    Some((first, headers, body))
}
