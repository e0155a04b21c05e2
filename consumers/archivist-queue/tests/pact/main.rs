//! What the Archivist relies on of whoever serves its queue: every test is a part of
//! `pacts/archivist-queue.json`. The real client runs against a real Redis; the test plays the worker.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod failures;
mod transcriptions;
mod worker;

countersign_consumer::pact_tests! {
    pact: "archivist" => "queue", folder: "../../pacts";
    tests: [
        transcriptions::{a_transcription, a_transcription_before_all_others},
        failures::{
            a_missing_recording, a_recording_without_words, an_unknown_task, wrong_arguments, an_expired_task,
            a_revoked_task
        }
    ]
}
