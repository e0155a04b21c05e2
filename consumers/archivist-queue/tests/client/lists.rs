//! What waits can be seen and moved, while workers go on taking.

use std::collections::BTreeSet;

use archivist_queue::{QueueName, Task, TaskId};

use crate::{Scene, tasks};

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
    let places: Vec<usize> = waiting.iter().map(|it| it.place).collect();
    assert_eq!(places, [0, 2, 3], "what cannot be read is taken before them all the same");
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
    assert_eq!(scene.queue.move_to(&tasks[10_000].id, 0).await.unwrap(), Some(0));
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
        let place = scene.queue.move_to(&tasks[from].id, to).await.unwrap();
        assert_eq!(place, Some(to.min(2)));
        let expected: Vec<String> = expected.iter().map(|&it: &usize| tasks[it].id.to_string()).collect();
        assert_eq!(scene.ids("celery").await, expected, "{from} to {to}");
    }
    assert_eq!(scene.queue.move_to(&TaskId::fresh(), 0).await.unwrap(), None);
}

#[tokio::test]
async fn what_moves_before_all_others_moves_before_what_is_urgent_too() {
    let Some(scene) = Scene::new().await else { return };
    for (from, to, place, urgent, ordinary) in [
        (3, 0, 0, vec![3, 0, 1], vec![2]),
        (3, 1, 1, vec![0, 3, 1], vec![2]),
        (3, 2, 2, vec![0, 1], vec![3, 2]),
        (0, 1, 1, vec![1], vec![0, 2, 3]),
        (0, 9, 3, vec![1], vec![2, 3, 0]),
    ] {
        scene.ask::<i64>(&["DEL", "celery", "caption_priority"]).await;
        let tasks = tasks(4);
        let [first, second] = [0, 1].map(|it: usize| tasks[it].clone().on(QueueName::priority()));
        scene.queue.enqueue(&[first, second, tasks[2].clone(), tasks[3].clone()]).await.unwrap();
        assert_eq!(scene.queue.move_to(&tasks[from].id, to).await.unwrap(), Some(place));
        let expected =
            |order: Vec<usize>| order.iter().map(|&it| tasks[it].id.to_string()).collect::<Vec<_>>();
        assert_eq!(scene.ids("caption_priority").await, expected(urgent), "{from} to {to}");
        assert_eq!(scene.ids("celery").await, expected(ordinary), "{from} to {to}");
        let waiting = scene.queue.waiting().await.unwrap();
        assert_eq!(waiting.iter().find(|it| it.id == tasks[from].id).unwrap().place, place);
    }
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
