//! The list of finished transcriptions.

use maud::html;

use crate::web::Paged;
use crate::web::asked::Query;
use crate::web::paging::{Paging, ROWS};
use crate::web::shell::{Page, Part, table};
use crate::web::visitor::Visitor;
use crate::web::words::{counted, length, moment, said};

pub async fn list(visitor: Visitor, Query(query): Query) -> Paged {
    let paging = Paging::of(&query, "/transcriptions", &[]);
    let wanted = crate::Paging { limit: Some(ROWS), offset: Some(paging.offset()) };
    let found = visitor.archivist.list_transcriptions(wanted).await?;
    let rows = html! {
        @for one in &found.rows {
            tr {
                th scope="row" { a href={ "/transcriptions/" (one.id) } { (said(&one.title)) } }
                td data-label="Captions" {
                    @match one.segments { Some(count) => (count), None => span.soft { "unknown" } }
                }
                td data-label="Length" { (length(one.duration)) }
                td data-label="Made" { (moment(one.created_at)) }
            }
        }
    };
    let body = html! {
        section aria-labelledby="found" {
            h2 #found { (counted(found.total, "transcription")) }
            @if found.rows.is_empty() {
                p.soft { @if found.total > 0 { "This page is past the last one." } @else { "There is none." } }
            } @else {
                (table("Transcriptions", &["Recording", "Captions", "Length", "Made"], &rows))
            }
            (paging.ways(found.total))
        }
    };
    Ok(Page::new("Transcriptions", &body).within(Part::Transcriptions, &visitor).answer())
}
