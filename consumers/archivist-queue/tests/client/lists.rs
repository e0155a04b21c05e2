//! What waits can be seen and moved, while workers go on taking.

use std::collections::BTreeSet;

use archivist_queue::{QueueName, Task, TaskId};

use crate::{Scene, ids_of, tasks};

#[tokio::test]
async fn what_waits_is_listed_in_the_order_in_which_it_is_taken() {
    let Some(scene) = Scene::new().await else { return };
    let ordinary = tasks(2);
    let urgent = Task::transcription("/media/u.mp4").on(QueueName::priority());
    scene.queue.enqueue(&ordinary).await.unwrap();
    scene.queue.enqueue(std::slice::from_ref(&urgent)).await.unwrap();
    scene.ask::<i64>(&["LPUSH", "celery", "not JSON", "[]", r#"{"headers":{"id":1}}"#]).await;
    let huge = format!(r#"{{"headers":{{"id":"a","task":"t"}},"body":"{}"}}"#, " ".repeat(64 * 1024));
    scene.ask::<i64>(&["RPUSH", "celery", &huge]).await;
    assert_eq!(scene.queue.length().await.unwrap(), 7, "whatever it is");
    let waiting = scene.queue.waiting().await.unwrap();
    let ids: Vec<&str> = waiting.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, [urgent.id.as_str(), ordinary[0].id.as_str(), ordinary[1].id.as_str()]);
    assert_eq!(waiting[0].queue, QueueName::priority());
}

#[tokio::test]
async fn what_a_worker_holds_is_listed() {
    let Some(scene) = Scene::new().await else { return };
    let held = r#"[{"headers":{"id":"a","task":"t"}},"","celery"]"#;
    scene.ask::<i64>(&["HSET", "unacked", "tag", held, "other", "nonsense"]).await;
    let held = scene.queue.unacknowledged().await.unwrap();
    assert_eq!((held.len(), held[0].id.as_str(), held[0].queue.as_str()), (1, "a", "celery"));
}

#[tokio::test]
async fn of_an_endless_list_the_first_ten_thousand_are_told() {
    let Some(scene) = Scene::new().await else { return };
    let tasks = tasks(10_001);
    scene.queue.enqueue(&tasks).await.unwrap();
    let waiting = scene.queue.waiting().await.unwrap();
    assert_eq!(waiting.len(), 10_000);
    assert_eq!((&waiting[0].id, &waiting[9_999].id), (&tasks[0].id, &tasks[9_999].id));
    // What is not listed is still there to be moved.
    assert!(scene.queue.move_to(&tasks[10_000].id, 0).await.unwrap());
    assert_eq!(scene.queue.waiting().await.unwrap()[0].id, tasks[10_000].id);
}

#[tokio::test]
async fn a_task_moves_to_any_place() {
    let Some(scene) = Scene::new().await else { return };
    for (from, to, expected) in
        [(2, 0, [2, 0, 1]), (0, 1, [1, 0, 2]), (0, 2, [1, 2, 0]), (0, 9, [1, 2, 0]), (1, 1, [0, 1, 2])]
    {
        scene.ask::<i64>(&["DEL", "celery"]).await;
        let tasks = tasks(3);
        scene.queue.enqueue(&tasks).await.unwrap();
        assert!(scene.queue.move_to(&tasks[from].id, to).await.unwrap());
        let expected: Vec<String> = expected.iter().map(|&it: &usize| tasks[it].id.to_string()).collect();
        assert_eq!(scene.ids("celery").await, expected, "{from} to {to}");
    }
    assert!(!scene.queue.move_to(&TaskId::fresh(), 0).await.unwrap());
}

#[tokio::test]
async fn what_is_removed_can_be_put_back_where_it_was() {
    let Some(scene) = Scene::new().await else { return };
    let tasks = tasks(3);
    scene.queue.enqueue(&tasks).await.unwrap();
    let removed = scene.queue.remove(&tasks[1].id).await.unwrap().unwrap();
    assert_eq!(scene.ids("celery").await, [tasks[0].id.to_string(), tasks[2].id.to_string()]);
    assert_eq!(scene.queue.remove(&tasks[1].id).await.unwrap(), None);
    scene.queue.put_back(&removed, 1).await.unwrap();
    assert_eq!(scene.ids("celery").await, ids_of(&tasks));
}

#[tokio::test]
async fn moving_loses_and_doubles_nothing_while_a_worker_takes() {
    let Some(scene) = Scene::new().await else { return };
    let tasks = tasks(100);
    scene.queue.enqueue(&tasks).await.unwrap();
    let moving = async {
        for task in tasks.iter().rev() {
            scene.queue.move_to(&task.id, 0).await.unwrap();
        }
    };
    let taking = async {
        let mut taken = Vec::new();
        while taken.len() < tasks.len() {
            let entry: Option<String> = scene.ask(&["RPOP", "celery"]).await;
            taken.extend(entry);
        }
        taken
    };
    let ((), taken) = tokio::join!(moving, taking);
    let different: BTreeSet<&String> = taken.iter().collect();
    assert_eq!(different.len(), tasks.len());
    assert_eq!(scene.ask::<i64>(&["LLEN", "celery"]).await, 0);
}
