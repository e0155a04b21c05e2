//! Archiving a recording, reading it back, changing it, taking it out.

use serde_json::{Value, json};

use crate::archivist::TestArchivist;
use crate::client::Reply;
use crate::scenarios;

scenarios![
    a_vod_is_archived_and_read_back,
    the_least_is_title_and_path,
    an_update_changes_what_it_names,
    null_clears_what_may_be_missing,
    status_moves_one_way,
    a_recording_is_archived_once,
    a_recording_moves_to_a_free_path_only,
    every_wrong_field_is_named,
    a_vod_is_taken_out,
    a_vod_that_is_being_processed_stays,
    what_is_no_id_names_no_vod,
    many_are_archived_at_the_same_moment,
    one_of_many_wins_the_same_path,
    one_of_many_takes_the_work,
];

async fn update(archivist: &TestArchivist, token: &str, id: i64, body: Value) -> Reply {
    archivist.put(&format!("/api/vod/{id}")).bearer(token).json(body).send().await
}

async fn read(archivist: &TestArchivist, token: &str, id: i64) -> Value {
    archivist.get(&format!("/api/vod/{id}")).bearer(token).send().await.expect(200)
}

async fn a_vod_is_archived_and_read_back(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let body = json!({
        "title": "Réunion — May 12",
        "description": "Chamber A.\nSecond line.",
        "file_path": "council/2026-05-12.mp4",
        "duration": 5421.5,
        "file_size": 9_007_199_254_740_993_i64,
    });
    let reply = archivist.post("/api/vod/create").bearer(&token).json(body.clone()).send().await;
    let vod = reply.expect(201);
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&vod[name], value, "{name}");
    }
    assert_eq!(vod["status"], "pending");
    assert_eq!(vod["created_at"], vod["updated_at"]);
    assert_eq!((&vod["transcription_id"], &vod["cablecast_vod_id"]), (&Value::Null, &Value::Null));

    let location = reply.header("location").unwrap();
    assert_eq!(location, format!("/api/vod/{}", vod["id"]));
    assert_eq!(archivist.get(location).bearer(&token).send().await.expect(200), vod);
}

async fn the_least_is_title_and_path(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let body = json!({ "title": "T", "file_path": "a.mp4", "duration": null });
    let vod = archivist.post("/api/vod/create").bearer(&token).json(body).send().await.expect(201);
    for name in ["description", "duration", "file_size"] {
        assert_eq!(vod[name], Value::Null, "{name}");
    }
}

async fn an_update_changes_what_it_names(archivist: &TestArchivist) {
    let (token, id) = (archivist.user().await, archivist.vod("pending").await);
    let before = read(archivist, &token, id).await;
    let after =
        update(archivist, &token, id, json!({ "title": "Corrected", "duration": 60 })).await.expect(200);
    let mut expected = before.clone();
    expected["title"] = json!("Corrected");
    expected["duration"] = json!(60.0);
    expected["updated_at"] = after["updated_at"].clone();
    assert_eq!(after, expected);
    assert_eq!(read(archivist, &token, id).await, after);
    assert_eq!(update(archivist, &token, id, json!({})).await.expect(200), after);
}

async fn null_clears_what_may_be_missing(archivist: &TestArchivist) {
    let (token, id) = (archivist.user().await, archivist.vod("pending").await);
    let body = json!({ "description": null, "duration": null, "file_size": null });
    let vod = update(archivist, &token, id, body).await.expect(200);
    for name in ["description", "duration", "file_size"] {
        assert_eq!(vod[name], Value::Null, "{name}");
    }
    let body = json!({ "title": null, "file_path": null, "status": null });
    let fields = update(archivist, &token, id, body).await.expect_fields();
    assert_eq!(fields.as_object().unwrap().len(), 3, "{fields}");
}

async fn status_moves_one_way(archivist: &TestArchivist) {
    let (token, id) = (archivist.user().await, archivist.vod("pending").await);
    for status in ["processing", "failed", "pending", "processing", "completed", "completed"] {
        let vod = update(archivist, &token, id, json!({ "status": status })).await.expect(200);
        assert_eq!(vod["status"], status);
    }
    let fields = update(archivist, &token, id, json!({ "status": "pending" })).await.expect_fields();
    assert_eq!(fields, json!({ "status": ["cannot move from completed to pending"] }));
}

async fn a_recording_is_archived_once(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let vod = archivist.archive(&token, "First", "council/a.mp4").await;
    let body = json!({ "title": "Second", "file_path": "council/a.mp4" });
    let again = || archivist.post("/api/vod/create").bearer(&token).json(body.clone()).send();
    again().await.expect_error(409, "ConflictError");
    archivist.delete(&format!("/api/vod/{}", vod["id"])).bearer(&token).send().await.expect(204);
    let second = again().await.expect(201);
    assert_ne!(second["id"], vod["id"], "an id is never used again");
}

async fn a_recording_moves_to_a_free_path_only(archivist: &TestArchivist) {
    let token = archivist.user().await;
    archivist.archive(&token, "First", "a.mp4").await;
    let id = archivist.archive(&token, "Second", "b.mp4").await["id"].as_i64().unwrap();
    let body = json!({ "title": "Corrected", "file_path": "a.mp4" });
    update(archivist, &token, id, body).await.expect_error(409, "ConflictError");
    assert_eq!(read(archivist, &token, id).await["title"], "Second");
    update(archivist, &token, id, json!({ "file_path": "c.mp4" })).await.expect(200);
    archivist.archive(&token, "Third", "b.mp4").await;
}

async fn every_wrong_field_is_named(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let body = json!({
        "title": " ", "file_path": "../secret.mp4", "duration": -1, "file_size": 1.5,
        "description": 7, "status": "completed",
    });
    let fields = archivist.post("/api/vod/create").bearer(&token).json(body).send().await.expect_fields();
    assert_eq!(
        fields,
        json!({
            "title": ["must not be empty"],
            "file_path": ["must stay inside the media root"],
            "duration": ["must not be negative"],
            "file_size": ["must be a whole number of bytes"],
            "description": ["must be a string"],
            "status": ["is not known here"],
        })
    );
    let total = archivist.get("/api/vod/list").bearer(&token).send().await.expect(200)["total"].clone();
    assert_eq!(total, 0);
}

async fn a_vod_is_taken_out(archivist: &TestArchivist) {
    let token = archivist.user().await;
    for status in ["pending", "completed", "failed"] {
        let path = format!("/api/vod/{}", archivist.vod(status).await);
        archivist.delete(&path).bearer(&token).send().await.expect(204);
        archivist.delete(&path).bearer(&token).send().await.expect_error(404, "NotFoundError");
        archivist.get(&path).bearer(&token).send().await.expect_error(404, "NotFoundError");
        let put = archivist.put(&path).bearer(&token).json(json!({})).send().await;
        put.expect_error(404, "NotFoundError");
    }
}

async fn a_vod_that_is_being_processed_stays(archivist: &TestArchivist) {
    let (token, id) = (archivist.user().await, archivist.vod("processing").await);
    let refused = archivist.delete(&format!("/api/vod/{id}")).bearer(&token).send().await;
    refused.expect_error(409, "ConflictError");
    assert_eq!(read(archivist, &token, id).await["status"], "processing");
}

async fn what_is_no_id_names_no_vod(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let id = archivist.vod("pending").await;
    for text in ["0", "-1", "x", "1.0", "9223372036854775808", "%00", "%ff", &format!("+{id}")] {
        let reply = archivist.get(&format!("/api/vod/{text}")).bearer(&token).send().await;
        reply.expect_error(404, "NotFoundError");
    }
}

async fn many_are_archived_at_the_same_moment(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let paths: Vec<_> = (0..20).map(|number| format!("{number}.mp4")).collect();
    let archived = paths.iter().map(|path| archivist.archive(&token, "At once", path));
    let vods = futures::future::join_all(archived).await;
    let mut ids: Vec<_> = vods.iter().map(|vod| vod["id"].as_i64().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 20);
    let list = archivist.get("/api/vod/list").bearer(&token).send().await.expect(200);
    let mut listed: Vec<_> =
        list["vods"].as_array().unwrap().iter().map(|vod| vod["id"].as_i64().unwrap()).collect();
    listed.sort_unstable();
    assert_eq!((&list["total"], listed), (&json!(20), ids));
}

async fn one_of_many_wins_the_same_path(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let body = json!({ "title": "T", "file_path": "a.mp4" });
    let create = |_| archivist.post("/api/vod/create").bearer(&token).json(body.clone()).send();
    let replies = futures::future::join_all((0..20).map(create)).await;
    assert_eq!(replies.iter().filter(|reply| reply.status() == 201).count(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.status() == 409).count(), 19);
}

async fn one_of_many_takes_the_work(archivist: &TestArchivist) {
    let (token, id) = (archivist.user().await, archivist.vod("processing").await);
    let moves = ["completed", "failed"].into_iter().cycle().take(10);
    let moves = moves.map(|status| update(archivist, &token, id, json!({ "status": status })));
    let replies = futures::future::join_all(moves).await;
    let last = read(archivist, &token, id).await["status"].clone();
    // Whoever came first decided; the others of the same mind found nothing to do.
    for reply in replies.iter().filter(|reply| reply.status() == 200) {
        assert_eq!(reply.json()["status"], last);
    }
    assert_eq!(replies.iter().filter(|reply| reply.status() == 200).count(), 5);
    assert_eq!(replies.iter().filter(|reply| reply.status() == 422).count(), 5);
}
