//! `countersign` as its users meet it: the built program, its output, its exit codes, and what it
//! leaves behind.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

mod bad_input;
mod broker;
mod compare;
mod containers;
mod demo;
mod drift;
mod ending;
mod flags;
mod foreign;
mod foreign_services;
mod levels;
mod messages_changed;
mod output;
mod phases;
mod proxy;
mod queue;
mod recorded;
mod references;
mod report;
mod scene;
mod services;
mod traffic;
