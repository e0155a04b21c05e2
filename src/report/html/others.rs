//! What stands below the contracts: documents and their changes, what could not be told, and how much of
//! each document is used.

use maud::{Markup, html};

use super::filters::Kind;
use super::{Page, bar, said};
use crate::report::grouped::Group;
use crate::report::{Coverage, Operation, Trouble, plural, words};

impl Page<'_> {
    pub(super) fn documents(&self) -> Markup {
        html! {
            @if !self.report.documents.is_empty() {
                section.documents {
                    h2 { "Documents" }
                    dl {
                        @for it in &self.report.documents {
                            div {
                                dt { (words::standing(it.standing)) }
                                dd {
                                    code { (said(&it.file)) }
                                    span.place {
                                        @for name in [&it.title, &it.version].into_iter().flatten() { (said(name)) " " }
                                        "· " (plural(it.operations, "operation"))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// What needs somebody comes first; the rest as a changelog goes.
    pub(super) fn changes(&self) -> Markup {
        let mut groups: Vec<&Group<'_>> = self.grouped.elsewhere.iter().collect();
        groups.sort_by_key(|group| group.findings.iter().map(|finding| Kind::of_finding(finding)).min());
        html! {
            @for group in groups { (self.group(group)) }
        }
    }

    fn group(&self, group: &Group<'_>) -> Markup {
        html! {
            section.group {
                h2 {
                    @match group.operation {
                        Some(operation) => code { (said(operation)) },
                        None => "The document as a whole",
                    }
                    @if let Some(provider) = group.provider { span.given { " " (said(provider)) } }
                }
                @for finding in &group.findings {
                    @let kind = Kind::of_finding(finding).class();
                    article.item.finding.(kind) data-kinds=(kind) { (self.evidence(finding, words::below(finding))) }
                }
            }
        }
    }

    /// Troubles that no interaction shows.
    pub(super) fn other_troubles(&self) -> impl Iterator<Item = &Trouble> {
        self.report.errors.iter().filter(|trouble| trouble.interaction.is_none())
    }

    pub(super) fn troubles(&self) -> Markup {
        html! {
            @if self.other_troubles().next().is_some() {
                section.group {
                    h2 { "Could not tell" }
                    @for trouble in self.other_troubles() {
                        article.item.unknown data-kinds="unknown" {
                            p.message { (said(&trouble.message)) }
                            @if !trouble.output.is_empty() {
                                p { "Its last output:" }
                                pre { @for line in &trouble.output { (said(line)) "\n" } }
                            }
                            @if let Some(hint) = &trouble.hint { p.hint { (said(hint)) } }
                            p.rule { code { (said(&trouble.id)) } }
                        }
                    }
                }
            }
        }
    }

    pub(super) fn traffic(&self) -> Markup {
        html! {
            @for traffic in &self.report.traffic {
                section.coverage {
                    h2 {
                        "Traffic"
                        @if let Some(provider) = &traffic.provider { span.given { " " (said(provider)) } }
                    }
                    p { (words::passed(traffic)) " against " code { (said(&traffic.document)) } }
                    ul { @for line in words::left_out(traffic) { li { (line) } } }
                    (operations(&html! { (words::seen(traffic)) }, &traffic.unseen))
                    (bar(&[("kept", traffic.seen), ("rest", traffic.unseen.len())]))
                }
            }
        }
    }

    pub(super) fn coverage(&self) -> Markup {
        html! {
            @if !self.report.coverage.is_empty() {
                section.coverage {
                    h2 { "Use of the documents" }
                    @for coverage in &self.report.coverage { (used(coverage)) }
                }
            }
        }
    }
}

fn used(coverage: &Coverage) -> Markup {
    let Coverage { document, operations, used, unused, .. } = coverage;
    html! {
        (self::operations(
            &html! { code { (said(document)) } " " (used) " of " (operations) " operations are used by a contract" },
            unused,
        ))
        (bar(&[("kept", *used), ("rest", unused.len())]))
    }
}

/// Operations below a line that says what is the matter with them.
fn operations(about: &Markup, operations: &[Operation]) -> Markup {
    html! {
        details {
            summary { (about) }
            ul {
                @for operation in operations {
                    li { code { (said(&operation.method)) " " (said(&operation.path)) } }
                }
            }
        }
    }
}
