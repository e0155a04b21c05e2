//! Where our verdict differs from the Pact Broker's: each section of `DIFFERENCES.md` has its test.

use super::told::Told;
use crate::matrix::{Query, verdict};

/// Two versions of the provider, of which the first kept the pact and the second never saw it.
fn half_verified() -> Told {
    let mut told = Told::default();
    told.pact(("web", "1"), "api", "s1").verified("web", "s1", ("api", "1"), true);
    told
}

fn unknown_with(told: &Told, asked: (&str, &str), pair: &[&str]) {
    let verdict = told.may_go(asked, "prod");
    assert_eq!((verdict.deployable, verdict.counts.success, verdict.counts.unknown), (None, 1, 1));
    assert!(pair.iter().all(|name| verdict.reason.contains(name)), "{}", verdict.reason);
}

#[test]
fn every_live_version_of_a_provider_has_to_have_verified() {
    let mut told = half_verified();
    told.released(("api", "1"), "prod");
    told.released(("api", "2"), "prod");
    unknown_with(&told, ("web", "1"), &["web 1", "api 2 (in environment prod)"]);
    let short = Query::can_i_deploy("pacticipant=web&version=1&environment=prod").unwrap();
    assert_eq!(verdict(&told.model, &short).unwrap().deployable, None);
    told.verified("web", "s1", ("api", "2"), false);
    assert_eq!(told.may_go(("web", "1"), "prod").deployable, Some(false));
    told.verified("web", "s1", ("api", "2"), true);
    assert_eq!(told.may_go(("web", "1"), "prod").deployable, Some(true));
}

#[test]
fn every_instance_of_a_provider_has_to_have_verified() {
    let mut told = half_verified();
    told.instance(("api", "1"), "prod", None).instance(("api", "2"), "prod", Some("blue"));
    unknown_with(&told, ("web", "1"), &["web 1", "api 2 (in environment prod)"]);
    told.instance(("api", "1"), "prod", Some("blue"));
    assert_eq!(told.may_go(("web", "1"), "prod").deployable, Some(true));
}

#[test]
fn every_live_version_of_a_consumer_has_to_be_verified() {
    let mut told = half_verified();
    told.pact(("web", "2"), "api", "s2");
    told.released(("web", "1"), "prod");
    told.released(("web", "2"), "prod");
    unknown_with(&told, ("api", "1"), &["api 1", "web 2 (in environment prod)"]);
}

#[test]
fn the_later_of_two_live_versions_does_not_speak_for_the_earlier() {
    let mut told = half_verified();
    told.verified("web", "s1", ("api", "2"), true).verified("web", "s1", ("api", "1"), false);
    told.released(("api", "1"), "prod");
    told.released(("api", "2"), "prod");
    let raw = "q[][pacticipant]=web&q[][version]=1&environment=prod&latestby=cvp";
    assert_eq!(told.verdict(raw).deployable, Some(false));
}

#[test]
fn broken_comes_before_unknown() {
    let mut told = half_verified();
    told.pact(("web", "1"), "mail", "m1").verified("web", "m1", ("mail", "1"), false);
    told.deployed(("mail", "1"), "prod").deployed(("api", "2"), "prod");
    let verdict = told.may_go(("web", "1"), "prod");
    assert_eq!((verdict.deployable, verdict.counts.failed, verdict.counts.unknown), (Some(false), 1, 1));
    assert!(verdict.reason.starts_with("mail 1"), "{}", verdict.reason);
}

#[test]
fn a_branch_or_tag_without_a_version_is_unknown() {
    let told = half_verified();
    let asked = [
        "q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=api&q[][latest]=true&q[][tag]=none&latestby=cvpv",
        "q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=api&q[][branch]=none&latestby=cvpv",
        "q[][pacticipant]=web&q[][latest]=true&q[][branch]=none&latestby=cvp&latest=true",
        "q[][pacticipant]=api&q[][latest]=true&q[][tag]=none&latestby=cvp&latest=true",
        "q[][pacticipant]=web&q[][version]=1&tag=none&latest=true&latestby=cvp",
        "q[][pacticipant]=web&q[][version]=1&branch=none&latest=true&latestby=cvp",
    ];
    for raw in asked {
        let verdict = told.verdict(raw);
        assert_eq!((verdict.deployable, verdict.counts.unknown), (None, 1), "{raw}");
        assert!(verdict.reason.contains("none"), "{}", verdict.reason);
    }
}

#[test]
fn what_is_shown_does_not_change_the_verdict() {
    let mut told = half_verified();
    told.verified("web", "s1", ("api", "2"), false);
    let asked = "q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=api&latestby=cvpv";
    for rest in ["", "&success[]=true", "&limit=1", "&pageSize=1&pageNumber=2"] {
        assert_eq!(told.verdict(&format!("{asked}{rest}")).deployable, Some(false), "{rest}");
    }
    // A result that was overtaken is shown without `latestby`, but no longer counts.
    told.verified("web", "s1", ("api", "2"), true);
    assert_eq!(
        told.verdict("q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=api").deployable,
        Some(true)
    );
}

#[test]
fn many_reasons_are_cut_short() {
    let mut told = Told::default();
    told.empty_environment("prod");
    for provider in 0..30 {
        told.pact(("web", "1"), &format!("p{provider}"), &format!("s{provider}"));
    }
    let verdict = told.may_go(("web", "1"), "prod");
    assert_eq!((verdict.counts.unknown, verdict.notices.len()), (30, 21));
    assert!(verdict.reason.ends_with("There are 10 more such reasons."));
}
