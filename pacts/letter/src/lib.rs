//! Reads pacts, the letters of this house: files of any specification from V1 to V4, one interaction
//! at a time, and where everything in them stands. What holds a pact against something else reads it
//! with this; what an interaction means to it, is its own.
//!
//! A pact is hostile input: it is bounded in size and depth, a name in it leaves no folder, and what
//! Pact's models would take silently for something else is refused by its place.

pub mod interaction;
pub mod name;
pub mod pact;
pub mod shape;

pub use interaction::{Interaction, Kind};
pub use name::{ConsumerName, NameError, ProviderName, StateName};
pub use pact::{MAX_BYTES, Pact, PactError};
pub use shape::Misshapen;
