//! Recordings, and the files that a worker wrote beside them. A worker may run on another machine: where it says that
//! it wrote something is not where it is here.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::domain::MediaPath;
use crate::files::beneath::Place;

/// A file that stands beside a recording, by its ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Captions for broadcast.
    Scc,
    /// Captions for browsers. Not `.vtt`, which may be what the captions were made of.
    Vtt,
    Summary,
}

impl Beside {
    const fn ending(self) -> &'static str {
        match self {
            Self::Scc => "scc",
            Self::Vtt => "captions.vtt",
            Self::Summary => "summary.json",
        }
    }

    /// Bytes, at most. Captions of a day are a fifth of it.
    const fn limit(self) -> u64 {
        match self {
            Self::Scc | Self::Vtt => 32 * 1024 * 1024,
            Self::Summary => 1024 * 1024,
        }
    }
}

/// Where workers find a recording; nothing where it is no file below the media root.
pub async fn recording(root: &Path, path: &MediaPath) -> Option<PathBuf> {
    let (root, path) = (root.to_owned(), path.clone());
    let named = root.join(path.as_str());
    let look = tokio::task::spawn_blocking(move || Place::find(&root, path.as_str().as_ref())?.open_file());
    look.await.ok()?.is_ok().then_some(named)
}

/// A recording that is open, and its bytes; nothing where it is no file below the media root.
pub async fn open(root: &Path, path: &MediaPath) -> Option<(File, u64)> {
    let (root, named) = (root.to_owned(), path.as_str().to_owned());
    let opening = tokio::task::spawn_blocking(move || {
        let file = Place::find(&root, named.as_ref())?.open_file()?;
        let size = file.metadata()?.len();
        Ok::<_, io::Error>((file, size))
    });
    opening.await.ok()?.ok()
}

/// The text of a file beside a recording; nothing where there is none that can be read.
pub async fn beside(root: &Path, path: &MediaPath, what: Beside) -> Option<String> {
    let (root, named) = (root.to_owned(), path.as_str().to_owned());
    let reading = tokio::task::spawn_blocking(move || {
        let recording = Place::find(&root, named.as_ref())?;
        recording.open_file()?;
        let beside = Place::find(&root, &recording.below().with_extension(what.ending()))?;
        read(beside.open_file()?, what.limit())
    });
    match reading.await {
        Ok(Ok(text)) => Some(text),
        Ok(Err(cause)) if cause.kind() == io::ErrorKind::NotFound => None,
        Ok(Err(cause)) => {
            tracing::warn!(path = path.as_str(), ?what, %cause, "a file beside a recording cannot be used");
            None
        }
        Err(_panic) => None,
    }
}

fn read(file: File, limit: u64) -> io::Result<String> {
    let mut text = String::new();
    let read = file.take(limit + 1).read_to_string(&mut text)?;
    if u64::try_from(read).unwrap_or(u64::MAX) > limit {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {limit} bytes")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::fs::{create_dir, hard_link, write};
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;

    use super::*;

    fn path(path: &str) -> MediaPath {
        MediaPath::parse(path).unwrap()
    }

    fn scene() -> (TempDir, PathBuf) {
        let folder = TempDir::new().unwrap();
        let root = folder.path().join("media");
        create_dir(&root).unwrap();
        write(folder.path().join("outside.mp4"), "").unwrap();
        write(folder.path().join("outside.scc"), "secret").unwrap();
        write(root.join("a.mp4"), "").unwrap();
        write(root.join("a.scc"), "captions").unwrap();
        (folder, root)
    }

    #[tokio::test]
    async fn only_a_file_below_the_root_is_a_recording() {
        let (folder, root) = scene();
        symlink(folder.path().join("outside.mp4"), root.join("out.mp4")).unwrap();
        symlink(folder.path(), root.join("up")).unwrap();
        symlink("a.mp4", root.join("link.mp4")).unwrap();
        create_dir(root.join("folder.mp4")).unwrap();
        assert_eq!(recording(&root, &path("a.mp4")).await, Some(root.join("a.mp4")));
        assert_eq!(recording(&root, &path("link.mp4")).await, Some(root.join("link.mp4")));
        for name in ["out.mp4", "up/outside.mp4", "folder.mp4", "missing.mp4", "a.mp4/x"] {
            assert_eq!(recording(&root, &path(name)).await, None, "{name}");
        }
    }

    #[tokio::test]
    async fn captions_stand_beside_what_a_link_leads_to() {
        let (folder, root) = scene();
        create_dir(root.join("shows")).unwrap();
        symlink("../a.mp4", root.join("shows/b.mp4")).unwrap();
        for name in ["a.mp4", "shows/b.mp4"] {
            assert_eq!(beside(&root, &path(name), Beside::Scc).await.as_deref(), Some("captions"), "{name}");
            assert_eq!(beside(&root, &path(name), Beside::Vtt).await, None);
        }
        symlink(folder.path().join("outside.mp4"), root.join("out.mp4")).unwrap();
        assert_eq!(beside(&root, &path("out.mp4"), Beside::Scc).await, None);
    }

    #[tokio::test]
    async fn captions_may_be_links_that_stay_inside() {
        let (folder, root) = scene();
        for (name, target) in [
            ("in", root.join("a.scc")),
            ("out", folder.path().join("outside.scc")),
            ("loop", root.join("loop.scc")),
        ] {
            write(root.join(format!("{name}.mp4")), "").unwrap();
            symlink(target, root.join(format!("{name}.scc"))).unwrap();
        }
        assert_eq!(beside(&root, &path("in.mp4"), Beside::Scc).await.as_deref(), Some("captions"));
        assert_eq!(beside(&root, &path("out.mp4"), Beside::Scc).await, None);
        assert_eq!(beside(&root, &path("loop.mp4"), Beside::Scc).await, None);
    }

    #[tokio::test]
    async fn what_is_no_text_or_too_large_is_not_read() {
        let (_folder, root) = scene();
        for name in ["bytes", "large", "fits", "pipe"] {
            hard_link(root.join("a.mp4"), root.join(format!("{name}.mp4"))).unwrap();
        }
        write(root.join("bytes.summary.json"), b"\xff\xfe").unwrap();
        write(root.join("large.summary.json"), " ".repeat(1024 * 1024 + 1)).unwrap();
        write(root.join("fits.summary.json"), " ".repeat(1024 * 1024)).unwrap();
        let pipe = root.join("pipe.summary.json");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(beside(&root, &path("bytes.mp4"), Beside::Summary).await, None);
        assert_eq!(beside(&root, &path("large.mp4"), Beside::Summary).await, None);
        assert_eq!(
            beside(&root, &path("fits.mp4"), Beside::Summary).await.map(|it| it.len()),
            Some(1024 * 1024)
        );
        assert_eq!(beside(&root, &path("pipe.mp4"), Beside::Summary).await, None);
    }
}
