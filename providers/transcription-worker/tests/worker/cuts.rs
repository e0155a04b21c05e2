//! Connections are cut at any byte, either way, or fall silent: no task is lost, and none has two results.

use std::time::Duration;

use futures::StreamExt as _;
use private_redis::{Direction, Part, PrivateRedis, Wire};
use serde_json::Value;
use transcription_worker::{Settings, Worker};

use crate::inside::{Running, counting, settings, transcribing};
use crate::witness::Witness;
use crate::{Scene, message};

/// So many are tried at the same time, each on a Redis of its own.
const LANES: usize = 8;

/// Where a wire is cut.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Nowhere,
    At(usize, Direction, Part),
    Behind(Direction, u64),
}

/// Transcriptions from their beginning to their end over a wire, until it is cut and one more is done: nobody
/// notices.
async fn transcribe_over(scene: &mut Scene, cut: Cut) -> Wire {
    // Each begins with nothing, so that it carries what the first one carried.
    let () = redis::cmd("SCRIPT").arg("FLUSH").query_async(&mut scene.bare).await.unwrap();
    let wire = Wire::to(&scene.redis).unwrap();
    match cut {
        Cut::Nowhere => {}
        Cut::At(command, direction, part) => wire.cut_at(command, direction, part),
        Cut::Behind(direction, byte) => wire.cut_behind(direction, byte),
    }
    let mut witness = Witness::at(scene.redis.url()).await;
    let worker = Running::begin(transcribing(scene, &wire.url())).await;
    let mut published = 0;
    let mut was_cut = false;
    while !was_cut {
        was_cut = wire.is_cut();
        let (_, message) = scene.task();
        scene.publish("celery", message.to_string()).await;
        published += 1;
        witness.hears(published).await;
    }
    worker.stop().await;
    assert!(witness.finals.iter().all(|result| result["status"] == "SUCCESS"), "{cut:?}");
    let counts = witness.counts().await;
    assert_eq!(counts.len(), published, "{cut:?}");
    assert!(counts.values().all(|&count| count == 1), "{cut:?}: {counts:?}");
    scene.assert_all_is_done().await;
    wire
}

async fn cut_everywhere(cuts: impl Fn(&Wire) -> Vec<Cut>) {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let whole = transcribe_over(&mut scene, Cut::Nowhere).await;
    let (cuts, files) = (cuts(&whole), scene.files());
    assert!(cuts.len() > 60, "the wire carried too little to be true: {cuts:?}");
    let lanes = (0..LANES).map(|lane| {
        let (cuts, files) = (cuts.iter().skip(lane).step_by(LANES), &files);
        async move {
            let mut scene = Scene::on(PrivateRedis::start().unwrap()).await;
            for &cut in cuts {
                transcribe_over(&mut scene, cut).await;
                assert_eq!(&scene.files(), files, "{cut:?}");
            }
        }
    });
    let lanes: Vec<_> = lanes.collect();
    futures::stream::iter(lanes).buffer_unordered(LANES).collect::<Vec<()>>().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_and_every_answer_is_cut() {
    let parts = [Part::FirstByte, Part::Half, Part::AllButTheLastByte, Part::All];
    let ways = [Direction::Commands, Direction::Answers];
    cut_everywhere(|wire| {
        let ways = (1..=wire.commands()).flat_map(|command| ways.map(|way| (command, way)));
        ways.flat_map(|(command, way)| parts.map(|part| Cut::At(command, way, part))).collect()
    })
    .await;
}

/// What opens a connection, and what waits, is no command that counts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_carried_is_cut() {
    let behind = |wire: &Wire, direction: Direction| -> Vec<Cut> {
        let ends = wire.ends(direction);
        let begins = std::iter::once(0).chain(ends.iter().copied());
        let halves = begins.zip(&ends).map(|(begin, end)| begin.midpoint(*end).max(1));
        halves.chain(ends.iter().copied()).map(|byte| Cut::Behind(direction, byte)).collect()
    };
    cut_everywhere(|wire| [behind(wire, Direction::Commands), behind(wire, Direction::Answers)].concat())
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_falls_silent_is_given_up() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let wire = Wire::to(&scene.redis).unwrap();
    let impatient = Settings { timeout: Duration::from_secs(1), ..settings() };
    let (worker, _) = counting(&wire.url(), impatient);
    let worker = Running::begin(worker).await;
    let mut done = Vec::new();
    for silent in [false, true] {
        if silent {
            wire.silence();
        }
        let (id, message) = message("count", &Value::Array(Vec::new()));
        scene.publish("celery", message.to_string()).await;
        assert_eq!(scene.result(&id).await["status"], "SUCCESS", "silent: {silent}");
        done.push(id);
    }
    worker.stop().await;
    scene.assert_all_is_done().await;
}

#[tokio::test]
async fn lists_of_its_own_are_none_to_take_from() {
    for list in ["celery.dead-letter", "celery.dead-letter.too-large"] {
        let settings = Settings { queues: vec![list.to_owned()], ..settings() };
        assert!(
            Worker::new("redis://127.0.0.1/0", settings).is_err_and(|error| error.to_string().contains(list))
        );
    }
}
