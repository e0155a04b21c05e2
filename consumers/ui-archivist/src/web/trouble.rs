//! What is shown in a page's place: the sign-in, or what went wrong, in words and with the way out.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, HOST, LOCATION, REFERER, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::shell::Page;
use super::words::sentence;
use super::{Ui, cookie};
use crate::{Error, Refusal, Shortage};

/// Where neither the Archivist nor anybody else says when to come back.
const AGAIN: Duration = Duration::from_secs(10);

/// Why a page is not shown.
#[derive(Debug)]
pub enum Trouble {
    NobodySignedIn,
    /// There is no such page here, or not for this method.
    NoPage,
    /// A form that a page of another site had the browser send.
    AnotherSite,
    LongForm,
    SlowForm,
    Archivist(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::NotSignedIn { .. } => Self::NobodySignedIn,
            other => Self::Archivist(other),
        }
    }
}

impl IntoResponse for Trouble {
    /// Only where [`explain`] finds it does it become a page.
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// What has to be known of a request to say what to do now.
struct Asked {
    /// The page to come back to: this one, or the one whose form was sent.
    back: String,
    reads: bool,
    /// A script asks, not a person.
    script: bool,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let here = request.uri().path_and_query().map_or("/", |it| it.as_str());
        let back = if reads { Some(here.to_owned()) } else { referer(request.headers()) };
        let accept = request.headers().get(ACCEPT);
        let script = accept.is_some_and(|accept| accept == "text/event-stream");
        Self { back: back.unwrap_or_else(|| "/".to_owned()), reads, script }
    }
}

/// The page of ours that a form stands on.
fn referer(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let (_, rest) = headers.get(REFERER)?.to_str().ok()?.split_once("://")?;
    rest.strip_prefix(host).filter(|path| path.starts_with('/')).map(str::to_owned)
}

/// Makes a page of every [`Trouble`].
pub async fn explain(State(ui): State<Ui>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let mut response = next.run(request).await;
    let Some(trouble) = response.extensions_mut().remove::<Arc<Trouble>>() else { return response };
    let told = Told::of(&trouble);
    if asked.script {
        return told.status.into_response();
    }
    match *trouble {
        Trouble::NobodySignedIn => sign_in(&asked, &ui),
        _ => told.page(&asked),
    }
}

/// Leads to the sign-in, and from there back.
fn sign_in(asked: &Asked, ui: &Ui) -> Response {
    let back: String = url::form_urlencoded::byte_serialize(asked.back.as_bytes()).collect();
    let at = if asked.back == "/" { "/sign-in".to_owned() } else { format!("/sign-in?back={back}") };
    let at = HeaderValue::try_from(at).expect("what was coded for a form is visible ASCII");
    let headers = [(LOCATION, at), (SET_COOKIE, cookie::forget(ui.https))];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// What a page says of a trouble.
pub struct Told {
    pub status: StatusCode,
    pub title: &'static str,
    pub message: String,
    /// What can be done about it.
    way_out: &'static str,
    /// Worth trying again after this.
    again: Option<Duration>,
    /// What administrators find it by.
    request_id: Option<String>,
}

impl Told {
    fn new(status: StatusCode, title: &'static str, message: &str, way_out: &'static str) -> Self {
        let message = message.to_owned();
        Self { status, title, message, way_out, again: None, request_id: None }
    }

    fn refused(status: StatusCode, title: &'static str, refusal: &Refusal, way_out: &'static str) -> Self {
        let request_id = Some(refusal.request_id.clone());
        Self { request_id, ..Self::new(status, title, &sentence(&refusal.message), way_out) }
    }

    fn after(self, again: Duration) -> Self {
        Self { again: Some(again), ..self }
    }

    fn of(trouble: &Trouble) -> Self {
        match trouble {
            Trouble::NobodySignedIn => {
                let message = "Nobody is signed in, or the session is over.";
                Self::new(StatusCode::UNAUTHORIZED, "Please sign in", message, "Sign in again.")
            }
            Trouble::NoPage => Self::new(
                StatusCode::NOT_FOUND,
                "There is no such page",
                "Nothing is at this address.",
                "Check how it is written, or start from the recordings.",
            ),
            Trouble::AnotherSite => Self::new(
                StatusCode::FORBIDDEN,
                "This came from elsewhere",
                "Another site had your browser send this form, so nothing was done.",
                "If you meant it, do it on the page here.",
            ),
            Trouble::LongForm => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "That is too much",
                "What was sent is longer than a form of this site, so nothing was done.",
                "Go back and make it shorter.",
            ),
            Trouble::SlowForm => Self::new(
                StatusCode::REQUEST_TIMEOUT,
                "That took too long",
                "The form did not arrive in time, so nothing was done.",
                "Go back and send it again.",
            ),
            Trouble::Archivist(error) => Self::of_error(error),
        }
    }

    pub fn of_error(error: &Error) -> Self {
        match error {
            Error::NotSignedIn { .. } => Self::of(&Trouble::NobodySignedIn),
            Error::Forbidden { refusal } => Self::refused(
                StatusCode::FORBIDDEN,
                "That is not for you to do",
                refusal,
                "Ask an administrator.",
            ),
            Error::NotFound { refusal } => Self::refused(
                StatusCode::NOT_FOUND,
                "It is not there",
                refusal,
                "It may have been deleted meanwhile: look at the list.",
            ),
            Error::Conflict { refusal } => Self::refused(
                StatusCode::CONFLICT,
                "That cannot be done now",
                refusal,
                "Look at how it stands, and try again when that has changed.",
            ),
            Error::Invalid { refusal, .. } => Self::refused(
                StatusCode::UNPROCESSABLE_ENTITY,
                "That was not accepted",
                refusal,
                "Go back and correct it.",
            ),
            Error::TooManyAttempts { refusal, retry_after } => {
                let again = retry_after.unwrap_or(AGAIN);
                let way_out = "Wait a while.";
                Self::refused(StatusCode::TOO_MANY_REQUESTS, "Too many attempts", refusal, way_out)
                    .after(again)
            }
            Error::Unavailable { refusal, shortage, retry_after } => {
                Self::shortage(*shortage, refusal).after(retry_after.unwrap_or(AGAIN))
            }
            Error::Refused { status, refusal } => {
                // An answer of 4xx is about what was sent; of 5xx, about the Archivist.
                let status = StatusCode::from_u16(*status).ok().filter(StatusCode::is_client_error);
                let status = status.unwrap_or(StatusCode::BAD_GATEWAY);
                Self::refused(status, "The Archivist did not do that", refusal, "Tell an administrator.")
            }
            other => Self::no_answer(other),
        }
    }

    fn shortage(shortage: Shortage, refusal: &Refusal) -> Self {
        let title = match shortage {
            Shortage::Database => "The Archivist's database is out",
            Shortage::Queue => "The Archivist's queue is out",
            Shortage::Station => "The station is out",
            Shortage::Other => "Something the Archivist needs is out",
        };
        let way_out = match shortage {
            Shortage::Database => "Nothing can be shown or saved until it is back.",
            Shortage::Queue => "Nothing can be transcribed until it is back; the recordings can be seen.",
            Shortage::Station => {
                "Nothing can be published until it is back; the rest of the site can be used."
            }
            Shortage::Other => "The rest of the site can be used.",
        };
        Self::refused(StatusCode::SERVICE_UNAVAILABLE, title, refusal, way_out)
    }

    /// The Archivist did not answer, or not as it promises. What the client knows of it is for the log.
    fn no_answer(error: &Error) -> Self {
        tracing::warn!("failed to {error}");
        let look = "Whether it was done is not known: look before you try again.";
        match error {
            Error::TimedOut => {
                let message = "The Archivist did not answer in time.";
                Self::new(StatusCode::GATEWAY_TIMEOUT, "The Archivist is slow", message, look).after(AGAIN)
            }
            Error::Unreachable { .. } => {
                let message = "The Archivist cannot be reached.";
                let way_out =
                    "This page tries again by itself; if it stays like this, tell an administrator.";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "The Archivist is out", message, way_out)
                    .after(AGAIN)
            }
            Error::TooLarge { .. } => {
                let message = "The Archivist answered with more than can be shown.";
                Self::new(StatusCode::BAD_GATEWAY, "That is too much", message, "Tell an administrator.")
            }
            _ => {
                let message = "The Archivist answered what this site does not understand.";
                let way_out = "Tell an administrator: the address of the Archivist may be wrong.";
                Self::new(StatusCode::BAD_GATEWAY, "The Archivist cannot be understood", message, way_out)
            }
        }
    }

    fn page(&self, asked: &Asked) -> Response {
        let back = if asked.reads { "Try again" } else { "Back to where you were" };
        let body = html! {
            p.lead { (self.message) }
            p { (self.way_out) }
            (self.when(asked))
            @if let Some(id) = &self.request_id {
                p.note { "Administrators find this as request " code { (super::words::said(id)) } "." }
            }
            p.ways {
                a href=(asked.back) { (back) }
                " " a href="/vods" { "The recordings" }
                " " a href="/health" { "How the Archivist is" }
            }
        };
        let mut response = Page::new(self.title, &body).with_status(self.status).answer();
        if let Some(again) = self.again {
            let seconds = HeaderValue::from(again.as_secs());
            response.headers_mut().insert(RETRY_AFTER, seconds.clone());
            // Only what changes nothing is done again without being asked.
            if asked.reads {
                response.headers_mut().insert("refresh", seconds);
            }
        }
        response
    }

    fn when(&self, asked: &Asked) -> Markup {
        html! {
            @if let Some(again) = self.again {
                p.note {
                    @if asked.reads { "This page tries again in " (again.as_secs()) " seconds." }
                    @else { "It may work in " (again.as_secs()) " seconds." }
                }
            }
        }
    }
}
