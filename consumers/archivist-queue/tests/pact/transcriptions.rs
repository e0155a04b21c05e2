//! Transcriptions that succeed.

use archivist_queue::{Progress, QueueName, Success, Task, TaskResult};
use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest, Provider, SyncMessageBuilder, from_state};
use serde_json::json;

use crate::worker::{options, published, task};

const PATH: &str = "/media/council.mp4";

fn transcription(exchange: &mut SyncMessageBuilder, queue: &str) {
    exchange
        .given_with_params("a recording with subtitles", &json!({"text": "The meeting will come to order."}));
    task(exchange, "transcription.run_whisper", queue);
    exchange.request.json(json_pattern!([[term!(r"^/[^\r\n]+$", PATH)], {}, options()]));
    exchange.request.generate("$[0][0]", from_state("${path}"));
    exchange.reply(|reply| {
        reply.json(json_pattern!({
            "task_id": like!("97b067a0-f59f-4034-9cb9-48fa04eccca4"),
            "status": "PROGRESS",
            "result": {
                "status": "processing",
                "progress": integer(10),
                "status_message": like!("Loading subtitles..."),
            },
        }));
    });
    exchange.reply(|reply| {
        reply.json(json_pattern!({
            "task_id": like!("97b067a0-f59f-4034-9cb9-48fa04eccca4"),
            "status": "SUCCESS",
            "result": {
                "output_path": term!(r"^/[^\r\n]+\.scc$", "/media/council.scc"),
                "segments": integer(1),
                "duration": number(2.5),
                "progress": 100,
                "status": "completed",
            },
        }));
    });
}

async fn transcribed(provider: Provider, task: Task) {
    let (heard, last) = published(provider, task).await;
    let message = "Loading subtitles...".to_owned();
    assert_eq!(heard[0], TaskResult::Progress(Progress { percent: 10, message }));
    let output_path = Some("/media/council.scc".to_owned());
    assert_eq!(last, TaskResult::Success(Success { output_path, segments: Some(1), duration: Some(2.5) }));
}

pub async fn a_transcription(pact: PactTest) -> Fragment {
    pact.sync_message("a transcription", |exchange| transcription(exchange, "celery"))
        .exercise(|provider| transcribed(provider, Task::transcription(PATH)))
        .await
}

pub async fn a_transcription_before_all_others(pact: PactTest) -> Fragment {
    pact.sync_message("a transcription before all others", |exchange| {
        transcription(exchange, "caption_priority");
    })
    .exercise(|provider| transcribed(provider, Task::transcription(PATH).on(QueueName::priority())))
    .await
}
