//! How the service says it is doing.

use ::archivist::provider_states;
use serde_json::json;

use crate::archivist::TestArchivist;
use crate::scenarios;

scenarios![
    a_sound_service_says_what_it_has,
    a_lost_database_is_unhealthy_until_it_is_back,
    a_lost_media_root_is_degraded,
];

async fn a_sound_service_says_what_it_has(archivist: &TestArchivist) {
    let health = archivist.get("/health").send().await.expect(200);
    assert_eq!(health["status"], "healthy");
    for part in ["database", "disk"] {
        assert_eq!(health["checks"][part], json!({ "status": "ok", "message": null }));
    }
    for part in ["redis", "queue", "worker", "cablecast"] {
        assert_eq!(health["checks"][part], json!({ "status": "disabled", "message": "not configured" }));
    }
}

async fn a_lost_database_is_unhealthy_until_it_is_back(archivist: &TestArchivist) {
    archivist.given("the database is down", json!({})).await;
    let reply = archivist.get("/health").send().await;
    let health = reply.expect(503);
    assert_eq!((&health["status"], &health["checks"]["disk"]["status"]), (&json!("unhealthy"), &json!("ok")));
    assert_eq!(reply.header("retry-after"), Some("5"));

    provider_states::teardown(&archivist.state).await.unwrap();
    assert_eq!(archivist.get("/health").send().await.expect(200)["status"], "healthy");
}

async fn a_lost_media_root_is_degraded(archivist: &TestArchivist) {
    archivist.lose_the_media_root();
    let health = archivist.get("/health").send().await.expect(200);
    assert_eq!(health["status"], "degraded");
    assert_eq!(
        health["checks"]["disk"],
        json!({ "status": "failing", "message": "the media root cannot be read" })
    );
}
