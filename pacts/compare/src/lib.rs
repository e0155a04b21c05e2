//! Holds every interaction of a pact against the provider's documents, without a server: requests
//! against an OpenAPI document, messages against an AsyncAPI document. Returns values; prints
//! nothing.
//!
//! A request is judged as one that is sent. Of an answer, a pact names the part that its consumer
//! uses: it need not be whole, and it may not hold what the document does not promise. What a
//! matcher takes counts, and not the example alone; the table is in `acceptance`. What the consumer
//! relies on beyond the document's promises are warnings; the table is in `demand`.
//!
//! The ids are those of the OpenAPI-Pact comparator where it has one, so that its users recognise
//! them.

mod acceptance;
mod compare;
mod config;
mod demand;
pub mod disagreement;
mod generate;
mod hint;
mod http;
mod interaction;
mod message;
mod reliance;

pub use compare::{Comparison, Documents, Notes, Settings, compare};
pub use countersign_letter::{ConsumerName, Pact, PactError, ProviderName};
pub use disagreement::{Compared, Disagreement, Operation, Part, Side, Skipped, ids};
pub use reliance::{How, Reached, Reliance, reliances};
