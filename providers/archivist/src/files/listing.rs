//! What is in a folder below the media root: what can be named, and nothing that a link leads out to.

use std::ffi::OsStr;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::fs::{AtFlags, Dir, FileType, Stat, statat};
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::MediaPath;
use crate::files::beneath::Place;
use crate::files::{FileError, Kind};
use crate::timestamp::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    Folder,
    File,
}

/// One line of a folder. A link is shown as what it leads to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FolderEntry {
    pub name: String,
    pub path: MediaPath,
    pub kind: EntryKind,
    /// Bytes; a folder has none.
    #[schemars(range(min = 0))]
    pub size: Option<i64>,
    pub modified_at: Timestamp,
    /// Whether it can be transcribed, as far as its name tells.
    pub media: bool,
}

/// Some of a folder, and how much there is of it.
#[derive(Debug)]
pub struct Listing {
    pub entries: Vec<FolderEntry>,
    pub total: usize,
}

/// Folders first, then by name whatever the case of its letters.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    kind: EntryKind,
    folded: String,
    name: String,
    path: String,
}

/// Nothing where there is no such folder, or it is hidden. Blocks.
pub fn list(root: &Path, folder: &str, skip: usize, take: usize) -> Result<Listing, FileError> {
    if folder.split('/').any(is_hidden) {
        return Err(FileError::NoFolder);
    }
    let place = find(root, folder)?;
    let open = place.open_folder()?;
    let mut found = Vec::new();
    for entry in Dir::read_from(&open).map_err(io::Error::from)? {
        let entry = entry.map_err(io::Error::from)?;
        let Ok(name) = entry.file_name().to_str() else { continue };
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        if is_hidden(name) || MediaPath::parse(&path).is_err() {
            continue;
        }
        if let Some(kind) = kind(root, &place, &open, name, entry.file_type()) {
            found.push(Found { kind, folded: name.to_lowercase(), name: name.to_owned(), path });
        }
    }
    found.sort_unstable();
    let total = found.len();
    let page = found.into_iter().skip(skip).take(take);
    Ok(Listing { entries: page.filter_map(|found| entry(root, &place, &open, found)).collect(), total })
}

/// Hidden files are the service's and other programs' own.
pub fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

fn find(root: &Path, folder: &str) -> Result<Place, FileError> {
    // Told apart from a folder that is not there: without the root there is nothing at all.
    Place::find(root, "".as_ref())?;
    let place = Place::find(root, folder.as_ref()).map_err(|_| FileError::NoFolder)?;
    let stat = place.stat().map_err(|_| FileError::NoFolder)?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory => Ok(place),
        _ => Err(FileError::NotAFolder),
    }
}

/// As the folder tells, or as the thing itself does. Pipes and devices are none.
fn kind(root: &Path, place: &Place, folder: &OwnedFd, name: &str, told: FileType) -> Option<EntryKind> {
    let kind = match told {
        FileType::Symlink | FileType::Unknown => {
            FileType::from_raw_mode(stat(root, place, folder, name.as_ref())?.st_mode)
        }
        told => told,
    };
    match kind {
        FileType::Directory => Some(EntryKind::Folder),
        FileType::RegularFile => Some(EntryKind::File),
        _ => None,
    }
}

/// Of what a link leads to, where it is inside.
fn stat(root: &Path, place: &Place, folder: &OwnedFd, name: &OsStr) -> Option<Stat> {
    let stat = statat(folder, name.as_bytes(), AtFlags::SYMLINK_NOFOLLOW).ok()?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Symlink => Place::find(root, &place.below().join(name)).ok()?.stat().ok(),
        _ => Some(stat),
    }
}

/// Nothing where it is gone meanwhile.
fn entry(root: &Path, place: &Place, folder: &OwnedFd, found: Found) -> Option<FolderEntry> {
    let stat = stat(root, place, folder, found.name.as_ref())?;
    let is_file = found.kind == EntryKind::File;
    Some(FolderEntry {
        path: MediaPath::parse(&found.path).ok()?,
        kind: found.kind,
        size: is_file.then_some(stat.st_size),
        modified_at: Timestamp::from_seconds(stat.st_mtime),
        media: is_file && Kind::of_name(&found.name).is_some_and(Kind::is_recording),
        name: found.name,
    })
}
