//! Webhooks: what sets them off, what their templates say, whom they may call, and the calls.
//!
//! A call that is owed is an event of the same write that set it off, and how an attempt went is another:
//! a broker that dies in between owes it still.

mod describe;
mod owed;
mod parameters;
mod required;
mod secret;
mod target;
mod template;

#[cfg(feature = "server")]
mod call;
#[cfg(feature = "server")]
mod worker;

pub use describe::{Context, EVENTS, read};
pub use owed::{Publication, listens, published, verified};
pub use parameters::parameters;
pub use secret::{STARS, shown};
pub use target::{Refused, Targets, pattern};
pub use template::{Rendered, render};

#[cfg(feature = "server")]
pub use call::{Outcome, call};
#[cfg(feature = "server")]
pub use worker::{Calls, Worker, addressed};
