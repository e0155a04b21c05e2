//! A place for a report that could be opened, and writing it there whole.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Where a report goes.
pub enum Sink {
    /// Written beside its target and moved there when it is whole.
    Whole { file: NamedTempFile, target: PathBuf },
    /// A device or a pipe, which can only be written to, or a file that is added to.
    Stream(File),
}

impl Sink {
    /// Opens `target`, in whose place the report is put.
    pub fn open(target: &Path) -> io::Result<Self> {
        match fs::metadata(target) {
            Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(there) if !there.is_file() => {
                let file = OpenOptions::new().write(true).open(target)?;
                Ok(Self::Stream(file))
            }
            Ok(there) => {
                // A file that its owner made read-only is not replaced behind his back, though the
                // folder would allow it; a link stays one, and what it leads to is replaced.
                OpenOptions::new().append(true).open(target)?;
                Self::beside(&fs::canonicalize(target)?, there.permissions())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // As any new file; the process's mask takes its share.
                Self::beside(target, Permissions::from_mode(0o666))
            }
            Err(error) => Err(error),
        }
    }

    /// Opens `target`, to whose end the report is added.
    pub fn end_of(target: &Path) -> io::Result<Self> {
        OpenOptions::new().append(true).create(true).open(target).map(Self::Stream)
    }

    /// Writes all of `text`.
    pub fn write(self, text: &[u8]) -> io::Result<()> {
        match self {
            Self::Whole { file, target } => whole(file, &target, text),
            Self::Stream(mut file) => file.write_all(text),
        }
    }

    fn beside(target: &Path, permissions: Permissions) -> io::Result<Self> {
        let folder = target.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        let file =
            tempfile::Builder::new().prefix(".countersign-").permissions(permissions).tempfile_in(folder)?;
        Ok(Self::Whole { file, target: target.to_owned() })
    }
}

fn whole(mut file: NamedTempFile, target: &Path, text: &[u8]) -> io::Result<()> {
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist(target)?;
    Ok(())
}
