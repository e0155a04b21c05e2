//! The files of the archive: what is below the media root, listed, read and taken in. Nothing outside of it can be
//! named, whichever way a path or a link leads there. Knows neither HTTP nor the database; the routes ask it.

mod beneath;
mod beside;
mod kind;
mod listing;
mod staged;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use beside::{Beside, beside, open, recording};
pub use kind::{HEAD, Kind};
pub use listing::{EntryKind, FolderEntry, Listing, is_hidden};
pub use staged::{Published, Staged};

use crate::domain::MediaPath;

/// What is taken in, at most, and at which pace at least.
#[derive(Clone, Copy, Debug)]
pub struct UploadLimits {
    /// Bytes of a file.
    pub bytes: u64,
    /// Bytes that stay free on the disk.
    pub reserve: u64,
    /// A body that does not bring a quarter of a mebibyte within this time, nor ends, is given up.
    pub patience: Duration,
}

impl Default for UploadLimits {
    fn default() -> Self {
        Self { bytes: 8 * 1024 * 1024 * 1024, reserve: 256 * 1024 * 1024, patience: Duration::from_secs(30) }
    }
}

/// Why a file or folder is not to be had. Each fits "failed to …".
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("open the folder: there is none of this path")]
    NoFolder,
    #[error("open the folder: the path is that of a file")]
    NotAFolder,
    #[error("make the folder: its path leads through a file or out of the media root")]
    BadFolder,
    #[error("use the name of the file: it is too long for the disk")]
    BadName,
    #[error("put the file into its folder: the name is taken")]
    Taken,
    #[error("put the file into its folder: that is on another disk than the media root")]
    OtherDisk,
    #[error("take the file in: it is larger than the limit")]
    TooLarge,
    #[error("take the file in: the disk is full")]
    Full,
    #[error("use the media root: {0}")]
    Disk(io::Error),
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Disk(error),
        }
    }
}

/// The service. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Files {
    root: Arc<PathBuf>,
    limits: UploadLimits,
}

impl Files {
    #[must_use]
    pub fn new(root: impl Into<Arc<PathBuf>>, limits: UploadLimits) -> Self {
        Self { root: root.into(), limits }
    }

    #[must_use]
    pub const fn limits(&self) -> UploadLimits {
        self.limits
    }

    /// A part of a folder, by default the root: folders first, then by name. Neither hidden files nor what cannot
    /// be named is in it.
    ///
    /// # Errors
    /// [`FileError::NoFolder`], [`FileError::NotAFolder`], and [`FileError::Disk`] where the root cannot be read.
    pub async fn list(
        &self,
        folder: Option<&MediaPath>,
        skip: usize,
        take: usize,
    ) -> Result<Listing, FileError> {
        let (root, folder) = (Arc::clone(&self.root), folder.map_or("", MediaPath::as_str).to_owned());
        blocking(move || listing::list(&root, &folder, skip, take)).await
    }

    /// Begins to take a file in, of which `declared` bytes are to come as far as anybody knows.
    ///
    /// # Errors
    /// [`FileError::Full`], [`FileError::Disk`].
    pub async fn begin(&self, declared: u64) -> Result<Staged, FileError> {
        let (root, limits) = (Arc::clone(&self.root), self.limits);
        blocking(move || Staged::begin(root, limits, declared)).await
    }

    /// What arrived, added to what is there.
    ///
    /// # Errors
    /// [`FileError::TooLarge`], [`FileError::Full`], [`FileError::Disk`]; nothing is left of the file then.
    pub async fn add(&self, mut staged: Staged, bytes: Vec<u8>) -> Result<Staged, FileError> {
        blocking(move || staged.write(&bytes).map(|()| staged)).await
    }

    /// Sees to it that what was taken in stays.
    ///
    /// # Errors
    /// [`FileError::Full`], [`FileError::Disk`].
    pub async fn settle(&self, staged: Staged) -> Result<Staged, FileError> {
        blocking(move || staged.settle().map(|()| staged)).await
    }

    /// Puts the file into its place, at once and as a whole.
    ///
    /// # Errors
    /// [`FileError::Taken`] unless it may `replace` what is there; [`FileError::BadFolder`],
    /// [`FileError::BadName`], [`FileError::OtherDisk`], [`FileError::Full`], [`FileError::Disk`].
    pub async fn publish(
        &self,
        staged: Staged,
        path: &MediaPath,
        replace: bool,
    ) -> Result<Published, FileError> {
        let path = path.clone();
        blocking(move || staged.publish(&path, replace)).await
    }

    /// Removes what a killed service left of its uploads, and says of how many.
    ///
    /// # Errors
    /// [`FileError::Disk`].
    pub async fn sweep(&self) -> Result<usize, FileError> {
        let root = Arc::clone(&self.root);
        blocking(move || staged::sweep(&root)).await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|panic| Err(FileError::Disk(io::Error::other(panic))))
}
