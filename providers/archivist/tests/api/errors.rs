//! The one shape of errors, for everything that can be wrong with a request before it is understood.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::archivist::TestArchivist;
use crate::client::Request;
use crate::scenarios;

scenarios![
    an_unknown_path_is_not_found,
    what_is_not_json_is_refused,
    another_media_type_is_refused,
    what_is_no_object_is_refused,
    a_large_body_is_refused,
    no_error_names_what_is_behind_it,
    what_is_not_http_does_not_stop_the_service,
];

fn create<'a>(archivist: &'a TestArchivist, token: &str) -> Request<'a> {
    archivist.post("/api/vod/create").bearer(token)
}

async fn an_unknown_path_is_not_found(archivist: &TestArchivist) {
    for path in ["/", "/api", "/api/vod", "/api/nothing", "/API/VOD/LIST", "/api/vod/list/", "/_pact"] {
        archivist.get(path).send().await.expect_error(404, "NotFoundError");
    }
}

async fn what_is_not_json_is_refused(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let deep = "[".repeat(100_000);
    for body in ["", "{", "{\"title\":\"a\",}", "\u{feff}{}", "{} {}", "{\"title\":NaN}", &deep] {
        let reply = create(archivist, &token).raw("application/json", body).send().await;
        let error = reply.expect_error(400, "BadRequestError");
        assert!(error["details"]["line"].is_u64(), "{error}");
    }
    let not_utf8 = create(archivist, &token).raw("application/json", b"{\"title\":\"\xff\"}".as_slice());
    not_utf8.send().await.expect_error(400, "BadRequestError");
}

async fn another_media_type_is_refused(archivist: &TestArchivist) {
    let token = archivist.user().await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "application", ""] {
        let reply = create(archivist, &token).raw(kind, "{}").send().await;
        reply.expect_error(415, "UnsupportedMediaTypeError");
    }
    create(archivist, &token).send().await.expect_error(415, "UnsupportedMediaTypeError");
    let body = json!({ "title": "T", "file_path": "a.mp4" }).to_string();
    create(archivist, &token).raw("Application/JSON; charset=utf-8", body).send().await.expect(201);
}

async fn what_is_no_object_is_refused(archivist: &TestArchivist) {
    let token = archivist.user().await;
    for body in [json!([]), json!("text"), json!(7), json!(null)] {
        let fields = create(archivist, &token).json(body).send().await.expect_fields();
        assert_eq!(fields, json!({ "body": ["must be an object"] }));
    }
}

async fn a_large_body_is_refused(archivist: &TestArchivist) {
    let token = archivist.user().await;
    for size in [1024 * 1024 + 1, 4 * 1024 * 1024] {
        let reply = create(archivist, &token).raw("application/json", vec![b' '; size]).send().await;
        let error = reply.expect_error(413, "PayloadTooLargeError");
        assert_eq!(error["details"], json!({ "limit_bytes": 1_048_576 }));
    }
}

async fn no_error_names_what_is_behind_it(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let body = json!({ "title": "T", "file_path": "a.mp4" });
    create(archivist, &token).json(body.clone()).send().await.expect(201);
    let conflict = create(archivist, &token).json(body).send().await.expect(409).to_string();
    let unknown = archivist.get("/api/vod/99").bearer(&token).send().await.expect(404).to_string();
    archivist.given("the database is down", json!({})).await;
    let lost = archivist.get("/api/vod/99").bearer(&token).send().await.expect(503).to_string();
    for text in [conflict, unknown, lost].map(|text| text.to_lowercase()) {
        for word in ["sql", "unique", "constraint", "pool", "row", "/tmp", "localhost", &token.to_lowercase()]
        {
            assert!(!text.contains(word), "{word} in {text}");
        }
    }
}

async fn what_is_not_http_does_not_stop_the_service(archivist: &TestArchivist) {
    let head = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(1_000_000));
    for bytes in ["\0\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", &head] {
        let mut stream = TcpStream::connect(archivist.address).await.unwrap();
        // The service may hang up before it has read everything.
        let _ = stream.write_all(bytes.as_bytes()).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"), "{answer:?}");
    }
    archivist.get("/health").send().await.expect(200);
}
