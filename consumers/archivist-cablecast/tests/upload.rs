//! A whole upload against a server that takes it, and then says how far it has come.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::time::Duration;

use archivist_cablecast::{
    Cablecast, Credentials, Error, FileStoreId, Limits, Malformed, Polling, UploadState,
};
use serde_json::json;
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const TWO_SEGMENTS: usize = 6 * 1024 * 1024;

fn answer(state: u8) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"fileUpload": {"id": 77, "state": state, "asset": null}}))
}

/// A server that takes an upload of two segments and is then in these states, one poll after the other.
async fn upload_through(states: &[u8]) -> Result<UploadState, Error> {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/cablecastapi/v1/fileuploads"))
        .and(header("authorization", "Basic YXJjaGl2ZTpzM2NyZXQ="))
        .and(body_partial_json(json!({"fileUpload": {"totalSegments": 2, "size": TWO_SEGMENTS}})))
        .respond_with(answer(1))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(path("/cablecastapi/v1/fileuploads/77/upload"))
        .respond_with(ResponseTemplate::new(200))
        .expect(2)
        .mount(&server)
        .await;
    Mock::given(method("PUT")).respond_with(answer(2)).expect(1).mount(&server).await;
    for state in states {
        Mock::given(method("GET"))
            .respond_with(answer(*state))
            .up_to_n_times(1)
            .expect(1)
            .mount(&server)
            .await;
    }
    let station =
        Cablecast::new(&server.uri(), Credentials::new("archive", "s3cret"), Limits::default()).unwrap();
    let polling = Polling { every: Duration::ZERO, at_most: 3 };
    let content = vec![b'x'; TWO_SEGMENTS];
    Ok(station.upload_caption(FileStoreId(11), "a.scc", &content, polling).await?.state)
}

#[tokio::test]
async fn an_upload_is_watched_until_it_is_finished() {
    assert_eq!(upload_through(&[3, 4, 5]).await.unwrap(), UploadState::Finished);
}

#[tokio::test]
async fn an_upload_that_fails_or_takes_too_long_is_an_error() {
    for (states, expected) in [
        (&[3, 0][..], UploadState::Error),
        (&[6], UploadState::TimedOut),
        (&[3, 3, 4], UploadState::Transferring),
    ] {
        let failed = upload_through(states).await.unwrap_err();
        assert!(matches!(failed, Error::Upload { state } if state == expected), "{failed}");
    }
}

#[tokio::test]
async fn an_upload_state_that_nobody_documented_is_malformed() {
    let failed = upload_through(&[9]).await.unwrap_err();
    assert!(matches!(failed, Error::Malformed(Malformed::Body { .. })), "{failed}");
}

#[tokio::test]
async fn an_empty_file_is_not_sent() {
    let server = MockServer::start().await;
    let station =
        Cablecast::new(&server.uri(), Credentials::new("archive", "s3cret"), Limits::default()).unwrap();
    let empty = station.begin_upload(FileStoreId(11), "a.scc", 0).await;
    assert!(matches!(empty, Err(Error::FileSize { size: 0 })));
    assert!(server.received_requests().await.unwrap().is_empty());
}
