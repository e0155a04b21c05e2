//! The pact file in the repository against the pact that the tests generate.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What to do with a committed pact that is not what the tests generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDifference {
    /// On a developer's machine: write the new pact and fail, so that it is reviewed and committed.
    Rewrite,
    /// On a build server: touch nothing, and fail.
    Report,
}

impl OnDifference {
    /// `CI=true` (or `1`) reports; everywhere else the file is rewritten.
    #[must_use]
    pub fn from_environment() -> Self {
        match std::env::var("CI").as_deref() {
            Ok("true" | "1") => Self::Report,
            _ => Self::Rewrite,
        }
    }
}

/// Why the committed pact does not stand.
#[derive(Debug, thiserror::Error)]
pub enum CommittedError {
    #[error("keep {} as the tests generate it: {difference}; {}", .file.display(), way_out(*.rewritten))]
    Stale { file: PathBuf, difference: Difference, rewritten: bool },
    #[error("read the committed pact {}: {cause}", .file.display())]
    Read { file: PathBuf, cause: io::Error },
    #[error("write the pact {}: {cause}; the old file is untouched", .file.display())]
    Write { file: PathBuf, cause: io::Error },
}

/// The first place where the two differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// There is no committed file yet.
    Missing,
    /// The first line that is not the same, counted from one; `None` where a side has ended.
    Line { number: usize, committed: Option<String>, generated: Option<String> },
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |line: &Option<String>| line.as_deref().unwrap_or("<end of file>").to_owned();
        match self {
            Self::Missing => out.write_str("there is no such file"),
            Self::Line { number, committed, generated } => {
                let (committed, generated) = (side(committed), side(generated));
                write!(
                    out,
                    "line {number} is not the same\n  committed: {committed}\n  generated: {generated}\n"
                )
            }
        }
    }
}

fn way_out(rewritten: bool) -> &'static str {
    if rewritten {
        "it has been rewritten: review and commit it"
    } else {
        "run the tests without CI=true, then review and commit it"
    }
}

/// Holds the generated pact against the committed file.
pub fn settle(file: &Path, generated: &[u8], mode: OnDifference) -> Result<(), CommittedError> {
    let difference = match fs::read(file) {
        Ok(committed) if committed == generated => return Ok(()),
        Ok(committed) => first_difference(&committed, generated),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Difference::Missing,
        Err(cause) => return Err(CommittedError::Read { file: file.to_owned(), cause }),
    };
    let rewritten = mode == OnDifference::Rewrite;
    if rewritten {
        write(file, generated).map_err(|cause| CommittedError::Write { file: file.to_owned(), cause })?;
    }
    Err(CommittedError::Stale { file: file.to_owned(), difference, rewritten })
}

fn first_difference(committed: &[u8], generated: &[u8]) -> Difference {
    let [committed, generated] = [committed, generated].map(String::from_utf8_lossy);
    let [mut committed, mut generated] = [&committed, &generated].map(|text| text.split('\n'));
    let mut number = 1;
    loop {
        let (one, other) = (committed.next(), generated.next());
        // Bytes that differ only where they are no text end here with `None` twice.
        if one != other || one.is_none() {
            let [committed, generated] = [one, other].map(|line| line.map(|text| text.trim().to_owned()));
            return Difference::Line { number, committed, generated };
        }
        number += 1;
    }
}

/// The whole file or nothing: a reader never sees half a pact, and a full disk keeps the old one.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let mut fresh = beside(folder)?;
    fresh.write_all(bytes)?;
    fresh.as_file().sync_all()?;
    fresh.persist(file).map_err(|failed| failed.error)?;
    Ok(())
}

#[cfg(unix)]
fn beside(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;

    // A temporary file is its owner's alone; a committed pact is everybody's to read.
    tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o644)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn beside(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::NamedTempFile::new_in(folder)
}
