//! The pages: against an Archivist that fails in every way it may, and in a browser against one that really runs.

#![expect(clippy::unwrap_used, reason = "all of it is tests: a panic is how they fail")]

mod errors;
mod looks;
mod process;
mod sessions;
mod stand_in;
mod station;
mod using;
mod watching;
