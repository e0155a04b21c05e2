//! What the report that every format is shown holds of traffic: numbers of it, and what it breaks of a
//! document on either side.

use countersign::finding::{Between, Finding, Met, Severity, Verdict};
use countersign::report::{LeftOut, Operation, Traffic};
use serde_json::json;

use super::rich::{HOSTILE, place};

pub fn traffic() -> Vec<Traffic> {
    let left = |what: &str, count| LeftOut { what: what.to_owned(), count };
    let unseen = Operation {
        method: "DELETE".to_owned(),
        path: "/tools/{id}".to_owned(),
        id: Some("scrap".to_owned()),
        line: Some(33),
    };
    vec![Traffic {
        provider: Some("shop".to_owned()),
        document: "openapi/shop.yaml".to_owned(),
        exchanges: 1_000,
        judged: 900,
        broken: 43,
        unjudged: vec![left("not-sampled", 97), left("other-server", 3)],
        partial: vec![left("body-not-recorded", 12)],
        operations: 12,
        seen: 11,
        unseen: vec![unseen],
    }]
}

/// A request of a client whose path is hostile, and an answer of the service.
pub fn deviations() -> Vec<Finding> {
    let (unknown, broken) = ("request.path-or-method.unknown", "response.body.incompatible");
    let message = "the document has no path that matches";
    let unknown = Finding::new(unknown, Severity::Warning, Between::DocumentAndClient, message);
    let message = "\"12.50\" is not of type \"number\"";
    let broken = Finding::new(broken, Severity::Error, Between::DocumentAndProvider, message);
    let total = "/components/schemas/Bill/properties/total/type";
    vec![
        Finding {
            provider: Some("shop".to_owned()),
            document: Some(place("openapi/shop.yaml", "/paths", 30)),
            subject: Some(format!("GET {HOSTILE}")),
            expected: json!([]),
            actual: json!(HOSTILE),
            met: Some(met(1, HOSTILE, 404)),
            ..unknown
        },
        Finding {
            provider: Some("shop".to_owned()),
            document: Some(place("openapi/shop.yaml", total, 201)),
            verdict: Some(Verdict::Provider),
            operation: Some("GET /bills/{id}".to_owned()),
            instance: Some("/total".to_owned()),
            expected: json!({ "type": "number" }),
            actual: json!("12.50"),
            met: Some(met(43, "/bills/7?token=…", 200)),
            ..broken
        },
    ]
}

fn met(count: u64, path: &str, status: u16) -> Met {
    Met { count, file: Some("monday.har".to_owned()), exchange: 17, request: format!("GET {path}"), status }
}
