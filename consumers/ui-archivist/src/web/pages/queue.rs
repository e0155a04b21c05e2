//! The queue: what is under way, what waits, and what has ended; and several recordings asked for at once.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::jobs::{Jobs, Titles};
use super::lead_to;
use crate::web::Paged;
use crate::web::asked::{Fields, Filled, Query};
use crate::web::field::{Faults, Field, Kind};
use crate::web::notice::Notice;
use crate::web::shell::{Page, Part, table};
use crate::web::trouble::{Told, Trouble};
use crate::web::visitor::Visitor;
use crate::web::words::said;
use crate::{Batch, Error, JobCounts, JobId, QueueRow};

/// How many of those that have ended are shown.
const ENDED: usize = 50;

pub async fn show(visitor: Visitor) -> Paged {
    page(&visitor, &Faults::default(), StatusCode::OK).await
}

async fn page(visitor: &Visitor, faults: &Faults, status: StatusCode) -> Paged {
    let (queue, titles) = tokio::try_join!(visitor.archivist.queue(), Titles::of_the_newest(visitor))?;
    let (ended, under_way): (Vec<QueueRow>, Vec<_>) =
        queue.rows.into_iter().partition(|row| row.job.status.ended());
    let shown = &ended[..ended.len().min(ENDED)];
    let body = html! {
        (faults.above("Nothing was done.", &[]))
        p.ways {
            a.button href="/queue/batch" { "Transcribe several" }
            a href="/queue" { "Refresh" }
        }
        div #queue data-live="all" {
            (counts(&queue.counts))
            section aria-labelledby="under-way" {
                h2 #under-way { "Under way and waiting" }
                @if under_way.is_empty() { p.soft { "Nothing is." } }
                @else { (Jobs { rows: &under_way, titles: &titles, caption: "Jobs under way and waiting" }.show()) }
            }
            section aria-labelledby="ended" {
                h2 #ended { "Ended" }
                @if shown.is_empty() { p.soft { "Nothing has." } }
                @else { (Jobs { rows: shown, titles: &titles, caption: "Jobs that have ended" }.show()) }
                @if ended.len() > ENDED { p.note { "The newest " (ENDED) " of " (ended.len()) "." } }
            }
        }
    };
    Ok(Page::new("Queue", &body).within(Part::Queue, visitor).with_status(status).answer())
}

fn counts(counts: &JobCounts) -> Markup {
    let all = [
        ("queued", counts.queued),
        ("processing", counts.processing),
        ("paused", counts.paused),
        ("completed", counts.completed),
        ("failed", counts.failed),
        ("cancelled", counts.cancelled),
    ];
    html! { dl.counts { @for (word, count) in all { div { dt { (word) } dd { (count) } } } } }
}

/// A button of one job's line.
pub async fn act(visitor: Visitor, Path((id, act)): Path<(String, String)>, Filled(form): Filled) -> Paged {
    let id = JobId::try_from(id).map_err(|_| Trouble::NoPage)?;
    let archivist = &visitor.archivist;
    let (done, notice) = match act.as_str() {
        "pause" => (archivist.pause_job(id).await.map(drop), Notice::Paused),
        "resume" => (archivist.resume_job(id).await.map(drop), Notice::Resumed),
        "stop" => (archivist.stop_job(id).await.map(drop), Notice::Stopped),
        "remove" => (archivist.remove_job(id).await.map(drop), Notice::Removed),
        "up" | "down" => {
            let position = form.typed("position").parse().map_err(|_| Trouble::NoPage)?;
            (archivist.move_job(id, position).await.map(drop), Notice::Moved)
        }
        _ => return Err(Trouble::NoPage),
    };
    match done {
        Ok(()) => Ok(lead_to(&notice.at("/queue"))),
        // It came too late: the page shows why, and how things stand now.
        Err(error @ (Error::Conflict { .. } | Error::NotFound { .. })) => {
            let told = Told::of_error(&error);
            page(&visitor, &Faults::saying(&told.message), told.status).await
        }
        Err(error) => Err(error.into()),
    }
}

const PATHS: Field<'static> = Field::new("paths", "Files", Kind::Text)
    .hint("One on each line, ten at most, such as council/2026-05-12.mp4.")
    .required();

pub async fn batch_form(visitor: Visitor, Query(typed): Query) -> Paged {
    Ok(batch_page(&visitor, &typed, &Faults::default(), StatusCode::OK))
}

fn batch_page(visitor: &Visitor, typed: &Fields, faults: &Faults, status: StatusCode) -> Response {
    let body = html! {
        (faults.above("Nothing was queued.", &[("paths", PATHS.label)]))
        form.form method="post" action="/queue/batch" {
            (PATHS.show(typed, faults))
            div { button #transcribe { "Transcribe them" } }
        }
    };
    let page = Page::new("Transcribe several", &body).within(Part::Queue, visitor);
    page.with_status(status).below("Queue", "/queue").answer()
}

pub async fn batch(visitor: Visitor, Filled(form): Filled) -> Paged {
    let lines = form.all("paths").flat_map(str::lines).map(str::trim);
    let paths: Vec<String> = lines.filter(|path| !path.is_empty()).map(str::to_owned).collect();
    match visitor.archivist.transcribe_files(&paths).await {
        // What was queued is told once: reloading the answer asks before it sends the form again.
        Ok(batch) => Ok(batch_done(&visitor, &batch)),
        Err(error) => {
            let status = Told::of_error(&error).status;
            Ok(batch_page(&visitor, &form, &Faults::of(error)?, status))
        }
    }
}

fn batch_done(visitor: &Visitor, batch: &Batch) -> Response {
    let rows = html! {
        @for file in &batch.queued {
            tr { th scope="row" { (said(&file.path)) } td data-label="What came of it" { "queued" } }
        }
        @for file in &batch.rejected {
            tr {
                th scope="row" { (said(&file.path)) }
                td data-label="What came of it" { span.wrong { "not queued: " (said(&file.reason)) } }
            }
        }
    };
    let body = html! {
        (table("What came of each file", &["File", "What came of it"], &rows))
        p.ways { a href="/queue" { "To the queue" } a href="/queue/batch" { "Transcribe others" } }
    };
    let title = format!("{} queued, {} not", batch.queued.len(), batch.rejected.len());
    Page::new(title, &body).within(Part::Queue, visitor).below("Queue", "/queue").answer()
}
