//! The list of recordings, with its filter and its pages.

use maud::{Markup, html};

use crate::web::Paged;
use crate::web::asked::{Fields, Query};
use crate::web::paging::{Paging, ROWS};
use crate::web::shell::{Page, Part, table};
use crate::web::visitor::Visitor;
use crate::web::words::{counted, length, moment, said};
use crate::{VodFilter, VodPage, VodStatus};

/// The longest search that the Archivist takes.
const LONGEST_SEARCH: usize = 200;

pub async fn list(visitor: Visitor, Query(query): Query) -> Paged {
    let paging = Paging::of(&query, "/vods", &["status", "q"]);
    let status = VodStatus::ALL.into_iter().find(|status| status.word() == query.typed("status"));
    let q = query.given("q").map(|words| words.chars().take(LONGEST_SEARCH).collect());
    let filtered = status.is_some() || q.is_some();
    let filter = VodFilter { limit: Some(ROWS), offset: Some(paging.offset()), status, q };
    let vods = visitor.archivist.list_vods(&filter).await?;
    let body = html! {
        (filter_form(&query))
        p.ways { a.button href="/vods/new" { "Add a recording" } }
        section aria-labelledby="found" {
            h2 #found { (counted(vods.total, "recording")) @if filtered { " found" } }
            (rows(&vods))
            (paging.ways(vods.total))
        }
    };
    Ok(Page::new("Recordings", &body).within(Part::Vods, &visitor).answer())
}

fn filter_form(query: &Fields) -> Markup {
    html! {
        form.filter role="search" action="/vods" {
            div {
                label for="q" { "Words" }
                input id="q" name="q" type="search" maxlength=(LONGEST_SEARCH) value=(query.typed("q"));
            }
            div {
                label for="status" { "Status" }
                select id="status" name="status" {
                    option value="" { "any" }
                    @for status in VodStatus::ALL {
                        option value=(status.word()) selected[status.word() == query.typed("status")] {
                            (status.word())
                        }
                    }
                }
            }
            button { "Show" }
        }
    }
}

fn rows(vods: &VodPage) -> Markup {
    let rows = html! {
        @for vod in &vods.rows {
            tr {
                th scope="row" { a href={ "/vods/" (vod.id) } { (said(&vod.title)) } }
                td data-label="Status" { (vod.status.badge()) }
                td data-label="Length" { (length(vod.duration)) }
                td data-label="Archived" { (moment(vod.created_at)) }
            }
        }
    };
    html! {
        @if vods.rows.is_empty() {
            p.soft { @if vods.total > 0 { "This page is past the last one." } @else { "There is none." } }
        } @else {
            (table("Recordings", &["Title", "Status", "Length", "Archived"], &rows))
        }
    }
}
