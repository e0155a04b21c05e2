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
    /// The wider folder, as it stood.
    pub within: Option<PathBuf>,
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

    /// Writes out the folder of the file as it stood, and the `wider` one that its references may lead to.
    pub(super) fn checked_out(&self, wider: Option<&Path>) -> Result<Tree, String> {
        let folder = self.path.parent().filter(|it| *it != Path::new("")).unwrap_or(Path::new("."));
        let name = self.path.file_name().ok_or("it names no file")?;
        let top = PathBuf::from(git(Path::new("."), &["rev-parse", "--show-toplevel"])?.trim_end());
        let folder = inside(&top, folder).ok_or("it lies outside of the repository")?;
        let wider = wider.map(|wider| {
            inside(&top, wider).ok_or_else(|| format!("{} lies outside of the repository", wider.display()))
        });
        let wider = wider.transpose()?;
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
        for wanted in std::iter::once(&folder).chain(&wider) {
            let wanted = if wanted == Path::new("") { ".".into() } else { wanted.to_string_lossy() };
            unpack(&top, commit.trim_end(), &wanted, out.path())?;
        }
        let file = out.path().join(folder).join(name);
        if !file.is_file() {
            return Err("the file did not exist then".to_owned());
        }
        Ok(Tree { file, within: wider.map(|wider| out.path().join(wider)), folder: out })
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "git:{}:{}", self.revision, self.path.display())
    }
}

/// `folder` as seen from the top of the repository; nothing where it lies outside.
fn inside(top: &Path, folder: &Path) -> Option<PathBuf> {
    let folder = std::path::absolute(folder).ok()?;
    let mut inside = PathBuf::new();
    for part in folder.components() {
        match part {
            Component::ParentDir => inside.pop(),
            other => {
                inside.push(other);
                true
            }
        };
    }
    Some(inside.strip_prefix(top).ok()?.to_owned())
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
