//! The connection is cut in any command of a publication, or in its answer, or falls silent: all of it is
//! published or nothing, what was confirmed is there, and the client comes back by itself.

use std::time::Duration;

use archivist_queue::{Queue, QueueError, QueueName, QueueSettings, Task};
use private_redis::{Direction, Part, Wire};

use crate::{Scene, ids_of, tasks};

const PARTS: [Part; 4] = [Part::FirstByte, Part::Half, Part::AllButTheLastByte, Part::All];

/// A client of the same queue over a wire.
fn over(wire: &Wire) -> Queue {
    let settings = QueueSettings { timeout: Duration::from_secs(1), ..QueueSettings::default() };
    Queue::open(&wire.url(), settings).unwrap()
}

impl Scene {
    /// What waits, by list.
    async fn published(&self) -> Vec<String> {
        [self.ids("caption_priority").await, self.ids("celery").await].concat()
    }
}

/// Two tasks for one list and one for the other.
fn batch() -> Vec<Task> {
    let mut batch = tasks(3);
    batch[0] = batch[0].clone().on(QueueName::priority());
    batch
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_that_is_cut_is_whole_or_not_there() {
    let Some(scene) = Scene::new().await else { return };
    let whole = Wire::to(&scene.redis).unwrap();
    over(&whole).enqueue(&batch()).await.unwrap();
    let commands = whole.commands();
    assert!(commands > batch().len(), "each task is published by a command of its own");
    let mut lost = 0;
    for direction in [Direction::Commands, Direction::Answers] {
        for (command, part) in (1..=commands).flat_map(|command| PARTS.map(|part| (command, part))) {
            scene.ask::<()>(&["FLUSHALL"]).await;
            let wire = Wire::to(&scene.redis).unwrap();
            wire.cut_at(command, direction, part);
            let (queue, batch) = (over(&wire), batch());
            let cut = format!("{direction:?} of command {command}, {part:?}");
            let first = queue.enqueue(&batch).await;
            assert!(wire.is_cut(), "{cut}");
            let after = tasks(1);
            // Whoever is told that it is lost may ask again; the second time it is there.
            let mut again = queue.enqueue(&after).await;
            if again.is_err() {
                again = queue.enqueue(&after).await;
            }
            assert_eq!(again, Ok(()), "{cut}");
            let published = scene.published().await;
            let (all, none) = ([ids_of(&batch), ids_of(&after)].concat(), ids_of(&after));
            match first {
                Ok(()) => assert_eq!(published, all, "{cut}"),
                Err(QueueError::Unavailable(_)) => {
                    assert!(published == all || published == none, "{cut}: {published:?}");
                    lost += 1;
                }
                Err(other) => panic!("{cut}: {other:?}"),
            }
        }
    }
    assert!(lost > commands, "most cuts are felt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_falls_silent_is_given_up() {
    let Some(scene) = Scene::new().await else { return };
    let wire = Wire::to(&scene.redis).unwrap();
    let queue = over(&wire);
    queue.ping().await.unwrap();
    wire.silence();
    assert_eq!(queue.ping().await, Err(QueueError::Unavailable("it does not answer in time")));
    let tasks = tasks(1);
    queue.enqueue(&tasks).await.unwrap();
    assert_eq!(scene.published().await, ids_of(&tasks));
}
