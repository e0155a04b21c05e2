//! What of the violations of an exchange counts, and how much: by what is not known of it, and by what
//! the service itself said of the request.

use countersign_openapi::{Code, Place, Severity, Violation};

use crate::count::Partial;
use crate::exchange::{Absence, Exchange, Gaps};

/// The violations that count, and the parts of the exchange that were not judged.
pub(crate) fn weigh(exchange: &Exchange, violations: Vec<Violation>) -> (Vec<Violation>, Vec<Partial>) {
    let mut partial = parts(exchange.gaps);
    let refused = matches!(exchange.response.status, 400..=499);
    let mut kept = Vec::with_capacity(violations.len());
    for mut violation in violations {
        if exchange.gaps.hide(&violation.at) {
            continue;
        }
        if exchange.gaps.credentials && asks_for_credentials(&violation) {
            push(&mut partial, Partial::CredentialsNotRecorded);
            continue;
        }
        // The service told the client that it is wrong, as it should.
        if refused && violation.at.is_request() && violation.severity == Severity::Error {
            violation.severity = Severity::Warning;
        }
        kept.push(violation);
    }
    (kept, partial)
}

fn parts(gaps: Gaps) -> Vec<Partial> {
    let mut partial = Vec::new();
    if gaps.request_headers || gaps.response_headers {
        partial.push(Partial::HeadersNotRecorded);
    }
    for absence in [gaps.request_body, gaps.response_body].into_iter().flatten() {
        let part = match absence {
            Absence::NotRecorded => Partial::BodyNotRecorded,
            Absence::TooLarge => Partial::BodyTooLarge,
            Absence::Cut => Partial::BodyCut,
            Absence::Coding => Partial::BodyCoding,
        };
        push(&mut partial, part);
    }
    partial
}

/// Each part counts once an exchange.
fn push(partial: &mut Vec<Partial>, part: Partial) {
    if !partial.contains(&part) {
        partial.push(part);
    }
}

/// Whether a violation is no more than the lack of what recordings leave out.
fn asks_for_credentials(violation: &Violation) -> bool {
    match (&violation.code, &violation.at) {
        (Code::RequestAuthorizationMissing, _) => true,
        (_, Place::RequestCookie(_)) => violation.actual.is_none(),
        (_, Place::RequestHeader(name)) => {
            name.eq_ignore_ascii_case("authorization") && violation.actual.is_none()
        }
        _ => false,
    }
}
