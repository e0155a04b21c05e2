//! The Archivist service: archives a community station's recordings.
//!
//! # Layout
//!
//! - `startup`: from settings to a state that can serve; `server`: that state on a socket
//! - `routes`: one file for each area of the API, with its bodies, its router and its handlers
//! - `extract`, `fields`: how a request becomes typed values, or an answer that names what is wrong
//! - `error`, `request`: the one shape of errors, and what every request gets
//! - `auth`: passwords, tokens, sign-in throttling
//! - `domain`: the values themselves; `storage`: where they are kept
//! - `jobs`: how jobs stand, as the queue tells; `events`: their changes as they happen; `socket`: whoever hears them
//! - `files`: what is below the media root, listed, read and taken in; `summary`: summaries of captions
//! - `station`: the station's Cablecast server: shows that fit, links to them, and publishing
//! - `health`, `metrics`, `document`: how the service is doing, in words and in numbers, and what it promises
//! - `provider_states`: how a replay puts the service into the state it needs; never in a release

mod auth;
mod document;
mod domain;
mod error;
mod events;
mod extract;
mod fields;
mod files;
mod health;
mod jobs;
mod metrics;
#[cfg(any(test, feature = "provider-states"))]
pub mod provider_states;
mod request;
mod routes;
mod server;
mod socket;
mod startup;
mod state;
mod station;
mod storage;
mod summary;
mod timestamp;

pub use auth::PasswordCost;
pub use domain::{MediaPath, Password};
pub use files::{EntryKind, FileError, Files, FolderEntry, Listing, Published, Staged, UploadLimits};
pub use server::serve;
pub use socket::SocketLimits;
pub use startup::{Service, Settings, StartError, start};
pub use state::AppState;
pub use station::StationSettings;
pub use storage::DatabaseLocation;
