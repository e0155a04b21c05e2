//! Messages over a real Redis: a worker that listens nowhere and a service that publishes tasks, both
//! foreign, each with a Redis that is started for it or with one that runs already.

use private_redis::PrivateRedis;
use serde_json::{Value, json};

use crate::foreign::start;
use crate::scene::{Scene, Told, provider};

const REDIS: &str = r#"
[[service]]
name = "redis"
start = ["redis-server", "--port", "${port}", "--bind", "127.0.0.1", "--save", "", "--dir", "${tmp}"]
url = "redis://127.0.0.1:${port}/0"
ready_line = 'Ready to accept connections'
instead = "A_REDIS_URL"
"#;

fn worker() -> String {
    let lines = [
        &start(),
        "env = { FOREIGN = \"worker\", QUEUE = \"${service:redis}\" }",
        "ready_line = '^ready for work$'",
        "needs = [\"redis\"]",
        "celery = { redis = \"${service:redis}\" }",
    ];
    provider("packer", &lines.join("\n"))
}

fn publisher(trigger: &str) -> String {
    let lines = [
        &start(),
        "env = { FOREIGN = \"publisher\", QUEUE = \"${service:redis}\", FOREIGN_LISTEN = \"127.0.0.1:${port}\" }",
        "needs = [\"redis\"]",
        "celery = { redis = \"${service:redis}\", queues = [\"urgent\"] }",
        "request_timeout = \"2s\"",
        trigger,
    ];
    provider("shop", &lines.join("\n"))
}

fn contents(value: &Value) -> Value {
    json!({ "content": value, "contentType": "application/json", "encoded": false })
}

/// A task, and the result that the worker stores.
fn answered(packed: &str) -> Value {
    json!({
        "type": "Synchronous/Messages",
        "transport": "celery-redis",
        "description": "a nail to be packed",
        "request": {
            "contents": contents(&json!([["nail"], {}, {}])),
            "metadata": { "contentType": "application/json", "task": "pack", "argsrepr": "nail", "queue": "celery" },
        },
        "response": [{
            "contents": contents(&json!({ "status": "SUCCESS", "result": { "packed": packed } })),
            "metadata": { "contentType": "application/json" },
        }],
    })
}

/// A task that the shop publishes.
fn published() -> Value {
    json!({
        "type": "Asynchronous/Messages",
        "transport": "celery-redis",
        "description": "an order of nails",
        "contents": contents(&json!([["nail"], {}, {}])),
        "metadata": { "contentType": "application/json", "task": "pack", "queue": "urgent" },
    })
}

#[test]
fn a_worker_and_a_publisher_each_with_a_redis_of_their_own() {
    // Whether there is a redis-server to start.
    let Some(_) = PrivateRedis::for_test() else { return };
    let scene = Scene::new();
    let request = "[[provider.trigger]]\nmessage = \"an order of nails\"\n\
                   request = { method = \"POST\", path = \"/orders\", body = { item = \"nail\" } }";
    scene.write("countersign.toml", &[REDIS.to_owned(), worker(), publisher(request)].concat());
    scene.pact("shop", "packer", &[answered("nail")]);
    scene.pact("packer", "shop", &[published()]);
    let told = scene.run(&["check"]);
    told.ended_with(0).says("2 contracts, 2 interactions: 2 kept");
    told.says("starting redis for packer").says("starting redis for shop").says("packer is ready after");
}

#[test]
fn a_worker_and_a_publisher_on_a_redis_that_runs_already() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let scene = Scene::new();
    let request = "[[provider.trigger]]\nmessage = \"an order of nails\"\n\
                   request = { method = \"POST\", path = \"/orders\", body = { item = \"nail\" } }";
    scene.write("countersign.toml", &[REDIS.to_owned(), worker(), publisher(request)].concat());
    scene.pact("shop", "packer", &[answered("nail")]);
    scene.pact("packer", "shop", &[published()]);
    let told = Told::from(scene.command(&["check"]).env("A_REDIS_URL", redis.url()).output().unwrap());
    told.ended_with(0).says("2 contracts, 2 interactions: 2 kept").does_not_say("starting redis");
}

#[test]
fn without_any_countersign_toml() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let scene = Scene::new();
    scene.write("worker.toml", &[REDIS.to_owned(), worker()].concat());
    scene.pact("shop", "packer", &[answered("screw")]);
    let url = redis.url().to_owned();
    std::thread::spawn(move || crate::foreign::work(&url));
    let verify =
        ["verify", "--provider", "packer", "--redis", redis.url(), "--pact", "pacts/shop-packer.json"];
    let (report, told) = scene.json(&verify);
    told.ended_with(1);
    assert_eq!(report["findings"][0]["id"], "pact.message.contents", "{report:#}");
    assert_eq!(report["findings"][0]["between"], "pact-and-provider", "{report:#}");
    assert_eq!(report["findings"][0]["actual"], "nail", "{report:#}");
    scene.pact("shop", "packer", &[answered("nail")]);
    scene.run(&verify).ended_with(0).says("1 interaction: 1 kept");
    let configured = ["verify", "--provider", "packer", "--redis", redis.url(), "--config", "worker.toml"];
    scene.run(&configured).ended_with(0).says("1 interaction: 1 kept").does_not_say("starting");
}

#[test]
fn a_publisher_that_nobody_makes_publish() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let scene = Scene::new();
    scene.pact("packer", "shop", &[published()]);
    scene.write("countersign.toml", &[REDIS.to_owned(), publisher("")].concat());
    let check = |scene: &Scene| {
        Told::from(scene.command(&["check"]).env("A_REDIS_URL", redis.url()).output().unwrap())
    };
    check(&scene)
        .ended_with(1)
        .says("nothing appeared on urgent within 2s")
        .says("give the provider a trigger");
    let wrong = "[[provider.trigger]]\nmessage = \"an order of nails\"\n\
                 request = { method = \"POST\", path = \"/orders\", body = {} }";
    scene.write("countersign.toml", &[REDIS.to_owned(), publisher(wrong)].concat());
    check(&scene).ended_with(2).says("it could not be made to publish: POST /orders was answered 400");
}

#[test]
fn a_redis_url_that_is_none_says_so_and_keeps_its_password() {
    let scene = Scene::new();
    scene.pact("shop", "packer", &[answered("nail")]);
    for (url, says) in [
        ("http://:hunter2@127.0.0.1:9", "it has to begin with redis://"),
        ("redis:/127.0.0.1", "it names no host"),
        ("127.0.0.1", "it begins with no scheme"),
        ("redis://:hunter2@127.0.0.1:1", "the Redis of the queue takes no connection"),
    ] {
        let verify = ["verify", "--provider", "packer", "--redis", url, "--pact", "pacts/shop-packer.json"];
        scene.run(&verify).ended_with(2).says(says).does_not_say("hunter2");
    }
    let alone = ["verify", "--provider", "packer", "--queue", "urgent", "--pact", "pacts/shop-packer.json"];
    scene.run(&alone).ended_with(2).says("--redis <URL>");
}
