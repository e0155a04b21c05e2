//! The forms of a recording: to add one, and to correct one.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use super::lead_to;
use crate::web::Paged;
use crate::web::asked::{Fields, Filled, Query};
use crate::web::field::{Faults, Field, Kind};
use crate::web::notice::Notice;
use crate::web::shell::{Page, Part};
use crate::web::trouble::Told;
use crate::web::visitor::Visitor;
use crate::{Edit, NewVod, Vod, VodChanges, VodId};

const TITLE: Field<'static> = Field::new("title", "Title", Kind::Line).required();
const FILE_PATH: Field<'static> = Field::new("file_path", "File", Kind::Line)
    .hint("Below the media folder, such as council/2026-05-12.mp4.")
    .required();
const DESCRIPTION: Field<'static> = Field::new("description", "Description", Kind::Text);
const DURATION: Field<'static> = Field::new("duration", "Length", Kind::Number)
    .hint("Minutes and seconds as 90:21, hours as 1:30:21, or seconds alone.");
const NEW: [&Field<'static>; 4] = [&TITLE, &FILE_PATH, &DESCRIPTION, &DURATION];
const EDIT: [&Field<'static>; 2] = [&TITLE, &DESCRIPTION];

pub async fn new(visitor: Visitor, Query(typed): Query) -> Paged {
    Ok(new_page(&visitor, &typed, &Faults::default(), StatusCode::OK))
}

pub async fn create(visitor: Visitor, Filled(form): Filled) -> Paged {
    let duration = match form.given("duration").map(seconds) {
        Some(None) => {
            let faults = Faults::saying("nothing was sent").at("duration", "must be a time such as 1:30:21");
            return Ok(new_page(&visitor, &form, &faults, StatusCode::UNPROCESSABLE_ENTITY));
        }
        given => given.flatten(),
    };
    let vod = NewVod {
        title: form.typed("title").trim().to_owned(),
        file_path: form.typed("file_path").trim().to_owned(),
        duration,
        file_size: None,
        description: form.given("description").map(unbroken),
    };
    match visitor.archivist.create_vod(&vod).await {
        Ok(vod) => Ok(lead_to(&Notice::VodCreated.at(&format!("/vods/{}", vod.id)))),
        Err(error) => {
            let status = Told::of_error(&error).status;
            Ok(new_page(&visitor, &form, &Faults::of(error)?, status))
        }
    }
}

fn new_page(visitor: &Visitor, typed: &Fields, faults: &Faults, status: StatusCode) -> Response {
    let shown = NEW.map(|field| (field.name, field.label));
    let body = html! {
        (faults.above("The recording was not added.", &shown))
        form.form method="post" action="/vods/new" {
            @for field in NEW { (field.show(typed, faults)) }
            div { button #save { "Add the recording" } }
        }
    };
    let page = Page::new("Add a recording", &body).within(Part::Vods, visitor).with_status(status);
    page.below("Recordings", "/vods").answer()
}

pub async fn edit(visitor: Visitor, Path(id): Path<i64>) -> Paged {
    let vod = visitor.archivist.vod(VodId(id)).await?;
    let description = vod.description.as_deref().unwrap_or_default();
    let typed = Fields::from([("title", vod.title.as_str()), ("description", description)]);
    Ok(edit_page(&visitor, &vod, &typed, &Faults::default(), StatusCode::OK))
}

pub async fn save(visitor: Visitor, Path(id): Path<i64>, Filled(form): Filled) -> Paged {
    let vod = visitor.archivist.vod(VodId(id)).await?;
    match visitor.archivist.update_vod(vod.id, &changes(&vod, &form)).await {
        Ok(vod) => Ok(lead_to(&Notice::VodSaved.at(&format!("/vods/{}", vod.id)))),
        Err(error) => {
            let status = Told::of_error(&error).status;
            Ok(edit_page(&visitor, &vod, &form, &Faults::of(error)?, status))
        }
    }
}

/// Only what was changed is sent: what somebody else changed meanwhile stays.
fn changes(vod: &Vod, form: &Fields) -> VodChanges {
    let title = form.typed("title").trim();
    let description = form.given("description").map(unbroken);
    let same = description.as_deref().unwrap_or_default() == vod.description.as_deref().unwrap_or_default();
    VodChanges {
        title: (title != vod.title).then(|| title.to_owned()),
        description: match description {
            _ if same => Edit::Keep,
            Some(text) => Edit::Set(text),
            None => Edit::Clear,
        },
        status: None,
    }
}

fn edit_page(visitor: &Visitor, vod: &Vod, typed: &Fields, faults: &Faults, status: StatusCode) -> Response {
    let shown = EDIT.map(|field| (field.name, field.label));
    let at = format!("/vods/{}", vod.id);
    let body = html! {
        (faults.above("The recording was not saved.", &shown))
        form.form method="post" action={ (at) "/edit" } {
            @for field in EDIT { (field.show(typed, faults)) }
            div.acts {
                button #save { "Save" }
                a.button.quiet href=(at) { "Leave it as it was" }
            }
        }
    };
    let page = Page::new(format!("Edit “{}”", vod.title), &body).within(Part::Vods, visitor);
    page.with_status(status).below("Recordings", "/vods").below(&vod.title, at).answer()
}

/// A form ends lines as HTTP does; the archive holds them as files do.
fn unbroken(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// `1:30:21`, `90:21`, `5421`, `5421.5`.
fn seconds(text: &str) -> Option<f64> {
    let parts: Vec<f64> = text.split(':').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    let fits = |part: &f64| part.is_finite() && *part >= 0.0;
    let whole = parts.iter().fold(0.0, |whole, part| whole * 60.0 + part);
    (parts.len() <= 3 && parts.iter().all(fits)).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_read_as_people_write_it() {
        assert_eq!(seconds("1:30:21"), Some(5421.0));
        assert_eq!(seconds("90:21"), Some(5421.0));
        assert_eq!(seconds("5421.5"), Some(5421.5));
        for bad in ["", "soon", "1:2:3:4", "-5", "NaN", "inf", "1:-2"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
