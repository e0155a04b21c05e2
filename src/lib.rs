//! The front door of countersign: what the user types, what the user reads, and the processes that
//! are started in between. The judging itself lives in `countersign-verify` and `countersign-openapi`.
//!
//! # Layout
//!
//! * [`acceptance`], [`baseline`], [`alert`]: findings that are known, and telling people of those that are new;
//! * [`ci`]: which build this is, as the CI service or git tells it;
//! * [`cli`]: one file a verb, its flags and what it does;
//! * [`compare`]: pacts against documents, without a server;
//! * [`config`]: `countersign.toml`, read once into types;
//! * [`service`]: providers, and the services that they need, as processes that outlive nobody;
//! * [`reading`] and [`fetch`]: within which bounds documents are read, and what is fetched for them;
//! * [`contract`] and [`run`]: which pacts there are, and replaying them;
//! * [`finding`]: every room's own values, made into findings: the only place that knows them all;
//! * [`traffic`]: exchanges that really happened, and what they break of a document;
//! * [`report`]: the one report and its formats;
//! * [`phases`]: the phases of an integration plan, run and judged;
//! * [`progress`]: what is shown while the replay runs;
//! * [`exit`]: the exit codes.

pub mod acceptance;
pub mod alert;
pub mod baseline;
pub mod ci;
pub mod cli;
pub mod compare;
pub mod config;
pub mod contract;
pub mod drift;
pub mod exit;
pub mod fetch;
pub mod finding;
pub mod impact;
pub mod phases;
pub mod progress;
pub mod reading;
pub mod report;
pub mod run;
pub mod secrets;
pub mod service;
pub mod traffic;
