//! The doorway of `countersign`: everything happens in the library, so that tests can reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    countersign::cli::run().into()
}
