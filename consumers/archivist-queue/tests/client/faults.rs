//! Redis goes and comes, is full, or is something else.

use std::time::Duration;

use archivist_queue::{Queue, QueueError, QueueSettings, TaskId, TaskResult};
use private_redis::PrivateRedis;

use crate::{Scene, ids_of, tasks};

/// A client that waits no longer than this for an answer.
fn patient_for(timeout: Duration, url: &str) -> Queue {
    Queue::open(url, QueueSettings { timeout, ..QueueSettings::default() }).unwrap()
}

#[tokio::test]
async fn what_was_published_survives_and_publishing_goes_on() {
    let Some(redis) = PrivateRedis::durable_for_test() else { return };
    let Some(mut scene) = Scene::on(redis).await else { return };
    let tasks = tasks(3);
    scene.queue.enqueue(&tasks[..2]).await.unwrap();
    scene.redis.kill();
    let lost = scene.queue.enqueue(&tasks[2..]).await.unwrap_err();
    assert!(matches!(lost, QueueError::Unavailable(_)), "{lost:?}");
    scene.redis.restart().unwrap();
    // The first call may still meet the connection that was lost.
    while scene.queue.enqueue(&tasks[2..]).await.is_err() {}
    let ids: Vec<String> = scene.queue.waiting().await.unwrap().iter().map(|it| it.id.to_string()).collect();
    assert_eq!(ids, ids_of(&tasks));
}

#[tokio::test]
async fn followers_hear_that_the_connection_is_lost() {
    let Some(mut scene) = Scene::new().await else { return };
    let mut updates = scene.queue.updates().await.unwrap();
    scene.redis.kill();
    assert!(matches!(updates.next().await, Err(QueueError::Unavailable(_))));
    let ended = scene.queue.follow(&TaskId::fresh(), Duration::from_mins(1), &mut |_| {}).await;
    assert!(matches!(ended, Err(QueueError::Unavailable(_))), "{ended:?}");
}

#[tokio::test]
async fn a_redis_that_hangs_is_noticed_by_whoever_listens() {
    let Some(mut scene) = Scene::new().await else { return };
    scene.queue = patient_for(Duration::from_secs(1), scene.redis.url());
    let mut updates = scene.queue.updates().await.unwrap();
    let id = TaskId::fresh();
    let mut ignored = |_: &TaskResult| {};
    let following = scene.queue.follow(&id, Duration::from_mins(1), &mut ignored);
    let hanging = async {
        scene.heard_for(&id).await;
        scene.ask::<()>(&["CLIENT", "PAUSE", "3600000", "ALL"]).await;
        updates.next().await.unwrap_err()
    };
    let (followed, heard) = tokio::join!(following, hanging);
    let silent = QueueError::Unavailable("it does not answer in time");
    assert_eq!((followed.unwrap_err(), heard), (silent.clone(), silent));
}

#[tokio::test]
async fn a_server_that_never_answers_is_unavailable_to_every_call() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let queue =
        patient_for(Duration::from_millis(50), &format!("redis://{}/0", listener.local_addr().unwrap()));
    let id = TaskId::fresh();
    let errors = [
        queue.ping().await.unwrap_err(),
        queue.enqueue(&tasks(1)).await.unwrap_err(),
        queue.standings(std::slice::from_ref(&id)).await.unwrap_err(),
        queue.waiting().await.unwrap_err(),
        queue.pause(&id).await.unwrap_err(),
        queue.withdraw(&id).await.unwrap_err(),
        queue.revoke(&id, false).await.unwrap_err(),
        queue.workers(Duration::from_mins(1), 1).await.unwrap_err(),
        queue.updates().await.unwrap_err(),
        queue.follow(&id, Duration::from_mins(1), &mut |_| {}).await.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, QueueError::Unavailable(_)), "{error:?}");
    }
}

#[tokio::test]
async fn a_full_redis_refuses_and_keeps_nothing_of_it() {
    let Some(scene) = Scene::new().await else { return };
    scene.ask::<()>(&["CONFIG", "SET", "maxmemory", "1"]).await;
    let refused = scene.queue.enqueue(&tasks(2)).await.unwrap_err();
    assert_eq!(refused, QueueError::Refused("OOM".to_owned()));
    scene.ask::<()>(&["CONFIG", "SET", "maxmemory", "0"]).await;
    assert_eq!(scene.ask::<i64>(&["DBSIZE"]).await, 0);
    scene.queue.enqueue(&tasks(1)).await.unwrap();
}

#[tokio::test]
async fn a_full_redis_leaves_what_it_has_where_it_is() {
    let Some(scene) = Scene::new().await else { return };
    let tasks = tasks(3);
    scene.queue.enqueue(&tasks).await.unwrap();
    assert!(scene.queue.pause(&tasks[2].id).await.unwrap());
    scene.ask::<()>(&["CONFIG", "SET", "maxmemory", "1"]).await;
    let refused = QueueError::Refused("OOM".to_owned());
    assert_eq!(scene.queue.pause(&tasks[0].id).await, Err(refused.clone()));
    assert_eq!(scene.queue.resume(&tasks[2].id).await, Err(refused.clone()));
    assert_eq!(scene.queue.withdraw(&tasks[0].id).await, Err(refused.clone()));
    assert_eq!(scene.queue.withdraw(&tasks[2].id).await, Err(refused.clone()));
    assert_eq!(scene.queue.write_off(&TaskId::fresh()).await, Err(refused));
    // What only changes places needs no room.
    assert_eq!(scene.queue.move_to(&tasks[0].id, 1).await, Ok(Some(1)));
    scene.ask::<()>(&["CONFIG", "SET", "maxmemory", "0"]).await;
    assert_eq!(scene.ids("celery").await, [tasks[1].id.to_string(), tasks[0].id.to_string()]);
    assert!(scene.queue.resume(&tasks[2].id).await.unwrap());
    assert_eq!(scene.ids("celery").await.len(), 3);
}

#[tokio::test]
async fn a_key_of_another_type_is_told() {
    let Some(scene) = Scene::new().await else { return };
    scene.ask::<()>(&["SET", "celery", "text"]).await;
    let refused = scene.queue.enqueue(&tasks(1)).await.unwrap_err();
    assert_eq!(refused, QueueError::Refused("WRONGTYPE".to_owned()));
}

#[tokio::test]
async fn no_error_shows_the_password() {
    let url = "redis://user:sesame-1729@127.0.0.1:1/0";
    let queue = Queue::open(url, QueueSettings::default()).unwrap();
    let error = queue.ping().await.unwrap_err();
    for text in [error.to_string(), format!("{error:?}"), format!("{queue:?}")] {
        assert!(!text.contains("sesame") && !text.contains("127.0.0.1"), "{text}");
    }
    let error = Queue::open("http://sesame", QueueSettings::default()).unwrap_err();
    assert!(error.to_string().contains("redis://") && !error.to_string().contains("sesame"));
}
