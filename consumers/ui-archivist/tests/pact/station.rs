//! The station's shows, and which of them a transcription belongs to.

use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest, from_state};
use serde_json::json;
use ui_archivist::{Error, Link, Shortage, Show, ShowFilter, ShowId, ShowPage, Suggestion};

use crate::caller::{given_a_user, signed_in};
use crate::refusal::{RETRY_AFTER, refusal, refuses, refuses_for_lack_of};
use crate::transcriptions::{TRANSCRIPTION, id};
use crate::vods::moment;

const EVENT_DATE: &str = "2026-05-12T23:30:00Z";
const LINKED_AT: &str = "2026-05-12T19:05:00Z";
pub const SHOW: ShowId = ShowId(4127);
pub const LOST: &str = "the Cablecast server does not answer";

fn show_members() -> JsonPattern {
    json_pattern!({
        "id": integer(4127),
        "title": like!("Harbor Council 2026-05-12"),
        "cg_title": null_or(like!("Harbor City Council")),
        "event_date": moment(EVENT_DATE),
        "total_run_time": integer(5421),
        "has_captions": like!(false),
        "has_vod": like!(true),
    })
}

/// What the client makes of [`show_members`]' example.
fn show() -> Show {
    Show {
        id: SHOW,
        title: "Harbor Council 2026-05-12".to_owned(),
        cg_title: Some("Harbor City Council".to_owned()),
        event_date: EVENT_DATE.parse().expect("the example is RFC 3339"),
        total_run_time: 5421,
        has_captions: false,
        has_vod: true,
    }
}

/// A request about the transcription that the state returned the id of: below `path`, which ends in a slash.
pub fn at_the_states_transcription(i: &mut InteractionBuilder, path: &str) {
    let pattern = format!("^{path}[A-Za-z0-9_-]{{1,64}}$");
    let example = format!("{path}{TRANSCRIPTION}");
    i.request.path_from_provider_state(format!("{path}${{transcription_id}}"), term!(&pattern, example));
}

fn at_its_link(i: &mut InteractionBuilder) {
    at_the_states_transcription(i, "/api/cablecast/link/");
}

/// A request for one page of the shows with these words in the title.
fn looks_for(i: &mut InteractionBuilder, words: &str) {
    i.request.get().path("/api/cablecast/shows").query_param("search", words).query_param("limit", "20");
}

fn filter(words: &str) -> ShowFilter {
    ShowFilter { search: Some(words.to_owned()), limit: Some(20), offset: None }
}

pub async fn shows_with_these_words(pact: PactTest) -> Fragment {
    pact.interaction("shows of the station are looked for", |mut i| {
        given_a_user(&mut i);
        i.given_with_params("the station has a show", &json!({"title": "Harbor Council, May 12"}));
        looks_for(&mut i, "harbor council");
        i.response.status(200).json_body(json_pattern!({
            "shows": list_of(show_members()).at_least(1), "total": integer(1), "limit": 20, "offset": 0,
        }));
        i
    })
    .exercise(|url| async move {
        let page = signed_in(&url).shows(&filter("harbor council")).await.unwrap();
        assert_eq!(page, ShowPage { rows: vec![show()], total: 1, limit: 20, offset: 0 });
    })
    .await
}

pub async fn no_shows_with_these_words(pact: PactTest) -> Fragment {
    pact.interaction("shows of the station are looked for that it does not have", |mut i| {
        given_a_user(&mut i);
        looks_for(&mut i, "zeppelin timetable");
        i.response.status(200).json_body(json_pattern!({"shows": [], "total": 0, "limit": 20, "offset": 0}));
        i
    })
    .exercise(|url| async move {
        let page = signed_in(&url).shows(&filter("zeppelin timetable")).await.unwrap();
        assert_eq!(page, ShowPage { rows: vec![], total: 0, limit: 20, offset: 0 });
    })
    .await
}

pub async fn shows_without_the_station(pact: PactTest) -> Fragment {
    pact.interaction("shows are looked for without the station", |mut i| {
        given_a_user(&mut i);
        i.given("the station cannot be used");
        looks_for(&mut i, "harbor council");
        refuses_for_lack_of(&mut i, "CablecastUnavailable", LOST);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).shows(&filter("harbor council")).await.unwrap_err();
        let Error::Unavailable { refusal: shown, shortage, retry_after } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(LOST));
        assert_eq!((shortage, retry_after), (Shortage::Station, Some(RETRY_AFTER)));
    })
    .await
}

pub async fn suggestions(pact: PactTest) -> Fragment {
    pact.interaction("the shows that fit a transcription are asked for", |mut i| {
        given_a_user(&mut i);
        i.given("the station has a show");
        i.given("a transcription exists");
        i.request.get();
        at_the_states_transcription(&mut i, "/api/cablecast/suggestions/");
        let row = json_pattern!({
            "show": show_members(),
            "score": number(0.93),
            "title": number(0.86),
            "date": null_or(number(1)),
            "duration": null_or(number(1)),
        });
        i.response.status(200).json_body(json_pattern!({
            "suggestions": list_of(row).at_least(1), "sure": null_or(integer(4127)),
        }));
        i
    })
    .exercise(|url| async move {
        let found = signed_in(&url).suggested_shows(&id(TRANSCRIPTION)).await.unwrap();
        let best =
            Suggestion { show: show(), score: 0.93, title: 0.86, date: Some(1.0), duration: Some(1.0) };
        assert_eq!((found.rows, found.sure), (vec![best], Some(SHOW)));
    })
    .await
}

fn is_linked(i: &mut InteractionBuilder) {
    i.response.status(200).json_body(json_pattern!({
        "show_id": integer(4127), "by_itself": false, "linked_at": moment(LINKED_AT),
    }));
}

fn link() -> Link {
    let linked_at = LINKED_AT.parse().expect("the example is RFC 3339");
    Link { show_id: SHOW, by_itself: false, linked_at }
}

pub async fn the_linked_show(pact: PactTest) -> Fragment {
    pact.interaction("the show of a transcription is asked for", |mut i| {
        given_a_user(&mut i);
        i.given("a transcription is linked to a show");
        i.request.get();
        at_its_link(&mut i);
        is_linked(&mut i);
        i
    })
    .exercise(|url| async move {
        assert_eq!(signed_in(&url).linked_show(&id(TRANSCRIPTION)).await.unwrap(), Some(link()));
    })
    .await
}

pub async fn no_linked_show(pact: PactTest) -> Fragment {
    pact.interaction("the show of a transcription is asked for that is linked to none", |mut i| {
        given_a_user(&mut i);
        i.given("a transcription exists");
        i.request.get();
        at_its_link(&mut i);
        refuses(&mut i, 404, "the transcription is linked to no show");
        i
    })
    .exercise(|url| async move {
        assert_eq!(signed_in(&url).linked_show(&id(TRANSCRIPTION)).await.unwrap(), None);
    })
    .await
}

fn links(i: &mut InteractionBuilder) {
    i.request
        .post()
        .content_type("application/json")
        .json_body(json_pattern!({"show_id": integer(4127)}))
        .body_generator("$.show_id", from_state("${show_id}"));
    at_its_link(i);
}

pub async fn a_show_is_chosen(pact: PactTest) -> Fragment {
    pact.interaction("a transcription is linked to a show", |mut i| {
        given_a_user(&mut i);
        i.given("a transcription exists");
        i.given("the station has a show");
        links(&mut i);
        is_linked(&mut i);
        i
    })
    .exercise(|url| async move {
        assert_eq!(signed_in(&url).link_show(&id(TRANSCRIPTION), SHOW).await.unwrap(), link());
    })
    .await
}

pub async fn another_show_is_chosen(pact: PactTest) -> Fragment {
    const LINKED: &str = "the transcription is linked to another show: unlink it first";
    pact.interaction("a transcription is linked to another show than its own", |mut i| {
        given_a_user(&mut i);
        i.given("a transcription is linked to a show");
        // Its id is the one that the request is made with: it comes later.
        i.given("the station has a show");
        links(&mut i);
        refuses(&mut i, 409, LINKED);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).link_show(&id(TRANSCRIPTION), SHOW).await.unwrap_err();
        let Error::Conflict { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(LINKED));
    })
    .await
}

pub async fn a_show_that_is_gone_is_chosen(pact: PactTest) -> Fragment {
    const GONE: &str = "there is no such show at the station";
    pact.interaction("a transcription is linked to a show that the station does not have", |mut i| {
        given_a_user(&mut i);
        i.given("a transcription exists");
        i.request.post().content_type("application/json").json_body(json_pattern!({"show_id": 999_999}));
        at_its_link(&mut i);
        refuses(&mut i, 404, GONE);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).link_show(&id(TRANSCRIPTION), ShowId(999_999)).await.unwrap_err();
        let Error::NotFound { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(GONE));
    })
    .await
}

pub async fn a_link_is_taken_away(pact: PactTest) -> Fragment {
    pact.interaction("the link of a transcription is taken away", |mut i| {
        given_a_user(&mut i);
        i.given("a transcription is linked to a show");
        i.request.delete();
        at_its_link(&mut i);
        i.response.status(204);
        i
    })
    .exercise(|url| async move { signed_in(&url).unlink_show(&id(TRANSCRIPTION)).await.unwrap() })
    .await
}

pub async fn the_link_of_what_is_published_stays(pact: PactTest) -> Fragment {
    const PUBLISHED: &str = "the transcription is published";
    pact.interaction("the link of a published transcription is taken away", |mut i| {
        given_a_user(&mut i);
        i.given("a transcription is published");
        i.request.delete();
        at_its_link(&mut i);
        refuses(&mut i, 409, PUBLISHED);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).unlink_show(&id(TRANSCRIPTION)).await.unwrap_err();
        let Error::Conflict { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(PUBLISHED));
    })
    .await
}
