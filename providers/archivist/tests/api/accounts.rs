//! What an admin does with accounts.

use serde_json::{Value, json};

use crate::archivist::{ADMIN_PASSWORD, TestArchivist};
use crate::client::Reply;
use crate::scenarios;

scenarios![
    an_account_is_opened_and_can_sign_in,
    a_username_is_taken_once,
    every_wrong_field_is_named,
    accounts_are_listed_in_pages,
    an_account_gets_another_name_and_role,
    a_new_password_ends_the_sessions,
    another_role_ends_the_sessions,
    a_closed_account_is_out,
    the_last_admin_stays,
    two_admins_cannot_demote_each_other,
    an_unknown_account_is_not_found,
    no_answer_has_a_password,
];

const USERS: &str = "/api/admin/users";

async fn open(archivist: &TestArchivist, admin: &str, username: &str, role: &str) -> Reply {
    let body = json!({ "username": username, "password": "a-long-password", "role": role });
    archivist.post(USERS).bearer(admin).json(body).send().await
}

async fn update(archivist: &TestArchivist, admin: &str, id: &Value, body: Value) -> Reply {
    archivist.put(&format!("{USERS}/{id}")).bearer(admin).json(body).send().await
}

async fn sign_in(archivist: &TestArchivist, username: &str, password: &str) -> Reply {
    let body = json!({ "username": username, "password": password });
    archivist.post("/api/auth/login").json(body).send().await
}

fn token(session: &Value) -> &str {
    session["access_token"].as_str().unwrap()
}

async fn an_account_is_opened_and_can_sign_in(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let reply = open(archivist, &admin, "night.shift", "user").await;
    let user = reply.expect(201);
    assert_eq!((&user["username"], &user["role"]), (&json!("night.shift"), &json!("user")));
    assert_eq!(user["last_login_at"], Value::Null);
    let location = reply.header("location").unwrap();
    assert_eq!(archivist.get(location).bearer(&admin).send().await.expect(200), user);

    sign_in(archivist, "night.shift", "a-long-password").await.expect(200);
    let seen = archivist.get(location).bearer(&admin).send().await.expect(200);
    assert!(seen["last_login_at"].is_string(), "{seen}");
}

async fn a_username_is_taken_once(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    open(archivist, &admin, "operator", "user").await.expect(201);
    open(archivist, &admin, "operator", "admin").await.expect_error(409, "ConflictError");
    let other = open(archivist, &admin, "other", "user").await.expect(201);
    let body = json!({ "username": "operator" });
    update(archivist, &admin, &other["id"], body).await.expect_error(409, "ConflictError");
}

async fn every_wrong_field_is_named(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let body = json!({ "username": "two words", "password": "short", "role": "owner", "email": "x" });
    let fields = archivist.post(USERS).bearer(&admin).json(body).send().await.expect_fields();
    assert_eq!(
        fields,
        json!({
            "username": ["must be made of letters, digits and . _ @ + -"],
            "password": ["must have at least 8 characters"],
            "role": ["must be admin or user"],
            "email": ["is not known here"],
        })
    );
}

async fn accounts_are_listed_in_pages(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    for name in ["first", "second"] {
        open(archivist, &admin, name, "user").await.expect(201);
    }
    let page = archivist.get(&format!("{USERS}?limit=3&offset=1")).bearer(&admin).send().await.expect(200);
    let names: Vec<_> = page["users"].as_array().unwrap().iter().map(|user| &user["username"]).collect();
    assert_eq!(names, ["supervisor", "first", "second"]);
    assert_eq!(page["total"], 4);
    let wrong = archivist.get(&format!("{USERS}?limit=x")).bearer(&admin).send().await.expect_fields();
    assert!(wrong["limit"].is_array(), "{wrong}");
}

async fn an_account_gets_another_name_and_role(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let user = open(archivist, &admin, "before", "user").await.expect(201);
    let body = json!({ "username": "after", "role": "admin" });
    let changed = update(archivist, &admin, &user["id"], body).await.expect(200);
    assert_eq!((&changed["username"], &changed["role"]), (&json!("after"), &json!("admin")));
    let session = sign_in(archivist, "after", "a-long-password").await.expect(200);
    archivist.get("/api/admin").bearer(token(&session)).send().await.expect(200);
}

async fn a_new_password_ends_the_sessions(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let user = open(archivist, &admin, "operator", "user").await.expect(201);
    let session = sign_in(archivist, "operator", "a-long-password").await.expect(200);
    let body = json!({ "password": "another-password" });
    update(archivist, &admin, &user["id"], body).await.expect(200);
    archivist.get("/api/auth/me").bearer(token(&session)).send().await.expect(401);
    sign_in(archivist, "operator", "a-long-password").await.expect(401);
    sign_in(archivist, "operator", "another-password").await.expect(200);
}

async fn another_role_ends_the_sessions(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let user = open(archivist, &admin, "operator", "admin").await.expect(201);
    let session = sign_in(archivist, "operator", "a-long-password").await.expect(200);
    // What stays as it is ends nothing.
    for body in [json!({ "username": "operator.2" }), json!({ "role": "admin" })] {
        update(archivist, &admin, &user["id"], body).await.expect(200);
        archivist.get("/api/admin").bearer(token(&session)).send().await.expect(200);
    }
    update(archivist, &admin, &user["id"], json!({ "role": "user" })).await.expect(200);
    archivist.get("/api/auth/me").bearer(token(&session)).send().await.expect(401);
    let session = sign_in(archivist, "operator.2", "a-long-password").await.expect(200);
    assert_eq!(session["user"]["role"], "user");
    archivist.get("/api/admin").bearer(token(&session)).send().await.expect(403);
}

async fn a_closed_account_is_out(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let user = open(archivist, &admin, "operator", "user").await.expect(201);
    let session = sign_in(archivist, "operator", "a-long-password").await.expect(200);
    let path = format!("{USERS}/{}", user["id"]);
    archivist.delete(&path).bearer(&admin).send().await.expect(204);
    archivist.get("/api/auth/me").bearer(token(&session)).send().await.expect(401);
    sign_in(archivist, "operator", "a-long-password").await.expect(401);
    archivist.delete(&path).bearer(&admin).send().await.expect_error(404, "NotFoundError");
}

async fn the_last_admin_stays(archivist: &TestArchivist) {
    let session = sign_in(archivist, "admin", ADMIN_PASSWORD).await.expect(200);
    let (admin, id) = (token(&session), &session["user"]["id"]);
    update(archivist, admin, id, json!({ "role": "user" })).await.expect_error(409, "ConflictError");
    let path = format!("{USERS}/{id}");
    archivist.delete(&path).bearer(admin).send().await.expect_error(409, "ConflictError");
    update(archivist, admin, id, json!({ "username": "chief" })).await.expect(200);

    open(archivist, admin, "second", "admin").await.expect(201);
    archivist.delete(&path).bearer(admin).send().await.expect(204);
}

async fn two_admins_cannot_demote_each_other(archivist: &TestArchivist) {
    let first = sign_in(archivist, "admin", ADMIN_PASSWORD).await.expect(200);
    open(archivist, token(&first), "second", "admin").await.expect(201);
    let second = sign_in(archivist, "second", "a-long-password").await.expect(200);
    let (one, other) = (second["user"]["id"].clone(), first["user"]["id"].clone());
    let body = || json!({ "role": "user" });
    let replies = futures::join!(
        update(archivist, token(&first), &one, body()),
        update(archivist, token(&second), &other, body()),
    );
    let mut statuses = [replies.0.status(), replies.1.status()];
    statuses.sort_unstable();
    // Who comes second is signed out by then, is no admin any more, or would be the last.
    assert!(statuses[0] == 200 && [401, 403, 409].contains(&statuses[1]), "{statuses:?}");
}

async fn an_unknown_account_is_not_found(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    for id in ["99", "0", "x"] {
        let path = format!("{USERS}/{id}");
        archivist.get(&path).bearer(&admin).send().await.expect_error(404, "NotFoundError");
        let put = archivist.put(&path).bearer(&admin).json(json!({ "role": "user" })).send().await;
        put.expect_error(404, "NotFoundError");
    }
}

async fn no_answer_has_a_password(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let created = open(archivist, &admin, "operator", "user").await.expect(201).to_string();
    let listed = archivist.get(USERS).bearer(&admin).send().await.expect(200).to_string();
    for text in [created, listed] {
        assert!(!text.contains("password") && !text.contains("argon2"), "{text}");
    }
}
