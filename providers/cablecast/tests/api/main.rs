//! The server from outside: every exchange of these tests is held against `openapi/cablecast.yaml`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod chapters;
mod document;
mod files;
mod frontdoor;
mod harness;
mod lists;
mod pacts;
mod paths;
mod process;
mod provider_states;
mod schedule;
mod schemas;
mod shows;
mod vods;
