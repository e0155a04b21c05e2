//! Every scenario once more, on a PostgreSQL server of our own. Where PostgreSQL is not installed the
//! tests say so and do nothing, and fail in CI.

use std::panic::AssertUnwindSafe;

use ::archivist::DatabaseLocation;
use ::archivist::provider_states::teardown;
use futures::FutureExt;
use private_postgresql::PrivatePostgresql;
use serde_json::json;

use crate::archivist::TestArchivist;
use crate::scene::{QueueScenario, Scene};
use crate::{
    Scenario, accounts, admin, captions, cleanup, document, ending, errors, files, follower, half_done,
    health, hostile_text, login, metrics, misleading, outage, owasp, provider_states, queue, readers,
    refusals, session, socket, telling, transcription, upload, validation, vod, vod_list,
};

const AREAS: [&[(&str, Scenario)]; 19] = [
    accounts::SCENARIOS,
    admin::SCENARIOS,
    document::SCENARIOS,
    errors::SCENARIOS,
    files::SCENARIOS,
    half_done::SCENARIOS,
    health::SCENARIOS,
    hostile_text::SCENARIOS,
    login::SCENARIOS,
    metrics::SCENARIOS,
    owasp::SCENARIOS,
    provider_states::SCENARIOS,
    refusals::SCENARIOS,
    session::SCENARIOS,
    socket::SCENARIOS,
    upload::SCENARIOS,
    validation::SCENARIOS,
    vod::SCENARIOS,
    vod_list::SCENARIOS,
];

#[tokio::test]
async fn every_scenario_holds_on_postgresql() {
    let Some(mut server) = PrivatePostgresql::for_test() else { return };
    server.start();
    let database: DatabaseLocation = server.url().parse().unwrap();
    let mut failed = Vec::new();
    for (name, scenario) in AREAS.into_iter().flatten() {
        let archivist = TestArchivist::on(database.clone()).await;
        if AssertUnwindSafe(scenario(&archivist)).catch_unwind().await.is_err() {
            failed.push(name);
        }
        // A database for each scenario would take ten times as long.
        teardown(&archivist.state).await.unwrap();
        archivist.stop().await;
    }
    assert!(failed.is_empty(), "fail on PostgreSQL: {failed:?}");
}

const QUEUE_AREAS: [&[(&str, QueueScenario)]; 10] = [
    captions::SCENARIOS,
    cleanup::SCENARIOS,
    ending::SCENARIOS,
    follower::SCENARIOS,
    misleading::SCENARIOS,
    outage::SCENARIOS,
    queue::SCENARIOS,
    readers::SCENARIOS,
    telling::SCENARIOS,
    transcription::SCENARIOS,
];

#[tokio::test]
async fn every_scenario_of_the_queue_holds_on_postgresql() {
    let Some(mut server) = PrivatePostgresql::for_test() else { return };
    server.start();
    let database: DatabaseLocation = server.url().parse().unwrap();
    let mut failed = Vec::new();
    for (name, scenario) in QUEUE_AREAS.into_iter().flatten() {
        let Some(mut scene) = Scene::on(database.clone()).await else { return };
        if AssertUnwindSafe(scenario(&mut scene)).catch_unwind().await.is_err() {
            failed.push(name);
        }
        if teardown(&scene.archivist.state).await.is_err() {
            // The first call may still meet a connection that a scenario has cut.
            teardown(&scene.archivist.state).await.unwrap();
        }
        scene.archivist.stop().await;
    }
    assert!(failed.is_empty(), "fail on PostgreSQL: {failed:?}");
}

#[tokio::test]
async fn a_server_that_is_lost_and_back_is_noticed() {
    let Some(mut server) = PrivatePostgresql::for_test() else { return };
    server.start();
    let archivist = TestArchivist::on(server.url().parse().unwrap()).await;
    let token = archivist.user().await;
    archivist.get("/api/auth/me").bearer(&token).send().await.expect(200);

    for lose in [PrivatePostgresql::stop, PrivatePostgresql::crash] {
        lose(&mut server);
        assert_eq!(archivist.get("/health").send().await.expect(503)["status"], "unhealthy");
        let lost = archivist.get("/api/auth/me").bearer(&token).send().await;
        assert_eq!(lost.expect_error(503, "DatabaseError")["details"], json!({}));

        server.start();
        assert_eq!(archivist.get("/health").send().await.expect(200)["status"], "healthy");
        archivist.get("/api/auth/me").bearer(&token).send().await.expect(200);
    }
    archivist.stop().await;
}
