//! AsyncAPI documents of both versions: what is read of them, and what messages break.

use std::fs;
use std::path::Path;

use countersign_openapi::asyncapi::{Action, AsyncApiVersion, Contents, Message, Reading};
use countersign_openapi::{AsyncDocument, LoadError, LoadOptions, Violation};
use serde_json::{Value, json};

fn load(text: &str) -> Result<AsyncDocument, LoadError> {
    AsyncDocument::from_text("events.yaml", text, &LoadOptions::default())
}

/// `code place line` of each.
fn short(violations: &[Violation]) -> Vec<String> {
    let line = |violation: &Violation| violation.rule.line.map_or_else(String::new, |line| line.to_string());
    let place = |violation: &Violation| serde_json::to_string(&violation.at).expect("a place is JSON");
    violations
        .iter()
        .map(|violation| format!("{} {} {}", violation.code.as_str(), place(violation), line(violation)))
        .collect()
}

fn payload(document: &AsyncDocument, operation: &str, value: &Value) -> Vec<Vec<String>> {
    let operation = document.operation(operation).expect("the document has the operation");
    let contents = Contents { content_type: None, value };
    document.messages(operation).map(|message| short(&document.check_payload(message, contents))).collect()
}

const VERSION_3: &str = "\
asyncapi: 3.0.0
info: {title: Orders, version: '1'}
defaultContentType: application/json
servers:
  queue: {host: localhost, protocol: redis}
channels:
  orders:
    address: 'orders.{region}'
    parameters:
      region: {enum: [eu, us], location: '$message.payload#/region'}
    messages:
      placed: {$ref: '#/components/messages/Placed'}
      dropped:
        name: order.dropped
        payload: {type: object, required: [id]}
  answers:
    address: null
    messages:
      taken:
        contentType: text/plain
        payload: {type: string, enum: ['yes', 'no']}
operations:
  place:
    action: send
    channel: {$ref: '#/channels/orders'}
    messages:
      - $ref: '#/channels/orders/messages/placed'
    reply:
      channel: {$ref: '#/channels/answers'}
      address: {location: '$message.header#/replyTo'}
  look:
    action: receive
    channel: {$ref: '#/channels/orders'}
components:
  messages:
    Placed:
      traits:
        - headers:
            type: object
            required: [trace]
            properties:
              trace: {type: string}
          contentType: application/cbor
      contentType: application/vnd.order+json
      headers:
        properties:
          trace: {minLength: 3}
          sent: {format: date-time}
      payload: {$ref: '#/components/schemas/Order'}
  schemas:
    Order:
      type: object
      required: [id]
      if: {properties: {kind: {const: gift}}, required: [kind]}
      then: {required: [card]}
      properties:
        id: {type: integer, format: int32}
        parts: {type: array, items: {$ref: '#/components/schemas/Order'}}
";

#[test]
fn version_3_is_read() {
    let document = load(VERSION_3).unwrap();
    assert_eq!((document.version(), document.title()), (AsyncApiVersion::V3, Some("Orders")));
    assert_eq!(document.servers()[0].protocol, "redis");
    let [orders, answers] = document.channels() else { panic!("{:?}", document.channels()) };
    assert_eq!((orders.id.as_str(), orders.address.as_deref()), ("orders", Some("orders.{region}")));
    assert_eq!(orders.parameters[0].allowed, ["eu", "us"]);
    assert_eq!(answers.address, None);
    let place = document.operation("place").unwrap();
    assert_eq!((place.action, place.position.line), (Action::Send, Some(23)));
    assert_eq!(document.channel(place).id, "orders");
    let names: Vec<_> = document.messages(place).map(Message::label).collect();
    assert_eq!(names, ["Placed"]);
    let reply = place.reply.as_ref().unwrap();
    assert_eq!(reply.address.as_deref(), Some("$message.header#/replyTo"));
    assert_eq!(document.reply_channel(reply).unwrap().id, "answers");
    let replies: Vec<_> = document.reply_messages(reply).map(|message| message.key.as_str()).collect();
    assert_eq!(replies, ["taken"]);
    let look = document.operation("look").unwrap();
    assert_eq!(look.action, Action::Receive);
    let names: Vec<_> = document.messages(look).map(Message::label).collect();
    assert_eq!(names, ["Placed", "order.dropped"]);
    assert_eq!(document.remarks(), []);
    assert!(document.compile_schemas().unwrap() > 0);
    assert!(document.operation("nobody").is_none());
}

#[test]
fn a_payload_is_judged_where_its_schema_is_written() {
    let document = load(VERSION_3).unwrap();
    assert_eq!(payload(&document, "place", &json!({"id": 1, "parts": [{"id": 2}]})), [[""; 0]]);
    let broken =
        payload(&document, "place", &json!({"id": 4_294_967_296_u64, "parts": [{}], "kind": "gift"}));
    assert_eq!(
        broken[0],
        [
            r#"message.payload.incompatible {"message-payload":""} 55"#,
            r#"message.payload.incompatible {"message-payload":"/id"} 57"#,
            r#"message.payload.incompatible {"message-payload":"/parts/0"} 53"#,
        ]
    );
}

#[test]
fn traits_are_merged_and_keep_their_place() {
    let document = load(VERSION_3).unwrap();
    let message = document.messages(document.operation("place").unwrap()).next().unwrap();
    assert_eq!(message.content_type.as_deref(), Some("application/vnd.order+json"));
    assert_eq!(message.position.pointer.as_str(), "/components/messages/Placed");
    assert!(document.check_headers(message, &json!({"trace": "abc"})).is_empty());
    assert_eq!(
        short(&document.check_headers(message, &json!({"sent": "now"}))),
        [
            r#"message.headers.incompatible {"message-headers":""} 40"#,
            r#"message.headers.incompatible {"message-headers":"/sent"} 48"#,
        ]
    );
    assert_eq!(
        short(&document.check_headers(message, &json!({"trace": 1}))),
        [r#"message.headers.incompatible {"message-headers":"/trace"} 42"#]
    );
    assert_eq!(
        short(&document.check_headers(message, &json!({"trace": "a"}))),
        [r#"message.headers.incompatible {"message-headers":"/trace"} 47"#]
    );
}

#[test]
fn bytes_are_read_as_the_message_says() {
    let document = load(VERSION_3).unwrap();
    let place = document.operation("place").unwrap();
    let message = document.messages(place).next().unwrap();
    assert!(document.check_bytes(message, None, b"{\"id\": 1}").is_empty());
    let broken = document.check_bytes(message, None, b"{");
    assert_eq!(short(&broken), [r#"message.payload.incompatible {"message-payload":""} 36"#]);
    let other = document.check_bytes(message, Some("application/cbor"), b"{\"id\": 1}");
    assert_eq!(short(&other), [r#"message.payload.unvalidatable {"message-payload":""} 49"#]);
    let reply = document.reply_messages(place.reply.as_ref().unwrap()).next().unwrap();
    assert!(document.check_bytes(reply, None, b"yes").is_empty());
    assert_eq!(
        short(&document.check_bytes(reply, None, b"maybe")),
        [r#"message.payload.incompatible {"message-payload":""} 21"#]
    );
}

const VERSION_2: &str = "\
asyncapi: '2.6.0'
info: {title: Users, version: '1'}
channels:
  'user/{id}':
    parameters:
      id: {schema: {type: string, enum: [a, b]}}
    publish:
      operationId: takeUser
      message:
        oneOf:
          - $ref: '#/components/messages/Made'
          - payload: {const: gone}
    subscribe:
      operationId: tellUser
      message:
        schemaFormat: application/vnd.apache.avro;version=1.9.0
        payload: {type: record, name: user}
        headers: {required: [trace]}
components:
  messages:
    Made:
      headers: {type: object, required: [own]}
      payload: {$ref: '#/components/schemas/Animal'}
      traits:
        - headers: {required: [trait]}
  schemas:
    Animal: {type: object, discriminator: kind, required: [kind], properties: {kind: {type: string}}}
    Cat: {allOf: [{$ref: '#/components/schemas/Animal'}, {properties: {lives: {type: integer}}}]}
";

#[test]
fn version_2_is_read() {
    let document = load(VERSION_2).unwrap();
    assert_eq!(document.version(), AsyncApiVersion::V2);
    let take = document.operation("takeUser").unwrap();
    assert_eq!(take.action, Action::Receive);
    let channel = document.channel(take);
    assert_eq!(
        (channel.address.as_deref(), &*channel.parameters[0].allowed),
        (Some("user/{id}"), &["a".to_owned(), "b".to_owned()][..])
    );
    assert_eq!(document.messages(take).count(), 2);
    let tell = document.operation("tellUser").unwrap();
    assert_eq!(tell.action, Action::Send);
    assert_eq!(
        payload(&document, "takeUser", &json!("gone")),
        vec![vec![r#"message.payload.incompatible {"message-payload":""} 27"#.to_owned()], vec![],]
    );
    assert_eq!(
        payload(&document, "takeUser", &json!({"kind": "Cat", "lives": "many"}))[0],
        [r#"message.payload.incompatible {"message-payload":"/lives"} 28"#]
    );
}

#[test]
fn in_version_2_a_trait_wins() {
    let document = load(VERSION_2).unwrap();
    let message = document.messages(document.operation("takeUser").unwrap()).next().unwrap();
    let broken = document.check_headers(message, &json!({}));
    assert_eq!(short(&broken), [r#"message.headers.incompatible {"message-headers":""} 25"#]);
    assert_eq!(broken[0].message, "headers: \"trait\" is required");
}

#[test]
fn a_schema_in_another_language_is_told_of_and_not_taken_as_kept() {
    let document = load(VERSION_2).unwrap();
    let message = document.messages(document.operation("tellUser").unwrap()).next().unwrap();
    let foreign = "application/vnd.apache.avro;version=1.9.0";
    assert_eq!(message.payload.as_ref().unwrap().reading, Reading::Foreign(foreign.to_owned()));
    assert_eq!(
        payload(&document, "tellUser", &json!(1))[0],
        [r#"message.payload.unvalidatable {"message-payload":""} 17"#]
    );
    assert_eq!(short(&document.check_headers(message, &json!({}))).len(), 1);
    let remarks = document.remarks();
    assert_eq!((remarks.len(), remarks[0].at.line), (1, Some(17)));
    assert!(remarks[0].message.contains(foreign), "{remarks:?}");
}

#[test]
fn schemas_of_other_versions_are_judged_by_their_own_rules() {
    let message = |format: &str, schema: &str| {
        let text = format!(
            "asyncapi: 3.0.0\nchannels:\n  a:\n    messages:\n      m:\n        payload:\n          schemaFormat: '{format}'\n          schema: {schema}\noperations:\n  o: {{action: send, channel: {{$ref: '#/channels/a'}}}}\n"
        );
        let document = load(&text).unwrap();
        document.compile_schemas().unwrap();
        payload(&document, "o", &json!(null)).concat()
    };
    let nullable = "{type: string, nullable: true}";
    assert_eq!(message("application/vnd.oai.openapi;version=3.0.0", nullable), [""; 0]);
    for format in
        ["application/vnd.aai.asyncapi+json;version=3.0.0", "application/schema+yaml;version=draft-07"]
    {
        assert_eq!(message(format, nullable), [r#"message.payload.incompatible {"message-payload":""} 8"#]);
    }
    let avro = message("application/vnd.apache.avro;version=1.9.0", "{type: [null, string]}");
    assert_eq!(avro, [r#"message.payload.unvalidatable {"message-payload":""} 8"#]);
}

#[test]
fn other_documents_are_refused_with_their_line() {
    let cases = [
        ("openapi: 3.0.0\n", "events.yaml is no AsyncAPI document: it does not say `asyncapi`"),
        (
            "asyncapi: 1.2.0\n",
            "events.yaml is written in AsyncAPI 1.2.0, and this tool reads AsyncAPI 2.0 to",
        ),
        ("asyncapi: 3.7.0\n", "events.yaml is written in AsyncAPI 3.7.0"),
        ("", "events.yaml is no AsyncAPI document"),
        (
            "asyncapi: 3.0.0\noperations:\n  o: {action: take, channel: {$ref: '#/channels/a'}}\nchannels: {a: {}}\n",
            "events.yaml:3: `action` is neither `send` nor `receive`",
        ),
        (
            "asyncapi: 3.0.0\noperations:\n  o: {action: send}\n",
            "events.yaml:3: the operation \"o\" has no `channel`",
        ),
        (
            "asyncapi: 3.0.0\nchannels:\n  a:\n    messages:\n      m: {$ref: '#/components/messages/none'}\n",
            "events.yaml:5: the reference \"#/components/messages/none\" names nothing",
        ),
        (
            "asyncapi: 2.6.0\nchannels:\n  a:\n    publish: {message: {oneOf: 1}}\n",
            "`oneOf` is no list of messages",
        ),
    ];
    for (text, message) in cases {
        let error = load(text).expect_err(text).to_string();
        assert!(error.contains(message), "{text}: {error}");
    }
}

#[test]
fn messages_may_stand_in_other_files() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "events.yaml",
        "asyncapi: 3.0.0\nchannels:\n  a:\n    messages:\n      m: {$ref: 'more/messages.yaml#/m'}\noperations:\n  o: {action: send, channel: {$ref: '#/channels/a'}}\n",
    );
    fs::create_dir(folder.path().join("more")).unwrap();
    write(
        "more/messages.yaml",
        "m:\n  traits: [{$ref: '../traits.yaml#/t'}]\n  payload: {$ref: 'schemas.json#/S'}\n",
    );
    write("more/schemas.json", "{\"S\":\n {\"type\": \"integer\"}}");
    write("traits.yaml", "t:\n  headers: {$ref: 'more/schemas.json#/S'}\n");
    let document = AsyncDocument::load(&folder.path().join("events.yaml"), &LoadOptions::default()).unwrap();
    let message = document.messages(document.operation("o").unwrap()).next().unwrap();
    let broken = document.check_payload(message, Contents { content_type: None, value: &json!("a") });
    assert_eq!((broken[0].rule.line, broken[0].rule.pointer.as_str()), (Some(2), "/S/type"));
    assert!(broken[0].rule.file.ends_with("schemas.json"));
    assert_eq!(short(&document.check_headers(message, &json!("a"))).len(), 1);
}

fn events() -> AsyncDocument {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("archivist-events.yaml");
    AsyncDocument::load(&path, &LoadOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_events_of_this_house_have_nothing_odd() {
    let document = events();
    assert_eq!(document.remarks(), []);
    assert!(document.compile_schemas().unwrap() > 0);
    let silent: Vec<_> = document
        .operations()
        .iter()
        .filter(|operation| document.messages(operation).any(|message| message.payload.is_none()))
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn an_event_is_one_of_those_that_the_document_tells_of() {
    let document = events();
    let job = json!({
        "id": "97b067a0-f59f-4034-9cb9-48fa04eccca4", "status": "queued", "progress": 0, "status_message": null,
        "error": null, "vod_id": 1, "transcription_id": null, "created_at": "2026-05-12T10:00:00Z",
        "started_at": null, "ended_at": null,
    });
    let metrics = json!({"cpu_percent": 12.5, "memory_percent": null, "disk_percent": 71});
    for (operation, event, data, wanted) in [
        (
            "tellEvents",
            "connected",
            json!({"user": {"id": 7, "username": "ann", "role": "user"}}),
            Some("connected"),
        ),
        ("tellEvents", "task_updates", json!({"jobs": [job]}), Some("task_updates")),
        ("tellEvents", "task_progress", json!({"job": job}), Some("task_progress")),
        ("tellEvents", "task_progress", json!({"job": {"id": 1}}), None),
        ("tellEvents", "system_metrics", metrics, Some("system_metrics")),
        ("tellEvents", "error", json!({"message": "no"}), Some("error")),
        ("tellEvents", "shouted", json!({}), None),
        ("filterEvents", "filter_tasks", json!({"status": null}), Some("filter_tasks")),
        ("filterEvents", "filter_tasks", json!({"status": "lost"}), None),
    ] {
        let value = json!({"event": event, "data": data});
        let contents = Contents { content_type: None, value: &value };
        let operation = document.operation(operation).expect("the document has the operation");
        let fits = |message: &&Message| document.check_payload(message, contents).is_empty();
        let found: Vec<_> = document.messages(operation).filter(fits).map(Message::label).collect();
        assert_eq!(found, Vec::from_iter(wanted), "{value}");
    }
}

/// The cases of the OpenAPI-Pact comparator lie beside the repository.
#[test]
fn real_documents_load_and_have_their_operations() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance/pact-openapi/asyncapi");
    let Ok(entries) = fs::read_dir(&cases) else {
        eprintln!("skipped: no cases at {}", cases.display());
        return;
    };
    let mut read = 0;
    for folder in entries.map(|entry| entry.expect("a case can be listed").path()) {
        let path = folder.join("asyncapi.yaml");
        if !path.is_file() {
            continue;
        }
        let document = AsyncDocument::load(&path, &LoadOptions::default())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        document.compile_schemas().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let listed = document.value()["operations"].as_object().map_or(0, serde_json::Map::len);
        assert!(listed > 0 && document.operations().len() == listed, "{}", path.display());
        let empty =
            document.operations().iter().find(|operation| document.messages(operation).next().is_none());
        assert!(empty.is_none(), "{}: {empty:?}", path.display());
        read += 1;
    }
    assert!(read > 0);
}
