//! What each fuzz target does with the bytes it is given. Nothing here depends on libFuzzer: the tests
//! of the crates that are fuzzed run the same functions on the stored corpus.

pub mod asyncapi;
pub mod compare;
pub mod diff;
pub mod document;
pub mod exchange;
pub mod replay;
