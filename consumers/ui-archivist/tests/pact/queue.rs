//! The page of the queue, and the buttons of its lines.

use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest, from_state};
use ui_archivist::{Error, JobCounts, JobStatus, QueuePage, QueueRow};

use crate::caller::{given_a_user, signed_in};
use crate::jobs::{
    GONE, GONE_JOB, JOB, at_no_job, at_the_states_job, id, job, job_members, job_page, job_status, uuid,
};
use crate::refusal::{refusal, refuses};

fn rows() -> JsonPattern {
    let mut row = job_members([("status", job_status("queued"))]);
    row.insert("position".to_owned(), null_or(integer(1)).into());
    list_of(JsonPattern::Object(row)).at_least(1).into()
}

/// The line of the job that is done next.
fn first_of_all() -> JsonPattern {
    let mut row = job_members([("status", json_pattern!("queued"))]);
    row.insert("position".to_owned(), json_pattern!(0));
    JsonPattern::Object(row)
}

fn no_rows_but_counts() -> JsonPattern {
    json_pattern!({
        "queued": 0, "processing": 0, "paused": 0, "completed": 0, "failed": 0, "cancelled": 0,
    })
}

async fn page(url: &Url) -> QueuePage {
    signed_in(url).queue().await.unwrap()
}

pub async fn the_page(pact: PactTest) -> Fragment {
    pact.interaction("the page of the queue is opened", |mut i| {
        given_a_user(&mut i);
        for state in ["a job is queued", "a job is being processed", "a job has failed"] {
            i.given(state);
        }
        i.request.get().path("/api/queue");
        i.response.status(200).json_body(json_pattern!({
            "jobs": rows(),
            "counts": {"queued": 1, "processing": 1, "paused": 0, "completed": 0, "failed": 1, "cancelled": 0},
        }));
        i
    })
    .exercise(|url| async move {
        let counts =
            JobCounts { queued: 1, processing: 1, paused: 0, completed: 0, failed: 1, cancelled: 0 };
        let rows = vec![QueueRow { job: job(JobStatus::Queued), position: Some(1) }];
        assert_eq!(page(&url).await, QueuePage { rows, counts });
    })
    .await
}

pub async fn the_place_of_one_that_waits(pact: PactTest) -> Fragment {
    pact.interaction("the page of the queue is opened where one job waits", |mut i| {
        given_a_user(&mut i);
        i.given("a job is queued");
        i.request.get().path("/api/queue");
        i.response.status(200).json_body(json_pattern!({
            "jobs": [first_of_all()],
            "counts": {"queued": 1, "processing": 0, "paused": 0, "completed": 0, "failed": 0, "cancelled": 0},
        }));
        i
    })
    .exercise(|url| async move {
        let rows = page(&url).await.rows;
        assert_eq!(rows, [QueueRow { job: job(JobStatus::Queued), position: Some(0) }]);
    })
    .await
}

pub async fn an_empty_page(pact: PactTest) -> Fragment {
    pact.interaction("the page of the queue is opened where nothing was ever asked for", |mut i| {
        given_a_user(&mut i);
        i.request.get().path("/api/queue");
        i.response.status(200).json_body(json_pattern!({"jobs": [], "counts": no_rows_but_counts()}));
        i
    })
    .exercise(|url| async move { assert_eq!(page(&url).await.rows, []) })
    .await
}

fn moves(i: &mut InteractionBuilder, state: &str) {
    given_a_user(i);
    i.given(state);
    i.request
        .post()
        .path("/api/queue/reorder")
        .content_type("application/json")
        .json_body(json_pattern!({"job_id": uuid(JOB), "position": 0}))
        .body_generator("$.job_id", from_state("${job_id}"));
}

pub async fn a_job_moved_to_the_front(pact: PactTest) -> Fragment {
    pact.interaction("a waiting job is moved to the front", |mut i| {
        moves(&mut i, "a job is queued");
        i.response.status(200).json_body(first_of_all());
        i
    })
    .exercise(|url| async move {
        let expected = QueueRow { job: job(JobStatus::Queued), position: Some(0) };
        assert_eq!(signed_in(&url).move_job(id(JOB), 0).await.unwrap(), expected);
    })
    .await
}

pub async fn a_move_of_what_no_longer_waits(pact: PactTest) -> Fragment {
    const BUSY: &str = "a worker has taken the job";
    pact.interaction("a job that is processed is moved", |mut i| {
        moves(&mut i, "a job is being processed");
        refuses(&mut i, 409, BUSY);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).move_job(id(JOB), 0).await.unwrap_err();
        let Error::Conflict { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(BUSY));
    })
    .await
}

fn presses(i: &mut InteractionBuilder, button: &str, state: &str) {
    given_a_user(i);
    i.given(state);
    i.request.post();
    at_the_states_job(i, &format!("/api/queue/{button}"));
}

fn becomes(i: &mut InteractionBuilder, status: &str) {
    i.response.status(200).json_body(job_page([("status", json_pattern!(status))]));
}

pub async fn a_paused_job(pact: PactTest) -> Fragment {
    pact.interaction("a waiting job is paused", |mut i| {
        presses(&mut i, "pause", "a job is queued");
        becomes(&mut i, "paused");
        i
    })
    .exercise(|url| async move {
        assert_eq!(signed_in(&url).pause_job(id(JOB)).await.unwrap(), job(JobStatus::Paused));
    })
    .await
}

pub async fn a_resumed_job(pact: PactTest) -> Fragment {
    pact.interaction("a paused job is resumed", |mut i| {
        presses(&mut i, "resume", "a job is paused");
        becomes(&mut i, "queued");
        i
    })
    .exercise(|url| async move {
        assert_eq!(signed_in(&url).resume_job(id(JOB)).await.unwrap(), job(JobStatus::Queued));
    })
    .await
}

pub async fn a_stopped_job(pact: PactTest) -> Fragment {
    pact.interaction("a job that is processed is stopped", |mut i| {
        presses(&mut i, "stop", "a job is being processed");
        becomes(&mut i, "cancelled");
        i
    })
    .exercise(|url| async move {
        assert_eq!(signed_in(&url).stop_job(id(JOB)).await.unwrap(), job(JobStatus::Cancelled));
    })
    .await
}

pub async fn a_removed_job(pact: PactTest) -> Fragment {
    pact.interaction("a waiting job is removed", |mut i| {
        presses(&mut i, "remove", "a job is queued");
        becomes(&mut i, "cancelled");
        i
    })
    .exercise(|url| async move {
        assert_eq!(signed_in(&url).remove_job(id(JOB)).await.unwrap(), job(JobStatus::Cancelled));
    })
    .await
}

pub async fn a_button_that_came_too_late(pact: PactTest) -> Fragment {
    const ENDED: &str = "the job has ended already";
    pact.interaction("a job that failed meanwhile is paused", |mut i| {
        presses(&mut i, "pause", "a job has failed");
        refuses(&mut i, 409, ENDED);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).pause_job(id(JOB)).await.unwrap_err();
        let Error::Conflict { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(ENDED));
    })
    .await
}

pub async fn a_button_of_a_job_that_is_gone(pact: PactTest) -> Fragment {
    pact.interaction("a job that is gone is removed", |mut i| {
        given_a_user(&mut i);
        i.request.post();
        at_no_job(&mut i, "/api/queue/remove");
        refuses(&mut i, 404, GONE);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).remove_job(id(GONE_JOB)).await.unwrap_err();
        let Error::NotFound { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(GONE));
    })
    .await
}
