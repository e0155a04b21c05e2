//! One finding: what happened, what the two sides say, whom it hits, and the way out.

use maud::{Markup, html};

use super::{Page, said};
use crate::finding::Finding;
use crate::report::{Rule, words};

impl Page<'_> {
    pub(super) fn evidence(&self, finding: &Finding, message: &str) -> Markup {
        html! {
            p.message { span.word { (words::weight(finding)) } " " (said(message)) }
            @if let Some(accepted) = &finding.accepted { p.accepted { (said(&words::acceptance(accepted))) } }
            @if !words::silent(finding) { (sides(finding)) }
            @if let Some(met) = &finding.met { p.met { (said(&words::met(met))) } }
            (affected(finding))
            @if let Some(hint) = &finding.hint { p.hint { (said(hint)) } }
            (self.rule(&finding.id))
        }
    }

    /// The id, and what it stands for where that is known.
    fn rule(&self, id: &str) -> Markup {
        let Some(rule) = self.report.rules.iter().find(|rule| rule.id == id) else {
            return html! { p.rule { code { (said(id)) } } };
        };
        let Rule { summary, why, remedy, link, .. } = rule;
        html! {
            details.rule {
                summary { code { (said(id)) } }
                p { (said(summary)) }
                @if let Some(why) = why { p { "Why it matters: " (said(why)) } }
                @if let Some(remedy) = remedy { p { "The way out: " (said(remedy)) } }
                @if let Some(link) = link.as_ref().filter(|link| link.starts_with("https://")) {
                    p { a href=(link) rel="noreferrer" { "Read more" } }
                }
            }
        }
    }
}

fn sides(finding: &Finding) -> Markup {
    html! {
        dl.sides {
            @for side in words::sides(finding) {
                div {
                    dt { (side.who) " says" }
                    dd {
                        code { (said(&words::said(finding, &side))) }
                        @if let Some(place) = &side.place { span.place { (said(place)) } }
                    }
                }
            }
        }
    }
}

fn affected(finding: &Finding) -> Markup {
    html! {
        @match finding.affects.as_deref() {
            None => {}
            Some([]) => p.nobody { (words::NOBODY) },
            Some(all) => {
                ul.affects {
                    @for it in all {
                        li {
                            strong { (words::affects(finding)) } " " (said(&words::affected(it)))
                            span.place { (said(&words::place(&it.location))) }
                        }
                    }
                }
            }
        }
    }
}
