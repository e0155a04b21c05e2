//! The administrators' page, and the door before it.

use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};
use serde_json::json;
use ui_archivist::{
    AuditPage, AuditRow, Cleanup, EndedStatus, Error, HealthStatus, Overview, Paging, Removed, VodCounts,
};

use crate::caller::{USERNAME, given_a_user, given_an_admin, signed_in};
use crate::health::health;
use crate::refusal::{refusal, refuses};
use crate::vods::moment;

const MOMENT: &str = "2026-05-12T18:30:00Z";

pub async fn the_overview(pact: PactTest) -> Fragment {
    pact.interaction("an administrator opens the overview", |mut i| {
        given_an_admin(&mut i);
        i.request.get().path("/api/admin");
        i.response.status(200).json_body(json_pattern!({
            "users": integer(3), "vods": {"total": integer(12), "failed": integer(1)},
        }));
        i
    })
    .exercise(|url| async move {
        let overview = signed_in(&url).admin_overview().await.unwrap();
        assert_eq!(overview, Overview { users: 3, vods: VodCounts { total: 12, failed: 1 } });
    })
    .await
}

pub async fn no_overview_for_a_user(pact: PactTest) -> Fragment {
    const REFUSED: &str = "only an administrator may do that";
    pact.interaction("a user opens the overview", |mut i| {
        given_a_user(&mut i);
        i.request.get().path("/api/admin");
        refuses(&mut i, 403, REFUSED);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).admin_overview().await.unwrap_err();
        let Error::Forbidden { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(REFUSED));
    })
    .await
}

pub async fn the_service(pact: PactTest) -> Fragment {
    pact.interaction("an administrator looks how the service is", |mut i| {
        given_an_admin(&mut i);
        i.request.get().path("/api/admin/status");
        i.response.status(200).json_body(json_pattern!({
            "health": health(one_of(&["healthy", "degraded"], "healthy"), "ok"),
            "database": like!("sqlite"),
            "started_at": moment(MOMENT),
            "uptime_seconds": integer(3600),
        }));
        i
    })
    .exercise(|url| async move {
        let status = signed_in(&url).service_status().await.unwrap();
        assert_eq!(status.health.status, HealthStatus::Healthy);
        assert_eq!((status.database.as_str(), status.uptime_seconds), ("sqlite", 3600));
        assert_eq!(status.started_at, MOMENT.parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    })
    .await
}

/// Something was recorded: the administrator opened an account.
pub async fn the_record(pact: PactTest) -> Fragment {
    pact.interaction("an administrator reads the record", |mut i| {
        given_an_admin(&mut i);
        i.given_with_params("an account was opened", &json!({"actor": USERNAME, "username": "night.shift"}));
        i.request.get().path("/api/admin/audit").query_param("limit", "20");
        let row = json_pattern!({
            "at": moment(MOMENT),
            "actor": null_or(json_pattern!(like!(USERNAME))),
            "action": like!("user-created"),
            "subject": null_or(json_pattern!(like!("night.shift"))),
            "client": like!("192.0.2.10"),
        });
        i.response.status(200).json_body(json_pattern!({
            "entries": list_of(row).at_least(1), "total": integer(1), "limit": 20, "offset": 0,
        }));
        i
    })
    .exercise(|url| async move {
        let paging = Paging { limit: Some(20), offset: None };
        let page = signed_in(&url).audit(paging).await.unwrap();
        let row = AuditRow {
            at: MOMENT.parse().unwrap(),
            actor: Some(USERNAME.to_owned()),
            action: "user-created".to_owned(),
            subject: Some("night.shift".to_owned()),
            client: "192.0.2.10".to_owned(),
        };
        assert_eq!(page, AuditPage { rows: vec![row], total: 1, limit: 20, offset: 0 });
    })
    .await
}

pub async fn a_queue_tidied_up(pact: PactTest) -> Fragment {
    pact.interaction("an administrator takes failed jobs off the list", |mut i| {
        given_an_admin(&mut i);
        for state in ["a job has failed", "a job is being processed", "a job is queued"] {
            i.given(state);
        }
        i.request
            .post()
            .path("/api/admin/queue/cleanup")
            .content_type("application/json")
            .json_body(json_pattern!({"older_than_seconds": 0, "statuses": ["failed", "cancelled"]}));
        i.response.status(200).json_body(json_pattern!({
            "removed": {"completed": 0, "failed": 1, "cancelled": 0},
        }));
        i
    })
    .exercise(|url| async move {
        let statuses = vec![EndedStatus::Failed, EndedStatus::Cancelled];
        let cleanup = Cleanup { older_than: Some(std::time::Duration::ZERO), statuses };
        let removed = signed_in(&url).clean_up_queue(&cleanup).await.unwrap();
        assert_eq!(removed, Removed { completed: 0, failed: 1, cancelled: 0 });
    })
    .await
}

pub async fn a_queue_tidied_up_by_default(pact: PactTest) -> Fragment {
    pact.interaction("an administrator tidies the queue up", |mut i| {
        given_an_admin(&mut i);
        i.given("a job has failed");
        i.request
            .post()
            .path("/api/admin/queue/cleanup")
            .content_type("application/json")
            .json_body(json_pattern!({}));
        // It failed just now.
        i.response.status(200).json_body(json_pattern!({
            "removed": {"completed": 0, "failed": 0, "cancelled": 0},
        }));
        i
    })
    .exercise(|url| async move {
        let removed = signed_in(&url).clean_up_queue(&Cleanup::default()).await.unwrap();
        assert_eq!(removed, Removed { completed: 0, failed: 0, cancelled: 0 });
    })
    .await
}

pub async fn no_tidying_for_a_user(pact: PactTest) -> Fragment {
    const REFUSED: &str = "only an administrator may do that";
    pact.interaction("a user tidies the queue up", |mut i| {
        given_a_user(&mut i);
        i.request
            .post()
            .path("/api/admin/queue/cleanup")
            .content_type("application/json")
            .json_body(json_pattern!({}));
        refuses(&mut i, 403, REFUSED);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).clean_up_queue(&Cleanup::default()).await.unwrap_err();
        let Error::Forbidden { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(REFUSED));
    })
    .await
}
