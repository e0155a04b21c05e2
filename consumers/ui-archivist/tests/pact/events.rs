//! What the Archivist tells by itself, over its WebSocket, and how it refuses to.

use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, MessageBuilder, PactTest};
use serde_json::json;
use ui_archivist::{Error, Event, JobStatus, Metrics, Role, User, UserId};

use crate::caller::{USERNAME, offers, signed_in};
use crate::jobs::{job, job_page, job_status, of_a_worker, processed};
use crate::refusal::{refusal, refuses};
use crate::socket::{heard, heard_after_filter};

/// An event of this name on a page of a user.
fn tells(event: &mut MessageBuilder, name: &str, states: &[&str], data: impl Into<JsonPattern>) {
    event.given_with_params("a user is signed in", &json!({"username": USERNAME}));
    for state in states {
        event.given(state);
    }
    event.transport("websocket");
    event.message.json(json_pattern!({"event": name, "data": data.into()}));
}

fn jobs(status: impl Into<JsonPattern>) -> JsonPattern {
    json_pattern!({"jobs": list_of(job_page([("status", status.into())])).at_least(1)})
}

pub async fn the_greeting(pact: PactTest) -> Fragment {
    pact.message("events are opened", |event| {
        let user = json_pattern!({"id": integer(7), "username": USERNAME, "role": "user"});
        tells(event, "connected", &[], json_pattern!({"user": user}));
    })
    .receive(|told| async move {
        let user = User { id: UserId(7), username: USERNAME.to_owned(), role: Role::User };
        assert_eq!(heard(told).await, Event::Connected(user));
    })
    .await
}

pub async fn the_jobs_there_are(pact: PactTest) -> Fragment {
    pact.message("events tell the jobs there are", |event| {
        tells(
            event,
            "task_updates",
            &["a job is queued", "a job is being processed"],
            jobs(job_status("queued")),
        );
    })
    .receive(|told| async move {
        assert_eq!(heard(told).await, Event::Jobs(vec![job(JobStatus::Queued)]));
    })
    .await
}

pub async fn no_jobs_at_all(pact: PactTest) -> Fragment {
    pact.message("events tell that there are no jobs", |event| {
        tells(event, "task_updates", &[], json_pattern!({"jobs": []}));
    })
    .receive(|told| async move { assert_eq!(heard(told).await, Event::Jobs(vec![])) })
    .await
}

pub async fn the_jobs_of_a_filter(pact: PactTest) -> Fragment {
    pact.message("events tell the jobs that are processed, and no others", |event| {
        let states = ["a job is queued", "a job is being processed"];
        tells(event, "task_updates", &states, jobs(equal_to("processing")));
    })
    .receive(|told| async move {
        let event = heard_after_filter(told, JobStatus::Processing).await;
        assert_eq!(event, Event::Jobs(vec![job(JobStatus::Processing)]));
    })
    .await
}

pub async fn a_job_that_changed(pact: PactTest) -> Fragment {
    pact.message("events tell that a job was paused", |event| {
        tells(event, "task_updates", &["a job is queued"], jobs(equal_to("paused")));
    })
    .receive(|told| async move {
        assert_eq!(heard(told).await, Event::Jobs(vec![job(JobStatus::Paused)]));
    })
    .await
}

pub async fn a_job_that_got_further(pact: PactTest) -> Fragment {
    pact.message("events tell how far a job is", |event| {
        let progress = json_pattern!({"job": job_page(of_a_worker())});
        tells(event, "task_progress", &["a worker tells how far it is"], progress);
    })
    .receive(|told| async move { assert_eq!(heard(told).await, Event::Progress(processed())) })
    .await
}

pub async fn how_busy_the_machine_is(pact: PactTest) -> Fragment {
    pact.message("events tell how busy the machine is", |event| {
        let percent = |example| null_or(number(example));
        let metrics = json_pattern!({
            "cpu_percent": percent(12.5), "memory_percent": percent(40.0), "disk_percent": percent(71.5),
        });
        tells(event, "system_metrics", &[], metrics);
    })
    .receive(|told| async move {
        let (cpu_percent, memory_percent, disk_percent) = (Some(12.5), Some(40.0), Some(71.5));
        let metrics = Metrics { cpu_percent, memory_percent, disk_percent };
        assert_eq!(heard(told).await, Event::Metrics(metrics));
    })
    .await
}

pub async fn what_was_sent_is_not_taken(pact: PactTest) -> Fragment {
    const REFUSED: &str = "must be one of: queued, processing";
    pact.message("events tell that a filter is not known", |event| {
        tells(event, "error", &[], json_pattern!({"message": like!(REFUSED)}));
    })
    .receive(|told| async move { assert_eq!(heard(told).await, Event::Refused(REFUSED.to_owned())) })
    .await
}

pub async fn no_events_without_a_session(pact: PactTest) -> Fragment {
    pact.interaction("events are opened after the session is over", |mut i| {
        i.given("an expired session");
        i.request.get().path("/ws").header_from_provider_state(
            "Sec-WebSocket-Protocol",
            "archivist.v1, bearer.${token}",
            term!(r"^archivist\.v1, bearer\..+$", offers()),
        );
        refuses(&mut i, 401, "sign in first");
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).events().await.unwrap_err();
        let Error::NotSignedIn { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal("sign in first"));
    })
    .await
}
