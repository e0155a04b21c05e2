//! What users do, and what admins do with them.

use serde_json::{Value, json};

use crate::person::Person;
use crate::place::{PASSWORD, unique, visit};

#[tokio::test]
async fn a_user_keeps_an_archive() {
    visit(async |place| {
        let name = unique("user");
        place.user(&name, "user").await;
        let user = Person::sign_in(&place.admin.base, &name, PASSWORD).await;
        let vod = place.upload(&user, &name, &format!("Draft {name}")).await;
        let folder = user.get(&format!("/api/browse?path=countersign-tests/{name}")).await.expect(200);
        let listed: Vec<&Value> =
            folder["entries"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
        assert_eq!(listed, [&json!(format!("{name}.mp4")), &json!(format!("{name}.srt"))]);

        let target = format!("/api/vod/{vod}");
        let title = format!("Final {name}");
        let changed =
            user.put_json(&target, json!({"title": title, "description": "As it was"})).await.expect(200);
        assert_eq!(user.get(&target).await.expect(200), changed);
        user.put_json(&target, json!({"title": "Lost", "status": "completed"})).await.expect_fields();
        assert_eq!(user.get(&target).await.expect(200), changed, "nothing of a refused change is kept");
        let found = user.get(&format!("/api/vod/list?q={name}")).await.expect(200);
        assert_eq!((&found["total"], &found["vods"][0]), (&json!(1), &changed));

        let job = user.transcribe(&vod).await;
        user.job_becomes(&job, "completed").await;
        assert_eq!(user.get(&format!("/api/transcriptions/{job}")).await.expect(200)["title"], title);
        user.delete(&target).await.expect(204);
        for gone in [target, format!("/api/status/{job}"), format!("/api/transcriptions/{job}")] {
            user.get(&gone).await.expect_error(404, "NotFoundError");
        }
        user.post("/api/auth/logout").await.expect(204);
        user.get("/api/auth/me").await.expect_error(401, "AuthenticationError");
    })
    .await;
}

#[tokio::test]
async fn an_admin_keeps_accounts() {
    visit(async |place| {
        let name = unique("account");
        let account = place.user(&name, "user").await;
        let target = format!("/api/admin/users/{}", account["id"]);
        let user = Person::sign_in(&place.admin.base, &name, PASSWORD).await;
        user.get("/api/admin/users").await.expect_error(403, "AuthorizationError");

        let raised = place.admin.put_json(&target, json!({"role": "admin"})).await.expect(200);
        assert_eq!((&raised["id"], &raised["role"]), (&account["id"], &json!("admin")));
        user.get("/api/auth/me").await.expect_error(401, "AuthenticationError");
        let user = Person::sign_in(&place.admin.base, &name, PASSWORD).await;
        assert_eq!(user.get(&target).await.expect(200)["username"], name);
        user.get("/api/admin/status").await.expect(200);

        let acts: Vec<Value> = place.admin.all("/api/admin/audit", "entries").await;
        let of_it = acts.iter().filter(|act| act["subject"] == name || act["actor"] == name).count();
        assert!(of_it >= 4, "opened, signed in, raised, signed in again: {acts:?}");

        place.admin.delete(&target).await.expect(204);
        user.get("/api/auth/me").await.expect_error(401, "AuthenticationError");
        let pair = json!({"username": name, "password": PASSWORD});
        Person::at(&user.base)
            .post_json("/api/auth/login", pair)
            .await
            .expect_error(401, "AuthenticationError");
    })
    .await;
}

#[tokio::test]
async fn an_admin_sees_the_archive_as_it_is() {
    visit(async |place| {
        let name = unique("overview");
        place.upload(&place.admin, &name, &name).await;
        let overview = place.admin.get("/api/admin").await.expect(200);
        assert!(overview["vods"]["total"].as_u64() >= Some(1), "{overview}");
        assert!(overview["admins"].as_u64() >= Some(1), "{overview}");
        let status = place.admin.get("/api/admin/status").await.expect(200);
        let health = Person::at(&place.admin.base).get("/health").await;
        assert_eq!(status["health"]["version"], health.json()["version"]);
    })
    .await;
}
