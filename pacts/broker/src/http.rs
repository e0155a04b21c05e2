//! The broker on a socket: the Pact Broker's HAL API over the [`Shelf`](crate::shelf::Shelf).
//!
//! A file in `resources/` is one family of routes: it asks the model, or drafts a write, and says the
//! answer. Everything else (names in addresses, errors, who may) is done once, around them.

mod answer;
mod href;
mod index;
mod paging;
mod request;
mod resources;
mod server;
mod show;

pub use request::Actor;
pub use server::{Broker, Settings, router, serve};
