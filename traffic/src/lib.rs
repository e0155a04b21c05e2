//! Everything that understands traffic: exchanges that really happened, recorded in HAR files and logs
//! or live through a reverse proxy, held against an OpenAPI document.
//!
//! # Layout
//!
//! * [`exchange`]: one request with its answer, and what of it is not known;
//! * [`watch`]: judges exchanges and remembers what they break, whoever brings them;
//! * [`deviation`]: what is remembered: each deviation once, with a count and its first example;
//! * [`har`] and [`log`]: recordings, one exchange at a time;
//! * [`scope`]: which exchanges of a recording are the document's;
//! * [`proxy`]: a reverse proxy that changes nothing and brings what passes to a watch.

mod blot;
mod coding;
mod count;
pub mod deviation;
pub mod exchange;
pub mod har;
mod ledger;
pub mod log;
pub mod proxy;
mod recording;
pub mod scope;
pub mod watch;
mod weigh;

pub use count::{Partial, Tally, Unjudged};
pub use deviation::{Deviation, Example};
pub use exchange::{Absence, Exchange, File, Gaps, Origin};
pub use recording::{Bad, Heard, Limits, Reading, RecordingError};
pub use scope::{Scope, ScopeError};
pub use watch::{Observed, Seen, Watch};
