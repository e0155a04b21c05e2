//! One report, made by hand, in every format: what each of them makes of the same values.

use std::time::Duration;

use countersign::finding::{Between, Finding, Location, Severity, Verdict};
use countersign::report::{
    Contract, Coverage, Direction, Format, Interaction, Look, Message, Operation, Outcome, Parts, Report,
    Trouble, Verb,
};
use serde_json::{Value, json};

fn report() -> Report {
    let errors = vec![
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
    ];
    let parts = Parts {
        findings: findings(),
        errors,
        contracts: vec![contract()],
        coverage: vec![coverage()],
        ..Parts::default()
    };
    Report::new(Verb::Check, parts, Duration::from_millis(1234))
}

fn of_contract(contract: Contract, findings: Vec<Finding>) -> Report {
    let parts = Parts { findings, contracts: vec![contract], ..Parts::default() };
    Report::new(Verb::Verify, parts, Duration::ZERO)
}

fn contract() -> Contract {
    Contract {
        contract: "web-shop".to_owned(),
        consumer: "web".to_owned(),
        provider: "shop".to_owned(),
        file: "pacts/web-shop.json".to_owned(),
        document: Some("openapi/shop.yaml".to_owned()),
        interactions: 4,
        kept: 2,
        broken: 1,
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
        ],
    }
}

fn interaction(index: usize, description: &str, outcome: Outcome) -> Interaction {
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
    ]
}

fn finding(index: usize, interaction: &str, severity: Severity, between: Between) -> Finding {
    Finding {
        provider: Some("shop".to_owned()),
        contract: Some("web-shop".to_owned()),
        interaction: Some(interaction.to_owned()),
        location: Some(place(
            "pacts/web-shop.json",
            &format!("/interactions/{index}/response/body/content/name"),
            40,
        )),
        document: Some(place("openapi/shop.yaml", "/components/schemas/Tool/properties/name/type", 77)),
        instance: Some("/name".to_owned()),
        expected: json!({ "type": "string" }),
        actual: json!(7),
        hint: Some("answer with a string".to_owned()),
        ..Finding::new("response.body.incompatible", severity, between, "7 is not of type \"string\"")
    }
}

fn place(file: &str, pointer: &str, line: usize) -> Location {
    Location { file: file.to_owned(), pointer: pointer.to_owned(), line: Some(line) }
}

fn coverage() -> Coverage {
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

fn rendered(format: Format, look: Look) -> String {
    let mut text = Vec::new();
    format.render(&report(), &mut text, look).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn as_text() {
    insta::assert_snapshot!(rendered(Format::Text, Look::default()));
}

#[test]
fn as_verbose_text() {
    insta::assert_snapshot!(rendered(Format::Text, Look { verbose: true, ..Look::default() }));
}

#[test]
fn as_quiet_text() {
    insta::assert_snapshot!(rendered(Format::Text, Look { quiet: true, ..Look::default() }));
}

#[test]
fn colours_change_nothing_but_the_colour() {
    let coloured = rendered(Format::Text, Look { colour: true, ..Look::default() });
    assert!(coloured.contains("\u{1b}[1m"), "{coloured:?}");
    let plain = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(plain, rendered(Format::Text, Look::default()));
}

#[test]
fn as_json() {
    insta::assert_snapshot!(rendered(Format::Json, Look::default()));
}

#[test]
fn json_is_of_the_schema() {
    let schema = serde_json::to_value(countersign::report::schema()).unwrap();
    let report: Value = serde_json::from_str(&rendered(Format::Json, Look::default())).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&report));
}

#[test]
fn what_went_over_the_wire_stands_with_the_interaction() {
    let message = |direction, channel: &str, name: &str| Message {
        direction,
        channel: channel.to_owned(),
        name: name.to_owned(),
    };
    let came = |name| message(Direction::FromProvider, "result-7", name);
    let asked = message(Direction::ToProvider, "celery", "pack");
    let answered = Interaction {
        messages: vec![asked, came("PROGRESS"), came("PROGRESS"), came("SUCCESS")],
        ..interaction(0, "a nail to be packed", Outcome::Broken)
    };
    let published = Interaction {
        messages: vec![message(Direction::FromProvider, "urgent", "pack")],
        ..interaction(1, "an order", Outcome::Broken)
    };
    let contract = Contract { results: vec![answered, published], ..contract() };
    let report = of_contract(contract, vec![]);
    let mut text = Vec::new();
    Format::Text.render(&report, &mut text, Look::default()).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("→ celery pack  ← PROGRESS ×2, SUCCESS  pacts/web-shop.json:12\n"), "{text}");
    assert!(text.contains("← urgent pack  pacts/web-shop.json:12\n"), "{text}");
    let mut json = Vec::new();
    Format::Json.render(&report, &mut json, Look::default()).unwrap();
    let json: Value = serde_json::from_slice(&json).unwrap();
    let first = json!({ "direction": "to-provider", "channel": "celery", "name": "pack" });
    assert_eq!(json["contracts"][0]["results"][0]["messages"][0], first);
}

#[test]
fn broken_weighs_more_than_unknown_and_nothing_is_not_kept() {
    let with = |kept, broken, unknown| {
        let contract = Contract { kept, broken, unknown, ..contract() };
        of_contract(contract, vec![]).summary.outcome
    };
    assert_eq!(with(2, 1, 1), Outcome::Broken);
    assert_eq!(with(2, 0, 1), Outcome::Unknown);
    assert_eq!(with(2, 0, 0), Outcome::Kept);
    assert_eq!(with(0, 0, 0), Outcome::Unknown);
    let troubled = Report::new(
        Verb::Check,
        Parts { errors: vec![Trouble::new("x", "y")], ..Parts::default() },
        Duration::ZERO,
    );
    assert_eq!(troubled.summary.outcome, Outcome::Unknown);
}

#[test]
fn evidence_stands_under_its_own_interaction_though_another_has_its_name() {
    let results = vec![interaction(0, "a tool", Outcome::Kept), interaction(1, "a tool", Outcome::Broken)];
    let findings = vec![finding(1, "a tool", Severity::Error, Between::PactAndProvider)];
    let contract = Contract { results, ..contract() };
    let report = of_contract(contract, findings);
    let mut text = Vec::new();
    Format::Text.render(&report, &mut text, Look { verbose: true, ..Look::default() }).unwrap();
    let text = String::from_utf8(text).unwrap();
    let (of_kept, of_broken) = text.split_once("BROKEN").unwrap();
    assert!(!of_kept.contains("[response.body.incompatible]"), "{text}");
    assert_eq!(of_broken.matches("[response.body.incompatible]").count(), 1, "{text}");
}
