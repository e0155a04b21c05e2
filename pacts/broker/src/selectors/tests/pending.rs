//! What may fail without failing the provider's build.

use serde_json::{Value, json};

use super::told::Told;

fn from_branch(branch: &str) -> Value {
    json!({ "consumerVersionSelectors": [{"latest": true}], "includePendingStatus": true, "providerVersionBranch": branch })
}

fn from_tags(tags: &[&str]) -> Value {
    json!({ "consumerVersionSelectors": [{"latest": true}], "includePendingStatus": true, "providerVersionTags": tags })
}

fn one_pact() -> Told {
    let mut told = Told::default();
    told.branch(("A", "1"), "main");
    told.pact(("A", "1"), "a1");
    told
}

const PENDING: [&str; 1] = ["A 1: latest, pending"];
const VERIFIED: [&str; 1] = ["A 1: latest"];

#[test]
fn a_pact_is_pending_until_its_branch_kept_it() {
    let mut told = one_pact();
    told.branch(("P", "1"), "main");
    told.verified(("A", "a1"), "1", false);
    assert_eq!(told.chosen(&from_branch("main")), PENDING);
    told.verified(("A", "a1"), "1", true);
    assert_eq!(told.chosen(&from_branch("main")), VERIFIED);
    // A failure later does not make it pending again.
    told.verified(("A", "a1"), "1", false);
    assert_eq!(told.chosen(&from_branch("main")), VERIFIED);
}

#[test]
fn a_new_branch_owes_what_another_kept_before_it_began() {
    let mut told = one_pact();
    told.branch(("P", "1"), "old");
    told.branch(("P", "2"), "main");
    told.verified(("A", "a1"), "2", true);
    assert_eq!(told.chosen(&from_branch("not yet there")), VERIFIED);
    assert_eq!(told.chosen(&from_branch("old")), PENDING);
    told.branch(("P", "3"), "feat/x");
    assert_eq!(told.chosen(&from_branch("feat/x")), VERIFIED);
}

#[test]
fn without_branch_or_tag_any_success_counts() {
    let mut told = one_pact();
    let ask = json!({ "consumerVersionSelectors": [{"latest": true}], "includePendingStatus": true });
    assert_eq!(told.chosen(&ask), PENDING);
    told.verified(("A", "a1"), "1", true);
    assert_eq!(told.chosen(&ask), VERIFIED);
}

#[test]
fn of_several_tags_every_one_has_to_have_kept_it() {
    let mut told = one_pact();
    told.tag(("P", "1"), "dev");
    told.tag(("P", "2"), "test");
    told.verified(("A", "a1"), "1", true);
    assert_eq!(told.chosen(&from_tags(&["dev"])), VERIFIED);
    assert_eq!(told.chosen(&from_tags(&["dev", "test"])), PENDING);
    assert_eq!(told.chosen(&from_tags(&["new"])), VERIFIED);
    told.verified(("A", "a1"), "2", true);
    assert_eq!(told.chosen(&from_tags(&["dev", "test"])), VERIFIED);
}

#[test]
fn the_notices_say_what_a_failure_means() {
    let mut told = one_pact();
    told.branch(("P", "1"), "main");
    let whens = |told: &Told| -> Vec<&'static str> {
        let chosen = told.choose(&from_branch("main")).unwrap();
        let notices = crate::selectors::notices(&told.model, &chosen[0], "http://broker/pact", true);
        assert!(notices[1].text.contains("version of P from branch 'main'"), "{}", notices[1].text);
        notices.iter().map(|notice| notice.when).collect()
    };
    assert_eq!(
        whens(&told),
        [
            "before_verification",
            "before_verification",
            "after_verification:success_true_published_false",
            "after_verification:success_false_published_false",
            "after_verification:success_true_published_true",
            "after_verification:success_false_published_true",
        ]
    );
    told.verified(("A", "a1"), "1", true);
    assert_eq!(whens(&told), ["before_verification"; 2]);
}

/// Selects what is on main; feat/x and the tag dev are work in progress.
fn with_wip(since: &str) -> Value {
    json!({
        "consumerVersionSelectors": [{"branch": "main"}],
        "includePendingStatus": true,
        "includeWipPactsSince": since,
        "providerVersionBranch": "main",
    })
}

#[test]
fn work_in_progress_is_the_newest_of_each_branch_and_tag_that_was_not_kept() {
    let mut told = one_pact();
    told.branch(("P", "1"), "main");
    told.branch(("A", "2"), "feat/x");
    told.pact(("A", "2"), "a2");
    told.branch(("A", "3"), "feat/x");
    told.pact(("A", "3"), "a3");
    told.tag(("B", "1"), "dev");
    told.pact(("B", "1"), "b1");
    let main = "A 1: latest from branch main, pending";
    let (feature, tagged) =
        ("A 3: latest from branch feat/x, wip, pending", "B 1: latest with tag dev, wip, pending");
    assert_eq!(told.chosen(&with_wip("1970-01-01")), [main, feature, tagged]);
    assert_eq!(told.chosen(&with_wip("1970-01-02")), [main]);
    let mut nowhere = with_wip("1970-01-01");
    nowhere.as_object_mut().unwrap().remove("providerVersionBranch");
    assert_eq!(told.chosen(&nowhere), [main]);
    // What was found of it as work in progress leaves it so; what was found of it on purpose does not.
    told.result(("A", "a3"), "1", (true, true));
    assert_eq!(told.chosen(&with_wip("1970-01-01")), [main, feature, tagged]);
    told.verified(("A", "a3"), "1", true);
    assert_eq!(told.chosen(&with_wip("1970-01-01")), [main, tagged]);
}

#[test]
fn what_a_selector_chose_is_no_work_in_progress() {
    let mut told = one_pact();
    told.branch(("P", "1"), "main");
    told.branch(("A", "2"), "feat/x");
    told.pact(("A", "2"), "a1");
    assert_eq!(told.chosen(&with_wip("1970-01-01")), ["A 1: latest from branch main, pending"]);
}
