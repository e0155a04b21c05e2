//! The broker on a socket: the Pact Broker's HAL API over the [`Shelf`](crate::shelf::Shelf).
//!
//! A file in `resources/` is one family of routes: it asks the model, or drafts a write, and says the
//! answer. Everything else (names in addresses, errors, who may) is done once, around them.

pub(crate) mod answer;
mod auth;
mod browser;
pub(crate) mod href;
mod index;
mod paging;
pub(crate) mod request;
mod resources;
pub(crate) mod server;
mod show;

pub use auth::Accounts;
pub use request::Actor;
pub use server::{Broker, Settings, router, serve};

/// Addresses that the question of who may asks for.
const HEARTBEAT: &str = "/diagnostic/status/heartbeat";
const AUDIT: &str = "/audit";
