//! The whole system as its users and its operators see it: real programs, lost and restored, over HTTP and
//! WebSocket. With `ARCHIVIST_URL`, `ARCHIVIST_USERNAME` and `ARCHIVIST_PASSWORD` of an admin the tests of
//! `deployment` visit that deployment, and no others run.

#![expect(clippy::unwrap_used, reason = "all of it is tests: a panic is how they fail")]

// What a test does with the service and what surrounds it is the same in both binaries.
#[path = "../api/client.rs"]
#[expect(dead_code, reason = "the tests of the API use all of it")]
mod client;
#[path = "../api/page.rs"]
#[expect(dead_code, reason = "the tests of the API use all of it")]
mod page;
#[path = "../api/sibling.rs"]
mod sibling;
#[path = "../api/wire.rs"]
mod wire;

mod consistency;
mod deployment;
mod gate;
mod health;
mod load;
mod monitoring;
mod person;
mod place;
mod records;
mod recovery;
mod service;
mod stack;
mod station;
mod whole;
