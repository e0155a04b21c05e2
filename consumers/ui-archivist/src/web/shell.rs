//! What is around every page: head, navigation, stylesheet, script, and what was done just before.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};
use sha2::{Digest as _, Sha256};

use super::Ui;
use super::visitor::Visitor;
use super::words::said;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("live.js");

static STYLE_AT: LazyLock<String> = LazyLock::new(|| address(STYLE, "style", "css"));
static SCRIPT_AT: LazyLock<String> = LazyLock::new(|| address(SCRIPT, "live", "js"));

/// It holds its content's name, so that a browser never shows a new page in an old style.
fn address(content: &str, stem: &str, extension: &str) -> String {
    let mut name = String::new();
    for byte in &Sha256::digest(content)[..8] {
        write!(name, "{byte:02x}").expect("a string takes everything");
    }
    format!("/assets/{stem}-{name}.{extension}")
}

pub fn routes() -> Router<Ui> {
    Router::new()
        .route(&STYLE_AT, get(async || asset(STYLE, "text/css; charset=utf-8")))
        .route(&SCRIPT_AT, get(async || asset(SCRIPT, "text/javascript; charset=utf-8")))
}

fn asset(content: &'static str, kind: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    (headers, content).into_response()
}

/// The part of the navigation that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Vods,
    Transcriptions,
    Queue,
    Admin,
}

impl Part {
    const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Vods, "Recordings", "/vods"),
        (Self::Transcriptions, "Transcriptions", "/transcriptions"),
        (Self::Queue, "Queue", "/queue"),
        (Self::Admin, "Admin", "/admin"),
    ];
}

pub struct Page<'a> {
    title: String,
    body: &'a Markup,
    part: Option<Part>,
    visitor: Option<&'a Visitor>,
    /// What the page is below of: label and address.
    trail: Vec<(String, String)>,
    status: StatusCode,
    notice: Option<&'static str>,
}

impl<'a> Page<'a> {
    pub fn new(title: impl Into<String>, body: &'a Markup) -> Self {
        let (title, status) = (title.into(), StatusCode::OK);
        Self { title, body, part: None, visitor: None, trail: Vec::new(), status, notice: None }
    }

    /// A page in this part of the navigation, for this visitor.
    #[must_use]
    pub fn within(mut self, part: Part, visitor: &'a Visitor) -> Self {
        self.part = Some(part);
        self.shown_to(Some(visitor))
    }

    #[must_use]
    pub fn shown_to(mut self, visitor: Option<&'a Visitor>) -> Self {
        self.notice = visitor.and_then(|visitor| visitor.notice).map(super::notice::Notice::sentence);
        self.visitor = visitor;
        self
    }

    #[must_use]
    pub fn saying(mut self, sentence: Option<&'static str>) -> Self {
        self.notice = sentence;
        self
    }

    #[must_use]
    pub fn below(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.trail.push((label.into(), href.into()));
        self
    }

    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub fn answer(&self) -> Response {
        let headers = [(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))];
        (self.status, headers, self.whole().into_string()).into_response()
    }

    fn whole(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    // A browser would ask for one.
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href=(*STYLE_AT);
                    script src=(*SCRIPT_AT) defer {}
                    title { (said(&self.title)) " – Archivist" }
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    (self.head())
                    main #main tabindex="-1" {
                        @if !self.trail.is_empty() { (self.trail()) }
                        h1 { (said(&self.title)) }
                        // Filled by the script too, so it is there before there is anything to say.
                        div #said role="status" { @if let Some(notice) = self.notice { p.notice { (notice) } } }
                        (self.body)
                    }
                    footer { p { a href="/health" { "How the Archivist is" } } }
                }
            }
        }
    }

    fn head(&self) -> Markup {
        let shown = Part::ALL
            .into_iter()
            .filter(|(part, ..)| *part != Part::Admin || self.visitor.is_some_and(Visitor::is_admin));
        html! {
            header {
                p.mark { a href="/" { "Archivist" } }
                nav aria-label="Parts" {
                    ul {
                        @for (part, label, href) in shown {
                            li {
                                a href=(href) aria-current=[(Some(part) == self.part).then_some("true")] {
                                    (label)
                                }
                            }
                        }
                    }
                }
                @if let Some(visitor) = self.visitor {
                    form.who method="post" action="/sign-out" {
                        span { "Signed in as " strong { (said(&visitor.user.username)) } }
                        button.quiet #sign-out { "Sign out" }
                    }
                }
            }
        }
    }

    fn trail(&self) -> Markup {
        html! {
            nav.trail aria-label="Where this is" {
                ol { @for (label, href) in &self.trail { li { a href=(href) { (said(label)) } } } }
            }
        }
    }
}

/// A table that scrolls by itself where the window is narrow, so that the page does not.
pub fn table(caption: &str, columns: &[&str], rows: &Markup) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label=(caption) {
            table {
                caption.unseen { (caption) }
                thead { tr { @for column in columns { th scope="col" { (column) } } } }
                tbody { (rows) }
            }
        }
    }
}
