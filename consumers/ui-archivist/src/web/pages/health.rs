//! How the Archivist is: for anybody, because whoever cannot sign in wants to know why.

use axum::extract::State;
use maud::{Markup, html};

use crate::web::shell::{Page, table};
use crate::web::visitor::Anybody;
use crate::web::words::{Tone, badge, said};
use crate::web::{Paged, Ui};
use crate::{Check, CheckStatus, Checks, HealthStatus};

pub async fn show(State(ui): State<Ui>, Anybody(visitor): Anybody) -> Paged {
    let health = ui.archivist.health().await?;
    let (word, tone, sentence) = match health.status {
        HealthStatus::Healthy => ("healthy", Tone::Good, "Everything works."),
        HealthStatus::Degraded => ("degraded", Tone::Bad, "It works, but not all of it."),
        HealthStatus::Unhealthy => ("unhealthy", Tone::Bad, "Nothing can be shown or saved."),
    };
    let body = html! {
        p.lead { (badge(word, tone)) ". " (sentence) }
        p.note { "Version " (said(&health.version)) ". " a href="/health" { "Refresh" } }
        section aria-labelledby="checks" {
            h2 #checks { "What it needs" }
            (checks(health.checks))
        }
        @if visitor.is_some() {
            section #machine data-live="machine" aria-labelledby="machine-title" {
                h2 #machine-title { "How busy its machine is" }
                dl.facts {
                    @for (name, label) in [("cpu", "Processor"), ("memory", "Memory"), ("disk", "Disk")] {
                        div { dt { (label) } dd data-busy=(name) { span.soft { "not told yet" } } }
                    }
                }
                noscript { p.note { "This is shown where scripts may run." } }
            }
        }
    };
    Ok(Page::new("How the Archivist is", &body).shown_to(visitor.as_ref()).answer())
}

fn checks(checks: Checks) -> Markup {
    let all = [
        ("Database", checks.database),
        ("Redis", checks.redis),
        ("Queue", checks.queue),
        ("Worker", checks.worker),
        ("Cablecast", checks.cablecast),
        ("Disk", checks.disk),
    ];
    let rows = html! {
        @for (name, check) in all {
            tr { th scope="row" { (name) } td data-label="State" { (state(check)) } }
        }
    };
    table("What the Archivist needs", &["Part", "State"], &rows)
}

fn state(check: Check) -> Markup {
    match check.status {
        CheckStatus::Ok => badge("works", Tone::Good),
        CheckStatus::Failing => badge("is out", Tone::Bad),
        CheckStatus::Disabled => badge("not set up", Tone::Waits),
    }
}
