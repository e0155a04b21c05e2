//! Programs that the tests start and that other packages of this house build, beside our own.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The program of this name; nothing where it was not built.
pub fn sibling(name: &str) -> Option<PathBuf> {
    let binary = Path::new(env!("CARGO_BIN_EXE_archivist")).with_file_name(name);
    is_there(&binary, &format!("{name} is not built; ./scripts/test builds it")).then_some(binary)
}

/// On a build server a skipped test would look like a passed one.
pub fn is_there(program: &Path, otherwise: &str) -> bool {
    let there = program.exists();
    assert!(there || std::env::var_os("CI").is_none(), "{otherwise}");
    if !there {
        let _ = writeln!(io::stderr(), "SKIPPED: {otherwise}");
    }
    there
}
