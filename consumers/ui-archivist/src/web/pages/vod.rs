//! One recording: what is known of it, what is done with it, and its end.

use axum::extract::Path;
use maud::{Markup, html};

use super::jobs::{Jobs, Titles};
use super::lead_to;
use crate::web::Paged;
use crate::web::asked::Filled;
use crate::web::notice::Notice;
use crate::web::shell::{Page, Part};
use crate::web::trouble::Told;
use crate::web::visitor::Visitor;
use crate::web::words::{length, moment, said, size};
use crate::{Edit, Error, QueueRow, Recording, Transcribe, Vod, VodChanges, VodId, VodStatus};

pub async fn show(visitor: Visitor, Path(id): Path<i64>) -> Paged {
    // The jobs first: what has come of one that is done then is in the recording.
    let jobs = jobs_of(&visitor, VodId(id)).await;
    let vod = visitor.archivist.vod(VodId(id)).await?;
    let body = html! {
        (facts(&vod))
        (buttons(&vod))
        (history(&vod, &jobs))
    };
    Ok(Page::new(&vod.title, &body).within(Part::Vods, &visitor).below("Recordings", "/vods").answer())
}

/// Without the queue, a recording can be seen all the same.
async fn jobs_of(visitor: &Visitor, id: VodId) -> Result<Vec<QueueRow>, Error> {
    let rows = visitor.archivist.queue().await?.rows;
    Ok(rows.into_iter().filter(|row| row.job.vod_id == id).collect())
}

fn facts(vod: &Vod) -> Markup {
    html! {
        @if let Some(description) = &vod.description { p.described { (said(description)) } }
        dl.facts {
            div { dt { "File" } dd { code { (said(&vod.file_path)) } } }
            div { dt { "Length" } dd { (length(vod.duration)) } }
            div {
                dt { "Size" }
                dd { @match vod.file_size { Some(bytes) => (size(bytes)), None => span.soft { "unknown" } } }
            }
        }
    }
}

fn buttons(vod: &Vod) -> Markup {
    let at = |what: &str| format!("/vods/{}/{what}", vod.id);
    html! {
        div.acts {
            form method="post" action=(at("transcribe")) { button #transcribe { "Transcribe" } }
            form method="post" action=(at("transcribe")) {
                button.quiet name="first" value="yes" { "Transcribe next of all" }
            }
            @if vod.status == VodStatus::Failed {
                form method="post" action=(at("retry")) { button.quiet { "Set back to pending" } }
            }
            a.button.quiet href=(at("edit")) { "Edit" }
            a.button.quiet href=(at("delete")) { "Delete" }
        }
    }
}

/// As far as the Archivist tells: when it came, when it last changed, and what jobs did with it.
fn history(vod: &Vod, jobs: &Result<Vec<QueueRow>, Error>) -> Markup {
    html! {
        section #history data-live="vod" data-vod=(vod.id) aria-labelledby="history-title" {
            h2 #history-title { "How it stands" }
            dl.facts {
                div { dt { "Status" } dd #status { (vod.status.badge()) } }
                @if let Some(transcription) = &vod.transcription_id {
                    div {
                        dt { "Transcription" }
                        dd { a #transcription href={ "/transcriptions/" (transcription) } { "Captions and summary" } }
                    }
                }
                div { dt { "Archived" } dd { (moment(vod.created_at)) } }
                div { dt { "Last changed" } dd { (moment(vod.updated_at)) } }
            }
            @match jobs {
                Ok(jobs) if jobs.is_empty() => p.note { "No transcription of it was asked for." },
                Ok(jobs) => (Jobs { rows: jobs, titles: &Titles::of(vod), caption: "Its transcriptions" }.show()),
                Err(error) => div.alert { p { (Told::of_error(error).message) } },
            }
            p.note { a href={ "/vods/" (vod.id) } { "Refresh" } }
        }
    }
}

pub async fn transcribe(visitor: Visitor, Path(id): Path<i64>, Filled(form): Filled) -> Paged {
    let position = form.given("first").map(|_| 0);
    let wish = Transcribe { recording: Recording::VodId(VodId(id)), position };
    let accepted = visitor.archivist.transcribe(&wish).await?;
    Ok(lead_to(&Notice::Queued.at(&format!("/vods/{}", accepted.vod_id))))
}

pub async fn retry(visitor: Visitor, Path(id): Path<i64>) -> Paged {
    let changes = VodChanges { title: None, description: Edit::Keep, status: Some(VodStatus::Pending) };
    let vod = visitor.archivist.update_vod(VodId(id), &changes).await?;
    Ok(lead_to(&Notice::VodRetried.at(&format!("/vods/{}", vod.id))))
}

pub async fn ask_to_delete(visitor: Visitor, Path(id): Path<i64>) -> Paged {
    let vod = visitor.archivist.vod(VodId(id)).await?;
    let body = html! {
        p.lead { "This takes the recording out of the archive, with its captions and its summary. Its file stays where it is." }
        (facts(&vod))
        form.acts method="post" action={ "/vods/" (vod.id) "/delete" } {
            button.danger #delete { "Delete for good" }
            a.button.quiet href={ "/vods/" (vod.id) } { "Keep it" }
        }
    };
    let page = Page::new(format!("Delete “{}”?", vod.title), &body).within(Part::Vods, &visitor);
    Ok(page.below("Recordings", "/vods").below(vod.title, format!("/vods/{}", vod.id)).answer())
}

pub async fn delete(visitor: Visitor, Path(id): Path<i64>) -> Paged {
    visitor.archivist.delete_vod(VodId(id)).await?;
    Ok(lead_to(&Notice::VodDeleted.at("/vods")))
}
