//! The matrix and its verdicts, on models that are told event by event.

mod asked;
mod deployed;
mod differing;
mod live_pairs;
mod shown;
mod told;
