//! VODs: one, all, a new one, how far it has come, and how they are made.

use archivist_cablecast::{
    Error, LocationId, NewVod, QualityId, ShowId, VodConfigurationId, VodId, VodState,
};
use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};
use serde_json::json;

use crate::{answers_created, client, given_valid_credentials, no_text_or_any, open, signed};

const STATES: [&str; 9] = [
    "unknown",
    "queued",
    "processing",
    "partial",
    "complete",
    "error",
    "permanentFailure",
    "disabled",
    "waiting",
];

/// What every VOD has, in whatever state.
fn vod(id: impl Into<JsonPattern>, state: impl Into<JsonPattern>, url: NullOr) -> JsonPattern {
    json_pattern!({
        "id": id.into(),
        "show": integer(4127),
        "vodConfiguration": integer(1),
        "quality": null_or(integer(2)).answering_null(),
        "fileName": no_text_or_any(),
        "length": integer(5421),
        "url": url,
        "vodState": state.into(),
        "percentComplete": number(1.0),
        "errorMessage": null_or(like!("the source file is missing")),
        "isWatchable": like!(true),
        "chapters": list_of(integer(901)),
        "chaptersPublished": like!(true),
    })
}

fn any_state(example: &str) -> Ruled {
    one_of(&STATES, example)
}

fn address() -> NullOr {
    null_or(term!("^https?://.+$", "https://cablecast.example.org/store-3/4127-Harbor-Council-v1/vod.mp4"))
}

fn status(state: impl Into<JsonPattern>, done: f64, error: impl Into<JsonPattern>) -> JsonPattern {
    json_pattern!({"vodStatus": {
        "id": integer(2904), "vodState": state.into(), "percentComplete": number(done), "errorMessage": error.into(),
    }})
}

pub async fn a_vod_that_is_complete(pact: PactTest) -> Fragment {
    pact.interaction("a request for a VOD that is complete", |mut i| {
        i.given_with_params(
            "a show with a VOD exists",
            &json!({"show_id": 4127, "vod_id": 2904, "vod_state": "complete"}),
        );
        open(&mut i, "GET", "/vods/2904");
        let mut expected = vod(2904, "complete", address());
        if let JsonPattern::Object(members) = &mut expected {
            members.insert("show".to_owned(), 4127.into());
            // A complete VOD is worth nothing without its address.
            let address = term!("^https?://.+$", "https://cablecast.example.org/store-3/4127-v1/vod.mp4");
            members.insert("url".to_owned(), address.into());
        }
        i.response.json_body(json_pattern!({"vod": expected}));
        i
    })
    .exercise(|url| async move {
        let vod = client(&url).vod(VodId(2904)).await.unwrap();
        assert_eq!((vod.show, vod.vod_state), (ShowId(4127), VodState::Complete));
        assert_eq!(vod.url.unwrap(), "https://cablecast.example.org/store-3/4127-v1/vod.mp4");
        assert_eq!((vod.quality, vod.file_name), (None, None));
        assert!(vod.is_watchable && vod.chapters_published);
    })
    .await
}

pub async fn a_vod_that_waits(pact: PactTest) -> Fragment {
    pact.interaction("a request for a VOD that is queued", |mut i| {
        i.given_with_params("a VOD exists", &json!({"id": 2905, "vod_state": "queued"}));
        open(&mut i, "GET", "/vods/2905");
        i.response.json_body(json_pattern!({"vod": vod(2905, "queued", address().answering_null())}));
        i
    })
    .exercise(|url| async move {
        let vod = client(&url).vod(VodId(2905)).await.unwrap();
        assert_eq!((vod.vod_state, vod.url), (VodState::Queued, None));
    })
    .await
}

pub async fn an_unknown_vod(pact: PactTest) -> Fragment {
    pact.interaction("a request for a VOD that does not exist", |mut i| {
        open(&mut i, "GET", "/vods/404404");
        i.response.status(404);
        i
    })
    .exercise(|url| async move {
        let missing = client(&url).vod(VodId(404_404)).await.unwrap_err();
        assert!(matches!(missing, Error::NotFound), "{missing}");
    })
    .await
}

pub async fn every_page_of_the_vods(pact: PactTest) -> Fragment {
    let given = |i: &mut InteractionBuilder| {
        for id in [2904, 2905, 2906] {
            i.given_with_params("a VOD exists", &json!({"id": id}));
        }
    };
    let page = |id: i64| {
        let vods = list_of(vod(integer(id), any_state("complete"), address())).at_least(1);
        json_pattern!({"meta": {"pageSize": integer(2), "count": integer(3)}, "vods": vods})
    };
    pact.interaction("a request for the first page of the VODs", |mut i| {
        given(&mut i);
        open(&mut i, "GET", "/vods").request.query_param("offset", "0").query_param("page_size", "2");
        i.response.json_body(page(2904));
        i
    })
    .interaction("a request for the second page of the VODs", |mut i| {
        given(&mut i);
        open(&mut i, "GET", "/vods").request.query_param("offset", "1").query_param("page_size", "2");
        i.response.json_body(page(2906));
        i
    })
    .exercise(|url| async move {
        let ids: Vec<VodId> = client(&url).vods().await.unwrap().iter().map(|vod| vod.id).collect();
        assert_eq!(ids, [VodId(2904), VodId(2906)]);
    })
    .await
}

fn posts_a_vod(i: &mut InteractionBuilder, show: i32) {
    let body = json!({"vod": {"show": show, "vodConfiguration": 1}});
    signed(i, "POST", "/vods").request.header("Content-Type", "application/json").json_body(body);
}

fn new_vod(show: i32) -> NewVod {
    NewVod { show: ShowId(show), configuration: VodConfigurationId(1) }
}

pub async fn a_new_vod(pact: PactTest) -> Fragment {
    pact.interaction("a request to make a VOD of a show", |mut i| {
        given_valid_credentials(&mut i);
        i.given_with_params("a show exists", &json!({"id": 4130}));
        i.given("VOD configurations exist");
        posts_a_vod(&mut i, 4130);
        answers_created(&mut i, json_pattern!({"vod": {"id": integer(2910)}}));
        i
    })
    .exercise(|url| async move {
        assert_eq!(client(&url).create_vod(&new_vod(4130)).await.unwrap(), VodId(2910));
    })
    .await
}

pub async fn a_new_vod_without_valid_credentials(pact: PactTest) -> Fragment {
    pact.interaction("a request to make a VOD with a password that is not valid", |mut i| {
        i.given_with_params("a show exists", &json!({"id": 4130}));
        posts_a_vod(&mut i, 4130);
        i.response.status(401);
        i
    })
    .exercise(|url| async move {
        let refused = client(&url).create_vod(&new_vod(4130)).await.unwrap_err();
        assert!(matches!(refused, Error::Unauthorized), "{refused}");
    })
    .await
}

pub async fn a_new_vod_of_an_unknown_show(pact: PactTest) -> Fragment {
    pact.interaction("a request to make a VOD of a show that does not exist", |mut i| {
        given_valid_credentials(&mut i);
        i.given_with_params("no show has the id", &json!({"id": 404_404}));
        posts_a_vod(&mut i, 404_404);
        i.response.status(400);
        i
    })
    .exercise(|url| async move {
        let refused = client(&url).create_vod(&new_vod(404_404)).await.unwrap_err();
        assert!(matches!(refused, Error::Rejected { status: 400, .. }), "{refused}");
    })
    .await
}

pub async fn the_status_of_a_vod(pact: PactTest) -> Fragment {
    pact.interaction("a request for the status of a VOD", |mut i| {
        i.given_with_params("a VOD exists", &json!({"id": 2904}));
        open(&mut i, "GET", "/vodstatuses/2904");
        i.response.json_body(status(any_state("processing"), 0.42, no_text_or_any()));
        i
    })
    .exercise(|url| async move {
        let status = client(&url).vod_status(VodId(2904)).await.unwrap();
        assert_eq!((status.vod_state, status.error_message), (VodState::Processing, None));
        assert!((status.percent_complete - 0.42).abs() < f64::EPSILON);
    })
    .await
}

pub async fn the_status_of_a_failed_vod(pact: PactTest) -> Fragment {
    pact.interaction("a request for the status of a VOD that failed", |mut i| {
        i.given_with_params("a VOD exists", &json!({"id": 2904, "vod_state": "error"}));
        open(&mut i, "GET", "/vodstatuses/2904");
        i.response.json_body(status("error", 0.1, null_or(like!("the source file is missing"))));
        i
    })
    .exercise(|url| async move {
        let status = client(&url).vod_status(VodId(2904)).await.unwrap();
        assert_eq!(status.vod_state, VodState::Error);
        assert_eq!(status.error_message.unwrap(), "the source file is missing");
    })
    .await
}

pub async fn the_status_of_an_unknown_vod(pact: PactTest) -> Fragment {
    pact.interaction("a request for the status of a VOD that does not exist", |mut i| {
        open(&mut i, "GET", "/vodstatuses/404404");
        i.response.status(404);
        i
    })
    .exercise(|url| async move {
        let missing = client(&url).vod_status(VodId(404_404)).await.unwrap_err();
        assert!(matches!(missing, Error::NotFound), "{missing}");
    })
    .await
}

pub async fn the_qualities(pact: PactTest) -> Fragment {
    pact.interaction("a request for the transcode qualities", |mut i| {
        i.given("VOD configurations exist");
        open(&mut i, "GET", "/vodtranscodequalities");
        let quality = json_pattern!({"id": integer(2), "name": like!("720p")});
        i.response.json_body(json_pattern!({"vodTranscodeQualities": list_of(quality).at_least(1)}));
        i
    })
    .exercise(|url| async move {
        let qualities = client(&url).qualities().await.unwrap();
        assert_eq!((qualities[0].id, qualities[0].name.as_str()), (QualityId(2), "720p"));
    })
    .await
}

pub async fn the_configurations(pact: PactTest) -> Fragment {
    pact.interaction("a request for the VOD configurations", |mut i| {
        given_valid_credentials(&mut i);
        i.given("VOD configurations exist");
        signed(&mut i, "GET", "/vodconfigurations");
        let configuration = json_pattern!({
            "id": integer(1),
            "location": integer(1),
            "defaultQuality": integer(2),
            "vodTranscodeQualities": list_of(integer(2)),
        });
        i.response.json_body(json_pattern!({"vodConfigurations": list_of(configuration).at_least(1)}));
        i
    })
    .exercise(|url| async move {
        let configurations = client(&url).vod_configurations().await.unwrap();
        assert_eq!(configurations[0].location, LocationId(1));
        assert_eq!(configurations[0].qualities, [QualityId(2)]);
    })
    .await
}
