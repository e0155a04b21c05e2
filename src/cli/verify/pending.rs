//! Pending pacts: what is not kept in them is told, and fails nothing until they were kept once.

use std::time::Duration;

use super::results;
use crate::finding::{Between, Finding, Severity};
use crate::report::{Contract, Outcome, Parts, Report, Trouble};

const HINT: &str = "the pact is pending: this counts once the provider has kept it";

/// The report with everything that is not kept in the contracts that `pending` names made a remark.
/// What could not be told, other than for a provider state that is not there yet, stays so.
pub fn lenient(report: Report, pending: &dyn Fn(&str) -> bool) -> Report {
    let Report { verb, summary, mut findings, errors, mut contracts, coverage, .. } = report;
    let is_pending = |contract: &Option<String>| contract.as_deref().is_some_and(pending);
    for finding in findings.iter_mut().filter(|it| is_pending(&it.contract) && it.severity == Severity::Error)
    {
        finding.severity = Severity::Warning;
        finding.hint = Some(HINT.to_owned());
    }
    let mut excused = Vec::new();
    for contract in contracts.iter_mut().filter(|it| pending(&it.contract)) {
        for at in 0..contract.results.len() {
            let interaction = &contract.results[at];
            let excuse = results::state(&errors, contract, interaction);
            match (interaction.outcome, excuse) {
                (Outcome::Broken, _) => contract.broken -= 1,
                (Outcome::Unknown, Some(trouble)) => {
                    contract.unknown -= 1;
                    findings.push(remark(contract, at, &trouble.message));
                    excused.push(trouble.location.clone());
                }
                _ => continue,
            }
            contract.kept += 1;
            contract.results[at].outcome = Outcome::Kept;
        }
    }
    // No two pacts of one run stand at one address.
    let excused = |trouble: &Trouble| trouble.id == results::STATE && excused.contains(&trouble.location);
    let errors = errors.into_iter().filter(|trouble| !excused(trouble)).collect();
    let parts = Parts { findings, errors, contracts, coverage, ..Parts::default() };
    Report::new(verb, parts, Duration::from_millis(summary.duration_ms))
}

/// What a trouble says, as a remark.
fn remark(contract: &Contract, at: usize, message: &str) -> Finding {
    let interaction = &contract.results[at];
    Finding {
        provider: Some(contract.provider.clone()),
        contract: Some(contract.contract.clone()),
        interaction: Some(interaction.interaction.clone()),
        provider_states: interaction.provider_states.clone(),
        hint: Some(HINT.to_owned()),
        ..Finding::new(results::STATE, Severity::Warning, Between::PactAndProvider, message)
    }
}
