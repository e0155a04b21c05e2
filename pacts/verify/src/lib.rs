//! Replays a pact against a live provider, and holds every answer against the provider's OpenAPI
//! document in the same replay. Returns values; prints nothing.

pub mod outcome;
pub mod pact;
pub mod replay;
pub mod verdict;

pub use outcome::{Broken, Cause, Failure, FailureKind, InteractionResult, Outcome, Verification};
pub use pact::{ConsumerName, Pact, PactError, ProviderName};
pub use replay::{Event, Settings, Target, VerifyError, verify};
pub use verdict::Verdict;
