//! The dot in the footer and the list behind it.

use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};
use ui_archivist::{CheckStatus, HealthStatus};

use crate::caller::anonymous;

fn check(example: &str) -> JsonPattern {
    json_pattern!({"status": one_of(&["ok", "failing", "disabled"], example)})
}

/// The overall status and the database's line are what the provider state decides.
fn reports(i: &mut InteractionBuilder, status: impl Into<JsonPattern>, database: impl Into<JsonPattern>) {
    i.response.json_body(health(status, database));
}

pub fn health(status: impl Into<JsonPattern>, database: impl Into<JsonPattern>) -> JsonPattern {
    json_pattern!({
        "status": status.into(),
        "checks": {
            "database": {"status": database.into()},
            "redis": check("disabled"),
            "queue": check("disabled"),
            "worker": check("disabled"),
            "cablecast": check("disabled"),
            "disk": check("ok"),
        },
        "version": like!("0.1.0"),
    })
}

pub async fn a_healthy_archivist(pact: PactTest) -> Fragment {
    pact.interaction("a page asks how the Archivist is", |mut i| {
        i.request.get().path("/health");
        i.response.status(200);
        reports(&mut i, one_of(&["healthy", "degraded"], "healthy"), "ok");
        i
    })
    .exercise(|url| async move {
        let health = anonymous(&url).health().await.unwrap();
        assert_eq!(health.status, HealthStatus::Healthy);
        assert_eq!(health.checks.database.status, CheckStatus::Ok);
        assert_eq!(health.checks.redis.status, CheckStatus::Disabled);
        assert_eq!(health.version, "0.1.0");
    })
    .await
}

pub async fn an_archivist_without_its_database(pact: PactTest) -> Fragment {
    pact.interaction("a page asks how the Archivist is without its database", |mut i| {
        i.given("the database is down");
        i.request.get().path("/health");
        i.response.status(503);
        reports(&mut i, "unhealthy", "failing");
        i
    })
    .exercise(|url| async move {
        let health = anonymous(&url).health().await.unwrap();
        assert_eq!(health.status, HealthStatus::Unhealthy);
        assert_eq!(health.checks.database.status, CheckStatus::Failing);
    })
    .await
}
