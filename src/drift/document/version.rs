//! Which of the released documents is the newest: `NAME-VERSION.yaml`.

use std::cmp::Ordering;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The newest release of `name` in a folder; nothing where there is none, or no folder.
pub fn newest(folder: &Path, name: &str) -> io::Result<Option<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut newest: Option<(String, PathBuf)> = None;
    for entry in entries {
        let path = entry?.path();
        let Some(version) = version(&path, name) else { continue };
        if newest.as_ref().is_none_or(|(known, _)| compare(&version, known) == Ordering::Greater) {
            newest = Some((version, path));
        }
    }
    Ok(newest.map(|(_, path)| path))
}

/// The version in a file's name, where it is one of `name`.
fn version(path: &Path, name: &str) -> Option<String> {
    let file = path.file_name()?.to_str()?;
    let stem = [".yaml", ".yml", ".json"].iter().find_map(|ending| file.strip_suffix(ending))?;
    let version = stem.strip_prefix(name)?.strip_prefix('-')?;
    // `shop-eu-1.0.0` is no release of `shop`.
    version.starts_with(|c: char| c.is_ascii_digit()).then(|| version.to_owned())
}

/// By Semantic Versioning, as far as they are such: numbers as numbers, and a pre-release before its release.
fn compare(one: &str, other: &str) -> Ordering {
    let parts = |version: &str| {
        let version = version.split('+').next().unwrap_or_default().to_owned();
        let (release, pre) = match version.split_once('-') {
            Some((release, pre)) => (release.to_owned(), Some(pre.to_owned())),
            None => (version, None),
        };
        (release, pre)
    };
    let ((one, one_pre), (other, other_pre)) = (parts(one), parts(other));
    dotted(&one, &other).then_with(|| match (one_pre, other_pre) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(one), Some(other)) => dotted(&one, &other),
    })
}

fn dotted(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.split('.'), other.split('.'));
    loop {
        let order = match (one.next(), other.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(one), Some(other)) => match (one.parse::<u64>(), other.parse::<u64>()) {
                (Ok(one), Ok(other)) => one.cmp(&other),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => one.cmp(other),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_release_is_the_one_of_the_highest_version() {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "shop-1.9.0.yaml",
            "shop-1.10.0-rc.2.yaml",
            "shop-1.10.0-rc.10.json",
            "shop-eu-7.0.0.yaml",
            "shop.yaml",
            "shop-0.1.yml",
        ] {
            fs::write(folder.path().join(file), "").unwrap();
        }
        let newest_of =
            |name| newest(folder.path(), name).unwrap().map(|it| it.file_name().unwrap().to_owned());
        assert_eq!(newest_of("shop").unwrap(), "shop-1.10.0-rc.10.json");
        fs::write(folder.path().join("shop-1.10.0.yaml"), "").unwrap();
        assert_eq!(newest_of("shop").unwrap(), "shop-1.10.0.yaml");
        assert_eq!(newest_of("store"), None);
        assert_eq!(newest(Path::new("no/such/folder"), "shop").unwrap(), None);
    }
}
