//! What only admins see: the numbers, the service itself, and the record of what was done.

use serde_json::{Value, json};

use crate::archivist::{ADMIN_PASSWORD, TestArchivist};
use crate::scenarios;

scenarios![
    the_numbers_are_those_of_the_archive,
    the_status_tells_of_the_service,
    sign_ins_are_recorded,
    what_admins_do_is_recorded,
    what_failed_is_not_recorded_as_done,
];

async fn the_numbers_are_those_of_the_archive(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    archivist.user().await;
    archivist.given("an expired session", json!({})).await;
    archivist.given("VODs exist", json!({ "count": 2 })).await;
    archivist.given("VODs exist", json!({ "count": 3, "status": "completed" })).await;
    let overview = archivist.get("/api/admin").bearer(&admin).send().await.expect(200);
    assert_eq!(
        overview,
        json!({
            "users": 4, "admins": 2, "sessions": 2,
            "vods": { "total": 5, "pending": 2, "processing": 0, "completed": 3, "failed": 0 },
        })
    );
}

async fn the_status_tells_of_the_service(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let status = archivist.get("/api/admin/status").bearer(&admin).send().await.expect(200);
    assert_eq!(status["health"]["status"], "healthy");
    assert!(["sqlite", "postgresql"].contains(&status["database"].as_str().unwrap()));
}

async fn audit(archivist: &TestArchivist, admin: &str) -> Vec<Value> {
    let list = archivist.get("/api/admin/audit").bearer(admin).send().await.expect(200);
    let entries = list["entries"].as_array().unwrap().clone();
    assert_eq!(list["total"], entries.len());
    entries
}

/// Actor, action and subject of each entry, newest first.
fn acts(entries: &[Value]) -> Vec<[&Value; 3]> {
    entries.iter().map(|entry| [&entry["actor"], &entry["action"], &entry["subject"]]).collect()
}

async fn sign_ins_are_recorded(archivist: &TestArchivist) {
    let login = |username, password| {
        let body = json!({ "username": username, "password": password });
        archivist.post("/api/auth/login").json(body).send()
    };
    login("admin", "wrong").await.expect(401);
    login("my-password-in-the-wrong-field", "x").await.expect(401);
    let session = login("admin", ADMIN_PASSWORD).await.expect(200);
    let token = session["access_token"].as_str().unwrap();
    archivist.post("/api/auth/logout").bearer(token).send().await.expect(204);

    let entries = audit(archivist, &archivist.admin().await).await;
    let null = Value::Null;
    assert_eq!(
        acts(&entries),
        [
            [&json!("admin"), &json!("logout"), &null],
            [&json!("admin"), &json!("login-succeeded"), &null],
            [&null, &json!("login-failed"), &null],
            [&json!("admin"), &json!("login-failed"), &null],
        ]
    );
    assert!(entries.iter().all(|entry| entry["client"] == "127.0.0.1"), "{entries:?}");
}

async fn what_admins_do_is_recorded(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let body = json!({ "username": "operator", "password": "a-long-password", "role": "user" });
    let reply = archivist.post("/api/admin/users").bearer(&admin).json(body).send().await;
    let path = reply.header("location").unwrap();
    archivist.put(path).bearer(&admin).json(json!({ "role": "admin" })).send().await.expect(200);
    archivist.delete(path).bearer(&admin).send().await.expect(204);
    let entries = audit(archivist, &admin).await;
    let (actor, subject) = (json!("supervisor"), json!("operator"));
    assert_eq!(
        acts(&entries),
        ["user-deleted", "user-updated", "user-created"]
            .map(Value::from)
            .each_ref()
            .map(|action| [&actor, action, &subject])
    );
}

async fn what_failed_is_not_recorded_as_done(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let body = json!({ "username": "supervisor", "password": "a-long-password", "role": "user" });
    archivist.post("/api/admin/users").bearer(&admin).json(body).send().await.expect(409);
    archivist.delete("/api/admin/users/99").bearer(&admin).send().await.expect(404);
    assert_eq!(audit(archivist, &admin).await, [Value::Null; 0]);
}
