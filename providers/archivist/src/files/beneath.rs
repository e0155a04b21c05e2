//! Whatever stands below the media root, opened so that no link leads out of it: links are followed first, and what
//! they lead to is then opened name by name without following any. What is swapped for a link in between is refused.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags, Stat, fstat, openat, statat};

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// A pipe would never be open: it is open at once, and is then seen to be no file.
const FILE: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// Something that is below the root, free of links.
#[derive(Clone, Debug)]
pub struct Place {
    root: PathBuf,
    below: PathBuf,
}

impl Place {
    /// What `path` leads to, seen from the root.
    pub fn find(root: &Path, path: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        let real = root.join(path).canonicalize()?;
        match real.strip_prefix(&root) {
            Ok(below) => Ok(Self { below: below.to_owned(), root }),
            Err(_) => Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is outside of the media root")),
        }
    }

    /// Without links, from the root.
    pub fn below(&self) -> &Path {
        &self.below
    }

    pub fn open_folder(&self) -> io::Result<OwnedFd> {
        descend(open_root(&self.root)?, &self.below)
    }

    /// Only a plain file is one.
    pub fn open_file(&self) -> io::Result<File> {
        let (folder, name) = self.split()?;
        let file: File = openat(folder, name, FILE, Mode::empty())?.into();
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
        }
        Ok(file)
    }

    pub fn stat(&self) -> io::Result<Stat> {
        if self.below.as_os_str().is_empty() {
            return Ok(fstat(open_root(&self.root)?)?);
        }
        let (folder, name) = self.split()?;
        Ok(statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?)
    }

    fn split(&self) -> io::Result<(OwnedFd, &OsStr)> {
        let no_file = || io::Error::new(io::ErrorKind::InvalidInput, "it is no file");
        let (parent, name) = self.below.parent().zip(self.below.file_name()).ok_or_else(no_file)?;
        Ok((descend(open_root(&self.root)?, parent)?, name))
    }
}

/// The root is whoever runs the service's own choice: it may be a link.
pub fn open_root(root: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(root, flags, Mode::empty())?)
}

/// One folder further in.
pub fn enter(folder: &OwnedFd, name: &OsStr) -> io::Result<OwnedFd> {
    Ok(openat(folder, name, FOLDER, Mode::empty())?)
}

fn descend(from: OwnedFd, path: &Path) -> io::Result<OwnedFd> {
    path.iter().try_fold(from, |folder, name| enter(&folder, name))
}

#[cfg(test)]
mod tests {
    use std::fs::{create_dir, remove_dir, write};
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;

    use super::*;

    fn scene() -> (TempDir, PathBuf) {
        let folder = TempDir::new().unwrap();
        let root = folder.path().join("media");
        create_dir(&root).unwrap();
        create_dir(root.join("in")).unwrap();
        create_dir(folder.path().join("out")).unwrap();
        write(root.join("in/a.mp4"), "inside").unwrap();
        write(folder.path().join("out/a.mp4"), "outside").unwrap();
        (folder, root)
    }

    #[test]
    fn what_is_outside_is_not_found_whichever_way() {
        let (folder, root) = scene();
        symlink(folder.path().join("out"), root.join("absolute")).unwrap();
        symlink("../out", root.join("relative")).unwrap();
        symlink("in", root.join("inner")).unwrap();
        for path in ["absolute", "relative/a.mp4", "../out/a.mp4", "in/../../out", "/etc/passwd"] {
            assert!(Place::find(&root, path.as_ref()).is_err(), "{path}");
        }
        let inner = Place::find(&root, "inner/a.mp4".as_ref()).unwrap();
        assert_eq!(inner.below(), Path::new("in/a.mp4"));
        assert!(inner.open_file().is_ok());
    }

    #[test]
    fn what_is_swapped_for_a_link_after_the_look_is_refused() {
        let (folder, root) = scene();
        let file = Place::find(&root, "in/a.mp4".as_ref()).unwrap();
        let inside = Place::find(&root, "in".as_ref()).unwrap();
        std::fs::remove_file(root.join("in/a.mp4")).unwrap();
        remove_dir(root.join("in")).unwrap();
        symlink(folder.path().join("out"), root.join("in")).unwrap();
        assert!(file.open_file().is_err() && file.stat().is_err(), "a link in the middle");
        assert!(inside.open_folder().is_err(), "a link at the end");
    }
}
