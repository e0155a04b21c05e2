//! A worker is killed at any step of its conversation with Redis, before it and after it: another one ends what
//! it began, and nobody can tell.

use std::process::Command;
use std::sync::Arc;

use futures::StreamExt as _;
use private_redis::{Moment, PrivateRedis, Wire};
use rustix::process::Signal;

use crate::Scene;
use crate::gate::Gate;
use crate::witness::Witness;

/// So many are tried at the same time, each on a Redis of its own.
const LANES: usize = 6;

/// Of either worker. Whoever has nothing to do says so four times a second, so that any step is reached.
const ARGUMENTS: [&str; 4] = ["--queue", "celery", "--visibility-timeout", "1"];

/// The commands of a worker up to the end of one task, and the files that it leaves.
async fn undisturbed() -> Option<(usize, Vec<(String, String)>)> {
    let mut scene = Scene::on(PrivateRedis::for_test()?).await;
    let wire = Wire::to(&scene.redis).unwrap();
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    let _worker = scene.begin(&wire.url(), &ARGUMENTS);
    assert_eq!(scene.result(&id).await["status"], "SUCCESS");
    Some((wire.commands(), scene.files()))
}

async fn killed_at(step: usize, moment: Moment, files: &[(String, String)]) {
    let mut scene = Scene::on(PrivateRedis::start().unwrap()).await;
    let mut witness = Witness::at(scene.redis.url()).await;
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    let wire = Arc::new(Wire::to(&scene.redis).unwrap());
    wire.stop_at(step, moment);
    let first = scene.begin(&wire.url(), &ARGUMENTS);
    let stopping = Arc::clone(&wire);
    tokio::task::spawn_blocking(move || stopping.wait_until_stopped()).await.unwrap();
    first.kill();
    let _second = scene.worker(&ARGUMENTS);
    witness.hears(1).await;
    let result = scene.result(&id).await;
    let told = format!("killed {moment:?} step {step}: {result}");
    assert_eq!(result["status"], "SUCCESS", "{told}");
    scene.assert_all_is_done().await;
    assert_eq!(witness.counts().await, [(id, 1)].into(), "{told}");
    assert_eq!(scene.files(), files, "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_may_be_killed_at_any_step() {
    let Some((steps, files)) = undisturbed().await else { return };
    assert!(steps > 8, "a task cannot be done in {steps} steps");
    // One more than it takes: killed when all is done.
    let killings: Vec<_> = (1..=steps + 1)
        .flat_map(|step| [(step, Moment::Before), (step, Moment::After)])
        .map(|(step, moment)| killed_at(step, moment, &files))
        .collect();
    futures::stream::iter(killings).buffer_unordered(LANES).collect::<Vec<()>>().await;
}

#[tokio::test]
async fn a_transcriber_does_not_outlive_its_worker() {
    if Command::new("setpriv").arg("--version").output().is_err() {
        eprintln!("SKIPPED: only Linux has `setpriv`, which ties a transcriber to its worker");
        return;
    }
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let gate = Gate::in_folder(scene.media.path());
    let worker = scene.worker(&Gate::arguments());
    let (_, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    let waiting = gate.reached().await;
    worker.kill();
    waiting.dies().await;
}

#[tokio::test]
async fn a_worker_that_slept_too_long_writes_over_nobody() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let mut witness = Witness::at(scene.redis.url()).await;
    let gate = Gate::in_folder(scene.media.path());
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    let mut arguments = Gate::arguments();
    arguments.extend(ARGUMENTS);
    let mut sleeper = scene.worker(&arguments);
    let waiting = gate.reached().await;
    sleeper.signal(Signal::STOP);
    let _other = scene.worker(&ARGUMENTS);
    witness.hears(1).await;
    let result = scene.result(&id).await;
    sleeper.signal(Signal::CONT);
    waiting.let_go();
    sleeper.signal(Signal::TERM);
    assert!(sleeper.child.wait().unwrap().success());
    assert_eq!(scene.result(&id).await, result);
    assert_eq!(witness.counts().await, [(id, 1)].into());
    scene.assert_all_is_done().await;
}
