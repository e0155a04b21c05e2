//! The page of one recording, and its "delete" button.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use countersign_consumer::matchers::Ruled;
use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};
use serde_json::json;
use ui_archivist::{Error, Vod, VodId, VodStatus};

use crate::caller::{given_a_user, signed_in};
use crate::refusal::{refusal, refuses};
use crate::transcriptions::{TRANSCRIPTION, transcription_id};

/// Whole seconds are numbers too, and a provider may write them without a fraction.
pub const DURATION: i64 = 5421;
pub const CREATED_AT: &str = "2026-05-12T18:30:00Z";
const UPDATED_AT: &str = "2026-05-12T19:02:11Z";
pub const GONE: &str = "there is no such VOD";

/// The recording whose id the provider state knows; the mock provider is asked for 42.
pub const ID: VodId = VodId(42);
pub const GONE_ID: VodId = VodId(999_999);

pub fn status(example: &str) -> Ruled {
    one_of(&["pending", "processing", "completed", "failed"], example)
}

/// Any RFC 3339 date and time: that is what the client parses.
pub fn moment(example: &str) -> JsonPattern {
    json_pattern!(term!(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$", example))
}

pub fn created_at() -> DateTime<Utc> {
    CREATED_AT.parse().expect("the example is RFC 3339")
}

/// The page of a recording of which nothing is fixed but what `fixed` says.
pub fn page(fixed: impl IntoIterator<Item = (&'static str, JsonPattern)>) -> JsonPattern {
    let mut fields: HashMap<String, JsonPattern> = [
        ("id", integer(42).into()),
        ("title", json_pattern!(like!("Harbor Council"))),
        ("status", status("pending").into()),
        ("description", null_or(like!("Regular session, chamber A.")).into()),
        ("file_path", json_pattern!(like!("council/2026-05-12.mp4"))),
        ("duration", null_or(number(DURATION)).into()),
        ("file_size", null_or(integer(734_003_200)).into()),
        ("created_at", moment(CREATED_AT)),
        ("updated_at", moment(UPDATED_AT)),
        ("transcription_id", null_or(transcription_id(TRANSCRIPTION)).into()),
    ]
    .map(|(name, pattern)| (name.to_owned(), pattern))
    .into();
    for (name, pattern) in fixed {
        let known = fields.insert(name.to_owned(), pattern);
        assert!(known.is_some(), "the page does not show {name}");
    }
    JsonPattern::Object(fields)
}

/// What the client makes of [`page`]'s example.
pub fn vod() -> Vod {
    Vod {
        id: ID,
        title: "Harbor Council".to_owned(),
        status: VodStatus::Pending,
        description: Some("Regular session, chamber A.".to_owned()),
        file_path: "council/2026-05-12.mp4".to_owned(),
        duration: Some(5421.0),
        file_size: Some(734_003_200),
        created_at: created_at(),
        updated_at: UPDATED_AT.parse().expect("the example is RFC 3339"),
        transcription_id: Some(crate::transcriptions::id(TRANSCRIPTION)),
    }
}

/// The path of the recording that the state "a VOD exists", or one like it, returned the id of.
pub fn at_the_states_vod(i: &mut InteractionBuilder) {
    i.request
        .path_from_provider_state("/api/vod/${vod_id}", term!(r"^/api/vod/\d+$", format!("/api/vod/{ID}")));
}

/// The path of [`GONE_ID`], a recording that is not there.
pub fn at_no_vod(i: &mut InteractionBuilder) {
    i.given_with_params("no VOD has the id", &json!({"id": GONE_ID.0}));
    i.request.path(format!("/api/vod/{GONE_ID}"));
}

pub async fn a_recording(pact: PactTest) -> Fragment {
    pact.interaction("the page of a recording is opened", |mut i| {
        given_a_user(&mut i);
        i.given_with_params("a VOD exists", &json!({"title": "Harbor Council", "status": "completed"}));
        i.request.get();
        at_the_states_vod(&mut i);
        let fixed = [("title", json_pattern!("Harbor Council")), ("status", json_pattern!("completed"))];
        i.response.status(200).json_body(page(fixed));
        i
    })
    .exercise(|url| async move {
        let shown = signed_in(&url).vod(ID).await.unwrap();
        assert_eq!(shown, Vod { status: VodStatus::Completed, ..vod() });
    })
    .await
}

pub async fn a_recording_that_is_gone(pact: PactTest) -> Fragment {
    pact.interaction("the page of a recording that is gone is opened", |mut i| {
        given_a_user(&mut i);
        i.request.get();
        at_no_vod(&mut i);
        refuses(&mut i, 404, GONE);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).vod(GONE_ID).await.unwrap_err();
        let Error::NotFound { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(GONE));
    })
    .await
}

pub async fn a_deleted_recording(pact: PactTest) -> Fragment {
    pact.interaction("a recording is deleted", |mut i| {
        given_a_user(&mut i);
        i.given("a VOD exists");
        i.request.delete();
        at_the_states_vod(&mut i);
        i.response.status(204);
        i
    })
    .exercise(|url| async move { signed_in(&url).delete_vod(ID).await.unwrap() })
    .await
}

pub async fn a_deletion_of_what_is_gone(pact: PactTest) -> Fragment {
    pact.interaction("a recording that is gone is deleted", |mut i| {
        given_a_user(&mut i);
        i.request.delete();
        at_no_vod(&mut i);
        refuses(&mut i, 404, GONE);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).delete_vod(GONE_ID).await.unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
    })
    .await
}

pub async fn a_deletion_during_processing(pact: PactTest) -> Fragment {
    const BUSY: &str = "the VOD is being processed";
    pact.interaction("a recording is deleted while it is processed", |mut i| {
        given_a_user(&mut i);
        i.given("a VOD is being processed");
        i.request.delete();
        at_the_states_vod(&mut i);
        refuses(&mut i, 409, BUSY);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).delete_vod(ID).await.unwrap_err();
        let Error::Conflict { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(BUSY));
    })
    .await
}
