//! Comparing documents of different versions: what means the same is no change, however it is written.

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

/// The ids of errors and warnings.
fn breaking(base: &str, revised: &str) -> Vec<String> {
    let comparison = compared(base, revised);
    let judged = Rules::embedded().judge(&comparison, &Levels::new());
    let weighty = judged.iter().filter(|judgement| judgement.severity != Severity::Info);
    weighty.map(|judgement| judgement.rule.id.clone()).collect()
}

/// An answer of `schema`, with `components` as they stand under `schemas`.
fn answer(version: &str, schema: &str, components: &str) -> String {
    format!(
        "openapi: {version}\ninfo: {{title: Archive, version: 1.0.0}}\npaths:\n  /shows:\n    get:\n      \
         responses:\n        '200':\n          description: shows\n          content:\n            \
         application/json:\n              schema: {schema}\ncomponents:\n  schemas: {components}\n"
    )
}

#[test]
fn what_means_the_same_is_no_change() {
    let pairs = [
        (
            answer("3.0.3", "{type: string, nullable: true}", "{}"),
            answer("3.1.0", "{type: [string, 'null']}", "{}"),
        ),
        (
            answer("3.0.3", "{type: integer, maximum: 5, exclusiveMaximum: true}", "{}"),
            answer("3.1.0", "{type: integer, exclusiveMaximum: 5}", "{}"),
        ),
        (
            answer("3.0.3", "{type: object, properties: {a: {type: string}, b: {type: string}}}", "{}"),
            answer(
                "3.0.3",
                "{allOf: [{$ref: '#/components/schemas/A'}, {properties: {b: {type: string}}}]}",
                "{A: {type: object, properties: {a: {type: string}}}}",
            ),
        ),
        (
            answer("3.1.0", "{type: [string, 'null']}", "{}"),
            answer("3.1.0", "{oneOf: [{type: string}, {type: 'null'}]}", "{}"),
        ),
    ];
    for (base, revised) in &pairs {
        assert_eq!(breaking(base, revised), Vec::<String>::new(), "{base}\n{revised}");
        assert_eq!(breaking(revised, base), Vec::<String>::new(), "{revised}\n{base}");
    }
}

#[test]
fn swagger_is_compared_with_what_came_of_it() {
    let swagger = |kind: &str| {
        format!(
            "swagger: '2.0'\ninfo: {{title: Archive, version: 1.0.0}}\nproduces: [application/json]\npaths:\n  \
             /shows:\n    get:\n      responses:\n        '200':\n          description: shows\n          \
             schema: {{type: object, properties: {{id: {{type: {kind}}}}}}}\n"
        )
    };
    let modern = answer("3.1.0", "{type: object, properties: {id: {type: string}}}", "{}");
    assert_eq!(breaking(&swagger("string"), &modern), Vec::<String>::new());
    assert_eq!(breaking(&swagger("integer"), &modern), ["response-property-type-changed"]);
}

#[test]
fn paths_of_one_shape_are_told_apart_by_their_names() {
    let two = "openapi: 3.0.3\ninfo: {title: Archive, version: 1.0.0}\npaths:\n  /shows/{id}:\n    get:\n      \
               responses: {'200': {description: a}}\n  /shows/{slug}:\n    put:\n      \
               responses: {'201': {description: b}}\n";
    assert_eq!(breaking(two, two), Vec::<String>::new());
    let renamed = two.replace("{id}", "{number}");
    assert_eq!(breaking(two, &renamed), Vec::<String>::new());
}

/// One interface, as each version writes it.
const EACH: [&str; 4] = [
    r"
swagger: '2.0'
info: {title: Archive, version: 1.0.0}
host: archive.example.org
basePath: /v1
schemes: [https]
consumes: [application/json]
produces: [application/json]
securityDefinitions:
  key: {type: apiKey, in: header, name: X-Key}
security: [{key: []}]
paths:
  /shows/{id}:
    parameters:
    - {name: id, in: path, required: true, type: integer, format: int64}
    get:
      operationId: getShow
      parameters:
      - {name: tags, in: query, type: array, items: {type: string}, collectionFormat: csv}
      - {name: X-Trace, in: header, type: string, maxLength: 40}
      responses:
        '200':
          description: The show.
          headers: {X-Left: {type: integer}}
          schema: {$ref: '#/definitions/Show'}
        '404': {description: There is none.}
    put:
      operationId: putShow
      parameters:
      - {name: body, in: body, required: true, schema: {$ref: '#/definitions/Show'}}
      responses:
        '204': {description: It is kept.}
definitions:
  Show:
    allOf:
    - {type: object, required: [title], properties: {title: {type: string}}}
    - type: object
      properties:
        length: {type: integer, minimum: 0, exclusiveMinimum: true}
        state: {type: string, enum: [draft, aired]}
        next: {$ref: '#/definitions/Show'}
",
    r"
openapi: 3.0.3
info: {title: Archive, version: 1.0.0}
servers: [{url: https://archive.example.org/v1}]
security: [{key: []}]
paths:
  /shows/{id}:
    parameters:
    - {name: id, in: path, required: true, schema: {type: integer, format: int64}}
    get:
      operationId: getShow
      parameters:
      - {name: tags, in: query, style: form, explode: false, schema: {type: array, items: {type: string}}}
      - {name: X-Trace, in: header, schema: {type: string, maxLength: 40}}
      responses:
        '200':
          description: The show.
          headers: {X-Left: {schema: {type: integer}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Show'}}}
        '404': {description: There is none.}
    put:
      operationId: putShow
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Show'}}}
      responses:
        '204': {description: It is kept.}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  schemas:
    Show:
      allOf:
      - {type: object, required: [title], properties: {title: {type: string}}}
      - type: object
        properties:
          length: {type: integer, minimum: 0, exclusiveMinimum: true}
          state: {type: string, enum: [draft, aired]}
          next: {$ref: '#/components/schemas/Show'}
",
    r"
openapi: 3.1.0
info: {title: Archive, version: 1.0.0}
servers: [{url: https://archive.example.org/v1}]
security: [{key: []}]
paths:
  /shows/{id}:
    parameters:
    - {name: id, in: path, required: true, schema: {type: integer, format: int64}}
    get:
      operationId: getShow
      parameters:
      - {name: tags, in: query, explode: false, schema: {type: array, items: {type: string}}}
      - {name: x-trace, in: header, schema: {type: string, maxLength: 40}}
      responses:
        '200':
          description: The show.
          headers: {X-Left: {schema: {type: integer}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Show'}}}
        '404': {description: There is none.}
    put:
      operationId: putShow
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Show'}}}
      responses:
        '204': {description: It is kept.}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  schemas:
    Show:
      type: object
      required: [title]
      properties:
        title: {type: string}
        length: {type: integer, exclusiveMinimum: 0}
        state: {enum: [draft, aired], type: string}
        next: {$ref: '#/components/schemas/Show'}
",
    r"
openapi: 3.2.0
info: {title: Archive, version: 1.0.0}
servers: [{url: https://archive.example.org/v1}]
security: [{key: []}]
paths:
  /shows/{show}:
    $ref: '#/components/pathItems/Show'
components:
  pathItems:
    Show:
      parameters:
      - {name: show, in: path, required: true, schema: {type: integer, format: int64}}
      get:
        operationId: getShow
        parameters:
        - {name: tags, in: query, explode: false, schema: {type: array, items: {type: string}}}
        - {name: X-Trace, in: header, schema: {type: string, maxLength: 40}}
        responses:
          '200':
            description: The show.
            headers: {x-left: {schema: {type: integer}}}
            content: {application/json: {schema: {$ref: '#/components/schemas/Show'}}}
          '404': {description: There is none.}
      put:
        operationId: putShow
        requestBody:
          required: true
          content: {application/json: {schema: {$ref: '#/components/schemas/Show'}}}
        responses:
          '204': {description: It is kept.}
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  schemas:
    Titled: {type: object, required: [title], properties: {title: {type: string}}}
    Show:
      $ref: '#/components/schemas/Titled'
      properties:
        length: {type: integer, exclusiveMinimum: 0}
        state: {type: string, enum: [draft, aired]}
        next: {$ref: '#/components/schemas/Show'}
",
];

#[test]
fn one_interface_is_the_same_in_every_version() {
    for base in EACH {
        for revised in EACH {
            assert_eq!(breaking(base, revised), Vec::<String>::new(), "{base}\n{revised}");
        }
    }
}

#[test]
fn a_change_is_seen_from_every_version_to_every_other() {
    let narrower = |text: &str| text.replace("draft, aired", "draft");
    let strict = |text: &str| text.replace("required: [title]", "required: [title, state]");
    for base in EACH {
        for revised in EACH {
            assert_eq!(
                breaking(base, &narrower(revised)),
                ["request-property-enum-value-removed"],
                "{base}\n{revised}"
            );
            assert_eq!(
                breaking(base, &strict(revised)),
                ["request-property-became-required"],
                "{base}\n{revised}"
            );
        }
    }
}

#[test]
fn what_stands_beside_a_reference_is_compared_and_what_is_put_beside_one_is_no_more_than_that() {
    // GitHub Enterprise Server 3.19 wrote it so: of what was taken only null is not any more.
    let body = |schema: &str| {
        let text = answer(
            "3.0.3",
            "{type: string}",
            "{Options: {type: object, nullable: true, properties: {a: {type: string}}}}",
        );
        text.replace("    get:\n", &format!(
            "    patch:\n      responses: {{'204': {{description: a}}}}\n      requestBody: {{content: {{application/json: {{schema: \
             {{type: object, properties: {{options: {schema}}}}}}}}}}}\n    get:\n"
        ))
    };
    let reference = "{$ref: '#/components/schemas/Options'}";
    let more = format!("{{allOf: [{reference}, {{type: object, properties: {{b: {{type: boolean}}}}}}]}}");
    assert_eq!(breaking(&body(reference), &body(&more)), ["request-property-became-not-nullable"]);
}

#[test]
fn a_header_may_be_called_as_an_extension_is() {
    let with = |headers: &str| {
        answer("3.0.3", "{type: string}", "{}")
            .replace("description: shows", &format!("description: shows\n          headers: {headers}"))
    };
    let base = with("{x-left: {required: true, schema: {type: integer}}}");
    assert_eq!(breaking(&base, &with("{}")), ["required-response-header-removed"]);
    assert_eq!(
        breaking(&base, &with("{X-Left: {required: true, schema: {type: integer}}}")),
        Vec::<String>::new()
    );
}
