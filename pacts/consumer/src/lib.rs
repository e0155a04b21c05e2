//! What `pact_consumer` lacks: further matchers, and a collector that writes one deterministic pact file.
//!
//! A consumer's pact test lists its tests once:
//!
//! ```
//! use countersign_consumer::prelude::*;
//! use countersign_consumer::{Fragment, PactTest};
//!
//! countersign_consumer::pact_tests! {
//!     pact: "web" => "orders", folder: "../../pacts";
//!     tests: [an_order_that_exists]
//! }
//!
//! async fn an_order_that_exists(pact: PactTest) -> Fragment {
//!     pact.interaction("a request for an order", |mut i| {
//!         i.given_with_params("an order exists", &serde_json::json!({"id": 42}));
//!         i.request.path("/orders/42");
//!         i.response.json_utf8().json_body(json_pattern!({"id": like!(42)}));
//!         i
//!     })
//!     .exercise(|url| async move {
//!         // Here the real client is built on `url`, called, and what it returns is asserted.
//!         # let _ = url;
//!     })
//!     .await
//! }
//! # fn main() {}
//! ```
//!
//! Messages stand beside HTTP in one pact: [`PactTest::message`] describes one that the provider sends by itself
//! and hands its example to the consumer's code; [`PactTest::sync_message`] describes one that the consumer
//! sends, with its replies, and holds what the client really put on the wire against it. Rules and generators
//! reach contents and metadata alike.
//!
//! Each name becomes a `#[test]`, and one more test, `committed_pact_is_what_these_tests_generate`, runs all
//! of them together, merges what they kept into one sorted pact, and holds it byte for byte against
//! `<folder>/<consumer>-<provider>.json`. Where the two differ the file is rewritten and the test fails, so
//! that a changed contract is seen in review; with `CI=true` nothing is written. No test writes a file of its
//! own, so threads and processes cannot race, and a test that panics adds nothing. A test listed nowhere is
//! dead code, which the compiler tells.

mod canonical;
mod committed;
mod exchange;
mod fragment;
mod interaction;
pub mod matchers;
mod merge;
mod message;
mod message_matching;
mod mismatch;
mod names;
mod own_rules;
mod parts;
mod suite;
mod tests_macro;

pub use committed::{CommittedError, Difference, OnDifference, settle};
pub use exchange::{Exchanges, Message, Messages, Provider};
pub use fragment::Fragment;
pub use interaction::{Interactions, PactTest};
pub use merge::{Collision, CollisionKind, Place, merge};
pub use message::{MessageBuilder, MessagePart, SyncMessageBuilder, fresh_uuid, from_state};
pub use names::{NameError, PactNames};
pub use parts::{RequestMatching, ResponseMatching};
pub use suite::{CollectError, FailedTest, NamedTest, Running, Suite, run_alone};

/// Everything a pact test uses to describe an interaction.
pub mod prelude {
    pub use crate::matchers::*;
    pub use crate::parts::{RequestMatching, ResponseMatching};
    pub use pact_consumer::builders::InteractionBuilder;
    pub use pact_consumer::prelude::*;
    pub use pact_consumer::{datetime, matching_regex, object_matching};
    pub use pact_models::HttpStatus;
    pub use url::Url;
}
