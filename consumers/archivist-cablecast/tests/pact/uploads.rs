//! The three steps of an upload, and how it is seen to be finished.

use archivist_cablecast::{AssetId, Error, FileStoreId, FileUploadId, UploadState};
use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};
use pact_models::bodies::OptionalBody;
use serde_json::json;

use crate::{answers_created, client, given_valid_credentials, signed};

const CAPTIONS: &str = "Scenarist_SCC V1.0\n\n00:00:01:00\t9420 9420 94ae 94ae\n";
const FILE_NAME: &str = "4130-1 School Committee.scc";

fn given_a_begun_upload(i: &mut InteractionBuilder) {
    i.given_with_params("a file upload has begun", &json!({"file_upload_id": 77, "total_segments": 1}));
}

fn upload(
    id: impl Into<JsonPattern>,
    state: impl Into<JsonPattern>,
    asset: impl Into<JsonPattern>,
) -> JsonPattern {
    json_pattern!({"fileUpload": {"id": id.into(), "state": state.into(), "asset": asset.into()}})
}

fn no_asset_yet() -> NullOr {
    null_or(integer(15_302)).answering_null()
}

fn begins(i: &mut InteractionBuilder) {
    let body = json!({"fileUpload": {
        "fileName": FILE_NAME, "destinationStore": 11, "totalSegments": 1, "size": CAPTIONS.len(),
    }});
    signed(i, "POST", "/fileuploads").request.header("Content-Type", "application/json").json_body(body);
}

pub async fn the_begin_of_an_upload(pact: PactTest) -> Fragment {
    pact.interaction("a request to begin the upload of a caption file", |mut i| {
        given_valid_credentials(&mut i);
        i.given_with_params("a file store exists", &json!({"id": 11}));
        begins(&mut i);
        answers_created(&mut i, upload(integer(77), 1, no_asset_yet()));
        i
    })
    .exercise(|url| async move {
        let begun =
            client(&url).begin_upload(FileStoreId(11), FILE_NAME, CAPTIONS.len() as u64).await.unwrap();
        assert_eq!((begun.id, begun.state, begun.asset), (FileUploadId(77), UploadState::Uploading, None));
    })
    .await
}

pub async fn a_begin_without_valid_credentials(pact: PactTest) -> Fragment {
    pact.interaction("a request to begin an upload with a password that is not valid", |mut i| {
        i.given_with_params("a file store exists", &json!({"id": 11}));
        begins(&mut i);
        i.response.status(401);
        i
    })
    .exercise(|url| async move {
        let refused =
            client(&url).begin_upload(FileStoreId(11), FILE_NAME, CAPTIONS.len() as u64).await.unwrap_err();
        assert!(matches!(refused, Error::Unauthorized), "{refused}");
    })
    .await
}

/// The boundary is the client's to choose anew each time, so the parts are compared and the boundary is not.
fn sends_a_segment(i: &mut InteractionBuilder, id: i32) {
    let content_type = "multipart/form-data; boundary=a-segment";
    let body = format!(
        "--a-segment\r\nContent-Disposition: form-data; name=\"segment\"\r\n\r\n0\r\n\
         --a-segment\r\nContent-Disposition: form-data; name=\"file\"; filename=\"segment\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n{CAPTIONS}\r\n--a-segment--\r\n"
    );
    signed(i, "POST", &format!("/fileuploads/{id}/upload"));
    i.request.header("Content-Type", term!("^multipart/form-data; ?boundary=.+$", content_type));
    *i.request.body_and_matching_rules_mut().0 =
        OptionalBody::Present(body.into(), Some(content_type.into()), None);
}

pub async fn a_segment_of_an_upload(pact: PactTest) -> Fragment {
    pact.interaction("a request to send a segment of a file", |mut i| {
        given_valid_credentials(&mut i);
        given_a_begun_upload(&mut i);
        sends_a_segment(&mut i, 77);
        i.response.matching_status(HttpStatus::Success, 200);
        i
    })
    .exercise(|url| async move {
        client(&url).send_segment(FileUploadId(77), 0, CAPTIONS.as_bytes()).await.unwrap();
    })
    .await
}

pub async fn a_segment_of_an_unknown_upload(pact: PactTest) -> Fragment {
    pact.interaction("a request to send a segment of an upload that does not exist", |mut i| {
        given_valid_credentials(&mut i);
        sends_a_segment(&mut i, 404_404);
        i.response.status(404);
        i
    })
    .exercise(|url| async move {
        let segment = client(&url).send_segment(FileUploadId(404_404), 0, CAPTIONS.as_bytes()).await;
        assert!(matches!(segment, Err(Error::NotFound)));
    })
    .await
}

pub async fn the_end_of_an_upload(pact: PactTest) -> Fragment {
    pact.interaction("a request to end an upload", |mut i| {
        given_valid_credentials(&mut i);
        given_a_begun_upload(&mut i);
        let body = json!({"fileUpload": {"state": 2}});
        signed(&mut i, "PUT", "/fileuploads/77")
            .request
            .header("Content-Type", "application/json")
            .json_body(body);
        // The server may already have worked on: anything but an error or a time-out will do.
        i.response.json_body(upload(77, one_of(&[2, 3, 4, 5], 2), no_asset_yet()));
        i
    })
    .exercise(|url| async move {
        let ended = client(&url).end_upload(FileUploadId(77)).await.unwrap();
        assert_eq!(ended.state, UploadState::UploadingComplete);
    })
    .await
}

pub async fn an_upload_that_is_finished(pact: PactTest) -> Fragment {
    pact.interaction("a request for an upload that is finished", |mut i| {
        given_valid_credentials(&mut i);
        i.given_with_params("a caption file was uploaded", &json!({"file_upload_id": 77}));
        signed(&mut i, "GET", "/fileuploads/77");
        i.response.json_body(upload(77, 5, null_or(integer(15_302))));
        i
    })
    .exercise(|url| async move {
        let finished = client(&url).upload(FileUploadId(77)).await.unwrap();
        assert_eq!((finished.state, finished.asset), (UploadState::Finished, Some(AssetId(15_302))));
    })
    .await
}

pub async fn an_unknown_upload(pact: PactTest) -> Fragment {
    pact.interaction("a request for an upload that does not exist", |mut i| {
        given_valid_credentials(&mut i);
        signed(&mut i, "GET", "/fileuploads/404404");
        i.response.status(404);
        i
    })
    .exercise(|url| async move {
        let missing = client(&url).upload(FileUploadId(404_404)).await.unwrap_err();
        assert!(matches!(missing, Error::NotFound), "{missing}");
    })
    .await
}
