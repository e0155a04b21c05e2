//! What is told of jobs over `GET /ws`, and what becomes of whoever does not listen.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ::archivist::Settings;
use private_redis::PrivateRedis;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::archivist::TestArchivist;
use crate::page::Page;
use crate::scene::{Scene, failure, progress, queue_scenarios};

queue_scenarios![
    a_job_is_told_from_its_queue_to_its_end,
    what_somebody_else_does_to_the_queue_is_told,
    a_filter_passes_what_it_names,
];

async fn page(scene: &Scene) -> Page {
    Page::open(&scene.archivist, &scene.token).await
}

/// The statuses of the jobs in a `task_updates`.
fn statuses(updates: &Value) -> Vec<&str> {
    updates["jobs"].as_array().unwrap().iter().map(|job| job["status"].as_str().unwrap()).collect()
}

/// Waits until the jobs are told with these statuses.
async fn told(page: &mut Page, expected: &[&str]) {
    while statuses(&page.event("task_updates").await) != expected {}
}

async fn a_job_is_told_from_its_queue_to_its_end(scene: &mut Scene) {
    let job = scene.job("b.mp4").await;
    let mut page = page(scene).await;
    let updates = page.event("task_updates").await;
    assert_eq!(updates, json!({"jobs": [scene.status(&job).await]}), "a job is told as it is shown");
    scene.listens().await;
    scene.tell(&job, "PROGRESS", progress(10)).await;
    told(&mut page, &["processing"]).await;
    scene.tell(&job, "PROGRESS", progress(40)).await;
    while page.event("task_progress").await != json!({"job": scene.status(&job).await}) {}
    scene.tell(&job, "FAILURE", failure("boom")).await;
    let updates = page.event("task_updates").await;
    assert_eq!(updates, json!({"jobs": [scene.status(&job).await]}));
    assert_eq!(updates["jobs"][0]["error"], "boom");
}

async fn what_somebody_else_does_to_the_queue_is_told(scene: &mut Scene) {
    let mut page = page(scene).await;
    told(&mut page, &[]).await;
    let job = scene.job("b.mp4").await;
    told(&mut page, &["queued"]).await;
    for (button, status) in [("pause", "paused"), ("resume", "queued"), ("remove", "cancelled")] {
        scene.act(button, &job).await.expect(200);
        told(&mut page, &[status]).await;
    }
}

async fn a_filter_passes_what_it_names(scene: &mut Scene) {
    let job = scene.job("b.mp4").await;
    let (mut queued, mut all) = (page(scene).await, page(scene).await);
    for (page, filter) in [(&mut queued, json!("queued")), (&mut all, json!("processing"))] {
        page.event("system_metrics").await;
        page.say(&json!({"event": "filter_tasks", "data": {"status": filter}}).to_string()).await;
    }
    assert_eq!(statuses(&queued.event("task_updates").await), ["queued"]);
    assert!(statuses(&all.event("task_updates").await).is_empty());
    all.say(r#"{"event":"filter_tasks","data":{"status":null}}"#).await;
    assert_eq!(statuses(&all.event("task_updates").await), ["queued"]);
    scene.listens().await;
    scene.tell(&job, "PROGRESS", progress(10)).await;
    told(&mut all, &["processing"]).await;
    told(&mut queued, &[]).await;
    scene.tell(&job, "PROGRESS", progress(40)).await;
    while all.event("task_progress").await["job"]["progress"] != 40 {}
    queued.say(r#"{"event":"filter_tasks","data":{"status":null}}"#).await;
    let next = queued.next_but("system_metrics").await;
    assert_eq!(next["event"], "task_updates", "no progress was told before: {next}");
}

/// A scene whose sockets are of another kind, with more jobs than a few.
async fn crowded(sockets: impl FnOnce(&mut Settings)) -> Option<(Scene, String)> {
    let redis = PrivateRedis::for_test()?;
    let url = redis.url().to_owned();
    let archivist = TestArchivist::on_sqlite_with(|settings| {
        settings.redis = Some(url);
        sockets(settings);
    });
    let scene = Scene::of(archivist.await, redis).await;
    for _ in 0..50 {
        scene.job("c.mp4").await;
    }
    let job = scene.job("b.mp4").await;
    scene.listens().await;
    scene.tell(&job, "PROGRESS", progress(0)).await;
    while scene.status(&job).await["status"] != "processing" {}
    Some((scene, job))
}

/// Tells how far the job is, and waits until a page has heard it.
async fn get_further(scene: &Scene, job: &str, percent: i64, page: &mut Page) {
    scene.tell(job, "PROGRESS", progress(percent)).await;
    while page.event("task_progress").await["job"]["progress"] != percent {}
}

#[tokio::test]
async fn a_slow_reader_is_dropped_and_others_go_on() {
    let impatient = |settings: &mut Settings| settings.sockets.send = Duration::from_millis(500);
    let Some((scene, job)) = crowded(impatient).await else { return };
    let (slow, mut other) = (page(&scene).await, page(&scene).await);
    // It asks again and again, and reads none of the answers, until it is dropped.
    let flood = tokio::spawn(slow.ask_for_ever());
    get_further(&scene, &job, 10, &mut other).await;
    flood.await.unwrap();
    get_further(&scene, &job, 40, &mut other).await;
    scene.archivist.stop().await;
}

#[tokio::test]
async fn a_reader_that_missed_something_is_told_to_come_again() {
    let patient = |settings: &mut Settings| settings.sockets.send = Duration::from_mins(5);
    let Some((scene, job)) = crowded(patient).await else { return };
    let (slow, mut other) = (page(&scene).await, page(&scene).await);
    let (asked, (start, begun)) = (Arc::new(AtomicUsize::new(0)), oneshot::channel());
    let ended = tokio::spawn(slow.ask_and_read_later(Arc::clone(&asked), begun));
    // Until it is stuck for longer than what is kept for it: so many are told while no question of it is taken.
    let mut before = None;
    while before != Some(asked.load(Ordering::SeqCst)) {
        before = Some(asked.load(Ordering::SeqCst));
        for round in 1..=300 {
            get_further(&scene, &job, round % 100, &mut other).await;
        }
    }
    start.send(()).unwrap();
    assert_eq!(ended.await.unwrap(), Some(1013));
    scene.archivist.stop().await;
}

#[tokio::test]
async fn what_nobody_tells_is_found_after_a_while() {
    let watchful = |settings: &mut Settings| settings.sockets.ping = Duration::from_millis(50);
    let Some((scene, job)) = crowded(watchful).await else { return };
    let mut page = page(&scene).await;
    scene.tell(&job, "FAILURE", failure("boom")).await;
    while !statuses(&page.event("task_updates").await).contains(&"failed") {}
    let another = scene.archivist.another().await;
    let vod = &scene.status(&job).await["vod_id"];
    let path = format!("/api/vod/{vod}");
    another.delete(&path).bearer(&scene.token).send().await.expect(204);
    while statuses(&page.event("task_updates").await).contains(&"failed") {}
    another.stop().await;
    scene.archivist.stop().await;
}
