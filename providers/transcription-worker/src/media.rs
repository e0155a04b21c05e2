//! Recordings, and what is written beside them.

use std::fs::{self, File, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::task::Exception;

/// How the names begin of files that are only half written.
const HALF: &str = ".captions-";

/// After which nobody writes a half written file any more: it takes no second.
const ABANDONED: Duration = Duration::from_hours(1);

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

/// Reads a file of text that stands beside a recording, whole. An error where it is larger than `limit` bytes,
/// or no file, or a link to another folder.
pub(crate) fn read_beside(recording: &Path, suffix: &str, limit: u64) -> io::Result<String> {
    let file = recording.with_extension(suffix).canonicalize()?;
    let folder = recording.parent().ok_or(io::ErrorKind::InvalidInput)?.canonicalize()?;
    // A pipe would be waited for, and may be for ever.
    if file.parent() != Some(&folder) || !file.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file beside the recording"));
    }
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
    let mut half = tempfile::Builder::new().prefix(HALF).permissions(readable).tempfile_in(folder)?;
    half.write_all(text.as_bytes())?;
    half.as_file().sync_all()?;
    half.persist(file).map_err(|failed| failed.error)?;
    // The name is on disk only when its folder is.
    fs::File::open(folder)?.sync_all()
}

/// Removes what workers that were killed left half written beside a recording. What cannot be removed now is
/// found the next time.
pub(crate) fn sweep(recording: &Path) {
    let entries = recording.parent().and_then(|folder| fs::read_dir(folder).ok());
    let abandoned = |entry: &fs::DirEntry| {
        let changed = entry.metadata().and_then(|it| it.modified()).unwrap_or_else(|_| SystemTime::now());
        entry.file_name().to_string_lossy().starts_with(HALF)
            && changed.elapsed().is_ok_and(|age| age > ABANDONED)
    };
    for entry in entries.into_iter().flatten().flatten().filter(abandoned) {
        let _ = fs::remove_file(entry.path());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_abandoned_is_swept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        for name in ["a.mp4", ".captions-old", ".captions-new", "old.scc"] {
            fs::write(path(name), "").expect("a file");
        }
        let long_ago = SystemTime::now() - 2 * ABANDONED;
        for name in [".captions-old", "old.scc"] {
            let file = File::options().write(true).open(path(name)).expect("it is there");
            file.set_modified(long_ago).expect("its time is set");
        }
        sweep(&path("a.mp4"));
        let left = [".captions-old", ".captions-new", "old.scc"].map(|name| path(name).exists());
        assert_eq!(left, [false, true, true]);
    }

    #[test]
    fn only_a_file_that_really_stands_beside_a_recording_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let inside = folder.path().join("inside");
        fs::create_dir(&inside).expect("a folder");
        fs::write(folder.path().join("secret"), "s").expect("a file");
        fs::write(inside.join("a.srt"), "four").expect("a file");
        std::os::unix::fs::symlink("../secret", inside.join("a.vtt")).expect("a link");
        fs::create_dir(inside.join("a.dir")).expect("a folder");
        let read = |suffix, limit| read_beside(&inside.join("a.mp4"), suffix, limit).map_err(|it| it.kind());
        assert_eq!(read("srt", 4), Ok("four".to_owned()));
        assert_eq!(read("srt", 3), Err(io::ErrorKind::FileTooLarge));
        assert_eq!(read("txt", 4), Err(io::ErrorKind::NotFound));
        assert_eq!(read("vtt", 4), Err(io::ErrorKind::InvalidInput));
        assert_eq!(read("dir", 4), Err(io::ErrorKind::InvalidInput));
    }
}
