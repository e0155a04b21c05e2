//! Clocks jump: what is held is not taken up twice, and what nobody works on is taken up all the same. The times
//! in `unacked_index` are Redis's own; here they are set as if a clock had been wrong when they were written.

use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use serde_json::json;

use crate::Scene;
use crate::gate::Gate;
use crate::inside::{Running, counting, settings};
use crate::{message, publisher};

impl Scene {
    /// A task that a worker holds which is dead, in kombu's form, since this time.
    async fn left_by_a_dead_worker(&mut self, since: f64) -> String {
        let (id, message) = message("count", &json!([]));
        let entry = json!([message, "", "celery"]).to_string();
        let () = self.bare.hset("unacked", &id, entry).await.unwrap();
        let () = self.bare.zadd("unacked_index", &id, since).await.unwrap();
        id
    }
}

#[tokio::test]
async fn a_time_that_has_not_come_does_not_keep_a_dead_workers_task() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let (worker, _) = counting(scene.redis.url(), settings());
    let _worker = Running::begin(worker).await;
    for since in [0.0, 1e10, f64::INFINITY] {
        let id = scene.left_by_a_dead_worker(since).await;
        assert_eq!(scene.result(&id).await["status"], "SUCCESS", "{since}");
    }
    scene.assert_all_is_done().await;
}

#[tokio::test]
async fn a_jump_takes_nothing_from_a_worker_that_lives() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let gate = Gate::in_folder(scene.media.path());
    let (id, message) = scene.task();
    scene.publish("held", message.to_string()).await;
    let mut arguments = Gate::arguments();
    arguments.extend(["--visibility-timeout", "1", "--queue", "held"]);
    let _holder = scene.worker(&arguments);
    let waiting = gate.reached().await;
    let held: Vec<String> = scene.bare.hkeys("unacked").await.unwrap();
    let (worker, _) = counting(scene.redis.url(), settings());
    let _other = Running::begin(worker).await;
    for since in [0.0, 1e10] {
        let () = scene.bare.zadd("unacked_index", &held[0], since).await.unwrap();
        // Whoever takes this one up has looked at the other one as often.
        let dead = scene.left_by_a_dead_worker(0.0).await;
        assert_eq!(scene.result(&dead).await["status"], "SUCCESS");
        assert_eq!(scene.bare.hkeys::<_, Vec<String>>("unacked").await.unwrap(), held, "{since}");
    }
    waiting.let_go();
    assert_eq!(scene.result(&id).await["status"], "SUCCESS");
    scene.assert_all_is_done().await;
}

#[tokio::test]
async fn nobody_is_dead_who_could_not_reach_redis() {
    let Some(redis) = PrivateRedis::durable_for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let gate = Gate::in_folder(scene.media.path());
    let (id, message) = scene.task();
    scene.publish("held", message.to_string()).await;
    let mut arguments = Gate::arguments();
    arguments.extend(["--visibility-timeout", "1", "--queue", "held"]);
    let _holder = scene.worker(&arguments);
    let waiting = gate.reached().await;
    let held: Vec<String> = scene.bare.hkeys("unacked").await.unwrap();
    let (worker, _) = counting(scene.redis.url(), settings());
    let _other = Running::begin(worker).await;
    // As if Redis had been away for a day.
    let dead = scene.left_by_a_dead_worker(0.0).await;
    let () = scene.bare.zadd("unacked_index", &held[0], 0.0).await.unwrap();
    scene.redis.restart().unwrap();
    scene.bare = publisher(scene.redis.url()).await;
    assert_eq!(scene.result(&dead).await["status"], "SUCCESS");
    assert_eq!(scene.bare.hkeys::<_, Vec<String>>("unacked").await.unwrap(), held);
    waiting.let_go();
    assert_eq!(scene.result(&id).await["status"], "SUCCESS");
}
