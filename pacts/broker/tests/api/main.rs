//! The broker over HTTP, as its clients meet it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod applications;
mod choosing;
mod documents;
mod environments;
mod listing;
mod matrix;
mod official;
mod publishing;
mod results;
mod running;
