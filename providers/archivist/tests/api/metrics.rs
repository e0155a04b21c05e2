//! What the service tells Prometheus, under every fault.

use ::archivist::provider_states;
use serde_json::json;

use crate::archivist::TestArchivist;
use crate::client::Method;
use crate::scenarios;

scenarios![
    answers_are_counted_by_route_and_not_by_path,
    a_sound_service_says_what_it_has,
    a_lost_database_is_told_and_back,
    a_lost_disk_is_told,
    nobody_has_to_sign_in_and_nothing_is_given_away,
];

async fn scrape(archivist: &TestArchivist) -> String {
    let reply = archivist.get("/metrics").send().await;
    assert_eq!(reply.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(reply.status(), 200);
    reply.text().to_owned()
}

/// The value of a series, written as it stands in a scrape.
pub fn value(text: &str, series: &str) -> Option<f64> {
    let mut lines = text.lines().filter_map(|line| line.rsplit_once(' '));
    lines.find(|(name, _)| *name == series).map(|(_, value)| value.parse().unwrap())
}

async fn answers_are_counted_by_route_and_not_by_path(archivist: &TestArchivist) {
    let token = archivist.user().await;
    for id in 100..120 {
        archivist.get(&format!("/api/vod/{id}")).bearer(&token).send().await.expect(404);
        archivist.get(&format!("/nowhere/{id}")).send().await.expect(404);
    }
    archivist.get("/api/auth/me").send().await.expect(401);
    let brew = Method::from_bytes(b"BREW").unwrap();
    archivist.request(&brew, "/health").send().await.expect(405);
    let text = scrape(archivist).await;
    let count = |method: &str, path: &str, status: u16| {
        let labels = format!(r#"method="{method}",path="{path}",status="{status}""#);
        value(&text, &format!("archivist_http_requests_total{{{labels}}}"))
    };
    assert_eq!(count("GET", "/api/vod/{id}", 404), Some(20.0));
    assert_eq!(count("GET", "none", 404), Some(20.0));
    assert_eq!(count("GET", "/api/auth/me", 401), Some(1.0));
    assert_eq!(count("other", "/health", 405), Some(1.0));
    let timed = r#"archivist_http_request_duration_seconds_count{method="GET",path="/api/vod/{id}"}"#;
    assert_eq!(value(&text, timed), Some(20.0));
    assert_eq!(value(&text, "archivist_http_requests_in_flight"), Some(1.0), "the scrape itself");
    assert!(!text.contains("/nowhere") && !text.contains("BREW"), "{text}");
}

async fn a_sound_service_says_what_it_has(archivist: &TestArchivist) {
    archivist.user().await;
    archivist.user().await;
    let text = scrape(archivist).await;
    assert_eq!(value(&text, r#"archivist_up{dependency="database"}"#), Some(1.0));
    assert_eq!(value(&text, r#"archivist_up{dependency="disk"}"#), Some(1.0));
    // What is not configured is neither up nor down.
    assert_eq!(value(&text, r#"archivist_up{dependency="redis"}"#), None);
    assert_eq!(value(&text, "archivist_queue_depth"), None);
    assert_eq!(value(&text, "archivist_sessions"), Some(2.0));
    assert_eq!(value(&text, "archivist_websockets"), Some(0.0));
    assert_eq!(value(&text, r#"archivist_jobs{status="queued"}"#), Some(0.0));
    assert_eq!(
        value(&text, &format!(r#"archivist_build_info{{version="{}"}}"#, env!("CARGO_PKG_VERSION"))),
        Some(1.0)
    );
    let [free, size] = ["archivist_disk_free_bytes", "archivist_disk_size_bytes"].map(|it| value(&text, it));
    assert!(free > Some(0.0) && size >= free, "{free:?} of {size:?}");
    let connections = ["used", "idle"]
        .map(|it| value(&text, &format!(r#"archivist_database_connections{{state="{it}"}}"#)));
    assert!(connections.into_iter().map(Option::unwrap).sum::<f64>() >= 1.0);
    assert!(value(&text, "archivist_start_time_seconds") > Some(1.7e9));
}

async fn a_lost_database_is_told_and_back(archivist: &TestArchivist) {
    archivist.user().await;
    archivist.given("the database is down", json!({})).await;
    let text = scrape(archivist).await;
    assert_eq!(value(&text, r#"archivist_up{dependency="database"}"#), Some(0.0));
    assert_eq!(value(&text, r#"archivist_up{dependency="disk"}"#), Some(1.0));
    assert_eq!(value(&text, "archivist_sessions"), None, "a number that is not known is not told");
    assert_eq!(value(&text, r#"archivist_jobs{status="queued"}"#), None);

    provider_states::teardown(&archivist.state).await.unwrap();
    let text = scrape(archivist).await;
    assert_eq!(value(&text, r#"archivist_up{dependency="database"}"#), Some(1.0));
    assert_eq!(value(&text, "archivist_sessions"), Some(0.0));
}

async fn a_lost_disk_is_told(archivist: &TestArchivist) {
    archivist.lose_the_media_root();
    let text = scrape(archivist).await;
    assert_eq!(value(&text, r#"archivist_up{dependency="disk"}"#), Some(0.0));
    assert_eq!(value(&text, "archivist_disk_free_bytes"), None);
}

async fn nobody_has_to_sign_in_and_nothing_is_given_away(archivist: &TestArchivist) {
    let token = archivist.user().await;
    archivist.archive(&token, "The secret session", "council/secret.mp4").await;
    let text = scrape(archivist).await;
    for secret in [token.as_str(), "operator", "secret", archivist.media_root().to_str().unwrap()] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}
