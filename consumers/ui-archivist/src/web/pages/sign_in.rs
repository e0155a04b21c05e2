//! Signing in and out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::response::{IntoResponse as _, Response};
use maud::html;

use super::lead_to;
use crate::web::asked::{Fields, Filled, Query};
use crate::web::field::{Faults, Field, Kind};
use crate::web::notice::Notice;
use crate::web::shell::Page;
use crate::web::trouble::{Told, Trouble};
use crate::web::visitor::{Anybody, Visitor};
use crate::web::{Paged, Ui, cookie};
use crate::{Credentials, Error};

const USERNAME: Field<'static> = Field::new("username", "User name", Kind::Username).required();
const PASSWORD: Field<'static> =
    Field::new("password", "Password", Kind::Password("current-password")).required();

pub async fn show(Query(query): Query, Anybody(visitor): Anybody) -> Paged {
    // Whoever came here by a link from elsewhere is signed in: only now did the browser send the cookie.
    if visitor.is_some() {
        return Ok(lead_to(back(&query)));
    }
    let notice = query.given("done").and_then(Notice::named).map(Notice::sentence);
    Ok(page(&query, &Faults::default(), StatusCode::OK, notice))
}

pub async fn sign_in(State(ui): State<Ui>, Filled(form): Filled) -> Paged {
    let credentials = Credentials::new(form.typed("username").trim(), form.typed("password"));
    let session = match ui.archivist.sign_in(&credentials).await {
        Ok(session) => session,
        Err(error) => return refused(&form, error),
    };
    let kept = cookie::keep(&session.token, session.lasts, ui.https);
    Ok(([(SET_COOKIE, kept)], lead_to(back(&form))).into_response())
}

fn refused(form: &Fields, error: Error) -> Paged {
    match error {
        Error::NotSignedIn { refusal } => {
            Ok(page(form, &Faults::saying(&refusal.message), StatusCode::UNAUTHORIZED, None))
        }
        Error::TooManyAttempts { retry_after, .. } => {
            let told = Told::of_error(&error);
            let seconds = retry_after.map(|after| after.as_secs());
            let wait = seconds.map(|seconds| format!(" Try again in {seconds} seconds.")).unwrap_or_default();
            let faults = Faults::saying(&format!("{}{wait}", told.message));
            let mut response = page(form, &faults, told.status, None);
            if let Some(seconds) = seconds {
                response.headers_mut().insert(RETRY_AFTER, seconds.into());
            }
            Ok(response)
        }
        other => {
            let status = Told::of_error(&other).status;
            Ok(page(form, &Faults::of(other)?, status, None))
        }
    }
}

fn page(typed: &Fields, faults: &Faults, status: StatusCode, notice: Option<&'static str>) -> Response {
    let shown = [("username", USERNAME.label), ("password", PASSWORD.label)];
    let body = html! {
        (faults.above("You are not signed in.", &shown))
        form.form method="post" action="/sign-in" {
            input type="hidden" name="back" value=(back(typed));
            (USERNAME.show(typed, faults))
            (PASSWORD.show(typed, faults))
            div { button #sign-in { "Sign in" } }
        }
    };
    Page::new("Sign in", &body).with_status(status).saying(notice).answer()
}

/// The page to come back to, if it is one of ours: an address that a browser takes for another host is none.
fn back(fields: &Fields) -> &str {
    let back = fields.typed("back");
    let ours = back.starts_with('/')
        && !back.starts_with("//")
        && !back.starts_with("/sign-")
        && back.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if ours { back } else { "/" }
}

pub async fn sign_out(State(ui): State<Ui>, visitor: Result<Visitor, Trouble>) -> Response {
    let ended = match visitor {
        Ok(visitor) => visitor.archivist.sign_out().await.map_err(Trouble::from),
        Err(trouble) => Err(trouble),
    };
    let notice = match ended {
        Ok(()) | Err(Trouble::NobodySignedIn) => Notice::SignedOut,
        Err(_) => Notice::SignedOutHere,
    };
    ([(SET_COOKIE, cookie::forget(ui.https))], lead_to(&notice.at("/sign-in"))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leads_elsewhere() {
        for elsewhere in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/vods\r\nSet-Cookie: a=b",
            "/é",
            "/sign-out",
        ] {
            assert_eq!(back(&Fields::from([("back", elsewhere)])), "/", "{elsewhere}");
        }
        assert_eq!(back(&Fields::from([("back", "/vods?q=a%20b")])), "/vods?q=a%20b");
    }
}
