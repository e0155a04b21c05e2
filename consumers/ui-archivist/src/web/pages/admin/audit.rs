//! The record of who signed in and of what administrators did.

use maud::html;

use crate::web::Paged;
use crate::web::asked::Query;
use crate::web::paging::{Paging, ROWS};
use crate::web::shell::{Page, Part, table};
use crate::web::visitor::Visitor;
use crate::web::words::{counted, moment, said};

pub async fn list(visitor: Visitor, Query(query): Query) -> Paged {
    let paging = Paging::of(&query, "/admin/audit", &[]);
    let wanted = crate::Paging { limit: Some(ROWS), offset: Some(paging.offset()) };
    let found = visitor.archivist.audit(wanted).await?;
    let or_nobody = |name: &Option<String>| name.as_deref().map_or_else(|| "–".to_owned(), said);
    let rows = html! {
        @for row in &found.rows {
            tr {
                th scope="row" { (said(&row.action)) }
                td data-label="By" { (or_nobody(&row.actor)) }
                td data-label="To" { (or_nobody(&row.subject)) }
                td data-label="From" { (said(&row.client)) }
                td data-label="When" { (moment(row.at)) }
            }
        }
    };
    let body = html! {
        p.note { (counted(found.total, "line")) ", newest first." }
        (table("Who did what", &["What", "By", "To", "From", "When"], &rows))
        (paging.ways(found.total))
    };
    Ok(Page::new("Who did what", &body)
        .within(Part::Admin, &visitor)
        .below("Administration", "/admin")
        .answer())
}
