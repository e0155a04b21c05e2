//! Documents that mean harm, or that are none: each is refused with a clear message, or read within
//! its bounds, in every version. None of them panics, and none takes what there is of memory.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;

use countersign_openapi::asyncapi::Contents;
use countersign_openapi::{AsyncDocument, Document, HttpRequest, HttpResponse, LoadError, LoadOptions};
use serde_json::{Value, json};

/// The first line of each kind of document.
const HEADS: [&str; 5] =
    ["swagger: '2.0'", "openapi: 3.0.3", "openapi: 3.1.0", "openapi: 3.2.0", "asyncapi: 3.0.0"];

/// Loads a text as what it says it is, and does with it what can be done.
fn load(text: &str) -> Result<(), LoadError> {
    load_with(text, &LoadOptions::default())
}

fn load_with(text: &str, options: &LoadOptions) -> Result<(), LoadError> {
    if text.contains("asyncapi") {
        let document = AsyncDocument::from_text("hostile.yaml", text, options)?;
        drop(document.remarks());
        document.compile_schemas()?;
        return Ok(());
    }
    let document = Document::from_text("hostile.yaml", text, options)?;
    drop(document.remarks());
    document.compile_schemas()?;
    Ok(())
}

fn load_file(path: &Path) -> String {
    let options = LoadOptions::default();
    let open = Document::load(path, &options).expect_err("it is to be refused").to_string();
    let asynchronous = AsyncDocument::load(path, &options).expect_err("it is to be refused").to_string();
    assert_eq!(open, asynchronous);
    open
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("document.yaml");
    for (bytes, message) in [
        (&b"openapi: \xff\xfe"[..], "is not UTF-8: byte 9 begins no character"),
        (&b"\xff\xfeo\0p\0"[..], "is not UTF-8: byte 0 begins no character"),
        (&b"\x7fELF\x02\x01\x01\0\0"[..], "document.yaml:1:8: found unprintable character"),
        (&b"{\"openapi\": \"3.0.0\","[..], "document.yaml:"),
        (&b"openapi: [\n"[..], "document.yaml:"),
    ] {
        fs::write(&path, bytes).unwrap();
        let error = load_file(&path);
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn a_file_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert!(load_file(&folder.path().join("nowhere.yaml")).contains("cannot read"));
    assert!(load_file(folder.path()).contains("not a regular file"));
    assert!(load_file(Path::new("/dev/null")).contains("not a regular file"));
}

#[test]
fn an_empty_file_is_no_document() {
    for text in ["", "\n\n", "\u{feff}", "# nothing\n", "---\n", "null", "7", "[]", "\"openapi\""] {
        let error = Document::from_text("empty.yaml", text, &LoadOptions::default()).expect_err(text);
        assert!(matches!(error, LoadError::NoVersion { .. }), "{text:?}: {error}");
        let error = AsyncDocument::from_text("empty.yaml", text, &LoadOptions::default()).expect_err(text);
        assert!(matches!(error, LoadError::NoAsyncVersion { .. }), "{text:?}: {error}");
    }
}

#[test]
fn a_file_of_100_mebibytes_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.json");
    File::create(&path).unwrap().set_len(100 << 20).unwrap();
    let error = load_file(&path);
    assert!(error.ends_with("has more than 67108864 bytes, which is the limit"), "{error}");
}

#[test]
fn nesting_of_10_000_levels_is_refused() {
    let deep = 10_000;
    for (open, close) in [("[", "]"), ("{\"a\": ", "}"), ("{a: ", "}"), ("- ", ""), ("? ", "")] {
        for head in HEADS {
            let nested = format!("{}1{}", open.repeat(deep), close.repeat(deep));
            for text in [format!("{head}\nx: {nested}\n"), format!("{{\"x\": {nested}}}")] {
                let error = load(&text).expect_err(open);
                let refused = matches!(error, LoadError::TooDeep { .. } | LoadError::Malformed { .. });
                assert!(refused, "{open}: {error}");
            }
        }
    }
}

#[test]
fn as_deep_as_is_read_is_judged_too() {
    for head in HEADS.iter().filter(|head| !head.starts_with("async")) {
        let (open, close) = ("{\"allOf\": [", "]}");
        let nested = format!("{}{{\"type\": \"integer\"}}{}", open.repeat(45), close.repeat(45));
        let text = if head.starts_with("swagger") {
            format!(
                "{head}\npaths:\n  /a: {{get: {{responses: {{'200': {{description: a, schema: {nested}}}}}}}}}\n"
            )
        } else {
            format!(
                "{head}\npaths:\n  /a: {{get: {{responses: {{'200': {{description: a, content: {{application/json: {{schema: {nested}}}}}}}}}}}}}\n"
            )
        };
        let document = Document::from_text("deep.yaml", &text, &LoadOptions::default()).unwrap();
        let request = HttpRequest { method: "GET".into(), path: "/a".into(), ..HttpRequest::default() };
        let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        let response = HttpResponse { status: 200, headers, body: Some(b"\"x\"".to_vec()) };
        assert_eq!(document.check_response(&request, &response).len(), 1, "{head}");
    }
}

#[test]
fn a_key_that_stands_twice_is_refused_with_its_line() {
    for head in HEADS {
        let error = load(&format!("{head}\ninfo: 1\ninfo: 2\n")).expect_err(head).to_string();
        assert_eq!(error, "hostile.yaml:3:1: the key \"info\" stands twice in one object");
    }
}

#[test]
fn an_alias_bomb_is_refused() {
    for leaf in ["[lol]", "{lol: 1}", "lol"] {
        let mut bomb = format!("a0: &a0 {leaf}\n");
        for level in 1..30 {
            let uses = vec![format!("*a{}", level - 1); 10].join(", ");
            writeln!(bomb, "a{level}: &a{level} [{uses}]").unwrap();
        }
        for head in HEADS {
            let few = LoadOptions { max_values: 100_000, ..LoadOptions::default() };
            let error = load_with(&format!("{head}\n{bomb}"), &few).expect_err(head);
            assert!(matches!(error, LoadError::TooManyValues { .. } | LoadError::TooLarge { .. }), "{error}");
        }
    }
    let mut merges = "openapi: 3.0.3\na0: &a0 {k: 1}\n".to_owned();
    for level in 1..30 {
        let below = level - 1;
        writeln!(merges, "a{level}: &a{level} {{x: *a{below}, y: *a{below}, <<: [*a{below}, *a{below}]}}")
            .unwrap();
    }
    let error = load(&merges).expect_err("merges");
    assert!(matches!(error, LoadError::TooManyValues { .. }), "{error}");
}

#[test]
fn a_reference_that_leads_out_names_the_way_in() {
    for head in HEADS {
        for (reference, wanted) in [
            ("https://example.com/a.yaml#/b", "not fetched unless that is allowed"),
            ("http://127.0.0.1:1/a.yaml", "not fetched unless that is allowed"),
            ("file:///etc/passwd", "not fetched unless that is allowed"),
            ("//example.com/a.yaml", "not fetched unless that is allowed"),
            ("other.yaml", "a document that is one text has none"),
        ] {
            let error = load(&format!("{head}\nx-y: 1\na: {{$ref: '{reference}'}}\n")).expect_err(reference);
            let error = error.to_string();
            assert!(error.starts_with("hostile.yaml:3: ") && error.contains(wanted), "{error}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    let path = inside.join("document.yaml");
    for head in HEADS {
        for reference in ["../outside.yaml", "/etc/passwd", "a/../../outside.yaml"] {
            fs::write(&path, format!("{head}\na: {{$ref: '{reference}'}}\n")).unwrap();
            let error = if head.starts_with("async") {
                AsyncDocument::load(&path, &LoadOptions::default()).map(drop)
            } else {
                Document::load(&path, &LoadOptions::default()).map(drop)
            };
            let error = error.expect_err(reference).to_string();
            assert!(error.contains("allow a wider folder"), "{error}");
        }
    }
}

/// References that go in circles, at every place where one may stand.
#[test]
fn circles_come_to_an_end() {
    let circles = [
        "paths: {/a: {$ref: '#/paths/~1a'}}",
        "paths: {/a: {$ref: '#/paths/~1b'}, /b: {$ref: '#/paths/~1a'}}",
        "paths: {/a: {get: {parameters: [{$ref: '#/paths/~1a/get/parameters/0'}]}}}",
        "paths: {/a: {get: {responses: {'200': {$ref: '#/paths/~1a/get/responses/200'}}}}}",
        "paths: {}\nparameters: {A: {$ref: '#/parameters/A'}}\nresponses: {A: {$ref: '#/responses/A'}}",
        "paths: {}\ndefinitions: {A: {$ref: '#/definitions/A'}}",
        "paths: {}\ncomponents: {schemas: {A: {$ref: '#/components/schemas/A'}}}",
        "channels: {a: {$ref: '#/channels/a'}}",
        "channels: {a: {messages: {m: {$ref: '#/channels/a/messages/m'}}}}",
        "channels: {a: {messages: {m: {traits: [{$ref: '#/channels/a/messages/m/traits/0'}]}}}}",
        "channels: {}\noperations: {o: {$ref: '#/operations/o'}}",
    ];
    for circle in circles {
        for head in HEADS {
            let error = load(&format!("{head}\n{circle}\n")).expect_err(circle);
            assert!(matches!(error, LoadError::ReferenceCycle { .. }), "{head} {circle}: {error}");
        }
    }
}

#[test]
fn schemas_that_hold_themselves_are_judged() {
    let schemas = "A: {properties: {next: {$ref: 'HERE/A'}}, allOf: [{$ref: 'HERE/B'}]}, B: {anyOf: [{$ref: 'HERE/A'}, {$ref: 'HERE/B'}]}, C: {not: {$ref: 'HERE/C'}}, D: {items: {$ref: 'HERE/D'}, type: array}";
    let value: Value = json!({"next": {"next": [[[]]]}});
    for head in HEADS {
        let (place, body) = match head.split(':').next() {
            Some("swagger") => ("definitions", "schema: {$ref: 'HERE/NAME'}"),
            _ => ("components/schemas", "content: {application/json: {schema: {$ref: 'HERE/NAME'}}}"),
        };
        for name in ["A", "B", "C", "D"] {
            let holder = place
                .split('/')
                .rev()
                .fold(format!("{{{schemas}}}"), |inner, key| format!("{{{key}: {inner}}}"));
            let holder = holder.trim_start_matches('{').trim_end().strip_suffix('}').unwrap();
            let rest = if head.starts_with("async") {
                format!(
                    "channels: {{a: {{messages: {{m: {{payload: {{$ref: 'HERE/{name}'}}}}}}}}}}\noperations: {{o: {{action: send, channel: {{$ref: '#/channels/a'}}}}}}"
                )
            } else {
                format!(
                    "paths: {{/a: {{get: {{responses: {{'200': {{description: a, {}}}}}}}}}}}",
                    body.replace("NAME", name)
                )
            };
            let text = format!("{head}\n{rest}\n{holder}\n").replace("HERE", &format!("#/{place}"));
            let told = judge(&text, &value);
            // What denies itself is no verdict; what is no list is none.
            let expected = usize::from(name == "C" || name == "D");
            assert_eq!(told, expected, "{text}");
        }
    }
}

/// How much `value` breaks of the one schema of a document.
fn judge(text: &str, value: &Value) -> usize {
    let options = LoadOptions::default();
    if text.starts_with("async") {
        let document = AsyncDocument::from_text("self.yaml", text, &options).expect("it loads");
        let message = document.messages(&document.operations()[0]).next().expect("it has a message");
        return document.check_payload(message, Contents { content_type: None, value }).len();
    }
    let document =
        Document::from_text("self.yaml", text, &options).unwrap_or_else(|error| panic!("{text}: {error}"));
    let request = HttpRequest { method: "GET".into(), path: "/a".into(), ..HttpRequest::default() };
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    let response = HttpResponse { status: 200, headers, body: Some(value.to_string().into_bytes()) };
    document.check_response(&request, &response).len()
}

#[test]
fn a_chain_of_references_is_bounded() {
    let chain: Vec<String> = (0..5_000)
        .map(|number| format!("    A{number}: {{$ref: '#/components/schemas/A{}'}}", number + 1))
        .collect();
    let text = format!(
        "openapi: 3.1.0\npaths: {{}}\ncomponents:\n  schemas:\n{}\n    A5000: {{}}\n",
        chain.join("\n")
    );
    let error = load(&text).expect_err("a chain");
    assert!(matches!(error, LoadError::ReferenceCycle { .. }), "{error}");
}

#[test]
fn strange_values_in_every_place_are_no_panic() {
    let keys = [
        "info",
        "servers",
        "paths",
        "components",
        "security",
        "tags",
        "host",
        "basePath",
        "schemes",
        "consumes",
        "produces",
        "definitions",
        "parameters",
        "responses",
        "securityDefinitions",
        "channels",
        "operations",
        "defaultContentType",
        "jsonSchemaDialect",
        "$self",
        "$id",
        "webhooks",
        "traits",
    ];
    let values =
        ["null", "7", "-1.5e300", "'text'", "[]", "[1]", "{}", "{a: 1}", "[[]]", "{'': {'': []}}", "[{}]"];
    for head in HEADS {
        for key in keys {
            for value in values {
                // Whether it is read or refused, it says so.
                if let Err(error) = load(&format!("{head}\n{key}: {value}\n")) {
                    assert!(error.to_string().starts_with("hostile.yaml"), "{error}");
                }
            }
        }
    }
    for head in HEADS {
        for inner in ["get", "parameters", "$ref", "servers", "x-a", "additionalOperations", "query"] {
            for value in values {
                drop(load(&format!("{head}\npaths: {{/a: {{{inner}: {value}}}}}\n")));
                drop(load(&format!(
                    "{head}\npaths: {{/a: {{get: {{{inner}: {value}, responses: {value}}}}}}}\n"
                )));
            }
        }
        for inner in
            ["messages", "address", "parameters", "publish", "subscribe", "$ref", "servers", "traits"]
        {
            for value in values {
                drop(load(&format!("{head}\nchannels: {{a: {{{inner}: {value}}}}}\n")));
            }
        }
    }
}
