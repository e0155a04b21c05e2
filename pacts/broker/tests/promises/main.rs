//! What the broker promises when things go wrong: its process is killed, its disk is full, many write at once.
//! Each broker is a process of its own, killed as the system kills.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod asking;
mod backup;
mod calls;
mod crash;
mod disk;
mod migration;
mod process;
mod together;
