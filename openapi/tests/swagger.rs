//! OpenAPI 2.0 documents: what of them is odd, what refuses them, and how they hang together over
//! several files.

use std::fmt::Write as _;
use std::fs;

use countersign_openapi::{
    Document, HttpRequest, HttpResponse, JsonPointer, LoadError, LoadOptions, Violation,
};
use serde_json::{Value, json};

fn load(text: &str) -> Result<Document, LoadError> {
    Document::from_text("swagger.yaml", text, &LoadOptions::default())
}

/// Puts files into a folder and loads `swagger.yaml` of it.
fn load_files(files: &[(&str, &str)]) -> Document {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("inside the folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }
    let path = folder.path().join("swagger.yaml");
    Document::load(&path, &LoadOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// `code file#pointer line` of each.
fn short(violations: &[Violation]) -> Vec<String> {
    let describe = |violation: &Violation| {
        let rule = &violation.rule;
        let file = rule.file.rsplit('/').next().unwrap_or_default();
        format!("{} {file}#{} {}", violation.code.as_str(), rule.pointer, rule.line.unwrap_or_default())
    };
    violations.iter().map(describe).collect()
}

fn sent(method: &str, path: &str, body: &Value) -> HttpRequest {
    HttpRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        query: None,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: Some(body.to_string().into_bytes()),
    }
}

fn answer(status: u16, body: &Value) -> HttpResponse {
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    HttpResponse { status, headers, body: Some(body.to_string().into_bytes()) }
}

const ROOT: &str = "\
swagger: '2.0'
consumes: [application/json]
produces: [application/json]
paths:
  /a: {$ref: 'paths/a.yaml#/a'}
  /b:
    post:
      parameters:
        - $ref: common.json#/parameters/Body
        - $ref: common.json#/parameters/Limit
        - $ref: common.json#/parameters/Field
      responses:
        '200': {$ref: 'common.json#/responses/Answer'}
  /c:
    post:
      consumes: [application/json, text/json]
      produces: [application/json, text/json]
      parameters: [{$ref: 'common.json#/parameters/Body'}]
      responses:
        '200': {$ref: 'common.json#/responses/Answer'}
definitions:
  Root: {type: object, required: [root]}
";

const PATHS: &str = "\
a:
  parameters:
    - {name: limit, in: query, type: integer}
  post:
    parameters:
      - name: body
        in: body
        schema: {$ref: '../swagger.yaml#/definitions/Root'}
    responses:
      '200':
        description: one
        schema:
          properties:
            x: {type: string, x-nullable: true}
            y: {$ref: '../common.json#/definitions/Animal'}
";

const COMMON: &str = r##"{
  "swagger": "2.0",
  "parameters": {
    "Body": {"name": "body", "in": "body", "required": true, "schema":
      {"$ref": "#/definitions/Animal"}},
    "Limit": {"name": "limit", "in": "query",
      "type": "array", "items": {"type": "integer"}, "collectionFormat": "pipes"},
    "Field": {"name": "field", "in": "formData", "type": "string"}
  },
  "responses": {
    "Answer": {"description": "one", "headers": {"X-N":
      {"type": "integer"}}, "schema":
      {"type": "integer"}}
  },
  "definitions": {
    "Animal": {"type": "object", "discriminator": "kind",
      "required": ["kind"], "properties": {"kind": {"type": "string"}}},
    "Cat": {"allOf": [{"$ref": "#/definitions/Animal"}, {"properties":
      {"lives": {"type": "integer"}}}]}
  }
}"##;

fn files() -> Document {
    load_files(&[("swagger.yaml", ROOT), ("paths/a.yaml", PATHS), ("common.json", COMMON)])
}

#[test]
fn a_path_in_another_file_is_put_into_shape_where_it_stands() {
    let document = files();
    let request = sent("POST", "/a", &json!({}));
    let broken = document.check_request(&HttpRequest { query: Some("limit=x".into()), ..request.clone() });
    assert_eq!(
        short(&broken),
        [
            "request.query.incompatible a.yaml#/a/parameters/0/type 3",
            "request.body.incompatible swagger.yaml#/definitions/Root/required 22",
        ]
    );
    let told = document.check_response(&request, &answer(200, &json!({"x": null, "y": {}})));
    assert_eq!(
        short(&told),
        [
            "response.body.incompatible common.json#/definitions/Animal/discriminator 16",
            "response.body.incompatible common.json#/definitions/Animal/required 17",
        ]
    );
}

#[test]
fn shared_parameters_and_answers_of_another_file_are_judged_there() {
    let document = files();
    for path in ["/b", "/c"] {
        let request = sent("POST", path, &json!({"kind": "Cat", "lives": "many"}));
        assert_eq!(
            short(&document.check_request(&request)),
            ["request.body.incompatible common.json#/definitions/Cat/allOf/1/properties/lives/type 19"],
            "{path}"
        );
        let mut wrong = answer(200, &json!("x"));
        wrong.headers.push(("X-N".to_owned(), "x".to_owned()));
        let told = short(&document.check_response(&request, &wrong));
        assert!(
            told.contains(
                &"response.body.incompatible common.json#/responses/Answer/schema/type 13".to_owned()
            ),
            "{path}: {told:?}"
        );
    }
    let request =
        HttpRequest { query: Some("limit=1%7Cx".into()), ..sent("POST", "/b", &json!({"kind": "Cat"})) };
    assert_eq!(
        short(&document.check_request(&request)),
        ["request.query.incompatible common.json#/parameters/Limit/items/type 7"]
    );
    let empty = HttpRequest { body: None, headers: Vec::new(), ..sent("POST", "/c", &json!(1)) };
    assert_eq!(
        short(&document.check_request(&empty)),
        ["request.body.incompatible swagger.yaml#/paths/~1c/post/parameters/0 18"]
    );
}

#[test]
fn every_schema_of_every_file_is_compiled() {
    assert!(files().compile_schemas().unwrap() > 0);
}

#[test]
fn what_is_odd_is_told() {
    let text = "\
swagger: '2.0'
paths:
  /a:
    post:
      parameters:
        - {name: one, in: body, schema: {}}
        - {name: two, in: body, schema: {}}
        - {name: field, in: formData, type: string}
        - {name: lists, in: query, type: array, items: {type: array, items: {type: string}}}
        - {name: ids, in: header, type: array, items: {type: string}, collectionFormat: multi}
      responses: {}
";
    let remarks = load(text).unwrap().remarks();
    let found: Vec<_> = remarks.iter().map(|remark| (remark.at.line.unwrap(), &*remark.message)).collect();
    let expected = [
        (7, "a request has one body: the first one counts"),
        (8, "a request with a body has no form beside it: this is overlooked"),
        (9, "lists inside a list have no style in OpenAPI 3.0: their elements are not judged"),
        (10, "\"multi\" is no way to write a list here: `csv` is taken instead"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_cannot_be_read_is_refused_with_its_line() {
    let cases = [
        ("swagger: '2.0'\n", "swagger.yaml:1: an OpenAPI 2.0 document has `paths`"),
        (
            "swagger: '2.0'\npaths:\n  /a:\n    get:\n      parameters:\n        - {name: x, in: cookie}\n",
            "swagger.yaml:6: the parameter \"x\" is in none of `path`, `query`, `header`, `formData` and `body`",
        ),
        (
            "swagger: '2.0'\npaths:\n  /a:\n    get:\n      parameters:\n        - {in: body}\n        - {in: query}\n",
            "swagger.yaml:7: a parameter has no `name`",
        ),
        (
            "swagger: '2.0'\npaths:\n  /a:\n    get:\n      responses: {'200': {$ref: '#/responses/None'}}\n",
            "swagger.yaml:5: the reference \"#/responses/None\" names nothing",
        ),
        (
            "swagger: '2.0'\npaths:\n  /a:\n    get:\n      responses:\n        '200': {description: a, headers: {X: 1}}\n",
            "swagger.yaml:6: a header is no object",
        ),
    ];
    for (text, message) in cases {
        let error = load(text).expect_err(text).to_string();
        assert!(error.starts_with(message), "{text}: {error}");
    }
}

#[test]
fn a_position_is_one_of_the_file_as_it_is_written() {
    let document = load(
        "swagger: '2.0'\nbasePath: /v1\nconsumes: [a/b]\npaths:\n  /a:\n    post:\n      parameters:\n        - {name: q, in: body, schema: {type: object}}\n        - {name: n, in: query, type: integer}\ndefinitions: {}\n",
    )
    .unwrap();
    let at = |pointer: &str| {
        let position = document.position(&JsonPointer::parse(pointer).unwrap());
        (position.pointer.as_str().to_owned(), position.line.unwrap())
    };
    for (shaped, written, line) in [
        ("/openapi", "/swagger", 1),
        ("/servers/0/url", "/basePath", 2),
        ("/components/schemas", "/definitions", 10),
        ("/paths/~1a/post/requestBody/content", "/consumes", 3),
        (
            "/paths/~1a/post/requestBody/content/a~1b/schema/type",
            "/paths/~1a/post/parameters/0/schema/type",
            8,
        ),
        ("/paths/~1a/post/parameters/0/schema/type", "/paths/~1a/post/parameters/1/type", 9),
    ] {
        assert_eq!(at(shaped), (written.to_owned(), line), "{shaped}");
    }
}

#[test]
fn a_few_types_of_many_operations_are_not_too_many_values() {
    let types: Vec<String> = (0..1_000).map(|number| format!("a/b{number}")).collect();
    let mut text = format!("swagger: '2.0'\nconsumes: [{}]\npaths:\n", types.join(", "));
    for number in 0..1_000 {
        let parameters = "[{name: b, in: body, schema: {type: object}}]";
        writeln!(text, "  /a{number}:\n    post:\n      parameters: {parameters}").unwrap();
    }
    let few = LoadOptions { max_values: 100_000, ..LoadOptions::default() };
    let error = Document::from_text("swagger.yaml", &text, &few).expect_err("it is to be refused");
    assert!(matches!(error, LoadError::TooManyValues { limit: 100_000, .. }), "{error}");
}
