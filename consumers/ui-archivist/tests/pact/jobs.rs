//! Asking for transcriptions, and the page of one that is on its way.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest, from_state};
use serde_json::json;
use ui_archivist::{
    Accepted, Batch, Error, Job, JobId, JobStatus, QueuedFile, Recording, RejectedFile, Shortage, Transcribe,
    VodId,
};

use crate::caller::{given_a_user, signed_in};
use crate::refusal::{RETRY_AFTER, refusal, refuses, refuses_field, refuses_for_lack_of};
use crate::transcriptions::{TRANSCRIPTION, transcription_id};
use crate::vods::moment;

const FILE: &str = "council/2026-05-12.mp4";
const OTHER_FILE: &str = "council/2026-05-19.mp4";
const MISSING: &str = "its recording is not there";
pub const GONE: &str = "there is no such job";

pub const UUID: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
/// The job whose id the provider state knows; the mock provider is asked for this one.
pub const JOB: &str = "97b067a0-f59f-4034-9cb9-48fa04eccca4";
pub const GONE_JOB: &str = "00000000-0000-4000-8000-000000000000";

const CREATED_AT: &str = "2026-05-12T18:30:00Z";
const STARTED_AT: &str = "2026-05-12T18:31:00Z";
const ENDED_AT: &str = "2026-05-12T18:45:00Z";

pub fn id(text: &str) -> JobId {
    text.to_owned().try_into().expect("the example is a UUID")
}

pub fn uuid(example: &str) -> JsonPattern {
    json_pattern!(term!(UUID, example))
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("the example is RFC 3339")
}

pub fn job_status(example: &str) -> JsonPattern {
    one_of(&["queued", "processing", "paused", "completed", "failed", "cancelled"], example).into()
}

/// A moment that may not have come yet.
fn moment_or_null(example: &str) -> NullOr {
    null_or(moment(example))
}

/// The members of a job, of which nothing is fixed but what `fixed` says. It looks like one that waits.
pub fn job_members(
    fixed: impl IntoIterator<Item = (&'static str, JsonPattern)>,
) -> HashMap<String, JsonPattern> {
    let mut members: HashMap<String, JsonPattern> = [
        ("id", uuid(JOB)),
        ("status", job_status("queued")),
        ("progress", integer(0).into()),
        ("status_message", null_or(json_pattern!(term!("^[\\s\\S]*$", "Waiting"))).answering_null().into()),
        ("error", null_or(json_pattern!(term!("^[\\s\\S]*$", "The disk is full"))).answering_null().into()),
        ("vod_id", integer(42).into()),
        ("transcription_id", null_or(transcription_id(TRANSCRIPTION)).answering_null().into()),
        ("created_at", moment(CREATED_AT)),
        ("started_at", moment_or_null(STARTED_AT).answering_null().into()),
        ("ended_at", moment_or_null(ENDED_AT).answering_null().into()),
    ]
    .map(|(name, pattern)| (name.to_owned(), pattern))
    .into();
    for (name, pattern) in fixed {
        let known = members.insert(name.to_owned(), pattern);
        assert!(known.is_some(), "a job does not show {name}");
    }
    members
}

pub fn job_page(fixed: impl IntoIterator<Item = (&'static str, JsonPattern)>) -> JsonPattern {
    JsonPattern::Object(job_members(fixed))
}

/// What the client makes of [`job_page`]'s example.
pub fn job(status: JobStatus) -> Job {
    Job {
        id: id(JOB),
        status,
        progress: 0,
        status_message: None,
        error: None,
        vod_id: VodId(42),
        transcription_id: None,
        created_at: at(CREATED_AT),
        started_at: None,
        ended_at: None,
    }
}

/// A job of a worker: it has begun, and says what it does.
pub fn of_a_worker() -> [(&'static str, JsonPattern); 4] {
    [
        ("status", equal_to("processing").into()),
        ("progress", integer(40).into()),
        ("status_message", json_pattern!(like!("Transcribing"))),
        ("started_at", moment(STARTED_AT)),
    ]
}

pub fn processed() -> Job {
    Job {
        progress: 40,
        status_message: Some("Transcribing".to_owned()),
        started_at: Some(at(STARTED_AT)),
        ..job(JobStatus::Processing)
    }
}

/// A request at the job that the state returned the id of; `below` is what stands before the id.
pub fn at_the_states_job(i: &mut InteractionBuilder, below: &str) {
    let pattern = format!("^{below}/{}$", UUID.trim_start_matches('^').trim_end_matches('$'));
    let example = format!("{below}/{JOB}");
    i.request.path_from_provider_state(format!("{below}/${{job_id}}"), term!(&pattern, example));
}

/// A request at a job that is not there.
pub fn at_no_job(i: &mut InteractionBuilder, below: &str) {
    i.given_with_params("no job has the id", &json!({"id": GONE_JOB}));
    i.request.path(format!("{below}/{GONE_JOB}"));
}

fn asks(i: &mut InteractionBuilder, wish: impl Into<JsonPattern>) {
    i.request.post().path("/api/transcribe").content_type("application/json").json_body(wish);
}

fn is_accepted(i: &mut InteractionBuilder) {
    i.response.status(202).json_body(json_pattern!({"job_id": uuid(JOB), "vod_id": integer(42)}));
}

fn wish(path: &str) -> Transcribe {
    Transcribe { recording: Recording::Path(path.to_owned()), position: None }
}

fn given_recordings(i: &mut InteractionBuilder) {
    given_a_user(i);
    i.given_with_params("recordings exist", &json!({"paths": [FILE]}));
}

pub async fn a_file_to_transcribe(pact: PactTest) -> Fragment {
    pact.interaction("a recording is to be transcribed", |mut i| {
        given_recordings(&mut i);
        asks(&mut i, json_pattern!({"path": FILE}));
        is_accepted(&mut i);
        i
    })
    .exercise(|url| async move {
        let accepted = signed_in(&url).transcribe(&wish(FILE)).await.unwrap();
        assert_eq!(accepted, Accepted { job_id: id(JOB), vod_id: VodId(42) });
    })
    .await
}

pub async fn a_vod_to_transcribe_next(pact: PactTest) -> Fragment {
    pact.interaction("an archived recording is to be transcribed next", |mut i| {
        given_recordings(&mut i);
        i.given_with_params("a VOD exists", &json!({"file_path": FILE}));
        asks(&mut i, json_pattern!({"vod_id": integer(42), "position": 0}));
        i.request.body_generator("$.vod_id", from_state("${vod_id}"));
        is_accepted(&mut i);
        i
    })
    .exercise(|url| async move {
        let next = Transcribe { recording: Recording::VodId(VodId(42)), position: Some(0) };
        assert_eq!(signed_in(&url).transcribe(&next).await.unwrap().job_id, id(JOB));
    })
    .await
}

pub async fn a_file_that_is_not_there(pact: PactTest) -> Fragment {
    pact.interaction("a recording that is not there is to be transcribed", |mut i| {
        given_a_user(&mut i);
        asks(&mut i, json_pattern!({"path": OTHER_FILE}));
        refuses_field(&mut i, "path", MISSING);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).transcribe(&wish(OTHER_FILE)).await.unwrap_err();
        let Error::Invalid { fields, .. } = error else { panic!("{error:?}") };
        assert_eq!(fields["path"], [MISSING]);
    })
    .await
}

pub async fn a_file_without_the_queue(pact: PactTest) -> Fragment {
    const LOST: &str = "the queue does not answer";
    pact.interaction("a recording is to be transcribed without the queue", |mut i| {
        given_recordings(&mut i);
        i.given("the queue cannot be used");
        asks(&mut i, json_pattern!({"path": FILE}));
        refuses_for_lack_of(&mut i, "QueueError", LOST);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).transcribe(&wish(FILE)).await.unwrap_err();
        let Error::Unavailable { refusal: shown, shortage, retry_after } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(LOST));
        assert_eq!((shortage, retry_after), (Shortage::Queue, Some(RETRY_AFTER)));
    })
    .await
}

pub async fn several_files(pact: PactTest) -> Fragment {
    pact.interaction("several recordings are to be transcribed, and one of them is not there", |mut i| {
        given_recordings(&mut i);
        i.request
            .post()
            .path("/api/transcribe/batch")
            .content_type("application/json")
            .json_body(json_pattern!({"paths": [FILE, OTHER_FILE]}));
        i.response.status(202).json_body(json_pattern!({
            "queued": [{"path": FILE, "job_id": uuid(JOB)}],
            "rejected": [{"path": OTHER_FILE, "reason": like!(MISSING)}],
        }));
        i
    })
    .exercise(|url| async move {
        let batch =
            signed_in(&url).transcribe_files(&[FILE.to_owned(), OTHER_FILE.to_owned()]).await.unwrap();
        let queued = vec![QueuedFile { path: FILE.to_owned(), job_id: id(JOB) }];
        let rejected = vec![RejectedFile { path: OTHER_FILE.to_owned(), reason: MISSING.to_owned() }];
        assert_eq!(batch, Batch { queued, rejected });
    })
    .await
}

fn looks_at_a_job(i: &mut InteractionBuilder, state: &str) {
    given_a_user(i);
    i.given(state);
    i.request.get();
    at_the_states_job(i, "/api/status");
}

pub async fn a_job_that_waits(pact: PactTest) -> Fragment {
    pact.interaction("the page of a job that waits is opened", |mut i| {
        looks_at_a_job(&mut i, "a job is queued");
        let fixed = [("status", json_pattern!("queued")), ("progress", json_pattern!(0))];
        i.response.status(200).json_body(job_page(fixed));
        i
    })
    .exercise(|url| async move {
        assert_eq!(signed_in(&url).job(id(JOB)).await.unwrap(), job(JobStatus::Queued));
    })
    .await
}

pub async fn a_job_that_is_processed(pact: PactTest) -> Fragment {
    pact.interaction("the page of a job that is processed is opened", |mut i| {
        looks_at_a_job(&mut i, "a job is being processed");
        i.response.status(200).json_body(job_page(of_a_worker()));
        i
    })
    .exercise(|url| async move { assert_eq!(signed_in(&url).job(id(JOB)).await.unwrap(), processed()) })
    .await
}

pub async fn a_job_that_is_done(pact: PactTest) -> Fragment {
    pact.interaction("the page of a job that is done is opened", |mut i| {
        looks_at_a_job(&mut i, "a transcription exists");
        let fixed = [
            ("status", json_pattern!("completed")),
            ("progress", json_pattern!(100)),
            ("transcription_id", transcription_id(TRANSCRIPTION)),
            ("ended_at", moment(ENDED_AT)),
        ];
        i.response.status(200).json_body(job_page(fixed));
        i
    })
    .exercise(|url| async move {
        let shown = signed_in(&url).job(id(JOB)).await.unwrap();
        let transcription_id = Some(crate::transcriptions::id(TRANSCRIPTION));
        let done = Job { progress: 100, transcription_id, ..job(JobStatus::Completed) };
        assert_eq!(shown, Job { ended_at: Some(at(ENDED_AT)), ..done });
    })
    .await
}

pub async fn a_job_that_failed(pact: PactTest) -> Fragment {
    pact.interaction("the page of a job that failed is opened", |mut i| {
        looks_at_a_job(&mut i, "a job has failed");
        let fixed = [
            ("status", json_pattern!("failed")),
            ("error", json_pattern!(not_empty("The disk is full"))),
            ("ended_at", moment(ENDED_AT)),
        ];
        i.response.status(200).json_body(job_page(fixed));
        i
    })
    .exercise(|url| async move {
        let shown = signed_in(&url).job(id(JOB)).await.unwrap();
        let error = Some("The disk is full".to_owned());
        assert_eq!(shown, Job { error, ended_at: Some(at(ENDED_AT)), ..job(JobStatus::Failed) });
    })
    .await
}

pub async fn a_job_that_is_gone(pact: PactTest) -> Fragment {
    pact.interaction("the page of a job that is gone is opened", |mut i| {
        given_a_user(&mut i);
        i.request.get();
        at_no_job(&mut i, "/api/status");
        refuses(&mut i, 404, GONE);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).job(id(GONE_JOB)).await.unwrap_err();
        let Error::NotFound { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(GONE));
    })
    .await
}
