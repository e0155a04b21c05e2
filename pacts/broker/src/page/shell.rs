//! What is around every part of the page: head, navigation, stylesheet, and pages for what went wrong.

use std::sync::LazyLock;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use http::{HeaderValue, StatusCode};
use maud::{DOCTYPE, Markup, html};

use super::links::Links;
use super::words::said;
use crate::content;
use crate::http::answer::Failure;
use crate::http::server::Broker;

const STYLE: &str = include_str!("style.css");

/// Its name holds its content's, so that a browser never shows a new page in an old style.
static STYLE_FILE: LazyLock<String> =
    LazyLock::new(|| format!("style-{}.css", &content::key(STYLE.as_bytes()).to_string()[..16]));

/// Own style, own forms, no script, nobody else's anything.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

pub fn routes() -> Router<Broker> {
    Router::new().route(&format!("/ui/{}", *STYLE_FILE), get(style))
}

async fn style() -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/css;charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    (headers, STYLE).into_response()
}

pub type Paged = Result<Response, Failure>;

/// The part of the navigation that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Services,
    Environments,
    Deploy,
    Webhooks,
}

impl Part {
    const ALL: [Self; 4] = [Self::Services, Self::Environments, Self::Deploy, Self::Webhooks];

    const fn label(self) -> &'static str {
        match self {
            Self::Services => "Services",
            Self::Environments => "Environments",
            Self::Deploy => "Can I deploy?",
            Self::Webhooks => "Webhooks",
        }
    }

    fn href(self, links: &Links) -> String {
        match self {
            Self::Services => links.home(),
            Self::Environments => links.environments(),
            Self::Deploy => links.deploy(),
            Self::Webhooks => links.webhooks(),
        }
    }
}

pub struct Page {
    part: Part,
    title: String,
    /// What the page is below of: label and address.
    trail: Vec<(String, String)>,
    body: Markup,
}

impl Page {
    pub fn new(part: Part, title: impl Into<String>, body: Markup) -> Self {
        Self { part, title: title.into(), trail: Vec::new(), body }
    }

    #[must_use]
    pub fn below(mut self, label: impl Into<String>, href: String) -> Self {
        self.trail.push((label.into(), href));
        self
    }

    pub fn answer(&self, links: &Links) -> Response {
        self.with_status(links, StatusCode::OK)
    }

    fn with_status(&self, links: &Links, status: StatusCode) -> Response {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("text/html;charset=utf-8")),
            (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
            (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        ];
        (status, headers, self.whole(links).into_string()).into_response()
    }

    fn whole(&self, links: &Links) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    // A browser would ask for one.
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href=(links.style(&STYLE_FILE));
                    title { (said(&self.title)) " – countersign" }
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    (self.head(links))
                    main #main tabindex="-1" {
                        @if !self.trail.is_empty() { (self.trail()) }
                        h1 { (said(&self.title)) }
                        (self.body)
                    }
                    footer { p { "countersign " (env!("CARGO_PKG_VERSION")) } }
                }
            }
        }
    }

    fn head(&self, links: &Links) -> Markup {
        html! {
            header {
                p.mark { a href=(links.home()) { "countersign" } }
                nav aria-label="Parts" {
                    ul {
                        @for part in Part::ALL {
                            li {
                                a href=(part.href(links)) aria-current=[(part == self.part).then_some("true")] {
                                    (part.label())
                                }
                            }
                        }
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

/// A failure that a browser is told of.
pub fn trouble(base: &str, status: StatusCode, message: &str) -> Response {
    let links = Links::new(base);
    let title = status.canonical_reason().unwrap_or("This did not work");
    let body = html! {
        p.lead { (said(message)) "." }
        p { a href=(links.home()) { "Back to the services" } }
    };
    Page::new(Part::Services, title, body).with_status(&links, status)
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
