//! A file at a revision of git, with the files beside it that it may refer to.

use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A file at a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    revision: String,
    path: PathBuf,
}

/// A folder of a revision, written out; gone when this is dropped.
pub(super) struct Tree {
    pub file: PathBuf,
    folder: TempDir,
}

impl Tree {
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Revision {
    /// Anything that git takes for a commit; `path` is relative to the folder that countersign runs in.
    pub fn new(revision: &str, path: PathBuf) -> Result<Self, String> {
        // A name that begins with a dash would be taken for a flag.
        if revision.is_empty() || revision.starts_with('-') || revision.contains(char::is_control) {
            return Err(format!("{revision:?} is no revision of git"));
        }
        Ok(Self { revision: revision.to_owned(), path })
    }

    /// What stands before a path of this revision.
    pub(super) fn prefix(&self) -> String {
        format!("git:{}:", self.revision)
    }

    /// Writes out the folder of the file as it stood.
    pub(super) fn checked_out(&self) -> Result<Tree, String> {
        let folder = self.path.parent().filter(|it| *it != Path::new("")).unwrap_or(Path::new("."));
        let name = self.path.file_name().ok_or("it names no file")?;
        let top = PathBuf::from(git(Path::new("."), &["rev-parse", "--show-toplevel"])?.trim_end());
        let within = std::path::absolute(folder).map_err(|error| error.to_string())?;
        let within = within.strip_prefix(&top).map_err(|_| "it lies outside of the repository")?;
        if within.components().any(|part| matches!(part, Component::ParentDir)) {
            return Err("it lies outside of the repository".to_owned());
        }
        let commit = git(
            &top,
            &[
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &format!("{}^{{commit}}", self.revision),
            ],
        )
        .map_err(|_| {
            format!("git knows no revision {:?}; is the history there? (fetch-depth: 0)", self.revision)
        })?;
        let out = TempDir::new().map_err(|error| error.to_string())?;
        let wanted = if within == Path::new("") { ".".into() } else { within.to_string_lossy() };
        unpack(&top, commit.trim_end(), &wanted, out.path())?;
        let file = out.path().join(within).join(name);
        if !file.is_file() {
            return Err("the file did not exist then".to_owned());
        }
        Ok(Tree { file, folder: out })
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "git:{}:{}", self.revision, self.path.display())
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr).lines().next().unwrap_or("git failed and did not say why").to_owned())
    }
}

/// Writes `wanted` of a commit below `out`.
fn unpack(top: &Path, commit: &str, wanted: &str, out: &Path) -> Result<(), String> {
    let not_run = |error: std::io::Error| format!("git and tar cannot be run: {error}");
    let mut archive = Command::new("git")
        .current_dir(top)
        .args(["archive", "--format=tar", commit, "--", wanted])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(not_run)?;
    let stdout = archive.stdout.take().ok_or("git has no output")?;
    let unpacked = Command::new("tar")
        .args(["-x", "-f", "-", "-C"])
        .arg(out)
        .stdin(stdout)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(not_run);
    let archived = archive.wait().map_err(not_run)?;
    if archived.success() && unpacked?.success() {
        Ok(())
    } else {
        Err("its folder did not exist then".to_owned())
    }
}
