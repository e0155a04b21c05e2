//! Shows: one, some, all, and a new one.

use archivist_cablecast::{Error, LocationId, NewShow, ProjectId, ShowFilter, ShowId, VodId};
use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};
use serde_json::{Value, json};

use crate::{answers_created, client, given_valid_credentials, moment, no_text_or_any, open, signed};

fn show(id: impl Into<JsonPattern>) -> JsonPattern {
    json_pattern!({
        "id": id.into(),
        "location": integer(1),
        "title": like!("Harbor Council 2026-05-12"),
        "cgTitle": null_or(like!("Harbor City Council - May 12, 2026")),
        "comments": null_or(like!("Regular session of the Harbor City Council.")),
        "project": null_or(integer(3)),
        "eventDate": moment("2026-05-12T18:30:00-05:00"),
        "lastModified": moment("2026-05-13T09:02:11.207-05:00"),
        "totalRunTime": integer(5421),
        "hasCaptions": like!(true),
        "reels": list_of(integer(4188)),
        "vods": list_of(integer(2904)),
    })
}

fn page(page_size: i64, count: i64, shows: ListOf) -> JsonPattern {
    json_pattern!({"meta": {"pageSize": integer(page_size), "count": integer(count)}, "shows": shows})
}

fn some_shows() -> ListOf {
    list_of(show(integer(4127))).at_least(1)
}

fn given_a_show(i: &mut InteractionBuilder) {
    i.given_with_params("a show exists", &json!({"id": 4127, "title": "Harbor Council 2026-05-12"}));
}

fn new_show() -> NewShow {
    NewShow {
        title: "School Committee 2026-06-02".to_owned(),
        cg_title: "School Committee - June 2, 2026".to_owned(),
        cg_exempt: false,
        comments: "Uploaded by the archive job".to_owned(),
        location: LocationId(1),
    }
}

fn new_show_body() -> Value {
    json!({"show": {
        "title": "School Committee 2026-06-02",
        "cgTitle": "School Committee - June 2, 2026",
        "cgExempt": false,
        "comments": "Uploaded by the archive job",
        "location": 1,
        "customFields": [],
    }})
}

pub async fn a_show_with_a_vod(pact: PactTest) -> Fragment {
    pact.interaction("a request for a show", |mut i| {
        i.given_with_params("a show with a VOD exists", &json!({"show_id": 4127, "vod_id": 2904}));
        open(&mut i, "GET", "/shows/4127");
        let mut expected = show(4127);
        if let JsonPattern::Object(members) = &mut expected {
            members.insert("vods".to_owned(), list_of(integer(2904)).at_least(1).into());
        }
        i.response.json_body(json_pattern!({"show": expected}));
        i
    })
    .exercise(|url| async move {
        let show = client(&url).show(ShowId(4127)).await.unwrap();
        assert_eq!(show.id, ShowId(4127));
        assert_eq!(show.vods, [VodId(2904)]);
        assert_eq!(show.event_date.to_rfc3339(), "2026-05-12T18:30:00-05:00");
        assert_eq!(show.last_modified.timestamp_subsec_millis(), 207);
        assert_eq!(show.total_run_time, 5421);
        assert!(show.has_captions);
    })
    .await
}

pub async fn a_show_without_public_texts(pact: PactTest) -> Fragment {
    pact.interaction("a request for a show that may lack what is public", |mut i| {
        i.given_with_params("a show exists", &json!({"id": 4128}));
        open(&mut i, "GET", "/shows/4128");
        i.response.json_body(json_pattern!({"show": {
            "id": 4128,
            "location": integer(1),
            "title": like!("Planning Board"),
            "cgTitle": no_text_or_any(),
            "comments": no_text_or_any(),
            "project": null_or(integer(3)).answering_null(),
            "eventDate": moment("2026-05-12T18:30:00Z"),
            "lastModified": moment("2026-05-12T18:30:00.62Z"),
            "totalRunTime": integer(0),
            "hasCaptions": like!(false),
            "reels": list_of(integer(1)),
            "vods": list_of(integer(1)),
        }}));
        i
    })
    .exercise(|url| async move {
        let show = client(&url).show(ShowId(4128)).await.unwrap();
        assert_eq!((show.cg_title, show.comments, show.project), (None, None, None));
    })
    .await
}

pub async fn an_unknown_show(pact: PactTest) -> Fragment {
    pact.interaction("a request for a show that does not exist", |mut i| {
        i.given_with_params("no show has the id", &json!({"id": 404_404}));
        open(&mut i, "GET", "/shows/404404");
        i.response.status(404);
        i
    })
    .exercise(|url| async move {
        let missing = client(&url).show(ShowId(404_404)).await.unwrap_err();
        assert!(matches!(missing, Error::NotFound), "{missing}");
    })
    .await
}

pub async fn shows_found_by_words(pact: PactTest) -> Fragment {
    pact.interaction("a search for shows", |mut i| {
        given_a_show(&mut i);
        open(&mut i, "GET", "/shows");
        i.request
            .query_param("search", "Harbor Council")
            .query_param("offset", "0")
            .query_param("page_size", "2");
        i.response.json_body(page(2, 1, some_shows()));
        i
    })
    .exercise(|url| async move {
        let shows = client(&url).shows(&ShowFilter::search("Harbor Council")).await.unwrap();
        assert_eq!(shows.len(), 1);
    })
    .await
}

pub async fn shows_of_a_location(pact: PactTest) -> Fragment {
    pact.interaction("a request for the shows of a location", |mut i| {
        given_a_show(&mut i);
        open(&mut i, "GET", "/shows");
        i.request.query_param("location", "1").query_param("offset", "0").query_param("page_size", "2");
        i.response.json_body(page(2, 1, some_shows()));
        i
    })
    .exercise(|url| async move {
        let here = ShowFilter { location: Some(LocationId(1)), ..ShowFilter::default() };
        assert_eq!(client(&url).shows(&here).await.unwrap()[0].location, LocationId(1));
    })
    .await
}

pub async fn shows_of_a_project(pact: PactTest) -> Fragment {
    pact.interaction("a request for the shows of a project that may have none", |mut i| {
        given_a_show(&mut i);
        open(&mut i, "GET", "/shows");
        i.request.query_param("project", "3").query_param("offset", "0").query_param("page_size", "2");
        i.response.json_body(page(2, 1, list_of(show(integer(4127)))));
        i
    })
    .exercise(|url| async move {
        let council = ShowFilter { project: Some(ProjectId(3)), ..ShowFilter::default() };
        assert_eq!(client(&url).shows(&council).await.unwrap()[0].project, Some(ProjectId(3)));
    })
    .await
}

pub async fn shows_by_their_ids(pact: PactTest) -> Fragment {
    pact.interaction("a request for two shows by their ids", |mut i| {
        given_a_show(&mut i);
        i.given_with_params("a show exists", &json!({"id": 4128}));
        open(&mut i, "GET", "/shows");
        i.request.query_param("ids[]", "4127").query_param("ids[]", "4128");
        i.request.query_param("offset", "0").query_param("page_size", "2");
        // Only what was asked for: a server that ignores `ids[]` would return any show.
        i.response.json_body(page(2, 1, list_of(show(one_of(&[4127, 4128], 4127))).at_least(1)));
        i
    })
    .exercise(|url| async move {
        let shows = client(&url).shows_by_id(&[ShowId(4127), ShowId(4128)]).await.unwrap();
        assert_eq!(shows[0].id, ShowId(4127));
    })
    .await
}

pub async fn every_page_of_the_shows(pact: PactTest) -> Fragment {
    let given = |i: &mut InteractionBuilder| {
        i.given_with_params("shows exist", &json!({"count": 3}));
    };
    pact.interaction("a request for the first page of the shows", |mut i| {
        given(&mut i);
        open(&mut i, "GET", "/shows").request.query_param("offset", "0").query_param("page_size", "2");
        i.response.json_body(page(2, 3, list_of(show(integer(4129))).at_least(1)));
        i
    })
    .interaction("a request for the second page of the shows", |mut i| {
        given(&mut i);
        open(&mut i, "GET", "/shows").request.query_param("offset", "1").query_param("page_size", "2");
        i.response.json_body(page(2, 3, list_of(show(integer(4127))).at_least(1)));
        i
    })
    .exercise(|url| async move {
        let shows = client(&url).shows(&ShowFilter::default()).await.unwrap();
        let ids: Vec<ShowId> = shows.iter().map(|show| show.id).collect();
        assert_eq!(ids, [ShowId(4129), ShowId(4127)]);
    })
    .await
}

pub async fn a_new_show(pact: PactTest) -> Fragment {
    pact.interaction("a request to create a show", |mut i| {
        given_valid_credentials(&mut i);
        signed(&mut i, "POST", "/shows")
            .request
            .header("Content-Type", "application/json")
            .json_body(new_show_body());
        answers_created(&mut i, json_pattern!({"show": {"id": integer(4130)}}));
        i
    })
    .exercise(|url| async move {
        assert_eq!(client(&url).create_show(&new_show()).await.unwrap(), ShowId(4130));
    })
    .await
}

pub async fn a_new_show_without_valid_credentials(pact: PactTest) -> Fragment {
    pact.interaction("a request to create a show with a password that is not valid", |mut i| {
        signed(&mut i, "POST", "/shows")
            .request
            .header("Content-Type", "application/json")
            .json_body(new_show_body());
        i.response.status(401);
        i
    })
    .exercise(|url| async move {
        let refused = client(&url).create_show(&new_show()).await.unwrap_err();
        assert!(matches!(refused, Error::Unauthorized), "{refused}");
    })
    .await
}

pub async fn a_new_show_at_an_unknown_location(pact: PactTest) -> Fragment {
    pact.interaction("a request to create a show at a location that does not exist", |mut i| {
        given_valid_credentials(&mut i);
        let mut body = new_show_body();
        body["show"]["location"] = 404_404.into();
        signed(&mut i, "POST", "/shows").request.header("Content-Type", "application/json").json_body(body);
        i.response.status(400);
        i
    })
    .exercise(|url| async move {
        let nowhere = NewShow { location: LocationId(404_404), ..new_show() };
        let refused = client(&url).create_show(&nowhere).await.unwrap_err();
        assert!(matches!(refused, Error::Rejected { status: 400, .. }), "{refused}");
    })
    .await
}
