//! Publishing at the station, one transcription or several, and how far that has come.

use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest, from_state};
use ui_archivist::{
    Error, NotPublished, Paging, Publication, PublicationStatus, PublicationStep, PublishOutcome, Shortage,
    SyncCounts, SyncStatus, VodId,
};

use crate::caller::{given_a_user, signed_in};
use crate::refusal::{RETRY_AFTER, refusal, refuses_for_lack_of};
use crate::station::{LOST, SHOW, at_the_states_transcription};
use crate::transcriptions::{TRANSCRIPTION, id, transcription_id};
use crate::vods::moment;

const MOMENT: &str = "2026-05-12T19:10:07Z";
const NONE: &str = "00000000-0000-4000-8000-000000000000";

fn published() -> JsonPattern {
    json_pattern!({
        "transcription_id": transcription_id(TRANSCRIPTION),
        "vod_id": integer(42),
        "title": like!("Harbor Council"),
        "status": "published",
        "step": "done",
        "show_id": integer(4127),
        "cablecast_vod_id": integer(2904),
        "error": JsonPattern::from(null()),
        "updated_at": moment(MOMENT),
    })
}

/// What the client makes of [`published`]'s example.
fn publication() -> Publication {
    Publication {
        transcription_id: id(TRANSCRIPTION),
        vod_id: VodId(42),
        title: "Harbor Council".to_owned(),
        status: PublicationStatus::Published,
        step: PublicationStep::Done,
        show_id: Some(SHOW),
        cablecast_vod_id: Some(2904),
        error: None,
        updated_at: MOMENT.parse().expect("the example is RFC 3339"),
    }
}

fn publishes(i: &mut InteractionBuilder, state: &str) {
    given_a_user(i);
    i.given(state);
    i.request.post();
    at_the_states_transcription(i, "/api/vod/publish/");
}

pub async fn one(pact: PactTest) -> Fragment {
    pact.interaction("a transcription is published", |mut i| {
        publishes(&mut i, "a transcription is linked to a show");
        i.response.status(200).json_body(published());
        i
    })
    .exercise(|url| async move {
        assert_eq!(signed_in(&url).publish(&id(TRANSCRIPTION)).await.unwrap(), publication());
    })
    .await
}

pub async fn once_more(pact: PactTest) -> Fragment {
    pact.interaction("a published transcription is published once more", |mut i| {
        publishes(&mut i, "a transcription is published");
        i.response.status(200).json_body(published());
        i
    })
    .exercise(|url| async move {
        assert_eq!(signed_in(&url).publish(&id(TRANSCRIPTION)).await.unwrap(), publication());
    })
    .await
}

pub async fn one_without_the_station(pact: PactTest) -> Fragment {
    pact.interaction("a transcription is published without the station", |mut i| {
        publishes(&mut i, "a transcription is linked to a show");
        i.given("the station cannot be used");
        refuses_for_lack_of(&mut i, "CablecastUnavailable", LOST);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).publish(&id(TRANSCRIPTION)).await.unwrap_err();
        let Error::Unavailable { refusal: shown, shortage, retry_after } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(LOST));
        assert_eq!((shortage, retry_after), (Shortage::Station, Some(RETRY_AFTER)));
    })
    .await
}

pub async fn several(pact: PactTest) -> Fragment {
    const GONE: &str = "there is no such transcription";
    pact.interaction("two transcriptions are published, and one of them is gone", |mut i| {
        given_a_user(&mut i);
        i.given("a transcription is linked to a show");
        i.request
            .post()
            .path("/api/vod/batch-publish")
            .content_type("application/json")
            .json_body(json_pattern!({"transcription_ids": [transcription_id(TRANSCRIPTION), NONE]}))
            .body_generator("$.transcription_ids[0]", from_state("${transcription_id}"));
        let done = json_pattern!({
            "transcription_id": transcription_id(TRANSCRIPTION), "publication": published(), "error": JsonPattern::from(null()),
        });
        let failed = json_pattern!({
            "transcription_id": NONE, "publication": JsonPattern::from(null()), "error": {"message": like!(GONE)},
        });
        i.response.status(200).json_body(json_pattern!({"outcomes": [done, failed]}));
        i
    })
    .exercise(|url| async move {
        let outcomes = signed_in(&url).publish_several(&[id(TRANSCRIPTION), id(NONE)]).await.unwrap();
        let publication = Some(publication());
        let done = PublishOutcome { transcription_id: id(TRANSCRIPTION), publication, error: None };
        let error = Some(NotPublished { message: GONE.to_owned() });
        let failed = PublishOutcome { transcription_id: id(NONE), publication: None, error };
        assert_eq!(outcomes, [done, failed]);
    })
    .await
}

pub async fn how_far_it_is(pact: PactTest) -> Fragment {
    pact.interaction("it is asked what is published", |mut i| {
        given_a_user(&mut i);
        i.given("a transcription exists");
        i.given("a transcription is published");
        i.request.get().path("/api/vod/sync-status").query_param("limit", "20");
        i.response.status(200).json_body(json_pattern!({
            "publications": [published()],
            "counts": {"unpublished": 1, "publishing": 0, "interrupted": 0, "published": 1},
            "total": 1, "limit": 20, "offset": 0,
        }));
        i
    })
    .exercise(|url| async move {
        let paging = Paging { limit: Some(20), offset: None };
        let status = signed_in(&url).sync_status(paging).await.unwrap();
        let counts = SyncCounts { unpublished: 1, publishing: 0, interrupted: 0, published: 1 };
        let rows = vec![publication()];
        assert_eq!(status, SyncStatus { rows, counts, total: 1, limit: 20, offset: 0 });
    })
    .await
}

/// Of one that was never published, nothing stands there but its number.
pub async fn nothing_published(pact: PactTest) -> Fragment {
    pact.interaction("it is asked what is published where nothing is", |mut i| {
        given_a_user(&mut i);
        i.given("a transcription exists");
        i.request.get().path("/api/vod/sync-status");
        i.response.status(200).json_body(json_pattern!({
            "publications": [],
            "counts": {"unpublished": 1, "publishing": 0, "interrupted": 0, "published": 0},
            "total": 0, "limit": integer(50), "offset": 0,
        }));
        i
    })
    .exercise(|url| async move {
        let status = signed_in(&url).sync_status(Paging::default()).await.unwrap();
        assert_eq!((status.rows, status.total), (vec![], 0));
    })
    .await
}
