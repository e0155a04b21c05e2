//! The page, as a browser gets it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod asking;
mod pages;
mod scene;
mod using;
