//! Tidying the queue up: jobs that have ended go off the list.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use crate::web::Paged;
use crate::web::asked::{Fields, Filled};
use crate::web::field::{Faults, Field, Kind};
use crate::web::shell::{Page, Part};
use crate::web::trouble::Told;
use crate::web::visitor::Visitor;
use crate::web::words::counted;
use crate::{Cleanup, EndedStatus};

const HOURS: Field<'static> =
    Field::new("older_than_seconds", "Ended at least this many hours ago", Kind::Number)
        .hint("Left empty, the Archivist decides.");
const STATUSES: [(EndedStatus, &str); 3] = [
    (EndedStatus::Completed, "completed"),
    (EndedStatus::Failed, "failed"),
    (EndedStatus::Cancelled, "cancelled"),
];

pub async fn show(visitor: Visitor) -> Paged {
    Ok(page(&visitor, &Fields::default(), &Faults::default(), StatusCode::OK))
}

fn page(visitor: &Visitor, typed: &Fields, faults: &Faults, status: StatusCode) -> Response {
    let body = html! {
        (faults.above("Nothing was tidied up.", &[(HOURS.name, HOURS.label)]))
        p { "Jobs that have ended go off the list. Their transcriptions stay." }
        form.form method="post" action="/admin/cleanup" {
            fieldset {
                legend { "How they have ended" }
                ul.ticks {
                    @for (_, word) in STATUSES {
                        li {
                            label {
                                input type="checkbox" name="statuses" value=(word)
                                    checked[typed.all("statuses").any(|ticked| ticked == word)];
                                (word)
                            }
                        }
                    }
                }
                p.hint { "With none ticked: in any way." }
            }
            (HOURS.show(typed, faults))
            div { button #clean-up { "Tidy up" } }
        }
    };
    let page = Page::new("Tidy the queue up", &body).within(Part::Admin, visitor).with_status(status);
    page.below("Administration", "/admin").answer()
}

pub async fn clean_up(visitor: Visitor, Filled(form): Filled) -> Paged {
    let hours = form.given(HOURS.name).map(str::parse::<u32>);
    let Ok(hours) = hours.transpose() else {
        let faults = Faults::saying("nothing was sent").at(HOURS.name, "must be a whole number of hours");
        return Ok(page(&visitor, &form, &faults, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let ticked = |word: &str| form.all("statuses").any(|ticked| ticked == word);
    let cleanup = Cleanup {
        older_than: hours.map(|hours| Duration::from_secs(u64::from(hours) * 3600)),
        statuses: STATUSES.into_iter().filter(|(_, word)| ticked(word)).map(|(status, _)| status).collect(),
    };
    match visitor.archivist.clean_up_queue(&cleanup).await {
        // What went is told once, and doing it again harms nothing.
        Ok(removed) => {
            let body = html! {
                dl.facts {
                    div { dt { "Completed" } dd { (removed.completed) } }
                    div { dt { "Failed" } dd { (removed.failed) } }
                    div { dt { "Cancelled" } dd { (removed.cancelled) } }
                }
                p.ways { a href="/queue" { "To the queue" } a href="/admin" { "Administration" } }
            };
            let went = removed.completed + removed.failed + removed.cancelled;
            let page = Page::new(format!("{} went off the list", counted(went, "job")), &body);
            Ok(page.within(Part::Admin, &visitor).below("Administration", "/admin").answer())
        }
        Err(error) => {
            let status = Told::of_error(&error).status;
            Ok(page(&visitor, &form, &Faults::of(error)?, status))
        }
    }
}
