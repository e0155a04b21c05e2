//! Traffic as it comes: recorded in files, and live through the proxy over real sockets.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

mod exactness;
mod failures;
mod har;
mod informational;
mod judging;
mod limits;
mod log;
mod origin;
mod scene;
mod secrets;
mod stopping;
mod tls;
mod upgrades;
mod watch;
mod wire;
