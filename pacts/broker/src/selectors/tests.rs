//! Selectors over models that are told by events.

mod asking;
mod choosing;
mod pending;
mod told;
