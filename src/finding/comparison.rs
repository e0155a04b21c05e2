//! What a pact and a document disagree about, made into findings.

use countersign_compare::{Compared, Disagreement, Side, Skipped};
use countersign_openapi::Place;
use serde_json::Value;

use super::{Between, Finding, Severity};
use crate::compare::Letter;
use crate::report::{Interaction, Outcome};

/// The id of an interaction that no document is there for.
const NOT_COMPARED: &str = "interaction.not-compared";

/// The findings of one interaction.
pub fn disagreements(letter: &Letter, compared: &Compared) -> Vec<Finding> {
    let mut findings = Vec::with_capacity(compared.disagreements.len());
    findings.extend(compared.skipped.map(|skipped| not_compared(letter, compared, skipped)));
    for one in &compared.disagreements {
        findings.push(finding(letter, compared, one));
        // What is wrong with each message that might have been meant stands behind the sum of it.
        findings.extend(one.causes.iter().map(|cause| finding(letter, compared, cause)));
    }
    findings
}

/// The interaction as the report lists it.
pub fn comparison(letter: &Letter, compared: &Compared) -> Interaction {
    let broken = compared.is_broken();
    let position = letter.pact.position(&compared.pointer);
    Interaction {
        interaction: compared.description.clone(),
        provider_states: compared.provider_states.iter().map(ToString::to_string).collect(),
        outcome: if broken { Outcome::Broken } else { Outcome::Kept },
        verdict: None,
        reason: broken.then(|| "the pact asks for what the document does not promise".to_owned()),
        request: None,
        status: None,
        messages: Vec::new(),
        operation: compared.operation.as_ref().map(ToString::to_string),
        pointer: position.pointer.to_string(),
        line: position.line,
        duration_ms: 0,
    }
}

fn about(letter: &Letter, compared: &Compared, finding: Finding) -> Finding {
    Finding {
        provider: Some(letter.pact.provider().as_str().to_owned()),
        contract: Some(letter.contract.clone()),
        interaction: Some(compared.description.clone()),
        provider_states: compared.provider_states.iter().map(ToString::to_string).collect(),
        operation: compared.operation.as_ref().map(ToString::to_string),
        ..finding
    }
}

fn finding(letter: &Letter, compared: &Compared, one: &Disagreement) -> Finding {
    let finding = Finding {
        location: Some((&one.location).into()),
        document: one.document.as_ref().map(Into::into),
        instance: instance(&one.at),
        expected: one.expected.clone(),
        actual: one.actual.clone(),
        hint: one.hint.map(str::to_owned),
        ..Finding::new(one.id, one.severity.into(), Between::DocumentAndPact, one.message.clone())
    };
    about(letter, compared, finding)
}

/// Where in a body or a payload.
fn instance(at: &Side) -> Option<String> {
    match at {
        Side::Http(Place::RequestBody(pointer) | Place::ResponseBody(pointer), _)
        | Side::Payload(_, pointer) => Some(pointer.to_string()),
        _ => None,
    }
}

fn not_compared(letter: &Letter, compared: &Compared, skipped: Skipped) -> Finding {
    let (reason, hint) = match skipped {
        Skipped::NoOpenApi => ("there is no OpenAPI document", Some("name one by --openapi")),
        Skipped::NoAsyncApi => ("there is no AsyncAPI document", Some("name one by --asyncapi")),
        Skipped::Kind => ("nothing here can read it", None),
    };
    let message = format!("it is of the kind {:?} and was not compared: {reason}", compared.kind);
    let finding = Finding {
        location: Some((&letter.pact.position(&compared.pointer)).into()),
        actual: Value::from(compared.kind.as_str()),
        hint: hint.map(str::to_owned),
        ..Finding::new(NOT_COMPARED, Severity::Info, Between::DocumentAndPact, message)
    };
    about(letter, compared, finding)
}
