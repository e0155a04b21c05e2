//! The web UI itself: pages for people, made of what the client of this crate is told.
//!
//! Everything a page shows was asked for over HTTP a moment ago; nothing is kept here but the sockets of whoever
//! watches ([`live`]). Each page works without a script; with one, jobs get further before the reader's eyes.

mod asked;
mod captions;
mod cookie;
mod field;
mod live;
mod notice;
mod pages;
mod paging;
mod server;
mod shell;
mod sites;
mod trouble;
mod visitor;
mod words;

use crate::Archivist;
use live::Live;

pub use server::serve;

/// What all pages share. Cloning shares it.
#[derive(Clone)]
pub struct Ui {
    archivist: Archivist,
    /// Whether browsers come over https, so that the session's cookie goes over nothing else.
    https: bool,
    live: Live,
}

impl Ui {
    /// A UI of this Archivist. With `https`, which whoever stands before it has to speak, a browser keeps the
    /// session's cookie from any other connection.
    #[must_use]
    pub fn new(archivist: Archivist, https: bool) -> Self {
        Self { archivist, https, live: Live::default() }
    }
}

/// What a page comes to: itself, or what is shown in its place.
type Paged = Result<axum::response::Response, trouble::Trouble>;
