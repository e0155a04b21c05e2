//! A reference server of the documented Cablecast API, `openapi/cablecast.yaml`: a stand-in for
//! development, and the provider that the Archivist's pact is replayed against.
//!
//! # Layout
//!
//! - [`server`]: [`serve`], the routes as a whole, case and slashes of paths
//! - [`resources`]: one file a resource, with its routes and handlers
//! - [`resource`]: what all of them share, envelopes and drafts
//! - [`station`]: [`Station`], the data, the users and the clock behind the handlers
//! - [`store`]: the tables; [`page`], [`query`], `sideload`: what lists share
//! - [`credentials`]: who may write; [`refusal`]: every error on the wire
//! - `transcoding`, `segments`: how VODs and uploads come along
//! - `seed`: what a station begins with
//! - `provider_states`: what a pact asks to be there first; not in a released binary

pub mod credentials;
pub mod page;
#[cfg(any(test, feature = "provider-states"))]
pub mod provider_states;
pub mod query;
pub mod refusal;
pub mod resource;
pub mod resources;
mod seed;
pub mod segments;
pub mod server;
mod sideload;
pub mod station;
pub mod store;
pub mod time;
mod transcoding;

pub use credentials::{Credentials, CredentialsError};
pub use page::OffsetUnit;
pub use server::{PREFIX, serve};
pub use station::{Settings, Station};
pub use time::{Clock, Timestamp};

/// Where the station's files would be found from outside. Never asked for anything.
const HOST: &str = "https://cablecast.example.org";

/// The same from inside the station.
const STATION_HOST: &str = "http://192.0.2.5";
