//! Replays a pact against a live provider, and holds every answer against the provider's OpenAPI
//! document in the same replay. Returns values; prints nothing.
//!
//! The semantics are Pact's own: `pact_models` reads the interactions, `pact_matching` makes the requests
//! and judges the answers. The runner around them is ours.
//!
//! Messages go over the wire that the system really uses, and not through a shim: a pact names it by the
//! `transport` of an interaction, `celery-redis` (tasks in Celery's protocol on the lists of a Redis) or
//! `websocket` (events in frames of text), and the [`Target`] says where it is.

mod answer;
mod attempt;
mod celery;
mod contained;
mod evidence;
pub mod interaction;
mod message;
mod mismatch;
pub mod outcome;
pub mod pact;
mod promise;
pub mod replay;
mod request;
mod secrets;
mod shape;
mod states;
pub mod transport;
mod trigger;
mod values;
pub mod verdict;
mod violation;
mod watch;
mod websocket;
mod wire;

pub use countersign_letter::{ConsumerName, NameError, ProviderName};
pub use interaction::Interaction;
pub use outcome::{
    Broken, Carried, Cause, Direction, Exchange, Failure, FailureKind, InteractionResult, Outcome,
    Verification,
};
pub use pact::{Pact, PactError};
pub use replay::{Event, Settings, Target, VerifyError, verify};
pub use transport::{Action, ApiRequest, CeleryRedis, Trigger, WebSocket};
pub use verdict::{Grounds, Judgement, Verdict, judge};
