//! The client's side: asks any Pact Broker or `PactFlow`, by the relations that its index names.
//!
//! The official `pact-broker-cli` could be linked as a library; it would bring OpenSSL built from source
//! and OpenTelemetry, and prints by itself, so what it asks is asked here, over the one HTTP client that the
//! house has already.
//!
//! ```text
//! Access ──▶ Client ──GET /──▶ Resource ──rel──▶ Resource …
//! ```
//!
//! Credentials are sent to the origin that was named and to no other: of the addresses in answers only
//! path and query count.

mod access;
mod deploy;
mod environments;
mod error;
mod pacticipants;
mod publish;
mod resource;
mod send;
mod verification;
mod webhooks;

pub use access::{Access, Credentials};
pub use deploy::{Deployable, Question, Selector, Target, Which};
pub use environments::Environment;
pub use error::ClientError;
pub use publish::{Build, Document, Notice};
pub use resource::Resource;
pub use send::Client;
pub use verification::{Ask, Due, Told};
pub use webhooks::Webhook;
