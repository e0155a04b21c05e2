//! The shelf that pacts stand on between builds: what is published, what was verified, what is deployed
//! where, and whether a version may go there.
//!
//! The truth is a log of [`Event`]s; the [`Model`] is their fold, and every question (`selectors`,
//! `matrix`) is a pure function of it. A database keeps the log, HTTP asks and tells.
//!
//! ```text
//! http, page ──ask──▶ selectors, matrix ──read──▶ Model ◀──fold── Event ◀──append── store
//! ```

pub mod client;
pub mod content;
pub mod diff;
pub mod draft;
pub mod event;
pub mod key;
pub mod matrix;
pub mod model;
pub mod moment;
pub mod publish;
pub mod selectors;
pub mod verification;
pub mod webhook;

#[cfg(feature = "server")]
pub mod http;
#[cfg(feature = "server")]
mod page;
#[cfg(feature = "provider-states")]
pub mod provider_states;
#[cfg(feature = "server")]
pub mod shelf;
#[cfg(feature = "server")]
pub mod store;
#[cfg(feature = "server")]
pub mod token;

pub use draft::{Draft, Refusal};
pub use key::Key;
pub use model::Model;
pub use moment::Moment;
