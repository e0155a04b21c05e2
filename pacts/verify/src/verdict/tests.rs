//! Every row of the table, and what is finer than the table.

use countersign_openapi::{JsonPointer, Position, Severity};
use serde_json::json;

use super::*;

fn position(pointer: &str) -> Position {
    let pointer = JsonPointer::parse(pointer).unwrap();
    Position { file: "any".into(), pointer, line: None }
}

fn failure(kind: FailureKind, id: &'static str, rule: &str) -> Failure {
    Failure {
        id,
        kind,
        severity: Severity::Error,
        location: position("/interactions/0/response"),
        instance: None,
        document: (kind != FailureKind::PactAgainstProvider).then(|| position(rule)),
        expected: Value::Null,
        actual: json!(1),
        message: format!("{id} at {rule}"),
        hint: None,
    }
}

fn live_pact(id: &'static str) -> Failure {
    failure(FailureKind::PactAgainstProvider, id, "")
}

fn live_document(rule: &str) -> Failure {
    failure(FailureKind::ProviderAgainstDocument, "response.body.incompatible", rule)
}

fn pact_document(id: &'static str, rule: &str) -> Failure {
    failure(FailureKind::PactAgainstDocument, id, rule)
}

const BODY: &str = "response.body.incompatible";

fn judged(failures: &[Failure], status: u16) -> (Verdict, String) {
    let judgement = judge(failures, Grounds { document: true, status }).unwrap();
    (judgement.verdict.unwrap(), judgement.reason)
}

fn verdict(failures: &[Failure]) -> Verdict {
    judged(failures, 200).0
}

#[test]
fn three_that_agree_are_kept() {
    assert_eq!(judge(&[], Grounds { document: true, status: 200 }), None);
}

#[test]
fn a_provider_that_breaks_the_document_alone_is_wrong() {
    assert_eq!(verdict(&[live_document("/a")]), Verdict::Provider);
}

#[test]
fn a_document_that_both_others_contradict_at_the_same_rule_is_wrong() {
    assert_eq!(verdict(&[live_document("/a"), pact_document(BODY, "/a")]), Verdict::Document);
    // What else the provider breaks, the pact does not look at.
    let more = [live_document("/a"), live_document("/b"), pact_document(BODY, "/a")];
    assert_eq!(verdict(&more), Verdict::Document);
    // One enum may stand for a query parameter and for a member of the answer.
    let asked_for = pact_document("request.query.incompatible", "/a");
    assert_eq!(verdict(&[live_document("/a"), asked_for]), Verdict::Document);
}

#[test]
fn a_document_without_the_operation_is_wrong_where_the_others_agree() {
    let unknown = pact_document("request.path-or-method.unknown", "/paths");
    assert_eq!(verdict(std::slice::from_ref(&unknown)), Verdict::Document);
    assert_eq!(verdict(&[unknown, live_document("/a")]), Verdict::Document);
}

#[test]
fn two_that_break_the_document_in_different_places_are_both_wrong() {
    assert_eq!(verdict(&[live_document("/a"), pact_document(BODY, "/b")]), Verdict::Both);
    let request = pact_document("request.body.incompatible", "/b");
    assert_eq!(verdict(&[live_document("/a"), request]), Verdict::Both);
}

#[test]
fn a_request_that_only_the_document_refuses_shows_the_document_wrong() {
    assert_eq!(verdict(&[pact_document("request.query.unknown", "/a")]), Verdict::Document);
}

#[test]
fn an_example_that_only_the_document_refuses_shows_the_consumer_wrong() {
    assert_eq!(verdict(&[pact_document(BODY, "/a")]), Verdict::Consumer);
    let with_request = [pact_document("request.query.unknown", "/b"), pact_document(BODY, "/a")];
    assert_eq!(verdict(&with_request), Verdict::Consumer);
}

#[test]
fn a_consumer_that_asks_for_what_nobody_promised_is_wrong() {
    assert_eq!(verdict(&[live_pact(crate::mismatch::BODY), pact_document(BODY, "/a")]), Verdict::Consumer);
}

#[test]
fn a_provider_that_breaks_pact_and_document_is_wrong() {
    assert_eq!(verdict(&[live_pact(crate::mismatch::BODY), live_document("/a")]), Verdict::Provider);
}

#[test]
fn three_that_all_disagree_leave_both_parties_wrong() {
    let all = [live_pact(crate::mismatch::BODY), live_document("/a"), pact_document(BODY, "/a")];
    assert_eq!(verdict(&all), Verdict::Both);
}

#[test]
fn another_status_that_the_document_allows_points_at_the_state_handler() {
    let (verdict, reason) = judged(&[live_pact(crate::mismatch::STATUS)], 404);
    assert_eq!(verdict, Verdict::Provider);
    assert!(reason.contains("404") && reason.contains("provider state handler"), "{reason}");
}

#[test]
fn a_consumer_that_relies_on_what_is_left_open_is_told_on_what() {
    let mut missing = live_pact(crate::mismatch::BODY);
    missing.instance = JsonPointer::parse("/title");
    missing.actual = Value::Null;
    let mut other = live_pact(crate::mismatch::BODY);
    other.instance = JsonPointer::parse("/kind");
    let (verdict, reason) = judged(&[missing, other], 200);
    assert_eq!(verdict, Verdict::Consumer);
    assert!(reason.contains(r#""/title" may be missing or null"#), "{reason}");
    assert!(reason.contains(r#""/kind" may have another value"#), "{reason}");
}

#[test]
fn a_server_error_is_the_provider_s_even_where_the_document_describes_it() {
    let crashed = live_pact(crate::mismatch::STATUS);
    let (verdict, reason) = judged(std::slice::from_ref(&crashed), 500);
    assert_eq!(verdict, Verdict::Provider);
    assert!(reason.contains("failed with 500"), "{reason}");
    let asked_wrongly = pact_document("request.body.incompatible", "/a");
    assert_eq!(judged(&[crashed, asked_wrongly], 500).0, Verdict::Both);
}

#[test]
fn a_server_error_that_the_pact_expects_is_no_failure_of_the_provider() {
    assert_eq!(judged(&[pact_document(BODY, "/a")], 503).0, Verdict::Consumer);
}

#[test]
fn without_a_document_there_is_a_reason_and_no_verdict() {
    let judgement =
        judge(&[live_pact(crate::mismatch::BODY)], Grounds { document: false, status: 200 }).unwrap();
    assert_eq!(judgement.verdict, None);
    assert!(judgement.reason.contains("without a document"), "{}", judgement.reason);
}

#[test]
fn warnings_decide_nothing() {
    let warning = Failure { severity: Severity::Warning, ..live_document("/a") };
    assert_eq!(judge(std::slice::from_ref(&warning), Grounds { document: true, status: 200 }), None);
    assert_eq!(verdict(&[warning, live_pact(crate::mismatch::BODY)]), Verdict::Consumer);
}

#[test]
fn a_breach_of_the_protocol_is_the_provider_s_with_a_document_and_without() {
    let breach = failure(FailureKind::ProviderAgainstProtocol, "message.envelope.not-json", "");
    for document in [false, true] {
        let grounds = Grounds { document, status: 0 };
        let judged = |failures: &[Failure]| judge(failures, grounds).unwrap();
        let alone = judged(std::slice::from_ref(&breach));
        assert_eq!(alone.verdict, Some(Verdict::Provider));
        assert!(alone.reason.contains("message.envelope.not-json"), "{}", alone.reason);
        let with_pact = [live_pact(crate::mismatch::BODY), breach.clone()];
        assert_eq!(judged(&with_pact).verdict, Some(Verdict::Provider));
        let warning = Failure { severity: Severity::Warning, ..breach.clone() };
        assert_eq!(judge(&[warning], grounds), None, "a breach that a worker copes with breaks nothing");
    }
}
