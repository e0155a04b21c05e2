//! The form that adds a recording, the form that edits one, and the "try again" button.

use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};
use serde_json::json;
use ui_archivist::{Edit, Error, FieldErrors, NewVod, Vod, VodChanges, VodStatus};

use crate::caller::{given_a_user, signed_in};
use crate::refusal::{refusal, refuses, refuses_field};
use crate::vods::{DURATION, GONE, GONE_ID, ID, at_no_vod, at_the_states_vod, page, vod};

const FILE: &str = "council/2026-05-12.mp4";

fn least(title: &str) -> NewVod {
    NewVod {
        title: title.to_owned(),
        file_path: FILE.to_owned(),
        duration: None,
        file_size: None,
        description: None,
    }
}

fn adds(i: &mut InteractionBuilder, form: impl Into<JsonPattern>) {
    i.request.post().path("/api/vod/create").content_type("application/json").json_body(form);
}

fn changes(i: &mut InteractionBuilder, form: impl Into<JsonPattern>) {
    i.request.put().content_type("application/json").json_body(form);
}

fn at_field(field: &str, message: &str) -> FieldErrors {
    [(field.to_owned(), vec![message.to_owned()])].into()
}

pub async fn a_recording_with_everything(pact: PactTest) -> Fragment {
    const DESCRIPTION: &str = "Regular session, chamber A.";
    pact.interaction("a recording is added with every field", |mut i| {
        given_a_user(&mut i);
        adds(
            &mut i,
            json_pattern!({
                "title": "Harbor Council", "description": DESCRIPTION, "file_path": FILE,
                "duration": 5421.5, "file_size": 734_003_200,
            }),
        );
        let fixed = [
            ("title", json_pattern!("Harbor Council")),
            ("description", json_pattern!(DESCRIPTION)),
            ("file_path", json_pattern!(FILE)),
            ("duration", json_pattern!(5421.5)),
            ("file_size", json_pattern!(734_003_200)),
            ("status", json_pattern!("pending")),
        ];
        i.response.status(201).json_body(page(fixed));
        i
    })
    .exercise(|url| async move {
        let form = NewVod {
            duration: Some(5421.5),
            file_size: Some(734_003_200),
            description: Some(DESCRIPTION.to_owned()),
            ..least("Harbor Council")
        };
        let created = signed_in(&url).create_vod(&form).await.unwrap();
        assert_eq!(created, Vod { duration: Some(5421.5), ..vod() });
    })
    .await
}

pub async fn a_recording_with_the_least(pact: PactTest) -> Fragment {
    pact.interaction("a recording is added with the least", |mut i| {
        given_a_user(&mut i);
        adds(&mut i, json_pattern!({"title": "Harbor Council", "file_path": FILE}));
        let fixed = [
            ("title", json_pattern!("Harbor Council")),
            ("file_path", json_pattern!(FILE)),
            ("status", json_pattern!("pending")),
            // The Archivist may look at the file and fill these in; the UI must live with null.
            ("duration", null_or(number(DURATION)).answering_null().into()),
            ("file_size", null_or(integer(734_003_200)).answering_null().into()),
            ("description", null().into()),
        ];
        i.response.status(201).json_body(page(fixed));
        i
    })
    .exercise(|url| async move {
        let created = signed_in(&url).create_vod(&least("Harbor Council")).await.unwrap();
        assert_eq!(created, Vod { description: None, duration: None, file_size: None, ..vod() });
    })
    .await
}

pub async fn a_recording_without_a_title(pact: PactTest) -> Fragment {
    pact.interaction("a recording is added without a title", |mut i| {
        given_a_user(&mut i);
        adds(&mut i, json_pattern!({"title": "", "file_path": FILE}));
        refuses_field(&mut i, "title", "must not be empty");
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).create_vod(&least("")).await.unwrap_err();
        let Error::Invalid { fields, .. } = error else { panic!("{error:?}") };
        assert_eq!(fields, at_field("title", "must not be empty"));
    })
    .await
}

pub async fn a_recording_archived_before(pact: PactTest) -> Fragment {
    const BEFORE: &str = "that recording is archived already";
    pact.interaction("a recording that is archived already is added", |mut i| {
        given_a_user(&mut i);
        i.given_with_params("a VOD was archived from", &json!({"file_path": FILE}));
        adds(&mut i, json_pattern!({"title": "Harbor Council", "file_path": FILE}));
        refuses(&mut i, 409, BEFORE);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).create_vod(&least("Harbor Council")).await.unwrap_err();
        let Error::Conflict { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(BEFORE));
    })
    .await
}

pub async fn a_corrected_recording(pact: PactTest) -> Fragment {
    const CORRECTED: &str = "Harbor Council, May 12";
    pact.interaction("a title is corrected and a description cleared", |mut i| {
        given_a_user(&mut i);
        i.given_with_params("a VOD exists", &json!({"title": "Harbor Council"}));
        at_the_states_vod(&mut i);
        changes(&mut i, json_pattern!({"title": CORRECTED, "description": null}));
        let fixed = [("title", json_pattern!(CORRECTED)), ("description", null().into())];
        i.response.status(200).json_body(page(fixed));
        i
    })
    .exercise(|url| async move {
        let form = VodChanges {
            title: Some(CORRECTED.to_owned()),
            description: Edit::Clear,
            ..VodChanges::default()
        };
        let changed = signed_in(&url).update_vod(ID, &form).await.unwrap();
        assert_eq!(changed, Vod { title: CORRECTED.to_owned(), description: None, ..vod() });
    })
    .await
}

pub async fn a_failed_recording_tried_again(pact: PactTest) -> Fragment {
    pact.interaction("a failed recording is tried again", |mut i| {
        given_a_user(&mut i);
        i.given_with_params("a VOD exists", &json!({"status": "failed"}));
        at_the_states_vod(&mut i);
        changes(&mut i, json_pattern!({"status": "pending"}));
        i.response.status(200).json_body(page([("status", json_pattern!("pending"))]));
        i
    })
    .exercise(|url| async move {
        let again = VodChanges { status: Some(VodStatus::Pending), ..VodChanges::default() };
        assert_eq!(signed_in(&url).update_vod(ID, &again).await.unwrap(), vod());
    })
    .await
}

pub async fn a_move_that_is_not_allowed(pact: PactTest) -> Fragment {
    const REFUSED: &str = "cannot move from completed to processing";
    pact.interaction("a completed recording is moved back to processing", |mut i| {
        given_a_user(&mut i);
        i.given_with_params("a VOD exists", &json!({"status": "completed"}));
        at_the_states_vod(&mut i);
        changes(&mut i, json_pattern!({"status": "processing"}));
        refuses_field(&mut i, "status", REFUSED);
        i
    })
    .exercise(|url| async move {
        let back = VodChanges { status: Some(VodStatus::Processing), ..VodChanges::default() };
        let error = signed_in(&url).update_vod(ID, &back).await.unwrap_err();
        let Error::Invalid { fields, .. } = error else { panic!("{error:?}") };
        assert_eq!(fields, at_field("status", REFUSED));
    })
    .await
}

pub async fn a_correction_of_what_is_gone(pact: PactTest) -> Fragment {
    pact.interaction("a recording that is gone is edited", |mut i| {
        given_a_user(&mut i);
        at_no_vod(&mut i);
        changes(&mut i, json_pattern!({"title": "Harbor Council"}));
        refuses(&mut i, 404, GONE);
        i
    })
    .exercise(|url| async move {
        let form = VodChanges { title: Some("Harbor Council".to_owned()), ..VodChanges::default() };
        let error = signed_in(&url).update_vod(GONE_ID, &form).await.unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
    })
    .await
}
