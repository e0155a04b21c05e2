//! What traffic breaks of a document, made into findings, and what of it could not be judged.

use countersign_openapi::{Operation as Described, Place};
use countersign_traffic::{Deviation, Observed, Partial, Tally, Unjudged};
use serde_json::Value;

use super::{Between, Finding, Met, Severity, Verdict, rule};
use crate::report::{LeftOut, Operation, Traffic, Trouble, plural};

/// The id of violations for which there was no room.
const UNLISTED: &str = "traffic.unlisted";

/// What `observed` found, as findings of the provider `name`.
#[must_use]
pub fn deviations(name: Option<&str>, observed: &Observed) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        observed.deviations.iter().map(|deviation| self::deviation(name, deviation)).collect();
    findings.extend((observed.left_out > 0).then(|| unlisted(name, observed)));
    findings
}

/// One deviation as a finding.
#[must_use]
pub fn deviation(name: Option<&str>, deviation: &Deviation) -> Finding {
    let first = &deviation.first;
    let id = deviation.code.as_str();
    let (between, wrong) = if first.at.is_request() {
        (Between::DocumentAndClient, Verdict::Consumer)
    } else {
        (Between::DocumentAndProvider, Verdict::Provider)
    };
    let severity = Severity::from(deviation.severity);
    Finding {
        verdict: (severity == Severity::Error).then_some(wrong),
        provider: name.map(str::to_owned),
        document: Some((&deviation.rule).into()),
        operation: deviation.operation.as_ref().map(|key| format!("{} {}", key.method, key.path)),
        instance: instance(&first.at),
        subject: deviation.shape.clone().or_else(|| deviation.subject.clone()).or_else(|| named(&first.at)),
        expected: deviation.expected.clone(),
        actual: first.actual.clone().unwrap_or(Value::Null),
        hint: rule(id).and_then(|rule| rule.remedy),
        met: Some(Met {
            count: deviation.count,
            file: first.origin.file.as_ref().map(|file| file.name.to_string()),
            exchange: first.origin.number,
            request: first.request.clone(),
            status: first.status,
        }),
        ..Finding::new(id, severity, between, first.message.clone())
    }
}

fn unlisted(name: Option<&str>, observed: &Observed) -> Finding {
    let severity = if observed.left_out_error { Severity::Error } else { Severity::Warning };
    let count = observed.left_out;
    let message = format!("{count} more violations are of kinds for which there was no room");
    Finding {
        provider: name.map(str::to_owned),
        hint: rule(UNLISTED).and_then(|rule| rule.remedy),
        ..Finding::new(UNLISTED, severity, Between::DocumentAndProvider, message)
    }
}

/// Where in a body.
fn instance(at: &Place) -> Option<String> {
    match at {
        Place::RequestBody(pointer) | Place::ResponseBody(pointer) => Some(pointer.to_string()),
        _ => None,
    }
}

/// The name of what is wrong, where it is no body.
fn named(at: &Place) -> Option<String> {
    match at {
        Place::RequestPathParameter(name)
        | Place::RequestQuery(name)
        | Place::RequestHeader(name)
        | Place::RequestCookie(name)
        | Place::ResponseHeader(name) => Some(name.clone()),
        _ => None,
    }
}

/// The traffic in numbers.
#[must_use]
pub fn traffic(name: Option<&str>, document: &str, observed: &Observed) -> Traffic {
    let Tally { exchanges, judged, broken, unjudged, partial } = &observed.tally;
    let unseen: Vec<Operation> = observed
        .operations
        .iter()
        .filter(|seen| seen.exchanges == 0)
        .map(|seen| operation(&seen.operation))
        .collect();
    let left = |what: &str, count: u64| LeftOut { what: what.to_owned(), count };
    Traffic {
        provider: name.map(str::to_owned),
        document: document.to_owned(),
        exchanges: *exchanges,
        judged: *judged,
        broken: *broken,
        unjudged: unjudged.iter().map(|(reason, count)| left(Unjudged::as_str(*reason), *count)).collect(),
        partial: partial.iter().map(|(part, count)| left(Partial::as_str(*part), *count)).collect(),
        operations: observed.operations.len(),
        seen: observed.operations.len() - unseen.len(),
        unseen,
    }
}

fn operation(described: &Described) -> Operation {
    Operation {
        method: described.key.method.clone(),
        path: described.key.path.clone(),
        id: described.id.clone(),
        line: described.position.line,
    }
}

/// What should have been judged and could not be. `reason` tells why the service did not answer, where
/// somebody knows.
#[must_use]
pub fn unjudged(tally: &Tally, reason: &dyn Fn(Unjudged) -> Option<String>) -> Vec<Trouble> {
    let failed = tally.unjudged.iter().filter(|(reason, _)| reason.is_failure());
    failed
        .map(|(failure, count)| {
            let exchanges = plural(usize::try_from(*count).unwrap_or(usize::MAX), "exchange");
            let (id, what, hint) = told(*failure);
            let first = reason(*failure).map_or(String::new(), |reason| format!("; first: {reason}"));
            Trouble { hint: Some(hint.to_owned()), ..Trouble::new(id, format!("{exchanges} {what}{first}")) }
        })
        .collect()
}

/// Id, sentence and way out of something that kept exchanges from being judged.
fn told(failure: Unjudged) -> (&'static str, &'static str, &'static str) {
    match failure {
        Unjudged::QueueFull => (
            "traffic.queue-full",
            "passed and were not judged: more came than could be judged",
            "judge a part of them by --sample, or by more threads by --jobs",
        ),
        Unjudged::NoMemory => (
            "traffic.no-memory",
            "passed and were not judged: there was no memory to keep them in",
            "give more by --max-memory, or judge smaller bodies alone by --max-body",
        ),
        Unjudged::UpstreamCut => (
            "upstream.cut",
            "ended in the middle of the answer",
            "the service ended them; what it logged then tells why",
        ),
        Unjudged::JudgeFailed => (
            "traffic.judge-failed",
            "could not be judged: countersign itself failed, which is a defect of it",
            "report it with the document and one such exchange",
        ),
        _ => (
            "upstream.failed",
            "had no answer of the service",
            "start the service before its clients, and see whether --upstream leads to it",
        ),
    }
}
