//! Where pacts come from: files, folders of them, and URLs.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use countersign_letter::{MAX_BYTES, Pact};
use reqwest::Url;

use crate::fetch::{self, Bounds};
use crate::report::Trouble;

/// What the fetching of a pact may come to.
const BOUNDS: Bounds = Bounds {
    accept: "application/hal+json, application/json, */*;q=0.1",
    max_bytes: MAX_BYTES,
    within: Duration::from_secs(30),
};

/// A pact, and the name of its contract.
#[derive(Debug)]
pub struct Letter {
    /// The file's stem, such as `ui-archivist`.
    pub contract: String,
    pub pact: Pact,
}

/// Where pacts are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file, or a folder whose `*.json` are pacts.
    Path(PathBuf),
    Url(Url),
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once("://") {
            None => Ok(Self::Path(PathBuf::from(text))),
            Some(("http" | "https", _)) => {
                Url::parse(text).map(Self::Url).map_err(|error| format!("it is no URL: {error}"))
            }
            Some((scheme, _)) => Err(format!("a pact is fetched by http or https, and not by {scheme:?}")),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.display().fmt(f),
            Self::Url(url) => f.write_str(&fetch::shown(url)),
        }
    }
}

impl Source {
    /// The pacts that are there. What is no pact is a trouble and not skipped: it may be one of any
    /// provider.
    #[must_use]
    pub fn read(&self) -> (Vec<Letter>, Vec<Trouble>) {
        let files = match self {
            Self::Url(url) => return split([self.fetched(url)]),
            Self::Path(path) if path.is_dir() => match list(path) {
                Ok(files) => files,
                Err(error) => {
                    let message = format!("failed to list the pacts in {}: {error}", path.display());
                    return (Vec::new(), vec![Trouble::new("pact.unreadable", message)]);
                }
            },
            Self::Path(path) => vec![path.clone()],
        };
        split(files.iter().map(|file| {
            let contract = stem(&file.to_string_lossy());
            let unreadable = |error| trouble(&format!("failed to load the pact: {error}"), &contract);
            Pact::load(file).map(|pact| Letter { contract: contract.clone(), pact }).map_err(unreadable)
        }))
    }

    fn fetched(&self, url: &Url) -> Result<Letter, Box<Trouble>> {
        let contract = stem(url.path());
        let failed =
            |reason: String| trouble(&format!("failed to fetch the pact {self}: {reason}"), &contract);
        let bytes = fetch::fetch(url, BOUNDS).map_err(failed)?;
        let pact = Pact::from_bytes(&self.to_string(), bytes)
            .map_err(|error| trouble(&format!("failed to load the pact: {error}"), &contract))?;
        // The last part of an address at a broker is a version, and says nothing.
        let parties = format!("{}-{}", pact.consumer(), pact.provider());
        let named = Path::new(url.path()).extension().is_some_and(|it| it.eq_ignore_ascii_case("json"));
        Ok(Letter { contract: if named { contract } else { parties }, pact })
    }
}

fn trouble(message: &str, contract: &str) -> Box<Trouble> {
    Box::new(Trouble::new("pact.unreadable", message).of_contract(contract))
}

fn split(read: impl IntoIterator<Item = Result<Letter, Box<Trouble>>>) -> (Vec<Letter>, Vec<Trouble>) {
    let (mut letters, mut troubles) = (Vec::new(), Vec::new());
    for one in read {
        match one {
            Ok(letter) => letters.push(letter),
            Err(trouble) => troubles.push(*trouble),
        }
    }
    (letters, troubles)
}

fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "json") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn stem(path: &str) -> String {
    let stem = Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_path_or_a_url_of_http() {
        assert_eq!("a/b.json".parse(), Ok(Source::Path("a/b.json".into())));
        assert!(matches!("https://h.test/a.json".parse(), Ok(Source::Url(_))));
        assert!("ftp://h.test/a.json".parse::<Source>().unwrap_err().contains("ftp"));
        assert!("http://".parse::<Source>().is_err());
    }

    #[test]
    fn a_url_is_shown_without_its_secrets() {
        let source: Source = "https://user:secret@h.test/a.json?token=secret".parse().unwrap();
        assert_eq!(source.to_string(), "https://h.test/a.json");
    }
}
