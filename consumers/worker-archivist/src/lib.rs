//! What a worker needs of a task that the Archivist publishes: reads a list entry in Celery's protocol 1 or 2,
//! or says what is wrong with it and what that would do to a Celery worker.
//!
//! ```
//! use worker_archivist::{Delivery, Malformed};
//!
//! assert_eq!(Delivery::read(b"not JSON").unwrap_err(), Malformed::NotJson);
//! ```

mod delivery;
mod malformed;

pub use delivery::{Delivery, TimeLimit};
pub use malformed::{Effect, Malformed};
