//! The administrators' pages. The Archivist decides who may see them, at each call.

pub mod accounts;
mod audit;
pub mod cleanup;

pub use audit::list as audit;

use maud::{Markup, html};

use crate::web::Paged;
use crate::web::shell::{Page, Part};
use crate::web::visitor::Visitor;
use crate::web::words::{counted, moment, said};
use crate::{Overview, ServiceStatus};

pub async fn overview(visitor: Visitor) -> Paged {
    let (overview, status) =
        tokio::try_join!(visitor.archivist.admin_overview(), visitor.archivist.service_status())?;
    let body = html! {
        p.ways {
            a href="/admin/users" { "Accounts" }
            a href="/admin/audit" { "Who did what" }
            a href="/admin/cleanup" { "Tidy the queue up" }
            a href="/health" { "How the Archivist is" }
        }
        (archive(&overview))
        (service(&status))
    };
    Ok(Page::new("Administration", &body).within(Part::Admin, &visitor).answer())
}

fn archive(overview: &Overview) -> Markup {
    html! {
        section aria-labelledby="archive" {
            h2 #archive { "What there is" }
            dl.facts {
                div { dt { "Accounts" } dd { (overview.users) } }
                div { dt { "Recordings" } dd { (overview.vods.total) } }
                div { dt { "Failed" } dd { a href="/vods?status=failed" { (counted(overview.vods.failed, "recording")) } } }
            }
        }
    }
}

fn service(status: &ServiceStatus) -> Markup {
    html! {
        section aria-labelledby="service" {
            h2 #service { "The service" }
            dl.facts {
                div { dt { "Version" } dd { (said(&status.health.version)) } }
                div { dt { "Database" } dd { (said(&status.database)) } }
                div { dt { "Runs since" } dd { (moment(status.started_at)) " (" (lasted(status.uptime_seconds)) ")" } }
            }
        }
    }
}

fn lasted(seconds: u64) -> String {
    let minutes = seconds / 60;
    match (minutes / 1440, minutes / 60 % 24) {
        (0, 0) => counted(minutes, "minute"),
        (0, hours) => counted(hours, "hour"),
        (days, _) => counted(days, "day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_time_is_said_in_its_largest_unit() {
        let all = [lasted(59), lasted(3599), lasted(3600), lasted(200_000)];
        assert_eq!(all, ["0 minutes", "59 minutes", "1 hour", "2 days"]);
    }
}
