//! Recordings, and what is written beside them.

use std::fs::{self, File, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::task::Exception;

/// The folder that holds the recordings. Nothing outside of it is read or written.
#[derive(Clone, Debug)]
pub(crate) struct MediaRoot(PathBuf);

impl MediaRoot {
    pub fn open(folder: &Path) -> io::Result<Self> {
        let folder = folder.canonicalize()?;
        if folder.is_dir() { Ok(Self(folder)) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// The recording of that path. Whether something outside the folder is there is not told.
    pub fn recording(&self, path: &str) -> Result<PathBuf, Exception> {
        let found = self.0.join(path).canonicalize().ok();
        found.filter(|found| found.starts_with(&self.0) && found.is_file()).ok_or_else(|| {
            let shown: String = path.chars().take(500).collect();
            Exception::new("FileNotFoundError", "builtins", format!("Video file not found: {shown}"))
        })
    }
}

/// Reads a file of text, whole; an error where it is larger than `limit` bytes.
pub(crate) fn read(file: &Path, limit: u64) -> io::Result<String> {
    let mut text = String::new();
    File::open(file)?.take(limit + 1).read_to_string(&mut text)?;
    if text.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {limit} bytes")));
    }
    Ok(text)
}

/// Writes a file whole or not at all, in place of what is there.
pub(crate) fn write(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let readable = Permissions::from_mode(0o644);
    let mut half = tempfile::Builder::new().prefix(".captions-").permissions(readable).tempfile_in(folder)?;
    half.write_all(text.as_bytes())?;
    half.as_file().sync_all()?;
    half.persist(file).map_err(|failed| failed.error)?;
    // The name is on disk only when its folder is.
    fs::File::open(folder)?.sync_all()
}
