//! What every operation of the document refuses, each asked in turn: whoever is not signed in or may not, a body that is
//! none, an id that names nothing, a method that is not there, a database that is lost.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::archivist::TestArchivist;
use crate::client::{Method, Request};
use crate::described::{Described, operations, paths};
use crate::scenarios;

scenarios![
    nobody_is_let_in_without_a_good_session,
    whoever_is_no_admin_is_kept_out_of_administration,
    a_body_that_is_no_json_is_refused_by_every_operation,
    an_id_of_nothing_is_not_found_by_any_operation,
    a_path_has_the_methods_of_the_document_and_no_others,
    a_lost_database_is_told_by_every_operation,
];

/// What is stored, as an admin sees it.
async fn stored(archivist: &TestArchivist, admin: &str) -> [Value; 3] {
    let mut all = [const { Value::Null }; 3];
    for (value, path) in all.iter_mut().zip(["/api/vod/list", "/api/admin/users", "/api/admin/audit"]) {
        *value = archivist.get(path).bearer(admin).send().await.expect(200);
    }
    all
}

/// Values of `Authorization` that open nothing, each with a word for it; two values are two headers.
async fn bad_credentials(archivist: &TestArchivist) -> Vec<(&'static str, Vec<String>)> {
    let (good, closed, exchanged) = (archivist.user().await, archivist.user().await, archivist.user().await);
    archivist.post("/api/auth/logout").bearer(&closed).send().await.expect(204);
    archivist.post("/api/auth/refresh").bearer(&exchanged).send().await.expect(200);
    let expired =
        archivist.given("an expired session", json!({})).await["token"].as_str().unwrap().to_owned();
    let bearer = |token: &str| format!("Bearer {token}");
    vec![
        ("no header", vec![]),
        ("no token", vec!["Bearer".to_owned()]),
        ("garbage", vec![bearer("not-a-token")]),
        ("a token that nobody gave", vec![bearer(&"A".repeat(43))]),
        ("an expired token", vec![bearer(&expired)]),
        ("a token that was signed out", vec![bearer(&closed)]),
        ("a token that was exchanged", vec![bearer(&exchanged)]),
        ("another scheme", vec![format!("Basic {good}")]),
        ("no scheme", vec![good.clone()]),
        ("a good token with more behind it", vec![bearer(&format!("{good} {good}"))]),
        ("two headers, both good", vec![bearer(&good), bearer(&good)]),
    ]
}

async fn nobody_is_let_in_without_a_good_session(archivist: &TestArchivist) {
    archivist.vod("pending").await;
    let admin = archivist.admin().await;
    let credentials = bad_credentials(archivist).await;
    let before = stored(archivist, &admin).await;
    for operation in operations().iter().filter(|operation| operation.needs_a_session()) {
        for (what, headers) in &credentials {
            // What is sent beside it is of no interest before it is known who sends it.
            for request in [operation.request(archivist), operation.bare(archivist).raw("text/plain", "{")] {
                let request =
                    headers.iter().fold(request, |request, value| request.header("authorization", value));
                let reply = request.send().await;
                assert_eq!(reply.status(), 401, "{} with {what}", operation.name());
                reply.expect_error(401, "AuthenticationError");
                assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
            }
        }
    }
    assert_eq!(stored(archivist, &admin).await, before);
}

async fn whoever_is_no_admin_is_kept_out_of_administration(archivist: &TestArchivist) {
    let (user, admin) = (archivist.user().await, archivist.admin().await);
    let before = stored(archivist, &admin).await;
    for operation in &operations() {
        let below = operation.template.starts_with("/api/admin");
        assert_eq!(
            (operation.is_for_admins(), operation.answers(403)),
            (below, below),
            "{}",
            operation.name()
        );
        if below {
            let reply = operation.request(archivist).bearer(&user).send().await;
            reply.expect_error(403, "AuthorizationError");
        }
    }
    assert_eq!(stored(archivist, &admin).await, before);
}

/// Signed in as an admin, where that is asked for.
fn as_admin<'a>(operation: &Described, request: Request<'a>, admin: &str) -> Request<'a> {
    if operation.needs_a_session() { request.bearer(admin) } else { request }
}

async fn a_body_that_is_no_json_is_refused_by_every_operation(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let before = stored(archivist, &admin).await;
    let mut asked = 0;
    for operation in operations().iter().filter(|operation| operation.schema().is_some()) {
        let send = |kind: &str, body: Vec<u8>| {
            as_admin(operation, operation.bare(archivist).raw(kind, body), &admin).send()
        };
        send("application/json", b"{".to_vec()).await.expect_error(400, "BadRequestError");
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
            send(kind, b"{}".to_vec()).await.expect_error(415, "UnsupportedMediaTypeError");
        }
        let large = vec![b' '; 1024 * 1024 + 1];
        send("application/json", large).await.expect_error(413, "PayloadTooLargeError");
        asked += 1;
    }
    assert!(asked >= 8, "{asked}");
    assert_eq!(stored(archivist, &admin).await, before);
}

async fn an_id_of_nothing_is_not_found_by_any_operation(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    for operation in operations().iter().filter(|operation| operation.has_parameters_in_its_path()) {
        let reply = operation.request(archivist).bearer(&admin).send().await;
        if reply.status() == 503 && operation.needs_the_station() {
            // There is none here, and that is told first.
            reply.expect_error(503, "CablecastUnavailable");
            continue;
        }
        assert_eq!(reply.status(), 404, "{}: {}", operation.name(), reply.text());
        reply.expect_error(404, "NotFoundError");
    }
}

async fn a_path_has_the_methods_of_the_document_and_no_others(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let described = operations();
    for (template, mut methods) in paths() {
        let path = described.iter().find(|operation| operation.template == template).unwrap().path();
        if methods.contains("GET") {
            methods.insert("HEAD".to_owned());
        }
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
            if methods.contains(method) || served_by_a_neighbour(&described, &path, method) {
                continue;
            }
            let method: Method = method.parse().unwrap();
            let reply = archivist.request(&method, &path).bearer(&admin).send().await;
            assert_eq!(reply.status(), 405, "{method} {path}");
            if method != Method::HEAD {
                reply.expect_error(405, "MethodNotAllowedError");
            }
            let allowed = reply.header("allow").unwrap().split(',').map(|it| it.trim().to_owned());
            assert_eq!(allowed.collect::<BTreeSet<_>>(), methods, "{path}");
        }
    }
}

/// Whether a template with a parameter, such as `/api/vod/{id}`, has the method at this path.
fn served_by_a_neighbour(described: &[Described], path: &str, method: &str) -> bool {
    let names: Vec<_> = path.split('/').collect();
    described.iter().filter(|operation| operation.method.as_str() == method).any(|operation| {
        let template: Vec<_> = operation.template.split('/').collect();
        let fits = |(part, name): (&&str, &&str)| part.starts_with('{') || part == name;
        template.len() == names.len() && template.iter().zip(&names).all(fits)
    })
}

async fn a_lost_database_is_told_by_every_operation(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    archivist.given("the database is down", json!({})).await;
    for operation in &operations() {
        // These two tell of it in their own way.
        if !operation.answers(503) || ["/health", "/metrics"].contains(&operation.template.as_str()) {
            continue;
        }
        let request = operation.request(archivist);
        let request = if operation.takes_a_bearer() {
            request.bearer(&admin)
        } else {
            request.header("sec-websocket-protocol", &format!("archivist.v1, bearer.{admin}"))
        };
        let reply = request.send().await;
        assert_eq!(reply.status(), 503, "{}: {}", operation.name(), reply.text());
        let error = reply.expect_error(503, "DatabaseError");
        assert_eq!(reply.header("retry-after"), Some("5"));
        assert_eq!(
            (&error["message"], &error["details"]),
            (&json!("the database does not answer"), &json!({}))
        );
    }
}
