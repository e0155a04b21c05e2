//! The table of recordings: its pages and its filters.

use countersign_consumer::matchers::ListOf;
use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};
use serde_json::json;
use ui_archivist::{Error, Shortage, VodFilter, VodId, VodPage, VodRow, VodStatus};

use crate::caller::{given_a_user, signed_in};
use crate::refusal::{RETRY_AFTER, refusal, refuses_for_lack_of};
use crate::vods::{CREATED_AT, DURATION, created_at, moment, status};

/// Rows of the table. Where a test fixes one column, the provider state decides what stands in it.
fn rows(title: impl Into<JsonPattern>, status: impl Into<JsonPattern>) -> ListOf {
    list_of(json_pattern!({
        "id": integer(42),
        "title": title.into(),
        "status": status.into(),
        "duration": null_or(number(DURATION)),
        "created_at": moment(CREATED_AT),
    }))
    .at_least(1)
}

fn any_title() -> JsonPattern {
    json_pattern!(like!("Harbor Council"))
}

fn row(status: VodStatus) -> VodRow {
    VodRow {
        id: VodId(42),
        title: "Harbor Council".to_owned(),
        status,
        duration: Some(5421.0),
        created_at: created_at(),
    }
}

fn given_vods(i: &mut InteractionBuilder, params: &serde_json::Value) {
    given_a_user(i);
    i.given_with_params("VODs exist", params);
    i.request.get().path("/api/vod/list");
}

async fn listed(url: &Url, filter: VodFilter) -> VodPage {
    signed_in(url).list_vods(&filter).await.unwrap()
}

pub async fn the_first_page(pact: PactTest) -> Fragment {
    pact.interaction("the table is opened", |mut i| {
        given_vods(&mut i, &json!({"count": 2}));
        i.response.status(200).json_body(json_pattern!({
            "vods": rows(any_title(), status("pending")),
            "total": integer(2),
            "limit": integer(50),
            "offset": 0,
        }));
        i
    })
    .exercise(|url| async move {
        let page = listed(&url, VodFilter::default()).await;
        let expected = VodPage { rows: vec![row(VodStatus::Pending)], total: 2, limit: 50, offset: 0 };
        assert_eq!(page, expected);
    })
    .await
}

pub async fn a_further_page(pact: PactTest) -> Fragment {
    pact.interaction("the table is turned to its second page", |mut i| {
        given_vods(&mut i, &json!({"count": 4}));
        i.request.query_param("limit", "2").query_param("offset", "2");
        i.response.status(200).json_body(json_pattern!({
            "vods": rows(any_title(), status("pending")).at_most(2),
            "total": integer(4),
            "limit": 2,
            "offset": 2,
        }));
        i
    })
    .exercise(|url| async move {
        let filter = VodFilter { limit: Some(2), offset: Some(2), ..VodFilter::default() };
        let page = listed(&url, filter).await;
        assert_eq!((page.limit, page.offset, page.total), (2, 2, 4));
    })
    .await
}

pub async fn only_the_failed_ones(pact: PactTest) -> Fragment {
    pact.interaction("the table is filtered by status", |mut i| {
        given_vods(&mut i, &json!({"count": 2}));
        i.given_with_params("VODs exist", &json!({"count": 1, "status": "failed"}));
        i.request.query_param("status", "failed");
        i.response.status(200).json_body(json_pattern!({
            "vods": rows(any_title(), equal_to("failed")),
            "total": integer(1),
            "limit": integer(50),
            "offset": 0,
        }));
        i
    })
    .exercise(|url| async move {
        let filter = VodFilter { status: Some(VodStatus::Failed), ..VodFilter::default() };
        assert_eq!(listed(&url, filter).await.rows, [row(VodStatus::Failed)]);
    })
    .await
}

pub async fn a_search_that_finds(pact: PactTest) -> Fragment {
    pact.interaction("the table is searched", |mut i| {
        given_vods(&mut i, &json!({"count": 2}));
        i.given_with_params("a VOD exists", &json!({"title": "Harbor Council"}));
        i.request.query_param("q", "harbor council");
        i.response.status(200).json_body(json_pattern!({
            "vods": rows(include("Harbor", "Harbor Council"), status("pending")),
            "total": integer(1),
            "limit": integer(50),
            "offset": 0,
        }));
        i
    })
    .exercise(|url| async move {
        let filter = VodFilter { q: Some("harbor council".to_owned()), ..VodFilter::default() };
        assert_eq!(listed(&url, filter).await.rows, [row(VodStatus::Pending)]);
    })
    .await
}

pub async fn a_search_that_finds_nothing(pact: PactTest) -> Fragment {
    pact.interaction("the table is searched in vain", |mut i| {
        given_vods(&mut i, &json!({"count": 2}));
        i.request.query_param("q", "no such words");
        i.response.status(200).json_body(json_pattern!({
            "vods": [], "total": 0, "limit": integer(50), "offset": 0,
        }));
        i
    })
    .exercise(|url| async move {
        let filter = VodFilter { q: Some("no such words".to_owned()), ..VodFilter::default() };
        let page = listed(&url, filter).await;
        assert_eq!(page, VodPage { rows: vec![], total: 0, limit: 50, offset: 0 });
    })
    .await
}

pub async fn a_list_without_the_database(pact: PactTest) -> Fragment {
    const LOST: &str = "the database does not answer";
    pact.interaction("the table is opened without the database", |mut i| {
        given_a_user(&mut i);
        i.given("the database is down");
        i.request.get().path("/api/vod/list");
        refuses_for_lack_of(&mut i, "DatabaseError", LOST);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).list_vods(&VodFilter::default()).await.unwrap_err();
        let Error::Unavailable { refusal: shown, shortage, retry_after } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(LOST));
        assert_eq!((shortage, retry_after), (Shortage::Database, Some(RETRY_AFTER)));
    })
    .await
}
