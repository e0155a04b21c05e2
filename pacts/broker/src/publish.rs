//! Publishing pacts: what may be, what is new in it, and what it sets off.

mod contracts;
mod document;
mod merge;
mod pact;

pub use contracts::{Contracts, Notice, OnConflict, Pact, Published};
pub use document::ProviderContract;
pub use merge::merge;
pub use pact::{Novelty, publish_pact};
