//! One report, made by hand, in every format: what each of them makes of the same values.

pub mod browser;
pub mod page;
mod recorded;
mod rich;
pub mod schemas;

use std::time::Duration;

use countersign::finding::{Accepted, Between, Finding, Severity};
use countersign::report::{
    Contract, Direction, Format, Interaction, Look, Message, Outcome, Parts, Report, Trouble, Verb,
};
use serde_json::{Value, json};

use rich::{contract, finding, interaction, report};

fn of_contract(contract: Contract, findings: Vec<Finding>) -> Report {
    let parts = Parts { findings, contracts: vec![contract], ..Parts::default() };
    Report::new(Verb::Verify, parts, Duration::ZERO)
}

/// `report` in a format, as it looks where nothing else is asked for.
fn rendered(report: &Report, format: Format) -> String {
    looking(report, format, Look::default())
}

fn looking(report: &Report, format: Format, look: Look) -> String {
    let mut text = Vec::new();
    format.render(report, &mut text, look).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn as_text() {
    insta::assert_snapshot!(rendered(&report(), Format::Text));
}

#[test]
fn as_verbose_text() {
    insta::assert_snapshot!(looking(&report(), Format::Text, Look { verbose: true, ..Look::default() }));
}

#[test]
fn as_quiet_text() {
    insta::assert_snapshot!(looking(&report(), Format::Text, Look { quiet: true, ..Look::default() }));
}

#[test]
fn colours_change_nothing_but_the_colour() {
    let coloured = looking(&report(), Format::Text, Look { colour: true, ..Look::default() });
    assert!(coloured.contains("\u{1b}[1m"), "{coloured:?}");
    let plain = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(plain, rendered(&report(), Format::Text));
}

#[test]
fn as_json() {
    insta::assert_snapshot!(rendered(&report(), Format::Json));
}

#[test]
fn as_junit() {
    insta::assert_snapshot!(rendered(&report(), Format::Junit));
}

#[test]
fn as_sarif() {
    insta::assert_snapshot!(rendered(&report(), Format::Sarif));
}

#[test]
fn as_github() {
    insta::assert_snapshot!(rendered(&report(), Format::Github));
}

#[test]
fn as_markdown() {
    insta::assert_snapshot!(rendered(&report(), Format::Markdown));
}

#[test]
fn as_html() {
    insta::assert_snapshot!(rendered(&report(), Format::Html));
}

#[test]
fn the_page_shows_first_what_needs_somebody() {
    let named = |id: &str, severity, accepted: bool| {
        let by = || Accepted { by: "known.json".to_owned(), reason: None, until: None };
        Finding {
            operation: Some(id.to_owned()),
            accepted: accepted.then(by),
            ..Finding::new(id, severity, Between::ReleasedAndCurrent, "changed")
        }
    };
    let of_contract = |name: &str, kept, broken, unknown| {
        let pact = Contract { consumer: name.to_owned(), kept, broken, unknown, ..contract() };
        Contract { results: Vec::new(), ..pact }
    };
    let parts = Parts {
        findings: vec![
            named("is-accepted", Severity::Error, true),
            named("is-noted", Severity::Info, false),
            named("is-broken", Severity::Error, false),
            named("is-warned-of", Severity::Warning, false),
            named("is-broken-too", Severity::Error, false),
        ],
        contracts: vec![
            of_contract("keeps", 1, 0, 0),
            of_contract("cannot-tell", 1, 0, 1),
            of_contract("breaks", 1, 1, 1),
        ],
        ..Parts::default()
    };
    let page = rendered(&Report::new(Verb::Drift, parts, Duration::ZERO), Format::Html);
    let headings: Vec<&str> =
        page.split("<h2>").skip(1).map(|rest| rest.split_once("</h2>").unwrap().0).collect();
    let contracts = ["breaks → shop", "cannot-tell → shop", "keeps → shop"];
    let changes = ["is-broken", "is-broken-too", "is-warned-of", "is-noted", "is-accepted"];
    assert_eq!(headings[..3], contracts);
    assert_eq!(headings[3..], changes.map(|it| format!("<code>{it}</code>")));
}

#[test]
fn as_summary() {
    insta::assert_snapshot!(rendered(&report(), Format::Summary));
}

#[test]
fn json_is_of_the_schema() {
    let schema = serde_json::to_value(countersign::report::schema()).unwrap();
    let report: Value = serde_json::from_str(&rendered(&report(), Format::Json)).unwrap();
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
    let text = rendered(&report, Format::Text);
    assert!(text.contains("→ celery pack  ← PROGRESS ×2, SUCCESS  pacts/web-shop.json:12\n"), "{text}");
    assert!(text.contains("← urgent pack  pacts/web-shop.json:12\n"), "{text}");
    let json: Value = serde_json::from_str(&rendered(&report, Format::Json)).unwrap();
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
    let text = looking(&report, Format::Text, Look { verbose: true, ..Look::default() });
    let (of_kept, of_broken) = text.split_once("BROKEN").unwrap();
    assert!(!of_kept.contains("[response.body.incompatible]"), "{text}");
    assert_eq!(of_broken.matches("[response.body.incompatible]").count(), 1, "{text}");
}
