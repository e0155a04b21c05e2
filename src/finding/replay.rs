//! Findings of a replay: what `countersign-verify` returns, made into its part of the report.

use std::collections::BTreeSet;

use countersign_openapi::{Document, OperationKey};
use countersign_verify::{Carried, Cause, Exchange, Failure, InteractionResult, Verification};

use super::{Finding, Location, Verdict};
use crate::contract::Pledge;
use crate::report::{Contract, Coverage, Interaction, Message, Operation, Outcome, Trouble, milliseconds};
use crate::secrets::Secrets;

/// The id of an interaction to which no answer came.
pub const NO_ANSWER: &str = "provider.no-answer";

/// What one replayed pact adds to the report.
#[derive(Debug)]
pub struct Gathered {
    pub contract: Contract,
    pub findings: Vec<Finding>,
    pub troubles: Vec<Trouble>,
}

/// Makes one pact's replay into its part of the report, without any of `secrets`.
#[must_use]
pub fn gather(pledge: &Pledge, verification: &Verification, secrets: &Secrets) -> Gathered {
    let provider = pledge.pact.provider().as_str();
    let scribe = Scribe { contract: &pledge.contract, provider, secrets };
    let mut contract = pledge.unverified();
    contract.interactions = verification.interactions.len();
    contract.unknown = 0;
    contract.duration_ms = milliseconds(verification.duration);
    let (mut findings, mut troubles) = (Vec::new(), Vec::new());
    for result in &verification.interactions {
        let interaction = scribe.interaction(result);
        match &result.outcome {
            countersign_verify::Outcome::Kept { remarks } => {
                contract.kept += 1;
                findings.extend(remarks.iter().map(|failure| scribe.finding(result, None, failure)));
            }
            countersign_verify::Outcome::Broken(broken) => {
                contract.broken += 1;
                let verdict = interaction.verdict;
                findings
                    .extend(broken.failures.iter().map(|failure| scribe.finding(result, verdict, failure)));
            }
            countersign_verify::Outcome::Unknown(cause) => {
                contract.unknown += 1;
                troubles.push(scribe.trouble(result, cause));
            }
        }
        contract.results.push(interaction);
    }
    Gathered { contract, findings, troubles }
}

/// How much of `document` the interactions of these replays use.
#[must_use]
pub fn coverage(provider: &str, file: &str, document: &Document, replays: &[&Verification]) -> Coverage {
    let used: BTreeSet<&OperationKey> = replays
        .iter()
        .flat_map(|verification| &verification.interactions)
        .filter_map(|interaction| interaction.operation.as_ref())
        .collect();
    let unused: Vec<Operation> = document
        .operations()
        .iter()
        .filter(|operation| !used.contains(&operation.key))
        .map(|operation| Operation {
            method: operation.key.method.clone(),
            path: operation.key.path.clone(),
            id: operation.id.clone(),
            line: operation.position.line,
        })
        .collect();
    let operations = document.operations().len();
    Coverage {
        provider: provider.to_owned(),
        document: file.to_owned(),
        operations,
        used: operations - unused.len(),
        unused,
    }
}

/// Writes findings of one contract.
struct Scribe<'a> {
    contract: &'a str,
    provider: &'a str,
    secrets: &'a Secrets,
}

impl Scribe<'_> {
    fn text(&self, text: &str) -> String {
        self.secrets.blot(text).into_owned()
    }

    fn interaction(&self, result: &InteractionResult) -> Interaction {
        let (outcome, verdict, reason) = match &result.outcome {
            countersign_verify::Outcome::Kept { .. } => (Outcome::Kept, None, None),
            countersign_verify::Outcome::Broken(broken) => {
                (Outcome::Broken, broken.verdict.map(Verdict::from), Some(self.text(&broken.reason)))
            }
            countersign_verify::Outcome::Unknown(cause) => {
                (Outcome::Unknown, None, Some(self.text(&cause.to_string())))
            }
        };
        let (request, status, messages) = self.exchange(result.exchange.as_ref());
        Interaction {
            interaction: result.description.clone(),
            provider_states: result.provider_states.iter().map(ToString::to_string).collect(),
            outcome,
            verdict,
            reason,
            request,
            status,
            messages,
            operation: operation(result),
            pointer: result.position.pointer.to_string(),
            line: result.position.line,
            duration_ms: milliseconds(result.duration),
        }
    }

    fn exchange(&self, exchange: Option<&Exchange>) -> (Option<String>, Option<u16>, Vec<Message>) {
        match exchange {
            Some(Exchange::Http { request, response }) => {
                let request = self.text(&format!("{} {}", request.method, request.path));
                (Some(request), Some(response.status), Vec::new())
            }
            Some(Exchange::Messages(messages)) => {
                (None, None, messages.iter().map(|message| self.message(message)).collect())
            }
            None => (None, None, Vec::new()),
        }
    }

    fn message(&self, carried: &Carried) -> Message {
        Message {
            direction: carried.direction.into(),
            channel: self.text(&carried.channel),
            name: self.text(&carried.name),
        }
    }

    fn finding(&self, result: &InteractionResult, verdict: Option<Verdict>, failure: &Failure) -> Finding {
        Finding {
            verdict,
            provider: Some(self.provider.to_owned()),
            contract: Some(self.contract.to_owned()),
            interaction: Some(result.description.clone()),
            provider_states: result.provider_states.iter().map(ToString::to_string).collect(),
            location: Some((&failure.location).into()),
            document: failure.document.as_ref().map(Location::from),
            operation: operation(result),
            instance: failure.instance.as_ref().map(ToString::to_string),
            expected: self.secrets.blot_value(failure.expected.clone()),
            actual: self.secrets.blot_value(failure.actual.clone()),
            hint: failure.hint.as_deref().map(|hint| self.text(hint)),
            ..Finding::new(
                failure.id,
                failure.severity.into(),
                failure.kind.into(),
                self.text(&failure.message),
            )
        }
    }

    fn trouble(&self, result: &InteractionResult, cause: &Cause) -> Trouble {
        let (id, hint) = match cause {
            Cause::State { .. } => (
                "pact.state.failed",
                Some(
                    "the provider has to know every state that a pact names: add a handler for it, or correct its name",
                ),
            ),
            Cause::NoAnswer(_) => (NO_ANSWER, None),
            Cause::Transport(_) => (
                "pact.transport",
                Some(
                    "replay the pact's other interactions by --filter, and verify this one where its transport is served",
                ),
            ),
            Cause::Unmatched(_) => ("pact.unmatched", None),
            Cause::NotRun(_) => ("interaction.not-run", None),
        };
        Trouble {
            interaction: Some(result.description.clone()),
            provider_states: result.provider_states.iter().map(ToString::to_string).collect(),
            location: Some((&result.position).into()),
            hint: hint.map(str::to_owned),
            ..Trouble::new(id, self.text(&cause.to_string())).of_contract(self.contract)
        }
    }
}

fn operation(result: &InteractionResult) -> Option<String> {
    result.operation.as_ref().map(|key| format!("{} {}", key.method, key.path))
}
