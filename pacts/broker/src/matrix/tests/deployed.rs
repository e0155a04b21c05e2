//! Whether a version may go: what the Pact Broker answers, and ours too.

use super::told::Told;
use crate::matrix::{NoticeKind, Query, verdict};

fn pact() -> Told {
    let mut told = Told::default();
    told.pact(("web", "1"), "api", "s1");
    told
}

#[test]
fn a_consumer_may_not_go_where_its_provider_is_not() {
    let mut told = pact();
    told.verified("web", "s1", ("api", "1"), true).empty_environment("prod");
    let verdict = told.may_go(("web", "1"), "prod");
    assert_eq!((verdict.deployable, verdict.counts.unknown), (None, 1));
    assert!(
        verdict.reason.contains("web 1 relies on api, but no version of api is in environment prod"),
        "{}",
        verdict.reason
    );
    assert_eq!(verdict.notices[0].kind, NoticeKind::Warning);
}

#[test]
fn a_provider_may_go_where_no_consumer_is() {
    let mut told = pact();
    told.version("api", "1");
    told.empty_environment("prod");
    let verdict = told.may_go(("api", "1"), "prod");
    assert_eq!((verdict.deployable, verdict.counts.success), (Some(true), 0));
    assert!(verdict.reason.starts_with("Nothing stands in the way"), "{}", verdict.reason);
}

#[test]
fn a_version_that_nobody_told_of_may_not_go() {
    let mut told = pact();
    told.empty_environment("prod");
    let verdict = told.may_go(("web", "9"), "prod");
    assert_eq!(verdict.deployable, Some(false));
    assert!(verdict.reason.contains("no version 9 of web"), "{}", verdict.reason);
}

#[test]
fn a_verified_consumer_may_go_and_so_may_the_same_content_under_a_new_number() {
    let mut told = pact();
    told.verified("web", "s1", ("api", "1"), true).deployed(("api", "1"), "prod");
    assert_eq!(told.may_go(("web", "1"), "prod").deployable, Some(true));
    told.pact(("web", "2"), "api", "s1").pact(("web", "3"), "api", "s2");
    assert_eq!(told.may_go(("web", "2"), "prod").deployable, Some(true));
    assert_eq!(told.may_go(("web", "3"), "prod").deployable, None);
}

#[test]
fn the_last_result_of_a_pair_counts() {
    let mut told = pact();
    told.verified("web", "s1", ("api", "1"), true).deployed(("api", "1"), "prod");
    told.verified("web", "s1", ("api", "1"), false);
    let verdict = told.may_go(("web", "1"), "prod");
    assert_eq!((verdict.deployable, verdict.counts.failed), (Some(false), 1));
    assert!(
        verdict
            .reason
            .contains("api 1 (in environment prod) breaks the pact of web 1: verification 2 failed"),
        "{}",
        verdict.reason
    );
    told.verified("web", "s1", ("api", "1"), true);
    assert_eq!(told.may_go(("web", "1"), "prod").deployable, Some(true));
}

#[test]
fn a_provider_that_never_verified_a_live_consumer_is_not_known() {
    let mut told = pact();
    told.deployed(("web", "1"), "prod").version("api", "1");
    assert_eq!(told.may_go(("api", "1"), "prod").deployable, None);
    told.verified("web", "s1", ("api", "1"), true);
    assert_eq!(told.may_go(("api", "1"), "prod").deployable, Some(true));
    // A document is the provider's own word; no pact was verified by it.
    told.document(("api", "2"));
    assert_eq!(told.may_go(("api", "2"), "prod").deployable, None);
}

#[test]
fn what_is_ignored_does_not_count_but_is_counted() {
    let mut told = pact();
    told.verified("web", "s1", ("api", "1"), false).deployed(("api", "1"), "prod");
    let ask = |rest: &str| {
        told.verdict(&format!("q[][pacticipant]=web&q[][version]=1&environment=prod&latestby=cvpv&{rest}"))
    };
    for ignored in ["ignore[][pacticipant]=api", "ignore[][pacticipant]=api&ignore[][version]=1"] {
        let verdict = ask(ignored);
        assert_eq!((verdict.deployable, verdict.counts.ignored), (Some(true), 1), "{ignored}");
        assert!(verdict.notices.iter().any(|notice| notice.text.contains("ignored")));
    }
    let verdict = ask("ignore[][pacticipant]=api&ignore[][version]=2&ignore[][pacticipant]=nobody");
    assert_eq!((verdict.deployable, verdict.counts.ignored), (Some(false), 0));
    let warned = verdict.notices.iter().filter(|notice| notice.kind == NoticeKind::Warning).count();
    assert_eq!(warned, 2, "{:?}", verdict.notices);
    let verdict =
        told.verdict("q[][pacticipant]=web&q[][version]=9&environment=prod&ignore[][pacticipant]=web");
    assert_eq!(verdict.deployable, Some(true));
}

#[test]
fn a_pacticipant_without_pacts_may_go() {
    let mut told = Told::default();
    told.version("tool", "1");
    told.empty_environment("prod");
    assert_eq!(told.may_go(("tool", "1"), "prod").deployable, Some(true));
}

#[test]
fn a_deployment_follows_another_but_releases_add_up_until_support_ends() {
    let mut told = pact();
    told.verified("web", "s1", ("api", "1"), false).verified("web", "s1", ("api", "2"), true);
    told.deployed(("api", "1"), "prod").deployed(("api", "2"), "prod");
    assert_eq!(told.may_go(("web", "1"), "prod").deployable, Some(true));
    let old = told.released(("api", "1"), "prod");
    assert_eq!(told.may_go(("web", "1"), "prod").deployable, Some(false));
    told.support_ended(old);
    assert_eq!(told.may_go(("web", "1"), "prod").deployable, Some(true));
}

#[test]
fn one_in_the_middle_answers_for_both_of_its_sides() {
    let mut told = pact();
    told.pact(("api", "1"), "mail", "m1").verified("web", "s1", ("api", "1"), true);
    told.deployed(("web", "1"), "prod").deployed(("mail", "1"), "prod");
    let verdict = told.may_go(("api", "1"), "prod");
    assert_eq!((verdict.deployable, verdict.counts.success, verdict.counts.unknown), (None, 1, 1));
    told.verified("api", "m1", ("mail", "1"), true);
    assert_eq!(told.may_go(("api", "1"), "prod").deployable, Some(true));
    // What two others have between them is not asked about.
    told.pact(("web", "1"), "mail", "w1");
    assert_eq!(told.may_go(("api", "1"), "prod").deployable, Some(true));
    assert_eq!(told.may_go(("web", "1"), "prod").deployable, None);
}

#[test]
fn one_that_relies_on_itself_is_held_against_itself() {
    let mut told = Told::default();
    told.pact(("node", "1"), "node", "n1").deployed(("node", "1"), "prod");
    told.pact(("node", "2"), "node", "n2").verified("node", "n2", ("node", "2"), true);
    assert_eq!(told.may_go(("node", "2"), "prod").deployable, Some(true));
}

#[test]
fn all_of_several_providers_have_to_be_there() {
    let mut told = pact();
    told.pact(("web", "1"), "mail", "m1").verified("web", "s1", ("api", "1"), true);
    told.verified("web", "m1", ("mail", "1"), true).deployed(("api", "1"), "prod");
    assert_eq!(told.may_go(("web", "1"), "prod").deployable, None);
    assert_eq!(told.deployed(("mail", "1"), "prod").may_go(("web", "1"), "prod").deployable, Some(true));
}

#[test]
fn a_route_asks_by_branch_tag_or_main_branch() {
    let mut told = pact();
    told.verified("web", "s1", ("api", "1"), true);
    told.branch(("web", "1"), "feat").tag(("web", "1"), "dev").branch(("web", "1"), "main");
    told.deployed(("api", "1"), "prod").tag(("api", "1"), "live").branch(("api", "1"), "trunk");
    told.main_branch("web", "main");
    let ask = |told: &Told, query: &Query| verdict(&told.model, query).unwrap();
    assert_eq!(ask(&told, &Query::branch_to_environment("web", "feat", "prod")).deployable, Some(true));
    assert_eq!(ask(&told, &Query::tag_to_tag("web", "dev", "live")).deployable, Some(true));
    let between = Query::between(("web", Some("dev")), ("api", Some("live")));
    assert_eq!(ask(&told, &between).deployable, Some(true));

    let merge = ask(&told, &Query::can_i_merge("web"));
    assert_eq!(merge.deployable, None);
    assert!(merge.reason.contains("The main branch of api is not known: set it."), "{}", merge.reason);
    told.main_branch("api", "trunk");
    assert_eq!(ask(&told, &Query::can_i_merge("web")).deployable, Some(true));
    // Only the latest of a branch is asked about.
    told.pact(("web", "2"), "api", "s2").branch(("web", "2"), "feat");
    assert_eq!(ask(&told, &Query::branch_to_environment("web", "feat", "prod")).deployable, None);
}
