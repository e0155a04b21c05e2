//! `countersign __guard -- PROGRAM …`: not for people; see [`crate::service::guard`].

use std::ffi::OsString;
use std::process;

use super::failure::Failure;
use crate::exit::Exit;
use crate::service;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Program and arguments.
    #[arg(required = true, last = true)]
    argv: Vec<OsString>,
}

/// Guards until the end, and ends with the exit code of what was guarded.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    process::exit(i32::from(service::guard::run(&args.argv)))
}
