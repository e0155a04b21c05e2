//! The contracts: each with the interactions that are not kept, and those that are.

use maud::{Markup, html};

use super::filters::{Kind, kinds};
use super::{Page, bar, said, tone};
use crate::finding::Verdict;
use crate::report::grouped::Concern;
use crate::report::{Contract, Interaction, Outcome, words};

impl Page<'_> {
    /// What needs somebody comes first.
    pub(super) fn contracts(&self) -> Markup {
        let mut contracts: Vec<&Contract> = self.report.contracts.iter().collect();
        contracts.sort_by_key(|contract| (contract.broken == 0, contract.unknown == 0));
        html! {
            @for contract in contracts { (self.contract(contract)) }
        }
    }

    fn contract(&self, contract: &Contract) -> Markup {
        let results = contract.results.iter().map(|result| (result, self.grouped.concern(contract, result)));
        let (plain, mut noted): (Vec<_>, Vec<_>) = results
            .partition(|(result, concern)| result.outcome == Outcome::Kept && concern.findings.is_empty());
        noted.sort_by_key(|(result, _)| rank(result.outcome));
        html! {
            section.group {
                h2 { (said(&contract.consumer)) " → " (said(&contract.provider)) }
                p.files {
                    code { (said(&contract.file)) }
                    @match &contract.document {
                        Some(document) => { " against " code { (said(document)) } }
                        None => ", with no document to judge by",
                    }
                }
                p.numbers {
                    (contract.kept) " kept, " (contract.broken) " broken, " (contract.unknown) " unknown in "
                    (words::seconds(contract.duration_ms))
                }
                (bar(&[("kept", contract.kept), ("broken", contract.broken), ("unknown", contract.unknown)]))
                @for (result, concern) in &noted {
                    (self.interaction(contract, result, concern))
                }
                @if !plain.is_empty() {
                    details.kept {
                        summary { (plain.len()) " kept" @if !noted.is_empty() { " without a remark" } }
                        ul {
                            @for (result, _) in &plain {
                                li.item data-kinds="kept" { (title(result)) }
                            }
                        }
                    }
                }
            }
        }
    }

    fn interaction(&self, contract: &Contract, result: &Interaction, concern: &Concern<'_>) -> Markup {
        let all = Kind::of_interaction(result, concern);
        html! {
            article.item.(tone(result.outcome)) data-kinds=(kinds(&all)) {
                h3 { span.word { (words::outcome(result.outcome)) } " " (title(result)) }
                @if result.outcome == Outcome::Broken {
                    (parties(contract, result.verdict))
                }
                @if let Some(reason) = &result.reason {
                    p.reason {
                        @if let Some(verdict) = result.verdict { strong { (words::wrong(verdict)) } ": " }
                        (said(reason))
                    }
                }
                p.asked { (asked(contract, result)) }
                @for finding in &concern.findings {
                    div.finding.(Kind::of_finding(finding).class()) { (self.evidence(finding, &finding.message)) }
                }
                @for hint in concern.troubles.iter().filter_map(|trouble| trouble.hint.as_ref()) {
                    p.hint { (said(hint)) }
                }
            }
        }
    }
}

/// What needs somebody comes first.
fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Broken => 0,
        Outcome::Unknown => 1,
        Outcome::Kept => 2,
    }
}

fn title(result: &Interaction) -> Markup {
    html! {
        (said(&result.interaction))
        @if !result.provider_states.is_empty() {
            span.given { " given " (said(&result.provider_states.join(" and "))) }
        }
    }
}

/// What was asked, and where the pact says so.
fn asked(contract: &Contract, result: &Interaction) -> Markup {
    let line = result.line.map_or(String::new(), |line| format!(":{line}"));
    html! {
        @if let Some(request) = &result.request {
            code { (said(request)) }
            @if let Some(status) = result.status { " answered " (status) }
            " · "
        } @else if !result.messages.is_empty() {
            (said(words::carried(&result.messages).trim_end())) " · "
        }
        code { (said(&format!("{}{line}", contract.file))) }
    }
}

/// The three, and which of them is wrong.
fn parties(contract: &Contract, verdict: Option<Verdict>) -> Markup {
    let Some(verdict) = verdict else { return html! {} };
    let pact = matches!(verdict, Verdict::Consumer | Verdict::Both);
    let document = verdict == Verdict::Document;
    let provider = matches!(verdict, Verdict::Provider | Verdict::Both);
    html! {
        ul.parties aria-label="Who is wrong" {
            (party("pact", &contract.consumer, pact))
            @if let Some(file) = &contract.document { (party("document", file, document)) }
            (party("provider", &contract.provider, provider))
        }
    }
}

fn party(what: &str, name: &str, wrong: bool) -> Markup {
    html! {
        li.wrong[wrong] {
            span.what { (what) }
            span.name { (said(name)) }
            span.unseen { @if wrong { "wrong" } @else { "not wrong" } }
        }
    }
}
