//! What no contract covers: a station that is busy, silent, confused or endless.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::time::Duration;

use archivist_cablecast::{
    Absence, AssetFilter, Cablecast, Credentials, Error, Limits, LocationId, Malformed, NewShow, Retry,
    ShowFilter, ShowId, VodId,
};
use serde_json::{Value, json};
use wiremock::matchers::{header, header_exists, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

const AT_ONCE: Retry = Retry { attempts: 3, first_wait: Duration::ZERO, longest_wait: Duration::ZERO };

fn limits() -> Limits {
    Limits { page_size: 2, retry: AT_ONCE, ..Limits::default() }
}

fn client(server: &MockServer, limits: Limits) -> Cablecast {
    Cablecast::new(&server.uri(), Credentials::new("archive", "s3cret"), limits).unwrap()
}

fn show(id: i32) -> Value {
    json!({
        "id": id, "location": 1, "title": "Planning Board", "cgTitle": null, "comments": null, "project": null,
        "eventDate": "2026-05-12T18:30:00-05:00", "lastModified": "2026-05-12T18:30:00.5-05:00",
        "totalRunTime": 60, "hasCaptions": false, "reels": [], "vods": [], "newerMember": {"is": "ignored"},
    })
}

fn page(ids: &[i32], page_size: i32, count: i32) -> ResponseTemplate {
    let shows: Vec<Value> = ids.iter().map(|id| show(*id)).collect();
    let meta = json!({"offset": 0, "pageSize": page_size, "count": count});
    ResponseTemplate::new(200).set_body_json(json!({"meta": meta, "shows": shows}))
}

fn new_show() -> NewShow {
    NewShow {
        title: "School Committee".to_owned(),
        cg_title: "School Committee".to_owned(),
        cg_exempt: false,
        comments: String::new(),
        location: LocationId(1),
    }
}

async fn serve(server: &MockServer, at: &str, answer: ResponseTemplate, times: u64) {
    Mock::given(path(format!("/cablecastapi/v1{at}"))).respond_with(answer).expect(times).mount(server).await;
}

async fn serve_page(server: &MockServer, offset: &str, answer: ResponseTemplate) {
    Mock::given(path("/cablecastapi/v1/shows"))
        .and(query_param("offset", offset))
        .and(query_param("page_size", "2"))
        .respond_with(answer)
        .expect(1)
        .mount(server)
        .await;
}

async fn ids_of_all(server: &MockServer) -> Result<Vec<i32>, Error> {
    let shows = client(server, limits()).shows(&ShowFilter::default()).await?;
    Ok(shows.iter().map(|show| show.id.0).collect())
}

#[tokio::test]
async fn a_read_is_tried_again_until_the_server_answers() {
    let server = MockServer::start().await;
    for busy in [503, 429] {
        Mock::given(method("GET"))
            .respond_with(ResponseTemplate::new(busy))
            .up_to_n_times(1)
            .mount(&server)
            .await;
    }
    serve(&server, "/shows/7", ResponseTemplate::new(200).set_body_json(json!({"show": show(7)})), 1).await;
    assert_eq!(client(&server, limits()).show(ShowId(7)).await.unwrap().id, ShowId(7));
}

#[tokio::test]
async fn a_read_is_given_up_after_the_last_attempt() {
    let server = MockServer::start().await;
    serve(&server, "/shows/7", ResponseTemplate::new(500), 3).await;
    let failed = client(&server, limits()).show(ShowId(7)).await.unwrap_err();
    assert!(
        matches!(failed, Error::Unavailable { absence: Absence::Status { status: 500, .. }, attempts: 3 }),
        "{failed}"
    );
}

#[tokio::test]
async fn what_creates_something_is_sent_once() {
    let server = MockServer::start().await;
    serve(&server, "/shows", ResponseTemplate::new(503), 1).await;
    let failed = client(&server, limits()).create_show(&new_show()).await.unwrap_err();
    assert!(matches!(failed, Error::Unavailable { attempts: 1, .. }), "{failed}");
}

#[tokio::test]
async fn a_refusal_is_not_tried_again() {
    for status in [400, 401, 404, 409] {
        let server = MockServer::start().await;
        serve(&server, "/shows/7", ResponseTemplate::new(status), 1).await;
        client(&server, limits()).show(ShowId(7)).await.unwrap_err();
    }
}

#[tokio::test]
async fn a_server_that_asks_for_less_than_the_longest_wait_is_waited_for() {
    let server = MockServer::start().await;
    let busy = ResponseTemplate::new(429).insert_header("Retry-After", "0");
    Mock::given(method("GET")).respond_with(busy).up_to_n_times(1).mount(&server).await;
    serve(&server, "/shows/7", ResponseTemplate::new(200).set_body_json(json!({"show": show(7)})), 1).await;
    // Without the header the second attempt would come in an hour.
    let hour = Duration::from_hours(1);
    let slow = Retry { attempts: 2, first_wait: hour, longest_wait: hour };
    client(&server, Limits { retry: slow, ..limits() }).show(ShowId(7)).await.unwrap();
}

#[tokio::test]
async fn a_server_that_asks_for_more_is_left_alone_and_the_caller_told() {
    let server = MockServer::start().await;
    let busy = ResponseTemplate::new(503).insert_header("Retry-After", "3600");
    serve(&server, "/shows/7", busy, 1).await;
    let failed = client(&server, limits()).show(ShowId(7)).await.unwrap_err();
    let Error::Unavailable { absence: Absence::Status { retry_after, .. }, .. } = failed else {
        panic!("{failed}")
    };
    assert_eq!(retry_after, Some(Duration::from_hours(1)));
}

#[tokio::test]
async fn silence_ends_with_the_time_out() {
    let server = MockServer::start().await;
    let late = ResponseTemplate::new(200).set_delay(Duration::from_mins(10));
    serve(&server, "/shows/7", late, 2).await;
    let impatient =
        Limits { answer: Duration::from_millis(50), retry: Retry { attempts: 2, ..AT_ONCE }, ..limits() };
    let failed = client(&server, impatient).show(ShowId(7)).await.unwrap_err();
    assert!(matches!(failed, Error::Unavailable { absence: Absence::TimedOut, attempts: 2 }), "{failed}");
}

#[tokio::test]
async fn a_closed_port_is_tried_again_and_named_without_the_password() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let station = Cablecast::new(&address, Credentials::new("archive", "s3cret"), limits()).unwrap();
    let failed = station.show(ShowId(7)).await.unwrap_err();
    assert!(
        matches!(failed, Error::Unavailable { absence: Absence::Unreachable { .. }, attempts: 3 }),
        "{failed}"
    );
    assert!(!format!("{failed:?}{station:?}").contains("s3cret"));
}

#[tokio::test]
async fn a_list_is_read_to_its_end_and_nothing_twice() {
    let server = MockServer::start().await;
    serve_page(&server, "0", page(&[9, 8], 2, 5)).await;
    // A show was created meanwhile, so the second page begins with the end of the first.
    serve_page(&server, "1", page(&[8, 7], 2, 6)).await;
    serve_page(&server, "2", page(&[6, 5], 2, 6)).await;
    assert_eq!(ids_of_all(&server).await.unwrap(), [9, 8, 7, 6, 5]);
}

#[tokio::test]
async fn a_server_with_smaller_pages_than_asked_for_is_followed() {
    let server = MockServer::start().await;
    serve_page(&server, "0", page(&[9], 1, 2)).await;
    serve_page(&server, "1", page(&[8], 1, 2)).await;
    assert_eq!(ids_of_all(&server).await.unwrap(), [9, 8]);
}

#[tokio::test]
async fn an_empty_list_is_empty() {
    let server = MockServer::start().await;
    serve_page(&server, "0", page(&[], 2, 0)).await;
    assert!(ids_of_all(&server).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_ignores_the_page_is_found_out() {
    let server = MockServer::start().await;
    serve(&server, "/shows", page(&[9, 8], 2, 5), 2).await;
    let failed = ids_of_all(&server).await.unwrap_err();
    assert!(matches!(failed, Error::Malformed(Malformed::RepeatedPage { page: 1 })), "{failed}");
}

#[tokio::test]
async fn a_list_longer_than_the_limit_is_not_cut_in_silence() {
    let server = MockServer::start().await;
    serve_page(&server, "0", page(&[9, 8], 2, 5)).await;
    let failed =
        client(&server, Limits { max_pages: 1, ..limits() }).shows(&ShowFilter::default()).await.unwrap_err();
    assert!(matches!(failed, Error::TooManyPages { limit: 1 }), "{failed}");
}

#[tokio::test]
async fn a_list_without_meta_ends_where_nothing_new_comes() {
    let server = MockServer::start().await;
    let asset = json!({
        "id": 1, "path": "a.scc", "url": "https://station.example.org/a.scc", "fileType": "caption", "size": 5,
        "hasCaptions": false, "reels": [],
    });
    serve(&server, "/assets", ResponseTemplate::new(200).set_body_json(json!({"assets": [asset]})), 2).await;
    assert_eq!(client(&server, limits()).assets(AssetFilter::default()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_that_is_not_as_documented_is_malformed() {
    let mut without_title = show(7);
    without_title.as_object_mut().unwrap().remove("title");
    for body in [
        "",
        "<html>busy</html>",
        "{\"show\":",
        "{\"show\": null}",
        &json!({"show": without_title}).to_string(),
    ] {
        let server = MockServer::start().await;
        serve(&server, "/shows/7", ResponseTemplate::new(200).set_body_string(body), 1).await;
        let failed = client(&server, limits()).show(ShowId(7)).await.unwrap_err();
        assert!(matches!(failed, Error::Malformed(Malformed::Body { .. })), "{body}: {failed}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = MockServer::start().await;
    let elsewhere = ResponseTemplate::new(302).insert_header("Location", "/cablecastapi/v1/shows/8");
    serve(&server, "/shows/7", elsewhere, 1).await;
    serve(&server, "/shows/8", ResponseTemplate::new(200), 0).await;
    let failed = client(&server, limits()).show(ShowId(7)).await.unwrap_err();
    assert!(matches!(failed, Error::Malformed(Malformed::Status(302))), "{failed}");
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read() {
    let server = MockServer::start().await;
    serve(&server, "/shows/7", ResponseTemplate::new(200).set_body_string("x".repeat(4097)), 1).await;
    let failed = client(&server, Limits { max_body: 4096, ..limits() }).show(ShowId(7)).await.unwrap_err();
    assert!(matches!(failed, Error::TooLarge { limit: 4096 }), "{failed}");
}

#[tokio::test]
async fn a_refusal_carries_the_servers_words_where_it_has_any() {
    let body = json!({"message": "there is no location 7"}).to_string();
    for (body, expected) in [(body.as_str(), Some("there is no location 7")), ("<html>", None)] {
        let server = MockServer::start().await;
        serve(&server, "/shows", ResponseTemplate::new(400).set_body_string(body), 1).await;
        let failed = client(&server, limits()).create_show(&new_show()).await.unwrap_err();
        let Error::Rejected { status: 400, message } = failed else { panic!("{failed}") };
        assert_eq!(message.as_deref(), expected);
    }
}

#[tokio::test]
async fn chapters_that_are_not_webvtt_are_malformed() {
    for body in ["[]", "", "WEB"] {
        let server = MockServer::start().await;
        serve(&server, "/vods/7/chapters", ResponseTemplate::new(200).set_body_string(body), 1).await;
        let failed = client(&server, limits()).chapter_track(VodId(7)).await.unwrap_err();
        assert!(matches!(failed, Error::Malformed(Malformed::NotWebVtt)), "{body}: {failed}");
    }
}

#[tokio::test]
async fn chapters_that_viewers_do_not_see_are_left_out_and_the_rest_is_in_time() {
    let row = |id: i32, offset: i32, deleted: bool, hidden: bool| json!({"id": id, "vod": 7, "title": "x", "body": null, "offset": offset, "deleted": deleted, "hidden": hidden});
    let rows =
        [row(1, 60, false, false), row(2, 1, true, false), row(3, 2, false, true), row(4, 0, false, false)];
    let server = MockServer::start().await;
    serve(&server, "/chapters", ResponseTemplate::new(200).set_body_json(json!({"chapters": rows})), 1).await;
    let chapters = client(&server, limits()).chapters(VodId(7)).await.unwrap();
    assert_eq!(chapters.iter().map(|chapter| chapter.id.0).collect::<Vec<_>>(), [4, 1]);
}

#[tokio::test]
async fn reads_that_are_open_to_all_do_not_show_the_password() {
    let server = MockServer::start().await;
    Mock::given(header_exists("authorization"))
        .respond_with(ResponseTemplate::new(400))
        .expect(0)
        .mount(&server)
        .await;
    serve(&server, "/shows/7", ResponseTemplate::new(200).set_body_json(json!({"show": show(7)})), 1).await;
    client(&server, limits()).show(ShowId(7)).await.unwrap();
}

#[tokio::test]
async fn what_must_not_come_from_a_cache_is_asked_for_with_the_password_once() {
    let server = MockServer::start().await;
    Mock::given(path("/cablecastapi/v1/shows/7"))
        .and(header("authorization", "Basic YXJjaGl2ZTpzM2NyZXQ="))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"show": show(7)})))
        .mount(&server)
        .await;
    serve(&server, "/filestores", ResponseTemplate::new(200).set_body_json(json!({"fileStores": []})), 1)
        .await;
    let uncached = client(&server, limits()).uncached();
    uncached.show(ShowId(7)).await.unwrap();
    uncached.file_stores().await.unwrap();
    for request in server.received_requests().await.unwrap() {
        assert_eq!(request.headers.get_all("authorization").iter().count(), 1, "{}", request.url);
    }
}
