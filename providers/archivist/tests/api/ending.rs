//! Jobs stopped and removed: an answer is what became of them, never what was hoped.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt as _;
use private_redis::PrivateRedis;
use serde_json::{Value, json};

use crate::archivist::TestArchivist;
use crate::scene::{Scene, failure, progress, queue_scenarios, revoked, success};

queue_scenarios![
    a_running_job_is_ended_by_its_worker,
    a_held_job_is_ended_by_its_worker,
    a_job_that_ends_by_itself_meanwhile_is_told_so,
    what_no_worker_has_is_not_stopped,
    a_waiting_or_paused_job_is_removed_for_good,
    what_a_worker_has_is_not_removed,
    a_worker_that_takes_at_this_moment_has_it_or_the_removal_has,
    what_was_removed_and_done_all_the_same_is_told_as_done,
];

/// Hears what workers are told, and does `what` with the id of the first task that they are to end.
async fn worker(scene: &Scene, what: impl AsyncFnOnce(String)) {
    let mut orders = orders(scene).await;
    what(revocation(&mut orders).await).await;
}

async fn orders(scene: &Scene) -> redis::aio::PubSub {
    let mut orders = redis::Client::open(scene.redis.url()).unwrap().get_async_pubsub().await.unwrap();
    orders.subscribe("/0.celery.pidbox").await.unwrap();
    orders
}

/// The task that is to be ended.
async fn revocation(orders: &mut redis::aio::PubSub) -> String {
    let order = orders.on_message().next().await.unwrap();
    let message: Value = serde_json::from_slice(order.get_payload_bytes()).unwrap();
    let body = STANDARD.decode(message["body"].as_str().unwrap()).unwrap();
    let order: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((&order["method"], &order["arguments"]["terminate"]), (&json!("revoke"), &json!(true)));
    order["arguments"]["task_id"].as_str().unwrap().to_owned()
}

fn refused(reply: &crate::client::Reply, reason: &str) {
    assert_eq!(reply.expect_error(409, "ConflictError")["message"], reason);
}

/// Asks for it once somebody hears what workers are told.
async fn act_when_heard(scene: &Scene, action: &str, job: &str) -> crate::client::Reply {
    while scene.command::<(String, i64)>(&["PUBSUB", "NUMSUB", "/0.celery.pidbox"]).await.1 == 0 {
        tokio::task::yield_now().await;
    }
    scene.act(action, job).await
}

async fn a_running_job_is_ended_by_its_worker(scene: &mut Scene) {
    let job = scene.job("b.mp4").await;
    scene.take().await;
    scene.tell(&job, "PROGRESS", progress(10)).await;
    let ending = worker(scene, async |id| scene.tell(&id, "REVOKED", revoked("terminated")).await);
    let (reply, ()) = tokio::join!(act_when_heard(scene, "stop", &job), ending);
    let stopped = reply.expect(200);
    assert_eq!((&stopped["status"], &stopped["error"]), (&json!("cancelled"), &json!("terminated")));
    assert!(stopped["ended_at"].is_string());
    assert_eq!(scene.status(&job).await, stopped);
    assert_eq!(scene.vod_of(&job).await["status"], "pending");
    refused(&scene.act("stop", &job).await, "the job has ended already");
}

async fn a_held_job_is_ended_by_its_worker(scene: &mut Scene) {
    let job = scene.job("b.mp4").await;
    assert_eq!(scene.hold().await, job);
    let ending = worker(scene, async |id| scene.tell(&id, "REVOKED", revoked("revoked")).await);
    let (reply, ()) = tokio::join!(act_when_heard(scene, "stop", &job), ending);
    assert_eq!(reply.expect(200)["status"], "cancelled");
}

async fn a_job_that_ends_by_itself_meanwhile_is_told_so(scene: &mut Scene) {
    let jobs = scene.jobs(["b.mp4", "c.mp4"]).await;
    for (job, status, result, stands) in
        [(&jobs[0], "SUCCESS", success(), "completed"), (&jobs[1], "FAILURE", failure("boom"), "failed")]
    {
        scene.take().await;
        scene.tell(job, "PROGRESS", progress(90)).await;
        let ending = worker(scene, async |id| scene.tell(&id, status, result).await);
        let (reply, ()) = tokio::join!(act_when_heard(scene, "stop", job), ending);
        refused(&reply, "the job has ended already");
        assert_eq!(scene.status(job).await["status"], stands);
    }
}

async fn what_no_worker_has_is_not_stopped(scene: &mut Scene) {
    let [waits, paused, ended] = scene.jobs(["b.mp4"; 3]).await;
    scene.act("pause", &paused).await.expect(200);
    scene.store(&ended, "SUCCESS", success()).await;
    refused(&scene.act("stop", &waits).await, "no worker has taken the job: remove it");
    refused(&scene.act("stop", &paused).await, "no worker has taken the job: remove it");
    refused(&scene.act("stop", &ended).await, "the job has ended already");
    assert_eq!(scene.ids("celery").await, [waits, ended]);
}

async fn a_waiting_or_paused_job_is_removed_for_good(scene: &mut Scene) {
    let [waits, paused, stays] = scene.jobs(["b.mp4", "c.mp4", "d.mp4"]).await;
    scene.act("pause", &paused).await.expect(200);
    let mut orders = orders(scene).await;
    for job in [&waits, &paused] {
        let removed = scene.act("remove", job).await.expect(200);
        assert_eq!((&removed["status"], &removed["error"]), (&json!("cancelled"), &json!("revoked")));
        assert_eq!(revocation(&mut orders).await, *job);
        assert_eq!(scene.status(job).await, removed);
        assert_eq!(scene.vod_of(job).await["status"], "pending");
        refused(&scene.act("remove", job).await, "the job has ended already");
        refused(&scene.act("resume", job).await, "the job has ended already");
    }
    assert_eq!(scene.ids("celery").await, [stays]);
    assert_eq!(scene.command::<i64>(&["EXISTS", "archivist.paused"]).await, 0);
}

async fn what_a_worker_has_is_not_removed(scene: &mut Scene) {
    let [runs, held, ended] = scene.jobs(["b.mp4"; 3]).await;
    scene.take().await;
    scene.store(&runs, "PROGRESS", progress(10)).await;
    scene.hold().await;
    scene.take().await;
    scene.store(&ended, "SUCCESS", success()).await;
    refused(&scene.act("remove", &runs).await, "a worker has taken the job");
    refused(&scene.act("remove", &held).await, "a worker has taken the job");
    refused(&scene.act("remove", &ended).await, "the job has ended already");
}

async fn a_worker_that_takes_at_this_moment_has_it_or_the_removal_has(scene: &mut Scene) {
    let jobs = scene.jobs(["b.mp4"; 30]).await;
    let mut worker = scene.bare().await;
    let working = async {
        let mut taken = Vec::new();
        loop {
            let entry: Option<String> =
                redis::AsyncCommands::rpop(&mut worker, "celery", None).await.unwrap();
            let Some(entry) = entry else { return taken };
            let message: Value = serde_json::from_str(&entry).unwrap();
            let id = message["headers"]["id"].as_str().unwrap().to_owned();
            scene.tell(&id, "SUCCESS", success()).await;
            taken.push(id);
        }
    };
    let removing = futures::future::join_all(jobs.iter().rev().map(|job| scene.act("remove", job)));
    let (taken, removed) = tokio::join!(working, removing);
    for (job, reply) in jobs.iter().rev().zip(removed) {
        if taken.contains(job) {
            refused(&reply, "the job has ended already");
            assert_eq!(scene.status(job).await["status"], "completed");
        } else {
            assert_eq!(reply.expect(200)["status"], "cancelled");
            assert_eq!(scene.status(job).await["status"], "cancelled");
        }
    }
}

async fn what_was_removed_and_done_all_the_same_is_told_as_done(scene: &mut Scene) {
    scene.listens().await;
    let job = scene.job("b.mp4").await;
    let vod = scene.vod_of(&job).await["id"].clone();
    scene.act("remove", &job).await.expect(200);
    // A worker that had the same message a second time, and did not hear the order.
    scene.tell(&job, "SUCCESS", success()).await;
    assert_eq!(scene.vod_becomes(&vod, "completed").await["transcription_id"], json!(job));
    assert_eq!(scene.status(&job).await["status"], "completed");
}

/// A service that waits no longer than this for a worker.
async fn impatient(patience: Duration) -> Option<Scene> {
    let redis = PrivateRedis::for_test()?;
    let url = redis.url().to_owned();
    let archivist = TestArchivist::on_sqlite_with(move |settings| {
        settings.redis = Some(url);
        settings.stop_patience = patience;
    });
    Some(Scene::of(archivist.await, redis).await)
}

#[tokio::test]
async fn a_worker_that_does_not_end_a_job_is_told_of() {
    let Some(scene) = impatient(Duration::from_millis(100)).await else { return };
    let job = scene.job("b.mp4").await;
    scene.take().await;
    scene.tell(&job, "PROGRESS", progress(10)).await;
    let late = "the worker has been told to end the job, and has not done so yet";
    refused(&scene.act("stop", &job).await, late);
    assert_eq!(scene.status(&job).await["status"], "processing");
    scene.tell(&job, "REVOKED", revoked("terminated")).await;
    assert_eq!(scene.status(&job).await["status"], "cancelled");
    scene.archivist.stop().await;
}

#[tokio::test]
async fn a_job_that_the_queue_has_lost_can_be_removed() {
    let Some(scene) = impatient(Duration::from_millis(100)).await else { return };
    let [lost, taken] = scene.jobs(["b.mp4", "c.mp4"]).await;
    let () = scene.command(&["DEL", "celery"]).await;
    let queue = scene.queue().await;
    assert_eq!(
        (&queue["jobs"][0]["status"], &queue["jobs"][0]["position"]),
        (&json!("queued"), &json!(null))
    );
    let vod = format!("/api/vod/{}", scene.vod_of(&lost).await["id"]);
    scene.archivist.delete(&vod).bearer(&scene.token).send().await.expect(409);
    assert_eq!(scene.act("remove", &lost).await.expect(200)["status"], "cancelled");
    scene.archivist.delete(&vod).bearer(&scene.token).send().await.expect(204);
    // A worker that acknowledges before it begins has it nowhere, too, until it is told to end it.
    let ending = worker(&scene, async |id| scene.tell(&id, "REVOKED", revoked("terminated")).await);
    let (reply, ()) = tokio::join!(act_when_heard(&scene, "remove", &taken), ending);
    assert_eq!(reply.expect(200)["error"], "terminated");
    scene.archivist.stop().await;
}
