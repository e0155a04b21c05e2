//! The report that every format is shown: made by hand, with one of everything that a report can
//! hold, and with texts that would break out of a format that forgot to escape them.

use std::time::Duration;

use countersign::finding::{Accepted, Affected, Between, Finding, Location, Reliance, Severity, Verdict};
use countersign::report::{
    Compared, Contract, Coverage, Interaction, Operation, Outcome, Parts, Report, Rule, Standing, Trouble,
    Verb,
};
use serde_json::json;

use super::recorded;

/// A description that ends a comment, a string, an attribute, an element and a table cell.
pub const HOSTILE: &str =
    "a </script><img src=x onerror=alert(1)> & \"tool\" | `b` ]]> %0A::error::\u{1b}[31m";

pub fn report() -> Report {
    let parts = Parts {
        findings: findings().into_iter().chain(changes()).chain(recorded::deviations()).collect(),
        errors: troubles(),
        contracts: vec![contract()],
        coverage: vec![coverage()],
        documents: documents(),
        traffic: recorded::traffic(),
        rules: vec![rule()],
        counted: 0,
    };
    Report::new(Verb::Drift, parts, Duration::from_millis(1234))
}

fn troubles() -> Vec<Trouble> {
    vec![
        Trouble {
            interaction: Some("a request for a hammer".to_owned()),
            provider_states: vec!["the shop is open".to_owned()],
            location: Some(place("pacts/web-shop.json", "/interactions/3", 12)),
            hint: Some("add a handler for it, or correct its name".to_owned()),
            ..Trouble::new(
                "pact.state.failed",
                "provider state \"the shop is open\" could not be set up: 404",
            )
            .of_contract("web-shop")
        },
        Trouble {
            output: vec!["warming up".to_owned(), "\u{1b}[31mout of memory".to_owned()],
            ..Trouble::new("provider.not-ready", "failed to start stock: no connection was taken within 20s")
                .of_provider("stock")
                .hint("`ready_timeout` says how long")
        },
    ]
}

pub fn contract() -> Contract {
    Contract {
        contract: "web-shop".to_owned(),
        consumer: "web".to_owned(),
        provider: "shop".to_owned(),
        file: "pacts/web-shop.json".to_owned(),
        document: Some("openapi/shop.yaml".to_owned()),
        interactions: 5,
        kept: 2,
        broken: 2,
        unknown: 1,
        duration_ms: 1040,
        results: vec![
            interaction(0, "a request for a nail", Outcome::Kept),
            interaction(1, "a request for a screw", Outcome::Kept),
            Interaction {
                verdict: Some(Verdict::Provider),
                reason: Some("the answer breaks the document, which agrees with the pact".to_owned()),
                request: Some("GET /tools/7".to_owned()),
                status: Some(200),
                operation: Some("GET /tools/{id}".to_owned()),
                ..interaction(2, "a request for a tool", Outcome::Broken)
            },
            Interaction {
                provider_states: vec!["the shop is open".to_owned()],
                reason: Some("provider state \"the shop is open\" could not be set up: 404".to_owned()),
                ..interaction(3, "a request for a hammer", Outcome::Unknown)
            },
            Interaction {
                verdict: Some(Verdict::Both),
                reason: Some("the pact breaks the document, and so does the answer".to_owned()),
                request: Some("GET /tools?q=%3Cscript%3E".to_owned()),
                status: Some(500),
                operation: Some("GET /tools".to_owned()),
                ..interaction(4, HOSTILE, Outcome::Broken)
            },
        ],
    }
}

pub fn interaction(index: usize, description: &str, outcome: Outcome) -> Interaction {
    Interaction {
        interaction: description.to_owned(),
        provider_states: Vec::new(),
        outcome,
        verdict: None,
        reason: None,
        request: None,
        status: None,
        messages: Vec::new(),
        operation: None,
        pointer: format!("/interactions/{index}"),
        line: Some(12),
        duration_ms: 3,
    }
}

fn findings() -> Vec<Finding> {
    let remark = finding(1, "a request for a screw", Severity::Warning, Between::DocumentAndPact);
    let broken = finding(2, "a request for a tool", Severity::Error, Between::DocumentAndProvider);
    let pact = finding(2, "a request for a tool", Severity::Error, Between::PactAndProvider);
    let hostile = finding(4, HOSTILE, Severity::Error, Between::DocumentAndProvider);
    vec![
        Finding { id: "request.query.unknown".to_owned(), instance: None, ..remark },
        Finding { verdict: Some(Verdict::Provider), ..broken },
        Finding {
            id: "pact.response.body".to_owned(),
            verdict: Some(Verdict::Provider),
            document: None,
            expected: json!("hammer"),
            message: "expected a string".to_owned(),
            hint: None,
            ..pact
        },
        Finding {
            verdict: Some(Verdict::Both),
            actual: json!({ HOSTILE: HOSTILE }),
            message: format!("{HOSTILE} is not of type \"string\""),
            hint: Some(HOSTILE.to_owned()),
            ..hostile
        },
    ]
}

pub fn finding(index: usize, interaction: &str, severity: Severity, between: Between) -> Finding {
    let pointer = format!("/interactions/{index}/response/body/content/name");
    Finding {
        provider: Some("shop".to_owned()),
        contract: Some("web-shop".to_owned()),
        interaction: Some(interaction.to_owned()),
        location: Some(place("pacts/web-shop.json", &pointer, 40)),
        document: Some(place("openapi/shop.yaml", "/components/schemas/Tool/properties/name/type", 77)),
        operation: Some("GET /tools/{id}".to_owned()),
        instance: Some("/name".to_owned()),
        expected: json!({ "type": "string" }),
        actual: json!(7),
        hint: Some("answer with a string".to_owned()),
        ..Finding::new("response.body.incompatible", severity, between, "7 is not of type \"string\"")
    }
}

/// What became of the document since it was released.
fn changes() -> Vec<Finding> {
    let price = "/components/schemas/Tool/properties/price";
    let hit = Affected {
        consumer: "web".to_owned(),
        contract: "web-shop".to_owned(),
        interaction: "a request for a tool".to_owned(),
        location: place("pacts/web-shop.json", "/interactions/2/response/body/content/price", 44),
        reliance: Reliance::Reads,
        pointer: Some("/price".to_owned()),
    };
    vec![
        Finding {
            instance: Some("response/200/body/price".to_owned()),
            base: Some(released(price, 80)),
            document: Some(place("openapi/shop.yaml", "/components/schemas/Tool/properties", 75)),
            expected: json!({ "type": "integer" }),
            hint: Some("add it back, or bump openapi/shop.yaml to 2.0.0".to_owned()),
            affects: Some(vec![hit]),
            ..change("response-property-removed", Severity::Error, "no longer returns \"price\"")
        },
        Finding {
            operation: Some("POST /tools".to_owned()),
            instance: Some("request/body/colour".to_owned()),
            subject: Some("red".to_owned()),
            base: Some(released("/components/schemas/Colour/enum", 90)),
            expected: json!(["red", "blue"]),
            actual: json!(["blue"]),
            affects: Some(Vec::new()),
            ..change("request-enum-value-removed", Severity::Error, "no longer takes \"red\" as \"colour\"")
        },
        Finding {
            operation: Some("POST /tools".to_owned()),
            affects: Some(Vec::new()),
            accepted: Some(Accepted {
                by: "countersign.toml".to_owned(),
                reason: Some("nobody sends it any more".to_owned()),
                until: Some("2027-01-31".to_owned()),
            }),
            ..change("request-header-required", Severity::Error, "asks for the header \"X-Team\"")
        },
        Finding {
            operation: Some("DELETE /tools/{id}".to_owned()),
            document: Some(place("openapi/shop.yaml", "/paths/~1tools~1{id}/delete", 33)),
            ..change("operation-added", Severity::Info, "is new")
        },
        Finding {
            operation: None,
            ..change("document-version-unchanged", Severity::Warning, "the version is still 1.0.0")
        },
    ]
}

fn change(id: &str, severity: Severity, message: &str) -> Finding {
    Finding {
        provider: Some("shop".to_owned()),
        operation: Some("GET /tools/{id}".to_owned()),
        document: Some(place("openapi/shop.yaml", "/info/version", 4)),
        ..Finding::new(id, severity, Between::ReleasedAndCurrent, message)
    }
}

fn documents() -> Vec<Compared> {
    let document = |standing, file: &str, operations| Compared {
        standing,
        provider: Some("shop".to_owned()),
        file: file.to_owned(),
        title: Some("Shop".to_owned()),
        version: Some("1.0.0".to_owned()),
        operations,
    };
    vec![
        document(Standing::Released, "openapi/released/shop-1.0.0.yaml", 11),
        document(Standing::Current, "openapi/shop.yaml", 12),
    ]
}

fn rule() -> Rule {
    Rule {
        id: "response-property-removed".to_owned(),
        summary: "a property of an answer was removed".to_owned(),
        why: Some("a client that reads it finds nothing there".to_owned()),
        remedy: Some("keep it, deprecated, until nobody reads it".to_owned()),
        link: Some("https://spec.openapis.org/oas/v3.1.1.html#schema-object".to_owned()),
    }
}

pub fn coverage() -> Coverage {
    let operation = |method: &str, path: &str| Operation {
        method: method.to_owned(),
        path: path.to_owned(),
        id: None,
        line: Some(9),
    };
    let many = (1..=7).map(|n| operation("GET", &format!("/shelf/{n}")));
    let unused =
        [operation("PUT", "/tools/{id}"), operation("DELETE", "/tools/{id}")].into_iter().chain(many);
    Coverage {
        provider: "shop".to_owned(),
        document: "openapi/shop.yaml".to_owned(),
        operations: 12,
        used: 3,
        unused: unused.collect(),
    }
}

fn released(pointer: &str, line: usize) -> Location {
    place("openapi/released/shop-1.0.0.yaml", pointer, line)
}

pub fn place(file: &str, pointer: &str, line: usize) -> Location {
    Location { file: file.to_owned(), pointer: pointer.to_owned(), line: Some(line) }
}
