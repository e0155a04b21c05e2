//! Which documents are read, what is told of them, and why others are refused.

use std::fs;
use std::path::Path;

use countersign_openapi::{
    Code, Document, HttpRequest, HttpResponse, LoadError, LoadOptions, OpenApiVersion, OperationKey,
};

fn load(text: &str) -> Result<Document, LoadError> {
    Document::from_text("openapi.yaml", text, &LoadOptions::default())
}

fn refusal(text: &str) -> String {
    load(text).expect_err("the document is to be refused").to_string()
}

#[test]
fn every_version_is_read() {
    let cases = [
        ("swagger: '2.0'\npaths: {}", OpenApiVersion::V2_0),
        ("swagger: 2.0\npaths:\n", OpenApiVersion::V2_0),
        ("openapi: 3.0.3\npaths: {}", OpenApiVersion::V3_0),
        ("{\"openapi\": \"3.0.0\", \"paths\": {}}", OpenApiVersion::V3_0),
        ("openapi: 3.1.0\npaths: {}", OpenApiVersion::V3_1),
        ("openapi: 3.1.1\ninfo: {title: webhooks alone}", OpenApiVersion::V3_1),
        ("openapi: 3.1\npaths: {}", OpenApiVersion::V3_1),
        ("openapi: 3.2.0\ninfo: {title: nothing yet}", OpenApiVersion::V3_2),
    ];
    for (text, version) in cases {
        assert_eq!(load(text).unwrap().version(), version, "{text}");
    }
}

#[test]
fn other_versions_are_named() {
    let cases = [
        ("swagger: '1.2'\npaths: {}", "openapi.yaml is written in Swagger 1.2"),
        (
            "openapi: 3.7.0\npaths: {}",
            "openapi.yaml is written in OpenAPI 3.7.0, and this tool reads OpenAPI 2.0",
        ),
        ("openapi: 3.10.0\npaths: {}", "openapi.yaml is written in OpenAPI 3.10.0"),
        ("openapi: 4\npaths: {}", "openapi.yaml is written in OpenAPI 4"),
        ("asyncapi: 3.0.0\n", "openapi.yaml is no OpenAPI document"),
        ("- 1\n", "openapi.yaml is no OpenAPI document"),
    ];
    for (text, message) in cases {
        let error = refusal(text);
        assert!(error.starts_with(message), "{text}: {error}");
    }
}

#[test]
fn a_document_that_cannot_judge_is_refused_with_its_line() {
    let cases = [
        ("openapi: 3.0.3\n", "an OpenAPI 3.0 document has `paths`"),
        ("openapi: 3.0.3\npaths: []\n", "openapi.yaml:2: `paths` is no object"),
        ("openapi: 3.0.3\npaths:\n  /a: 1\n", "openapi.yaml:3: a path is no object"),
        (
            "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      parameters:\n        - {in: query}\n",
            "openapi.yaml:6: a parameter has no `name`",
        ),
        (
            "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      parameters:\n        - {name: x, in: body}\n",
            "openapi.yaml:6: the parameter \"x\" is in none of",
        ),
        (
            "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses:\n        '200': text\n",
            "openapi.yaml:6: a response is no object",
        ),
        ("openapi: 3.0.3\nsecurity: {}\npaths:\n  /a: {get: {}}\n", "openapi.yaml:2: `security` is no array"),
        (
            "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses:\n        '200': {$ref: '#/components/responses/None'}\n",
            "openapi.yaml:6: the reference \"#/components/responses/None\" names nothing",
        ),
    ];
    for (text, message) in cases {
        let error = refusal(text);
        assert!(error.contains(message), "{text}: {error}");
    }
}

#[test]
fn operations_come_in_the_order_of_the_document() {
    let text = "openapi: 3.1.0\ninfo: {title: Order}\npaths:\n  /z:\n    put: {operationId: first}\n    get: {}\n  x-note: 1\n  /a:\n    get: {operationId: last}\n";
    let document = load(text).unwrap();
    let found: Vec<_> = document
        .operations()
        .iter()
        .map(|operation| {
            (
                operation.key.method.as_str(),
                operation.key.path.as_str(),
                operation.id.as_deref(),
                operation.position.line,
            )
        })
        .collect();
    let expected = [
        ("PUT", "/z", Some("first"), Some(5)),
        ("GET", "/z", None, Some(6)),
        ("GET", "/a", Some("last"), Some(9)),
    ];
    assert_eq!(found, expected);
    let one_line = r#"{"openapi": "3.0.3", "paths": {"/z": {"put": {}, "get": {}}, "/a": {"get": {}}}}"#;
    let keys: Vec<String> = load(one_line)
        .unwrap()
        .operations()
        .iter()
        .map(|operation| format!("{} {}", operation.key.method, operation.key.path))
        .collect();
    assert_eq!(keys, ["PUT /z", "GET /z", "GET /a"]);
    assert_eq!(document.title(), Some("Order"));
    let found = document.operation("GET", "/a").map(|operation| operation.key.clone());
    assert_eq!(found, Some(OperationKey { method: "GET".to_owned(), path: "/a".to_owned() }));
    assert!(document.operation("POST", "/a").is_none());
}

#[test]
fn a_document_may_be_of_several_files() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("openapi.yaml", "openapi: 3.0.3\npaths:\n  /a:\n    $ref: paths.yaml#/a\n");
    write(
        "paths.yaml",
        "a:\n  get:\n    responses:\n      '200':\n        description: a\n        content:\n          application/json:\n            schema: {$ref: 'schemas.json#/A'}\n",
    );
    write("schemas.json", "{\n  \"A\": {\n    \"type\": \"object\",\n    \"required\": [\"b\"]\n  }\n}\n");
    let document = Document::load(&folder.path().join("openapi.yaml"), &LoadOptions::default()).unwrap();
    let request = HttpRequest { method: "GET".into(), path: "/a".into(), ..HttpRequest::default() };
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    let response = HttpResponse { status: 200, headers, body: Some(b"{}".to_vec()) };
    let violations = document.check_response(&request, &response);
    assert_eq!(violations.len(), 1, "{violations:#?}");
    assert_eq!(violations[0].code, Code::ResponseBodyIncompatible);
    assert_eq!(violations[0].rule.pointer.as_str(), "/A/required");
    assert_eq!(violations[0].rule.line, Some(4));
    assert_eq!(Path::new(&*violations[0].rule.file).file_name().unwrap(), "schemas.json");
}

#[test]
fn remarks_tell_what_is_odd_and_refuse_nothing() {
    let text = "openapi: 3.0.3\n\
                info: {title: Odd, version: '1'}\n\
                security: [{nobody: []}]\n\
                paths:\n  \
                  /a?b=1: {get: {responses: {}}}\n  \
                  /{open: {get: {responses: {}}}\n  \
                  /b: {get: {security: [{other: []}], responses: {}}}\n  \
                  /c: {get: {parameters: [{name: id, in: path, required: true, schema: {}}], responses: {}}}\n\
                components:\n  \
                  schemas:\n    \
                    Odd: {type: [string, 'null']}\n    \
                    Even: {type: string}\n  \
                  securitySchemes:\n    \
                    known: {type: http, scheme: basic}\n";
    let remarks = load(text).unwrap().remarks();
    let found: Vec<_> = remarks.iter().map(|remark| (remark.at.line, remark.message.as_str())).collect();
    let [scheme, query, brace, other, parameter, component] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(
        *scheme,
        (Some(3), "the security scheme \"nobody\" is declared nowhere, so nothing is held against it")
    );
    assert_eq!(*query, (Some(5), "a path has neither query nor fragment: no request can match this one"));
    assert_eq!(*brace, (Some(6), "a brace of the path has no counterpart and stands for itself"));
    assert_eq!(
        *other,
        (Some(7), "the security scheme \"other\" is declared nowhere, so nothing is held against it")
    );
    assert_eq!(*parameter, (Some(8), "the path has no {id}, so this parameter is never sent"));
    assert_eq!(component.0, Some(11));
    assert!(component.1.starts_with("a strict reader of OpenAPI 3.0 refuses this: "), "{}", component.1);
}

#[test]
fn what_a_later_version_adds_is_told_of() {
    let text = "openapi: 3.1.0\npaths:\n  /a:\n    query: {}\n    additionalOperations: {COPY: {}}\n";
    let document = load(text).unwrap();
    assert_eq!(document.operations().len(), 0);
    let lines: Vec<_> = document.remarks().iter().map(|remark| remark.at.line).collect();
    assert_eq!(lines, [Some(4), Some(5)]);
    let latest = load(&text.replace("3.1.0", "3.2.0")).unwrap();
    assert_eq!(latest.remarks(), []);
    let methods: Vec<_> = latest.operations().iter().map(|operation| operation.key.method.as_str()).collect();
    assert_eq!(methods, ["QUERY", "COPY"]);
    let twice = load("openapi: 3.2.0\npaths:\n  /a:\n    get: {}\n    additionalOperations: {GET: {}}\n");
    assert!(matches!(twice, Err(LoadError::DuplicateOperation { .. })), "{twice:?}");
}

#[test]
fn paths_that_differ_by_names_alone_are_told_of_and_tried() {
    let path = |name: &str, kind: &str| {
        let parameter = format!("{{name: {name}, in: path, required: true, schema: {{type: {kind}}}}}");
        format!("  /a/{{{name}}}:\n    get: {{parameters: [{parameter}], responses: {{'200': {{}}}}}}\n")
    };
    let paths = format!("{}{}", path("id", "integer"), path("flag", "boolean"));
    let document = load(&format!("openapi: 3.1.0\npaths:\n{paths}")).unwrap();
    let remarks: Vec<_> =
        document.remarks().into_iter().map(|remark| (remark.at.line, remark.message)).collect();
    let message = "it is the same path as /a/{flag}, but for the names of parameters".to_owned();
    assert_eq!(remarks, [(Some(3), message)]);
    let broken = |path: &str| {
        let request =
            HttpRequest { method: "GET".to_owned(), path: path.to_owned(), ..HttpRequest::default() };
        document.check_request(&request).len()
    };
    assert_eq!([broken("/a/7"), broken("/a/true"), broken("/a/x")], [0, 0, 1]);
    let apart = "openapi: 3.1.0\npaths:\n  /a/{x}:\n    get: {}\n  /a/{x}.json:\n    get: {}\n";
    assert_eq!(load(apart).unwrap().remarks(), []);
    let key = "openapi: 3.0.3\npaths:\n  /a: {}\n  /a: {}\n";
    assert!(matches!(load(key), Err(LoadError::DuplicateKey { line: 4, .. })));
}

#[test]
fn the_documents_of_this_house_have_nothing_odd() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["archivist.yaml", "cablecast.yaml"] {
        let document = Document::load(&folder.join(name), &LoadOptions::default())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(document.remarks(), [], "{name}");
        assert!(document.compile_schemas().unwrap() > 0, "{name}");
        assert!(!document.operations().is_empty(), "{name}");
    }
}
