//! Loads a document from wherever it stands: a file, a revision of git, or a service that publishes it.

mod fetch;
mod revision;
mod version;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign_openapi::{AsyncDocument, Document, LoadError, LoadOptions};

use crate::finding::Location;
use crate::reading::way_out;

pub use fetch::Fetched;
pub use revision::Revision;
pub use version::newest;

/// A document and what it is called.
#[derive(Debug)]
pub struct Loaded<D = Document> {
    pub document: Arc<D>,
    /// A path, a URL without its query, or `git:REVISION:PATH`.
    pub shown: String,
    /// Where its files were read from, where people know them by another name.
    pub elsewhere: Option<Elsewhere>,
}

/// A folder, and what stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    folder: String,
    known_as: String,
}

/// Where a document stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    File(PathBuf),
    Git(Revision),
}

/// Why there is no document. Each fits "failed to load …".
#[derive(Debug, thiserror::Error)]
pub enum OriginError {
    #[error("{shown}: {source}")]
    Document { shown: String, source: Box<LoadError> },
    #[error("{shown}: {reason}")]
    Git { shown: String, reason: String },
    #[error("{shown}: {reason}")]
    Unfetched { shown: String, reason: String },
    #[error("{}: {source}", folder.display())]
    Folder { folder: PathBuf, source: std::io::Error },
}

impl OriginError {
    /// The way out, as people type it.
    #[must_use]
    pub fn way_out(&self) -> Option<String> {
        match self {
            Self::Document { source, .. } => way_out(source),
            _ => None,
        }
    }
}

impl Origin {
    /// `git:REVISION:PATH`, or the path of a file. `path` is what `git:REVISION` alone means.
    pub fn parse(text: &str, path: Option<&Path>) -> Result<Self, String> {
        let Some(rest) = text.strip_prefix("git:") else { return Ok(Self::File(PathBuf::from(text))) };
        let (revision, named) = match rest.split_once(':') {
            Some((revision, path)) => (revision, Some(PathBuf::from(path))),
            None => (rest, path.map(Path::to_owned)),
        };
        let named = named.ok_or_else(|| {
            format!("{text:?} names no file: write git:REVISION:PATH, as in git:main:openapi/shop.yaml")
        })?;
        Revision::new(revision, named).map(Self::Git)
    }

    /// Loads the OpenAPI document that stands there.
    pub fn load(&self, options: &LoadOptions) -> Result<Loaded, OriginError> {
        self.load_by(Document::load, options)
    }

    /// Loads the AsyncAPI document that stands there.
    pub fn load_messages(&self, options: &LoadOptions) -> Result<Loaded<AsyncDocument>, OriginError> {
        self.load_by(AsyncDocument::load, options)
    }

    fn load_by<D>(&self, load: Load<D>, options: &LoadOptions) -> Result<Loaded<D>, OriginError> {
        match self {
            Self::File(file) => document(load, file, &file.display().to_string(), options),
            Self::Git(revision) => {
                let shown = revision.to_string();
                let tree = revision
                    .checked_out(options.within.as_deref())
                    .map_err(|reason| OriginError::Git { shown: shown.clone(), reason })?;
                let folder = format!("{}/", tree.folder().display());
                let elsewhere = Elsewhere { folder, known_as: revision.prefix() };
                let options = LoadOptions { within: tree.within.clone(), ..options.clone() };
                Ok(Loaded { elsewhere: Some(elsewhere), ..document(load, &tree.file, &shown, &options)? })
            }
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => file.display().fmt(f),
            Self::Git(revision) => revision.fmt(f),
        }
    }
}

/// How a document of one kind is loaded.
type Load<D> = fn(&Path, &LoadOptions) -> Result<D, LoadError>;

fn document<D>(
    load: Load<D>,
    file: &Path,
    shown: &str,
    options: &LoadOptions,
) -> Result<Loaded<D>, OriginError> {
    let document = load(file, options)
        .map_err(|source| OriginError::Document { shown: shown.to_owned(), source: Box::new(source) })?;
    Ok(Loaded { document: Arc::new(document), shown: shown.to_owned(), elsewhere: None })
}

impl<D> Loaded<D> {
    /// Names a place as people know the document: a revision of git was read from elsewhere.
    pub fn rename(&self, place: Option<&mut Location>) {
        let (Some(place), Some(elsewhere)) = (place, &self.elsewhere) else { return };
        if let Some(rest) = place.file.strip_prefix(&elsewhere.folder) {
            place.file = format!("{}{rest}", elsewhere.known_as);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_file_or_a_revision() {
        let shop = Path::new("openapi/shop.yaml");
        assert_eq!(Origin::parse("a.yaml", None), Ok(Origin::File("a.yaml".into())));
        for text in ["git:main:openapi/shop.yaml", "git:main"] {
            let origin = Origin::parse(text, Some(shop)).unwrap();
            assert_eq!(origin.to_string(), "git:main:openapi/shop.yaml");
        }
        for text in ["git:main", "git:--output=x:a.yaml", "git::a.yaml"] {
            assert!(Origin::parse(text, None).is_err(), "{text}");
        }
    }
}
