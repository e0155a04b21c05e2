//! The station: the real reference server as a program, behind a wire that can be cut, slow or garbled.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use ::archivist::StationSettings;
use chrono::Utc;
use private_redis::PrivateRedis;
use serde_json::{Value, json};

use crate::archivist::TestArchivist;
use crate::sibling::sibling;
use crate::wire::{Fault, Wire};

const USER: &str = "archive";
const PASSWORD: &str = "countersign-test";

/// A station, the service in front of it, and somebody who is signed in.
pub struct Scene {
    pub archivist: TestArchivist,
    pub wire: Wire,
    pub token: String,
    server: Child,
    _redis: PrivateRedis,
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Scene {
    /// Nothing where Redis or the reference server is missing.
    pub async fn open() -> Option<Self> {
        let redis = PrivateRedis::for_test()?;
        let mut command = Command::new(sibling("cablecast")?);
        command.args(["--listen", "127.0.0.1:0", "--user", USER]).env("CABLECAST_PASSWORD", PASSWORD);
        let mut server = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let target = line.trim_end().strip_prefix("listening on ").unwrap().to_owned();
        let (wire, url) = Wire::to(target).await;
        let mut station = StationSettings::new(url, USER.to_owned(), PASSWORD.to_owned());
        station.answer = std::time::Duration::from_secs(1);
        station.second_try = std::time::Duration::from_millis(1);
        let queue = redis.url().to_owned();
        let archivist = TestArchivist::on_sqlite_with(|settings| {
            settings.redis = Some(queue);
            settings.station = Some(station);
        });
        let archivist = archivist.await;
        let token = archivist.user().await;
        Some(Self { archivist, wire, token, server, _redis: redis })
    }

    pub async fn transcription(&self) -> String {
        let values = self.archivist.given("a transcription exists", json!({})).await;
        values["transcription_id"].as_str().unwrap().to_owned()
    }

    /// Everything of a kind that the station has, straight from it.
    pub async fn everything(&self, kind: &str) -> Vec<Value> {
        let url = format!("{}/cablecastapi/v1/{kind}?page_size=-1", self.wire.target);
        let request = self.wire.client.get(url).basic_auth(USER, Some(PASSWORD));
        let body: Value = request.send().await.unwrap().json().await.unwrap();
        body[kind].as_array().unwrap().clone()
    }

    async fn publish(&self, id: &str) -> crate::client::Reply {
        self.archivist.post(&format!("/api/vod/publish/{id}")).bearer(&self.token).send().await
    }

    async fn get(&self, path: &str) -> crate::client::Reply {
        self.archivist.get(path).bearer(&self.token).send().await
    }

    /// How many shows, VODs, recordings and caption files the station has of a transcription.
    async fn published(&self, id: &str) -> [usize; 4] {
        let (shows, vods) = (self.everything("shows").await, self.everything("vods").await);
        let of_it: Vec<&Value> = shows
            .iter()
            .filter(|show| show["comments"].as_str().is_some_and(|text| text.contains(id)))
            .collect();
        let vods = vods.iter().filter(|vod| of_it.iter().any(|show| show["id"] == vod["show"])).count();
        let assets = self.everything("assets").await;
        let files = |ending: &str| {
            let name = format!(" {}.{ending}", &id[..8]);
            assets.iter().filter(|asset| asset["path"].as_str().unwrap().ends_with(&name)).count()
        };
        [of_it.len(), vods, files("mp4"), files("scc")]
    }
}

#[tokio::test]
async fn a_transcription_is_published_once_however_often_it_is_asked_for() {
    let Some(scene) = Scene::open().await else { return };
    let id = scene.transcription().await;
    let (one, two) = tokio::join!(scene.publish(&id), scene.publish(&id));
    let (one, two) = (one.expect(200), two.expect(200));
    assert_eq!(one, two);
    assert_eq!(scene.publish(&id).await.expect(200), one);
    assert_eq!(one["status"], "published");
    assert_eq!(scene.published(&id).await, [1, 1, 1, 1]);
    let vod = scene.get(&format!("/api/vod/{}", one["vod_id"])).await.expect(200);
    assert_eq!(vod["cablecast_vod_id"], one["cablecast_vod_id"]);
    let status = scene.get("/api/vod/sync-status").await.expect(200);
    assert_eq!(status["publications"], json!([one]));
    let link = scene.get(&format!("/api/cablecast/link/{id}")).await.expect(200);
    assert_eq!((&link["show_id"], &link["by_itself"]), (&one["show_id"], &json!(true)));
}

#[tokio::test]
async fn after_a_cut_at_any_request_it_goes_on_and_nothing_is_done_twice() {
    let Some(scene) = Scene::open().await else { return };
    for arrives in [true, false] {
        let mut cuts = 0;
        for from in 1.. {
            let id = scene.transcription().await;
            scene.wire.set(Fault::Cut { from, arrives });
            let cut = scene.publish(&id).await;
            scene.wire.set(Fault::None);
            if cut.status() == 200 {
                break;
            }
            cuts += 1;
            cut.expect_error(503, "CablecastUnavailable");
            assert_eq!(scene.publish(&id).await.expect(200)["status"], "published", "request {from}");
            assert_eq!(scene.published(&id).await, [1, 1, 1, 1], "request {from}, arrives: {arrives}");
        }
        assert!(cuts > 15, "only {cuts} requests were cut");
    }
}

/// Of two recordings with one title, of today.
async fn twins(scene: &Scene) -> [String; 2] {
    let title = format!("Evening News {}", Utc::now().date_naive());
    let ids = [scene.transcription().await, scene.transcription().await];
    for id in &ids {
        let vod = scene.get(&format!("/api/transcriptions/{id}")).await.expect(200)["vod_id"].clone();
        let change = scene.archivist.put(&format!("/api/vod/{vod}")).bearer(&scene.token);
        change.json(json!({ "title": title })).send().await.expect(200);
    }
    ids
}

#[tokio::test]
async fn a_show_that_was_made_for_one_recording_is_not_taken_for_another_of_its_title() {
    let Some(scene) = Scene::open().await else { return };
    let [one, other] = twins(&scene).await;
    for from in 1.. {
        scene.wire.set(Fault::Cut { from, arrives: true });
        assert_ne!(scene.publish(&one).await.status(), 200, "no cut left a show that is not linked");
        scene.wire.set(Fault::None);
        if scene.published(&one).await[0] == 1 {
            break;
        }
    }
    scene.get(&format!("/api/cablecast/link/{one}")).await.expect_error(404, "NotFoundError");
    for id in [&other, &one] {
        scene.publish(id).await.expect(200);
        assert_eq!(scene.published(id).await, [1, 1, 1, 1]);
    }
}

#[tokio::test]
async fn of_two_that_want_one_show_at_once_one_has_it_and_the_other_its_own() {
    let Some(scene) = Scene::open().await else { return };
    let [one, other] = twins(&scene).await;
    let title = format!("Evening News {}", Utc::now().date_naive());
    let show = json!({ "title": title, "cgTitle": title, "cgExempt": false, "comments": "", "location": 1, "customFields": [] });
    let request = scene.wire.client.post(format!("{}/cablecastapi/v1/shows", scene.wire.target));
    let made = request.basic_auth(USER, Some(PASSWORD)).json(&json!({ "show": show })).send().await.unwrap();
    let wanted = made.json::<Value>().await.unwrap()["show"]["id"].clone();
    let (one, other) = tokio::join!(scene.publish(&one), scene.publish(&other));
    let shows = [one.expect(200)["show_id"].clone(), other.expect(200)["show_id"].clone()];
    assert!(shows.contains(&wanted) && shows[0] != shows[1], "{wanted}: {shows:?}");
}

#[tokio::test]
async fn whatever_is_wrong_with_the_station_is_told_and_nothing_of_it() {
    let Some(scene) = Scene::open().await else { return };
    let id = scene.transcription().await;
    let faults = [
        (Fault::Silence, 503),
        (Fault::Slow, 503),
        (Fault::Status(500), 503),
        (Fault::Status(429), 503),
        (Fault::Status(401), 502),
        (Fault::Status(400), 502),
        (Fault::Status(302), 502),
        (Fault::Says("<html>http://10.0.0.5/secret</html>"), 502),
        (Fault::Says(r#"{"show":{},"locations":7}"#), 502),
    ];
    for (fault, status) in faults {
        scene.wire.set(fault.clone());
        let kind = if status == 503 { "CablecastUnavailable" } else { "CablecastError" };
        let answers = [
            scene.get("/api/cablecast/shows").await,
            scene.get(&format!("/api/cablecast/suggestions/{id}")).await,
            scene.publish(&id).await,
        ];
        for reply in answers {
            let error = reply.expect_error(status, kind);
            assert!(!error.to_string().contains("10.0.0.5"), "{fault:?}: {error}");
        }
        let health = scene.get("/api/cablecast/health").await.expect(200);
        assert_eq!(health["status"], "failing", "{fault:?}");
    }
    scene.wire.set(Fault::None);
    assert_eq!(scene.get("/api/cablecast/health").await.expect(200)["status"], "ok");
    scene.publish(&id).await.expect(200);
}

#[tokio::test]
async fn a_transcription_is_linked_to_a_show_that_the_station_has() {
    let Some(scene) = Scene::open().await else { return };
    let (id, other) = (scene.transcription().await, scene.transcription().await);
    let path = format!("/api/cablecast/link/{id}");
    let link = |path: String, show: i64| {
        scene.archivist.post(&path).bearer(&scene.token).json(json!({ "show_id": show })).send()
    };
    scene.get(&path).await.expect_error(404, "NotFoundError");
    link(path.clone(), 999_999).await.expect_error(404, "NotFoundError");
    let found = scene.get("/api/cablecast/shows?search=harbor%20week&limit=2").await.expect(200);
    assert_eq!((&found["total"], found["shows"].as_array().unwrap().len()), (&json!(60), 2));
    let [first, second] = [0, 1].map(|at| found["shows"][at]["id"].as_i64().unwrap());
    let made = link(path.clone(), first).await.expect(200);
    assert_eq!(link(path.clone(), first).await.expect(200), made);
    link(path.clone(), second).await.expect_error(409, "ConflictError");
    link(format!("/api/cablecast/link/{other}"), first).await.expect_error(409, "ConflictError");
    scene.archivist.delete(&path).bearer(&scene.token).send().await.expect(204);
    scene.archivist.delete(&path).bearer(&scene.token).send().await.expect_error(404, "NotFoundError");
    link(path.clone(), second).await.expect(200);
    let published = scene.publish(&id).await.expect(200);
    assert_eq!(published["show_id"], second);
    scene.archivist.delete(&path).bearer(&scene.token).send().await.expect_error(409, "ConflictError");
}

#[tokio::test]
async fn each_of_a_batch_has_its_own_outcome() {
    let Some(scene) = Scene::open().await else { return };
    let (id, none) = (scene.transcription().await, "00000000-0000-4000-8000-000000000000");
    let post = |ids: Value| {
        let request = scene.archivist.post("/api/vod/batch-publish").bearer(&scene.token);
        request.json(json!({ "transcription_ids": ids })).send()
    };
    let outcomes = post(json!([none, id])).await.expect(200)["outcomes"].clone();
    assert_eq!(outcomes[0]["error"]["type"], "NotFoundError");
    assert_eq!(outcomes[1]["publication"]["status"], "published");
    for ids in [json!([]), json!([id, id]), json!(vec![none; 21]), json!(["x"]), json!(7)] {
        post(ids).await.expect_fields();
    }
}

#[tokio::test]
async fn a_replay_takes_the_station_away_and_gives_it_back() {
    let Some(scene) = Scene::open().await else { return };
    let values = scene.archivist.given("a transcription is published", json!({})).await;
    let id = values["transcription_id"].as_str().unwrap();
    let status = scene.get("/api/vod/sync-status").await.expect(200);
    assert_eq!(status["publications"][0]["show_id"], values["show_id"]);
    scene.archivist.given("the station cannot be used", json!({})).await;
    let suggestions = format!("/api/cablecast/suggestions/{id}");
    scene.get(&suggestions).await.expect_error(503, "CablecastUnavailable");
    assert_eq!(scene.get("/api/cablecast/health").await.expect(200)["status"], "failing");
    ::archivist::provider_states::teardown(&scene.archivist.state).await.unwrap();
    let token = scene.archivist.user().await;
    let health = scene.archivist.get("/api/cablecast/health").bearer(&token).send().await.expect(200);
    assert_eq!(health["status"], "ok");
}

#[tokio::test]
async fn without_a_station_there_is_nothing_to_publish_to() {
    let archivist = TestArchivist::on_sqlite().await;
    let token = archivist.user().await;
    for path in ["/api/cablecast/shows", "/api/vod/sync-status"] {
        archivist.get(path).bearer(&token).send().await.expect_error(503, "CablecastUnavailable");
        archivist.get(path).send().await.expect_error(401, "AuthenticationError");
    }
    let health = archivist.get("/api/cablecast/health").bearer(&token).send().await.expect(200);
    assert_eq!(health["status"], "disabled");
    archivist.stop().await;
}
