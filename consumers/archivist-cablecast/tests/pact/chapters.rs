//! Chapters: as rows, as a WebVTT track, and a new one.

use archivist_cablecast::{ChapterId, Error, NewChapter, VodId};
use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};
use serde_json::json;

use crate::{PREFIX, answers_created, client, given_valid_credentials, no_text_or_any, open, signed};

fn given_chapters(i: &mut InteractionBuilder) {
    i.given_with_params("a VOD has chapters", &json!({"vod_id": 2904}));
}

pub async fn the_chapters_of_a_vod(pact: PactTest) -> Fragment {
    pact.interaction("a request for the chapters of a VOD", |mut i| {
        given_chapters(&mut i);
        open(&mut i, "GET", "/chapters").request.query_param("vod", "2904");
        let chapter = json_pattern!({
            "id": integer(902),
            "vod": equal_to(2904),
            "title": like!("Public comment"),
            "body": no_text_or_any(),
            "offset": integer(754),
            "deleted": like!(false),
            "hidden": like!(false),
        });
        i.response.json_body(json_pattern!({"chapters": list_of(chapter).at_least(1)}));
        i
    })
    .exercise(|url| async move {
        let chapters = client(&url).chapters(VodId(2904)).await.unwrap();
        assert_eq!((chapters[0].id, chapters[0].offset), (ChapterId(902), 754));
        assert_eq!((chapters[0].title.as_str(), chapters[0].body.as_ref()), ("Public comment", None));
    })
    .await
}

fn asks_for_the_track(i: &mut InteractionBuilder, vod: i32) {
    i.request.path(format!("{PREFIX}/vods/{vod}/chapters")).header("Accept", "text/vtt");
}

pub async fn the_chapters_as_webvtt(pact: PactTest) -> Fragment {
    pact.interaction("a request for the chapters of a VOD as WebVTT", |mut i| {
        given_chapters(&mut i);
        asks_for_the_track(&mut i, 2904);
        // What follows the header is for players; the archive stores it as it is.
        let track =
            term!(r"^WEBVTT[\s\S]*$", "WEBVTT FILE\n\n1\n00:00:00.000 --> 00:12:34.000\nCall to order\n");
        i.response.body_matching2(track, "text/vtt");
        i
    })
    .exercise(|url| async move {
        let track = client(&url).chapter_track(VodId(2904)).await.unwrap();
        assert!(track.as_str().ends_with("Call to order\n"));
    })
    .await
}

pub async fn the_webvtt_of_an_unknown_vod(pact: PactTest) -> Fragment {
    pact.interaction("a request for the WebVTT of a VOD that does not exist", |mut i| {
        asks_for_the_track(&mut i, 404_404);
        i.response.status(404);
        i
    })
    .exercise(|url| async move {
        let missing = client(&url).chapter_track(VodId(404_404)).await.unwrap_err();
        assert!(matches!(missing, Error::NotFound), "{missing}");
    })
    .await
}

fn new_chapter() -> NewChapter {
    NewChapter { vod: VodId(2904), title: "Public comment".to_owned(), body: None, offset: 754 }
}

fn posts_a_chapter(i: &mut InteractionBuilder) {
    let body = json!({"chapter": {
        "vod": 2904,
        "title": "Public comment",
        "body": null,
        "operatorNote": null,
        "offset": 754,
        "quickAdded": false,
        "order": null,
        "deleted": false,
    }});
    signed(i, "POST", "/chapters").request.header("Content-Type", "application/json").json_body(body);
}

pub async fn a_new_chapter(pact: PactTest) -> Fragment {
    pact.interaction("a request to add a chapter", |mut i| {
        given_valid_credentials(&mut i);
        i.given_with_params("a VOD exists", &json!({"id": 2904}));
        posts_a_chapter(&mut i);
        answers_created(&mut i, json_pattern!({"chapter": {"id": integer(902)}}));
        i
    })
    .exercise(|url| async move {
        assert_eq!(client(&url).create_chapter(&new_chapter()).await.unwrap(), ChapterId(902));
    })
    .await
}

pub async fn a_new_chapter_without_valid_credentials(pact: PactTest) -> Fragment {
    pact.interaction("a request to add a chapter with a password that is not valid", |mut i| {
        i.given_with_params("a VOD exists", &json!({"id": 2904}));
        posts_a_chapter(&mut i);
        i.response.status(401);
        i
    })
    .exercise(|url| async move {
        let refused = client(&url).create_chapter(&new_chapter()).await.unwrap_err();
        assert!(matches!(refused, Error::Unauthorized), "{refused}");
    })
    .await
}
