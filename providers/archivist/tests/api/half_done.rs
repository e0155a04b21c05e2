//! Nothing is half done: what a service refuses, or fails at in the middle, leaves everything as it was; and a database
//! that cannot be used as it is says so and is used again by itself.

use serde_json::{Value, json};
use sqlx::Connection as _;

use crate::archivist::{ADMIN_PASSWORD, TestArchivist};
use crate::scenarios;

scenarios![
    an_illegal_move_leaves_every_field_as_it_was,
    an_account_and_the_record_of_it_are_written_together,
    a_sign_in_that_cannot_be_recorded_opens_nothing,
    a_database_that_is_not_ours_is_unhealthy_until_it_is,
];

/// Has every statement of a kind fail, such as `INSERT ON audit`.
async fn fail(archivist: &TestArchivist, what: &str) {
    let trigger = format!("CREATE TRIGGER broken BEFORE {what}");
    archivist
        .sql(&if archivist.is_on_sqlite() {
            format!("{trigger} BEGIN SELECT RAISE(ABORT, 'broken'); END")
        } else {
            format!(
                "CREATE FUNCTION broken() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$ LANGUAGE plpgsql; \
                 {trigger} FOR EACH ROW EXECUTE FUNCTION broken()"
            )
        })
        .await;
}

async fn fail_no_more(archivist: &TestArchivist) {
    let sqlite = archivist.is_on_sqlite();
    archivist.sql(if sqlite { "DROP TRIGGER broken" } else { "DROP FUNCTION broken() CASCADE" }).await;
}

async fn read(archivist: &TestArchivist, token: &str, path: &str) -> Value {
    archivist.get(path).bearer(token).send().await.expect(200)
}

async fn an_illegal_move_leaves_every_field_as_it_was(archivist: &TestArchivist) {
    let (token, id) = (archivist.admin().await, archivist.vod("pending").await);
    // An hour ago, so that a touch would show.
    archivist.sql("UPDATE vods SET created_at = created_at - 3600, updated_at = updated_at - 3600").await;
    let path = format!("/api/vod/{id}");
    let before = (read(archivist, &token, &path).await, read(archivist, &token, "/api/admin/audit").await);
    for status in ["completed", "failed"] {
        let body = json!({
            "title": "Corrected", "description": null, "file_path": "elsewhere.mp4", "duration": 1.5,
            "file_size": 7, "status": status,
        });
        let refused = archivist.put(&path).bearer(&token).json(body).send().await.expect_fields();
        assert_eq!(refused, json!({"status": [format!("cannot move from pending to {status}")]}));
    }
    let after = (read(archivist, &token, &path).await, read(archivist, &token, "/api/admin/audit").await);
    assert_eq!(after, before);
    // Nothing found by the words of the refused change, and the path is free.
    assert_eq!(read(archivist, &token, "/api/vod/list?q=corrected").await["total"], 0);
    archivist.archive(&token, "Another", "elsewhere.mp4").await;
}

async fn an_account_and_the_record_of_it_are_written_together(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let user = archivist.user().await;
    let users = read(archivist, &admin, "/api/admin/users").await;
    let of_user = users["users"].as_array().unwrap().iter().find(|it| it["username"] == "operator").unwrap();
    let path = format!("/api/admin/users/{}", of_user["id"]);
    let new = json!({"username": "night.shift", "password": "a-long-password", "role": "user"});
    fail(archivist, "INSERT ON audit").await;
    for request in [
        archivist.post("/api/admin/users").json(new.clone()),
        archivist
            .put(&path)
            .json(json!({"username": "renamed", "password": "another-password", "role": "admin"})),
        archivist.delete(&path),
    ] {
        let reply = request.bearer(&admin).send().await;
        let error = reply.expect_error(503, "DatabaseError");
        assert!(!error.to_string().contains("broken") && reply.header("retry-after") == Some("5"), "{error}");
    }
    fail_no_more(archivist).await;
    assert_eq!(read(archivist, &admin, "/api/admin/users").await, users);
    assert_eq!(read(archivist, &admin, "/api/admin/audit").await["total"], 0);
    // Neither a password nor an account was lost with its sessions.
    assert_eq!(read(archivist, &user, "/api/auth/me").await["username"], "operator");
    let made = archivist.post("/api/admin/users").bearer(&admin).json(new).send().await.expect(201);
    let last = users["users"].as_array().unwrap().last().unwrap()["id"].as_i64().unwrap();
    assert_eq!(made["id"], last + 1, "what failed used up no id");
}

async fn a_sign_in_that_cannot_be_recorded_opens_nothing(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let pair = json!({"username": "admin", "password": ADMIN_PASSWORD});
    let before =
        (read(archivist, &admin, "/api/admin").await, read(archivist, &admin, "/api/admin/users").await);
    fail(archivist, "INSERT ON audit").await;
    let login = || archivist.post("/api/auth/login").json(pair.clone()).send();
    for _ in 0..6 {
        login().await.expect_error(503, "DatabaseError");
    }
    fail_no_more(archivist).await;
    let after =
        (read(archivist, &admin, "/api/admin").await, read(archivist, &admin, "/api/admin/users").await);
    assert_eq!(after, before, "no session, and no time of a sign-in");
    // The service failed, and not the user: that is no attempt.
    login().await.expect(200);
}

async fn a_database_that_is_not_ours_is_unhealthy_until_it_is(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let create = || {
        let body = json!({"title": "T", "file_path": "a.mp4"});
        archivist.post("/api/vod/create").bearer(&token).json(body).send()
    };
    archivist.sql("ALTER TABLE counters RENAME TO taken_away").await;
    let health = archivist.get("/health").send().await;
    assert_eq!(health.expect(503)["status"], "unhealthy");
    assert_eq!(health.header("retry-after"), Some("5"));
    create().await.expect_error(503, "DatabaseError");
    archivist.sql("ALTER TABLE taken_away RENAME TO counters").await;
    assert_eq!(archivist.get("/health").send().await.expect(200)["status"], "healthy");
    create().await.expect(201);
}

#[tokio::test]
async fn a_sqlite_file_that_somebody_holds_is_read_and_written_once_it_is_free() {
    let archivist = TestArchivist::on_sqlite().await;
    let token = archivist.user().await;
    let body = json!({"title": "T", "file_path": "a.mp4"});
    let create = || archivist.post("/api/vod/create").bearer(&token).json(body.clone()).send();
    let mut somebody = archivist.connection().await;
    let holds = somebody.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    let reply = create().await;
    reply.expect_error(503, "DatabaseError");
    assert_eq!(reply.header("retry-after"), Some("5"));
    assert_eq!(
        read(&archivist, &token, "/api/vod/list").await["total"],
        0,
        "whoever only reads does not wait"
    );
    holds.rollback().await.unwrap();
    somebody.close().await.unwrap();
    create().await.expect(201);
    archivist.stop().await;
}
