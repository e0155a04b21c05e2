//! Whatever the work needs is killed in the middle of it and restored: `/health` and `/metrics` tell it, the work
//! ends as if nothing had been, and nothing is done twice.

mod publishing;
mod transcribing;
