//! What a worker relies on of the tasks that the Archivist publishes: every test is a part of
//! `pacts/worker-archivist.json`.
#![expect(clippy::unwrap_used, reason = "a message that cannot be read is the failure of the test")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, Message, MessageBuilder, PactTest};
use serde_json::{Value, json};
use worker_archivist::Delivery;

countersign_consumer::pact_tests! {
    pact: "worker" => "archivist", folder: "../../pacts";
    tests: [a_recording_to_transcribe, a_recording_to_transcribe_first]
}

const ID: &str = "97b067a0-f59f-4034-9cb9-48fa04eccca4";
const UUID: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";

/// A list entry made of the pact's example, as the queue carries it.
fn entry(message: &Message) -> Vec<u8> {
    let of = |key: &str| message.metadata[key].clone();
    json!({
        "body": STANDARD.encode(&message.contents),
        "content-type": of("contentType"),
        "headers": {"task": of("task"), "id": of("id"), "eta": of("eta"), "expires": of("expires"), "retries": of("retries")},
        "properties": {
            "body_encoding": of("body_encoding"),
            "delivery_tag": of("delivery_tag"),
            "delivery_info": {"exchange": of("exchange"), "routing_key": of("routing_key")},
        },
    })
    .to_string()
    .into_bytes()
}

/// What every task has to bring: all that a worker reads, and all that it dies without.
fn task(message: &mut MessageBuilder, queue: &str) {
    message.given_with_params("a user is signed in", &json!({"username": "producer"}));
    message.transport("celery-redis");
    let message = &mut message.message;
    let options = json_pattern!({"callbacks": null, "errbacks": null, "chain": null, "chord": null});
    // The recording's path is the one argument; it is absolute, as worker and archive share the folder.
    let path = term!(r"^/[^\r\n]+\.mp4$", "/media/council/2026-05-12.mp4");
    message.json(json_pattern!([[path], {}, options]));
    message
        .metadata("task", json_pattern!("transcription.run_whisper"))
        .metadata("id", json_pattern!(term!(UUID, ID)))
        .metadata("eta", json_pattern!(null))
        .metadata("expires", json_pattern!(null))
        .metadata("retries", json_pattern!(0))
        .metadata("contentEncoding", json_pattern!("utf-8"))
        .metadata("body_encoding", json_pattern!("base64"))
        .metadata("delivery_tag", json_pattern!(term!(UUID, "c90071f5-1772-46ed-8681-2ce5b34a87e1")))
        .metadata("exchange", json_pattern!(""))
        .metadata("routing_key", json_pattern!(queue))
        .metadata("queue", json_pattern!(queue));
}

fn read(message: &Message, queue: &str) {
    let delivery = Delivery::read(&entry(message)).unwrap();
    assert_eq!((delivery.task.as_str(), delivery.id.as_str()), ("transcription.run_whisper", ID));
    assert_eq!(delivery.args, [Value::from("/media/council/2026-05-12.mp4")]);
    assert!(delivery.kwargs.is_empty());
    assert_eq!((delivery.routing_key.as_str(), delivery.retries), (queue, 0));
}

async fn a_recording_to_transcribe(pact: PactTest) -> Fragment {
    pact.message("a recording to transcribe", |message| {
        message.given_with_params("recordings exist", &json!({"paths": ["council/2026-05-12.mp4"]}));
        task(message, "celery");
    })
    .receive(|message| async move { read(&message, "celery") })
    .await
}

async fn a_recording_to_transcribe_first(pact: PactTest) -> Fragment {
    pact.message("a recording to transcribe before all others", |message| {
        message.given_with_params("recordings exist", &json!({"paths": ["council/2026-05-12.mp4"]}));
        task(message, "caption_priority");
    })
    .receive(|message| async move { read(&message, "caption_priority") })
    .await
}
