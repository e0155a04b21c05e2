//! A file that is arriving: kept aside below the media root until all of it is on the disk, and then put into its
//! place at once. Whatever does not get that far is removed, and what a killed service left is swept away.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{AtFlags, Dir, FlockOperation, Mode, OFlags, RenameFlags};
use rustix::fs::{
    fdatasync, flock, fstat, fsync, linkat, mkdirat, openat, renameat, renameat_with, unlinkat,
};
use rustix::io::Errno;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::domain::MediaPath;
use crate::files::beneath::{Place, enter, open_root};
use crate::files::{FileError, UploadLimits};

/// Hidden, so that nobody can list it or upload into it. On the same disk as the recordings, whose places a file
/// takes without being copied.
const ASIDE: &str = ".uploads";
/// Bytes after which the room on the disk is looked at again.
const LOOK: u64 = 64 * 1024 * 1024;

/// Dropped before it is published, it is gone.
#[derive(Debug)]
pub struct Staged {
    root: Arc<PathBuf>,
    limits: UploadLimits,
    aside: OwnedFd,
    name: String,
    file: File,
    hash: Sha256,
    size: u64,
    published: bool,
}

/// A file that is in its place.
#[derive(Debug)]
pub struct Published {
    folder: OwnedFd,
    name: String,
    replaced: bool,
}

impl Staged {
    /// `declared` are the bytes that are said to come. Blocks, as all of this does.
    pub fn begin(root: Arc<PathBuf>, limits: UploadLimits, declared: u64) -> Result<Self, FileError> {
        let aside = open_aside(&root)?;
        room(&aside, limits, declared)?;
        loop {
            let name = Uuid::new_v4().to_string();
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let file = openat(&aside, &name, flags, Mode::from_raw_mode(0o666)).map_err(cause)?;
            flock(&file, FlockOperation::LockExclusive).map_err(cause)?;
            // Another service on this root may have swept it away before it was locked.
            if fstat(&file).map_err(cause)?.st_nlink > 0 {
                let (file, hash) = (file.into(), Sha256::new());
                return Ok(Self { root, limits, aside, name, file, hash, size: 0, published: false });
            }
        }
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let size = self.size.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if size > self.limits.bytes {
            return Err(FileError::TooLarge);
        }
        if size / LOOK != self.size / LOOK {
            room(&self.aside, self.limits, 0)?;
        }
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.size = size;
        Ok(())
    }

    /// Sees to it that a power cut takes nothing back.
    pub fn settle(&self) -> Result<(), FileError> {
        Ok(fdatasync(&self.file).map_err(cause)?)
    }

    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Lower-case hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> String {
        let digest = self.hash.clone().finalize();
        digest.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// Puts it into its place, whose folders are made where they are missing. Of several at once that do not
    /// `replace`, one gets there.
    pub fn publish(mut self, path: &MediaPath, replace: bool) -> Result<Published, FileError> {
        let (parent, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
        let folder = make_folders(&self.root, parent)?;
        if replace {
            renameat(&self.aside, &self.name, &folder, name).map_err(place_error)?;
        } else {
            rename_to_nothing(&self.aside, &self.name, &folder, name).map_err(place_error)?;
        }
        self.published = true;
        fsync(&folder).map_err(cause)?;
        Ok(Published { folder, name: name.to_owned(), replaced: replace })
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.published {
            let _ = unlinkat(&self.aside, &self.name, AtFlags::empty());
        }
    }
}

impl Published {
    /// Takes it out of its place again. What it may have replaced is gone, so that it stays then.
    pub fn withdraw(self) {
        if !self.replaced {
            let _ = unlinkat(&self.folder, &self.name, AtFlags::empty());
        }
    }
}

/// Removes what is left of uploads that nobody goes on with: the lock of a service that was killed is gone.
pub fn sweep(root: &Path) -> Result<usize, FileError> {
    let root = open_root(root)?;
    let aside = match enter(&root, ASIDE.as_ref()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        aside => aside?,
    };
    let mut swept = 0;
    for entry in Dir::read_from(&aside).map_err(cause)? {
        let entry = entry.map_err(cause)?;
        let name = entry.file_name();
        if name == c"." || name == c".." {
            continue;
        }
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let Ok(file) = openat(&aside, name, flags, Mode::empty()) else { continue };
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok()
            && unlinkat(&aside, name, AtFlags::empty()).is_ok()
        {
            swept += 1;
        }
    }
    Ok(swept)
}

fn open_aside(root: &Path) -> Result<OwnedFd, FileError> {
    let root = open_root(root)?;
    match mkdirat(&root, ASIDE, Mode::RWXU) {
        Ok(()) | Err(Errno::EXIST) => Ok(enter(&root, ASIDE.as_ref())?),
        Err(error) => Err(cause(error).into()),
    }
}

/// Leaves to others on the disk what is theirs: a database that cannot write is worse than an upload that cannot.
fn room(disk: &OwnedFd, limits: UploadLimits, wanted: u64) -> Result<(), FileError> {
    let disk = rustix::fs::fstatvfs(disk).map_err(cause)?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free < wanted.saturating_add(limits.reserve) { Err(FileError::Full) } else { Ok(()) }
}

/// The folder, where needed a new one. Links that are there are followed as far as they stay inside.
fn make_folders(root: &Path, path: &str) -> Result<OwnedFd, FileError> {
    let mut there: &Path = path.as_ref();
    let place = loop {
        match (Place::find(root, there), there.parent()) {
            (Ok(place), _) => break place,
            (Err(error), Some(parent)) if error.kind() == io::ErrorKind::NotFound => there = parent,
            (Err(error), _) if error.kind() == io::ErrorKind::NotFound => return Err(error.into()),
            (Err(_), _) => return Err(FileError::BadFolder),
        }
    };
    let missing = Path::new(path).strip_prefix(there).expect("it is a parent of the path");
    let mut folder = place.open_folder().map_err(folder_error)?;
    for name in missing {
        folder = make_folder(&folder, name)?;
    }
    Ok(folder)
}

fn make_folder(within: &OwnedFd, name: &OsStr) -> Result<OwnedFd, FileError> {
    match mkdirat(within, name, Mode::from_raw_mode(0o777)) {
        Ok(()) => fsync(within).map_err(cause)?,
        Err(Errno::EXIST) => {}
        Err(error) => return Err(folder_error(cause(error))),
    }
    enter(within, name).map_err(folder_error)
}

/// Not every file system can do it in one step; a second name, and the first one removed, is as safe.
fn rename_to_nothing(from: &OwnedFd, name: &str, to: &OwnedFd, new: &str) -> Result<(), Errno> {
    match renameat_with(from, name, to, new, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS) => {
            linkat(from, name, to, new, AtFlags::empty())?;
            let _ = unlinkat(from, name, AtFlags::empty());
            Ok(())
        }
        outcome => outcome,
    }
}

fn cause(error: Errno) -> io::Error {
    error.into()
}

fn place_error(error: Errno) -> FileError {
    match error {
        Errno::EXIST | Errno::ISDIR | Errno::NOTEMPTY => FileError::Taken,
        Errno::NAMETOOLONG => FileError::BadName,
        Errno::XDEV => FileError::OtherDisk,
        error => cause(error).into(),
    }
}

fn folder_error(error: io::Error) -> FileError {
    match Errno::from_io_error(&error) {
        Some(Errno::NOTDIR | Errno::LOOP | Errno::NAMETOOLONG) => FileError::BadFolder,
        _ => error.into(),
    }
}
