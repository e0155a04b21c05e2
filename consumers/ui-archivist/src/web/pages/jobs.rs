//! Jobs in a table: how each stands, and the buttons that its state allows.

use std::collections::HashMap;

use maud::{Markup, html};

use crate::web::shell::table;
use crate::web::visitor::Visitor;
use crate::web::words::{badge, counted, moment, said};
use crate::{Error, Job, JobStatus, QueueRow, Vod, VodFilter, VodId};

/// What recordings are called.
#[derive(Default)]
pub struct Titles(HashMap<VodId, String>);

impl Titles {
    pub fn of(vod: &Vod) -> Self {
        Self(HashMap::from([(vod.id, vod.title.clone())]))
    }

    /// Those of the newest recordings, in one call: a job of an older one goes by its number.
    pub async fn of_the_newest(visitor: &Visitor) -> Result<Self, Error> {
        let filter = VodFilter { limit: Some(100), ..VodFilter::default() };
        let vods = visitor.archivist.list_vods(&filter).await?;
        Ok(Self(vods.rows.into_iter().map(|vod| (vod.id, vod.title)).collect()))
    }

    fn title(&self, id: VodId) -> String {
        self.0.get(&id).map_or_else(|| format!("Recording {id}"), |title| said(title))
    }
}

pub struct Jobs<'a> {
    pub rows: &'a [QueueRow],
    pub titles: &'a Titles,
    pub caption: &'a str,
}

impl Jobs<'_> {
    pub fn show(&self) -> Markup {
        let columns = ["Recording", "Status", "Progress", "Asked for", "What can be done"];
        let rows = html! { @for row in self.rows { (self.row(row)) } };
        table(self.caption, &columns, &rows)
    }

    fn row(&self, row: &QueueRow) -> Markup {
        let job = &row.job;
        let title = self.titles.title(job.vod_id);
        html! {
            tr data-job=(job.id) data-status=(job.status.word()) data-title=(title) {
                th scope="row" { a id={ "job-" (job.id) } href={ "/vods/" (job.vod_id) } { (title) } }
                td data-label="Status" {
                    (badge(job.status.word(), job.status.tone()))
                    @if let Some(position) = row.position { " " span.soft { "(" (place(position)) ")" } }
                }
                td data-label="Progress" { (progress(job, &title)) }
                td data-label="Asked for" { (times(job)) }
                td { div.acts.small { (buttons(row, &title)) } }
            }
        }
    }
}

fn place(position: u32) -> String {
    if position == 0 { "next".to_owned() } else { format!("after {}", counted(position.into(), "other")) }
}

fn progress(job: &Job, title: &str) -> Markup {
    let message = job.error.as_deref().or(job.status_message.as_deref()).unwrap_or_default();
    html! {
        @if !job.status.ended() {
            progress max="100" value=(job.progress) aria-label={ "Progress of " (title) } {}
            " " span data-part="percent" { (job.progress) " %" }
        }
        p.message data-part="message" { (said(message)) }
    }
}

fn times(job: &Job) -> Markup {
    html! {
        (moment(job.created_at))
        @if let Some(started) = job.started_at { br; span.soft { "begun " (moment(started)) } }
        @if let Some(ended) = job.ended_at { br; span.soft { "ended " (moment(ended)) } }
    }
}

fn buttons(row: &QueueRow, title: &str) -> Markup {
    let press = |act: &str, label: &str| button(row, title, act, label, None);
    html! {
        @match row.job.status {
            JobStatus::Queued => {
                @if let Some(position) = row.position {
                    @if position > 0 { (button(row, title, "up", "Up", Some(position - 1))) }
                    (button(row, title, "down", "Down", Some(position.saturating_add(1))))
                }
                (press("pause", "Pause")) (press("remove", "Remove"))
            }
            JobStatus::Paused => { (press("resume", "Resume")) (press("remove", "Remove")) }
            JobStatus::Processing => (press("stop", "Stop")),
            JobStatus::Completed => {
                @if let Some(transcription) = &row.job.transcription_id {
                    a.button.quiet href={ "/transcriptions/" (transcription) } {
                        "Read" span.unseen { " " (title) }
                    }
                }
            }
            JobStatus::Failed | JobStatus::Cancelled => {}
        }
    }
}

fn button(row: &QueueRow, title: &str, act: &str, label: &str, position: Option<u32>) -> Markup {
    let id = row.job.id;
    html! {
        form method="post" action={ "/queue/" (id) "/" (act) } {
            @if let Some(position) = position { input type="hidden" name="position" value=(position); }
            button.quiet id={ (act) "-" (id) } { (label) span.unseen { " " (title) } }
        }
    }
}
