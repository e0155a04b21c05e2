//! The broker over HTTP, as its clients meet it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod accounts;
mod applications;
mod choosing;
mod diagnostic;
mod documents;
mod environments;
mod listing;
mod matrix;
mod official;
mod postgresql;
mod publishing;
mod receiver;
mod results;
mod running;
mod webhooks;
