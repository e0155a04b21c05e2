//! One transcription: its captions to read and to take along, and its summary.

use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use maud::{Markup, html};

use super::lead_to;
use crate::web::Paged;
use crate::web::captions::cues;
use crate::web::notice::Notice;
use crate::web::shell::{Page, Part};
use crate::web::trouble::Trouble;
use crate::web::visitor::Visitor;
use crate::web::words::{clock, length, moment, said};
use crate::{Captions, Summary, Transcription, TranscriptionId};

fn named(id: String) -> Result<TranscriptionId, Trouble> {
    TranscriptionId::try_from(id).map_err(|_| Trouble::NoPage)
}

pub async fn show(visitor: Visitor, Path(id): Path<String>) -> Paged {
    let id = named(id)?;
    let archivist = &visitor.archivist;
    let (one, captions, summary) = tokio::try_join!(
        archivist.transcription(&id),
        archivist.captions(&id, Captions::Vtt),
        archivist.summary(&id),
    )?;
    let body = html! {
        (facts(&one))
        (summed_up(&one, summary.as_ref()))
        (read(&captions))
    };
    let page = Page::new(&one.title, &body).within(Part::Transcriptions, &visitor);
    Ok(page.below("Transcriptions", "/transcriptions").answer())
}

fn facts(one: &Transcription) -> Markup {
    let at = |file: &str| format!("/transcriptions/{}/{file}", one.id);
    html! {
        dl.facts {
            div { dt { "Recording" } dd { a href={ "/vods/" (one.vod_id) } { (said(&one.title)) } } }
            div { dt { "Length" } dd { (length(one.duration)) } }
            div { dt { "Made" } dd { (moment(one.created_at)) } }
            div {
                dt { "Captions" }
                dd {
                    a href=(at("captions.scc")) download { "For broadcast (SCC)" } " "
                    a href=(at("captions.vtt")) download { "For browsers (WebVTT)" }
                }
            }
        }
    }
}

fn summed_up(one: &Transcription, summary: Option<&Summary>) -> Markup {
    let button = if summary.is_some() { "Make it anew" } else { "Make a summary" };
    html! {
        section #summary aria-labelledby="summary-title" {
            h2 #summary-title { "Summary" }
            @match summary {
                None => p.soft { "There is none yet." },
                Some(summary) if summary.points.is_empty() => p.soft { "There is nothing to sum up." },
                Some(summary) => ol.captions {
                    @for point in &summary.points {
                        li { (line(point.start, point.speaker.as_deref(), &point.text)) }
                    }
                },
            }
            form.acts method="post" action={ "/transcriptions/" (one.id) "/summary" } {
                button.quiet #summarize { (button) }
            }
        }
    }
}

fn read(captions: &str) -> Markup {
    let cues = cues(captions);
    html! {
        section #captions aria-labelledby="captions-title" {
            h2 #captions-title { "What was said" }
            @if cues.is_empty() { p.soft { "Nothing was." } }
            @else {
                ol.captions {
                    @for cue in &cues { li { (line(cue.start, cue.speaker.as_deref(), &cue.text)) } }
                }
            }
        }
    }
}

fn line(start: f64, speaker: Option<&str>, text: &str) -> Markup {
    html! {
        span.at { (clock(start)) }
        p { @if let Some(speaker) = speaker { strong { (said(speaker)) ":" } " " } (said(text)) }
    }
}

pub async fn summarize(visitor: Visitor, Path(id): Path<String>) -> Paged {
    let id = named(id)?;
    visitor.archivist.summarize(&id).await?;
    Ok(lead_to(&Notice::Summarized.at(&format!("/transcriptions/{id}"))))
}

pub async fn scc(visitor: Visitor, Path(id): Path<String>) -> Paged {
    file(&visitor, id, Captions::Scc, "text/x-scc", "scc").await
}

pub async fn vtt(visitor: Visitor, Path(id): Path<String>) -> Paged {
    file(&visitor, id, Captions::Vtt, "text/vtt; charset=utf-8", "vtt").await
}

async fn file(visitor: &Visitor, id: String, which: Captions, kind: &'static str, ending: &str) -> Paged {
    let id = named(id)?;
    let captions = visitor.archivist.captions(&id, which).await?;
    let name = HeaderValue::try_from(format!("attachment; filename=\"captions-{id}.{ending}\""));
    let name = name.expect("an id is visible ASCII");
    Ok(([(CONTENT_TYPE, HeaderValue::from_static(kind)), (CONTENT_DISPOSITION, name)], captions)
        .into_response())
}
