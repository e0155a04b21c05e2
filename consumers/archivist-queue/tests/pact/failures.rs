//! Tasks that fail, or that nobody wants any more. Only what every worker of Celery's kind tells is relied on.

use archivist_queue::{Failed, Task, TaskName, TaskResult};
use chrono::DateTime;
use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest, SyncMessageBuilder, from_state};
use serde_json::{Value, json};

use crate::worker::{ID, failure, options, published, task};

const WHISPER: &str = "transcription.run_whisper";
const PATH: &str = "/media/missing.mp4";

/// A task for the recording that the state names.
fn of_the_state(exchange: &mut SyncMessageBuilder) {
    task(exchange, WHISPER, "celery");
    exchange.request.json(json_pattern!([[term!(r"^/[^\r\n]+$", PATH)], {}, options()]));
    exchange.request.generate("$[0][0]", from_state("${path}"));
}

fn failed(kind: &str, message: &str) -> TaskResult {
    TaskResult::Failure(Failed { kind: Some(kind.to_owned()), message: message.to_owned() })
}

pub async fn a_missing_recording(pact: PactTest) -> Fragment {
    pact.sync_message("a transcription of a recording that is not there", |exchange| {
        exchange.given("no recording");
        of_the_state(exchange);
        exchange.reply(|reply| {
            let message =
                term!(r"^Video file not found: [^\r\n]+$", "Video file not found: /media/missing.mp4");
            reply.json(failure(json_pattern!("FileNotFoundError"), json_pattern!(message)));
        });
    })
    .exercise(|provider| async move {
        let (_, last) = published(provider, Task::transcription(PATH)).await;
        assert_eq!(last, failed("FileNotFoundError", "Video file not found: /media/missing.mp4"));
    })
    .await
}

pub async fn a_recording_without_words(pact: PactTest) -> Fragment {
    pact.sync_message("a transcription that fails", |exchange| {
        exchange.given("a recording that cannot be transcribed");
        of_the_state(exchange);
        exchange.reply(|reply| {
            let message = term!(
                r"^Transcription failed for [^\r\n]+$",
                "Transcription failed for /media/missing.mp4: no subtitles"
            );
            reply.json(failure(json_pattern!("TranscriptionError"), json_pattern!(message)));
        });
    })
    .exercise(|provider| async move {
        let (_, last) = published(provider, Task::transcription(PATH)).await;
        let message = "Transcription failed for /media/missing.mp4: no subtitles";
        assert_eq!(last, failed("TranscriptionError", message));
    })
    .await
}

pub async fn an_unknown_task(pact: PactTest) -> Fragment {
    pact.sync_message("a task that no worker knows", |exchange| {
        task(exchange, "no.such.task", "celery");
        exchange.request.json(json_pattern!([[], {}, options()]));
        exchange.reply(|reply| {
            reply.json(failure(json_pattern!("NotRegistered"), json_pattern!("no.such.task")));
        });
    })
    .exercise(|provider| async move {
        let task = Task { name: TaskName::new("no.such.task"), args: Vec::new(), ..Task::transcription("") };
        let (_, last) = published(provider, task).await;
        assert_eq!(last, failed("NotRegistered", "no.such.task"));
    })
    .await
}

pub async fn wrong_arguments(pact: PactTest) -> Fragment {
    pact.sync_message("a transcription of two recordings at once", |exchange| {
        task(exchange, WHISPER, "celery");
        exchange.request.json(json_pattern!([["/media/a.mp4", "/media/b.mp4"], {}, options()]));
        exchange.reply(|reply| {
            reply.json(failure(json_pattern!("TypeError"), like!("it takes one argument").into()));
        });
    })
    .exercise(|provider| async move {
        let args = vec![Value::from("/media/a.mp4"), Value::from("/media/b.mp4")];
        let (_, last) = published(provider, Task { args, ..Task::transcription("") }).await;
        assert_eq!(last, failed("TypeError", "it takes one argument"));
    })
    .await
}

/// What a worker stores of a task that it did not run.
fn revoked(reason: JsonPattern) -> JsonPattern {
    json_pattern!({
        "task_id": like!(ID),
        "status": "REVOKED",
        "result": {"exc_type": "TaskRevokedError", "exc_message": [reason], "exc_module": "celery.exceptions"},
    })
}

pub async fn an_expired_task(pact: PactTest) -> Fragment {
    const PAST: &str = "2020-01-01T00:00:00+00:00";
    pact.sync_message("a task whose time has passed", |exchange| {
        task(exchange, WHISPER, "celery");
        exchange.request.json(json_pattern!([["/media/a.mp4"], {}, options()]));
        exchange.request.metadata("expires", json_pattern!(PAST));
        exchange.reply(|reply| {
            reply.json(revoked(json_pattern!("expired")));
        });
    })
    .exercise(|provider| async move {
        let expires = DateTime::parse_from_rfc3339(PAST).ok().map(|time| time.to_utc());
        let (_, last) = published(provider, Task { expires, ..Task::transcription("/media/a.mp4") }).await;
        assert_eq!(last, TaskResult::Revoked { reason: "expired".to_owned() });
    })
    .await
}

pub async fn a_revoked_task(pact: PactTest) -> Fragment {
    pact.sync_message("a task that was taken back", |exchange| {
        exchange.given_with_params(
            "the task was revoked",
            &json!({"id": "5f0c4a52-6c1e-4a43-9d7b-0f1f2b1c9d10"}),
        );
        task(exchange, WHISPER, "celery");
        exchange.request.generate_metadata("id", from_state("${id}"));
        exchange.request.json(json_pattern!([["/media/a.mp4"], {}, options()]));
        exchange.reply(|reply| {
            reply.json(revoked(json_pattern!("revoked")));
        });
    })
    .exercise(|provider| async move {
        let (_, last) = published(provider, Task::transcription("/media/a.mp4")).await;
        assert_eq!(last, TaskResult::Revoked { reason: "revoked".to_owned() });
    })
    .await
}
