//! Services behind a queue that are not ours: a worker that listens nowhere, and one that publishes tasks
//! when it is asked to.

use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use redis::{Client, Commands, Connection};
use serde_json::{Value, json};

fn connect(url: &str) -> Connection {
    Client::open(url).unwrap().get_connection().unwrap()
}

/// Takes tasks for ever and answers each: what it was given stands in the result.
#[expect(clippy::print_stdout, reason = "a line that says that it is ready")]
pub fn work(url: &str) {
    let mut connection = connect(url);
    println!("ready for work");
    loop {
        let (_, entry): (String, String) = connection.brpop("celery", 0.0).unwrap();
        let entry: Value = serde_json::from_str(&entry).unwrap();
        let (id, argument) = (entry["headers"]["id"].as_str().unwrap(), &entry["headers"]["argsrepr"]);
        let document =
            json!({ "status": "SUCCESS", "result": { "packed": argument }, "task_id": id }).to_string();
        let key = format!("celery-task-meta-{id}");
        let () = redis::pipe()
            .set_ex(&key, &document, 86_400)
            .publish(&key, &document)
            .query(&mut connection)
            .unwrap();
    }
}

/// `POST /orders` puts a task on the list `urgent`; one without an item is answered 400.
pub fn publisher(url: &str) -> Router {
    let client = Client::open(url).unwrap();
    let publish = move |Json(order): Json<Value>| async move {
        if order["item"].is_null() {
            return StatusCode::BAD_REQUEST;
        }
        let entry = json!({
            "body": json!([[order["item"]], {}, {}]).to_string(),
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": { "task": "pack", "id": "7", "lang": "rs" },
            "properties": {
                "delivery_tag": "1",
                "delivery_info": { "exchange": "", "routing_key": "urgent" },
            },
        });
        let mut connection = client.get_connection().unwrap();
        let () = connection.lpush("urgent", entry.to_string()).unwrap();
        StatusCode::ACCEPTED
    };
    Router::new().route("/orders", post(publish))
}
