//! The whole system as its users and its operators see it: real programs, lost and restored, over HTTP and
//! alone.

#![expect(clippy::unwrap_used, reason = "all of it is tests: a panic is how they fail")]

// What a test does with the service and what surrounds it is the same in both binaries.
#[path = "../api/client.rs"]
#[expect(dead_code, reason = "the tests of the API use all of it")]
mod client;
#[path = "../api/postgresql/server.rs"]
mod postgresql;
#[path = "../api/sibling.rs"]
mod sibling;
#[path = "../api/wire.rs"]
mod wire;

mod consistency;
mod gate;
mod health;
mod monitoring;
mod person;
mod records;
mod recovery;
mod service;
mod stack;
mod station;
mod whole;
