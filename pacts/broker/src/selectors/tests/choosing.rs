//! What each selector chooses.

use serde_json::{Value, json};

use super::told::Told;
use crate::Refusal;

fn one(selector: &Value) -> Value {
    json!({ "consumerVersionSelectors": [selector] })
}

/// A: main (1, 2), feat/x (3). B: no main branch, tagged (1 dev, 2 dev, 3). All verified by nobody.
fn two_consumers() -> Told {
    let mut told = Told::default();
    told.main_branch_of_a();
    told.tag(("B", "1"), "dev");
    told.pact(("B", "1"), "b1");
    told.tag(("B", "2"), "dev");
    told.pact(("B", "2"), "b2");
    told.pact(("B", "3"), "b3");
    told
}

impl Told {
    fn main_branch_of_a(&mut self) {
        for (number, branch, sha) in [("1", "main", "a1"), ("2", "main", "a2"), ("3", "feat/x", "a3")] {
            self.branch(("A", number), branch);
            self.pact(("A", number), sha);
        }
        self.main_branch("A", "main");
    }
}

#[test]
fn each_selector_chooses_its_own() {
    let told = two_consumers();
    for (selector, chosen) in [
        (json!({"latest": true}), vec!["A 3: latest, pending", "B 3: latest, pending"]),
        (json!({"latest": true, "consumer": "B"}), vec!["B 3: latest, pending"]),
        (json!({"mainBranch": true}), vec!["A 2: latest from branch main, pending"]),
        (json!({"branch": "feat/x"}), vec!["A 3: latest from branch feat/x, pending"]),
        (
            json!({"branch": true}),
            vec!["A 2: latest from branch main, pending", "A 3: latest from branch feat/x, pending"],
        ),
        (json!({"branch": "none"}), vec![]),
        (json!({"tag": "dev", "latest": true}), vec!["B 2: latest with tag dev, pending"]),
        (json!({"tag": "dev"}), vec!["B 1: one of dev, pending", "B 2: one of dev, pending"]),
        (json!({"tag": "none", "latest": true}), vec![]),
        (json!({"mainBranch": true, "consumer": "nobody"}), vec![]),
    ] {
        assert_eq!(told.chosen(&one(&selector)), chosen, "{selector}");
    }
}

#[test]
fn a_fallback_stands_in_where_nobody_has_what_was_asked_for() {
    let told = two_consumers();
    for (selector, chosen) in [
        (json!({"branch": "none", "fallbackBranch": "main"}), vec!["A 2: latest from branch main, pending"]),
        (
            json!({"branch": "none", "fallbackToMainBranch": true}),
            vec!["A 2: latest from branch main, pending"],
        ),
        (
            json!({"branch": "feat/x", "fallbackBranch": "main"}),
            vec!["A 3: latest from branch feat/x, pending"],
        ),
        (
            json!({"tag": "none", "latest": true, "fallbackTag": "dev"}),
            vec!["B 2: latest with tag dev, pending"],
        ),
    ] {
        assert_eq!(told.chosen(&one(&selector)), chosen, "{selector}");
    }
}

#[test]
fn a_matching_branch_is_the_providers_own() {
    let told = two_consumers();
    let body =
        json!({ "consumerVersionSelectors": [{"matchingBranch": true}], "providerVersionBranch": "feat/x" });
    assert_eq!(told.chosen(&body), ["A 3: latest from branch feat/x, pending"]);
}

#[test]
fn an_environment_has_what_is_deployed_and_released_there() {
    let mut told = two_consumers();
    let (test, production) = (told.environment("test"), told.environment("production"));
    told.deploy(("A", "1"), production);
    told.deploy(("A", "2"), test);
    told.release(("B", "1"), production);
    told.release(("B", "2"), production);
    let production = [
        "A 1: deployed to production, pending",
        "B 1: released in production, pending",
        "B 2: released in production, pending",
    ];
    for (selector, chosen) in [
        (json!({"environment": "production"}), production.to_vec()),
        (json!({"deployed": true, "environment": "test"}), vec!["A 2: deployed to test, pending"]),
        (json!({"released": true, "consumer": "A"}), vec![]),
        (json!({"deployedOrReleased": true, "consumer": "B"}), production[1..].to_vec()),
    ] {
        assert_eq!(told.chosen(&one(&selector)), chosen, "{selector}");
    }
    // A deployment replaces the one before it.
    told.deploy(("A", "3"), told.model.environment_named("test").unwrap().uuid);
    let deployed = told.chosen(&one(&json!({"deployed": true, "environment": "test"})));
    assert_eq!(deployed, ["A 3: deployed to test, pending"]);
}

#[test]
fn an_environment_that_is_not_there_is_refused() {
    let told = two_consumers();
    let refusal =
        told.choose(&json!({"consumerVersionSelectors": [{"latest": true}, {"environment": "prod"}]}));
    let Err(Refusal::Invalid(fields)) = refusal else { panic!("{refusal:?}") };
    let message = "environment with name 'prod' does not exist (at index 1)";
    assert_eq!(fields, [("consumerVersionSelectors".to_owned(), vec![message.to_owned()])]);
}

#[test]
fn by_default_the_main_branch_and_what_is_live_is_chosen() {
    let mut told = two_consumers();
    let test = told.environment("test");
    told.deploy(("A", "1"), test);
    told.release(("A", "2"), test);
    assert_eq!(
        told.chosen(&json!({})),
        [
            "A 1: deployed to test, pending",
            "A 2: latest from branch main, released in test, pending",
            "B 3: latest, pending",
        ]
    );
    // The name of the main branch was used as a tag alone.
    told.main_branch("B", "dev");
    assert_eq!(told.chosen(&json!({})).last().unwrap(), "B 2: latest with tag dev, pending");
}

#[test]
fn a_main_branch_that_has_no_pact_any_more_owes_none() {
    let mut told = two_consumers();
    told.branch(("A", "4"), "main");
    assert_eq!(told.chosen(&one(&json!({"mainBranch": true}))), [""; 0]);
}

#[test]
fn what_has_the_same_content_is_chosen_once() {
    let mut told = two_consumers();
    told.branch(("A", "4"), "feat/y");
    told.pact(("A", "4"), "a2");
    let body = json!({ "consumerVersionSelectors": [{"mainBranch": true}, {"branch": "feat/y"}, {"latest": true, "consumer": "A"}] });
    assert_eq!(
        told.chosen(&body),
        ["A 4: latest, latest from branch main, latest from branch feat/y, pending"]
    );
    let chosen = told.choose(&body).unwrap();
    let notices = crate::selectors::notices(&told.model, &chosen[0], "http://broker/pact", false);
    assert_eq!(notices.len(), 1);
    for line in ["latest version of A that has a pact (4)", "from the main branch 'main' (2)"] {
        assert!(notices[0].text.contains(line), "{}", notices[0].text);
    }
}

#[test]
fn a_provider_that_nobody_knows_is_not_found() {
    let told = Told::default();
    assert!(matches!(told.choose(&json!({})), Err(Refusal::NotFound(_))));
}
