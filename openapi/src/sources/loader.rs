//! Reads the files of a document, one reference leading to the next, and then checks that every
//! reference names something.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use referencing::meta;
use serde_json::Value;

use super::walk::{Found, Identifiers, walk};
use super::{FileId, Sources, Spot, has_scheme, normalize};
use crate::load::{LoadError, LoadOptions, RefError};
use crate::source::Source;
use crate::violation::Position;

pub(super) struct Loader<'o> {
    options: &'o LoadOptions,
    /// The folder of the root file; `None` for a text, which has none.
    folder: Option<PathBuf>,
    sources: Sources,
    identifiers: Identifiers,
    references: Vec<Reference>,
    /// Those of them that name something on another host, by their numbers.
    remote: Vec<usize>,
}

/// A reference as it stands in a file.
struct Reference {
    at: Spot,
    text: String,
}

impl<'o> Loader<'o> {
    pub(super) fn new(options: &'o LoadOptions, folder: Option<PathBuf>) -> Self {
        let sources = Sources::empty();
        let identifiers = Identifiers::None;
        Self { options, folder, sources, identifiers, references: Vec::new(), remote: Vec::new() }
    }

    pub(super) fn read_root(&mut self, path: &Path) -> Result<(), LoadError> {
        let text = read(path, self.options)?
            .map_err(|source| LoadError::Unreadable { path: path.to_owned(), source })?;
        let source = Source::parse_with_lines(&path.to_string_lossy(), &text, self.options)?;
        // A large document is two of its size from here on; its text need not be a third.
        drop(text);
        self.identifiers = identifiers(source.value());
        self.take(source, Some(normalize(path)), None);
        self.read_rest()
    }

    pub(super) fn take_root(&mut self, source: Source) -> Result<(), LoadError> {
        self.identifiers = identifiers(source.value());
        self.take(source, None, None);
        self.read_rest()
    }

    pub(super) fn take_schema(&mut self, source: Source, identifiers: Identifiers) {
        self.identifiers = identifiers;
        self.take(source, None, None);
        for at in 0..self.references.len() {
            self.take_metaschema(&self.references[at].text.clone());
        }
    }

    pub(super) fn into_sources(self) -> Sources {
        self.sources
    }

    /// Takes up a file: its identifiers, and the references that have to be looked into.
    fn take(&mut self, source: Source, path: Option<PathBuf>, uri: Option<&str>) {
        let file = FileId(u32::try_from(self.sources.files.len()).unwrap_or(u32::MAX));
        let uri = uri.or_else(|| own_uri(source.value()));
        self.sources.resources.add(file, uri, source.value(), self.identifiers);
        walk(source.value(), self.identifiers, &mut |at, found| {
            if let Found::Reference(text) = found {
                let at = Spot { file, pointer: at.pointer() };
                self.references.push(Reference { at, text: text.to_owned() });
            }
        });
        if let Some(path) = &path {
            self.sources.by_path.insert(path.clone(), file);
        }
        self.sources.files.push(source);
        self.sources.paths.push(path);
    }

    /// Reads what references name until no file is new. A file at hand may have the URI that a reference
    /// names, so that nothing is fetched before all of them are read.
    fn read_rest(&mut self) -> Result<(), LoadError> {
        let mut next = 0;
        loop {
            while next < self.references.len() {
                let Reference { at, text } = &self.references[next];
                let uri = text.split('#').next().unwrap_or_default();
                if !uri.is_empty() {
                    let (at, text, uri) = (at.clone(), text.clone(), uri.to_owned());
                    self.read_named(&at, &text, &uri)?;
                    if matches!(self.resolved(next), Err(RefError::Remote { .. })) {
                        self.remote.push(next);
                    }
                }
                next += 1;
            }
            let Some(number) = self.remote.pop() else { return Ok(()) };
            if matches!(self.resolved(number), Err(RefError::Remote { .. })) {
                self.fetch_named(number)?;
            }
        }
    }

    fn resolved(&self, number: usize) -> Result<Spot, RefError> {
        let Reference { at, text } = &self.references[number];
        self.sources.resolve(at, text)
    }

    /// Fetches what a reference names on another host, where that is allowed.
    fn fetch_named(&mut self, number: usize) -> Result<(), LoadError> {
        let Some(remote) = &self.options.remote else { return Ok(()) };
        let Reference { at, text } = &self.references[number];
        let (from, reference) = (self.sources.position(at), text.clone());
        let unfetched = |reason: String| LoadError::UnfetchedReference {
            from: from.clone(),
            reference: reference.clone(),
            reason,
        };
        let uri = self.sources.absolute(at, text).ok_or_else(|| unfetched("it is no URI".to_owned()))?;
        if self.sources.files.len() >= self.options.max_files {
            return Err(LoadError::TooManyFiles { limit: self.options.max_files });
        }
        let text = remote.fetch(&uri, self.options.max_bytes).map_err(unfetched)?;
        let source = Source::parse_with_lines(&uri, &text, self.options)?;
        let file = FileId(u32::try_from(self.sources.files.len()).unwrap_or(u32::MAX));
        self.sources.fetched.insert(file, uri.clone());
        self.take(source, None, Some(&uri));
        Ok(())
    }

    fn read_named(&mut self, at: &Spot, text: &str, uri: &str) -> Result<(), LoadError> {
        if has_scheme(uri) || uri.starts_with("//") {
            self.take_metaschema(uri);
            return Ok(());
        }
        if !matches!(self.sources.resolve(at, text), Err(RefError::Dangling { .. })) {
            return Ok(());
        }
        let from = self.sources.position(at);
        let Some(folder) = &self.folder else {
            return Err(LoadError::FileReference { from, reference: text.to_owned() });
        };
        let Some(path) = self.sources.path_of(at.file, uri) else {
            return Err(LoadError::BadReference { from, reference: text.to_owned() });
        };
        if self.sources.by_path.contains_key(&path) {
            return Ok(());
        }
        if self.sources.files.len() >= self.options.max_files {
            return Err(LoadError::TooManyFiles { limit: self.options.max_files });
        }
        self.guard(folder, &path, &from, text)?;
        let read = read(&path, self.options)?;
        let text = read.map_err(|source| unreadable(&from, text, source))?;
        let source = Source::parse_with_lines(&path.to_string_lossy(), &text, self.options)?;
        self.take(source, Some(path), None);
        Ok(())
    }

    /// Refuses a path that leads out of the folder, over links too.
    fn guard(&self, folder: &Path, path: &Path, from: &Position, text: &str) -> Result<(), LoadError> {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let within = self.options.within.as_deref().unwrap_or(here);
        let refused = || LoadError::OutsideReference {
            from: from.clone(),
            reference: text.to_owned(),
            folder: within.to_owned(),
        };
        let within_real = fs::canonicalize(within).map_err(|source| unreadable(from, text, source))?;
        match fs::canonicalize(path) {
            Ok(real) if real.starts_with(&within_real) => Ok(()),
            Ok(_) => Err(refused()),
            // Whether a file exists outside of the folder is nobody's business.
            Err(_) if !normalize(path).starts_with(normalize(within)) => Err(refused()),
            Err(source) => Err(unreadable(from, text, source)),
        }
    }

    /// Puts in the metaschemas that `uri` belongs to: they are known without a network.
    fn take_metaschema(&mut self, uri: &str) {
        let (known, identifiers) = metaschemas(uri);
        let outer = std::mem::replace(&mut self.identifiers, identifiers);
        for (uri, value) in known {
            let known = self.sources.files.iter().any(|source| **source.file() == *uri);
            if !known {
                let value = Source::of_value(uri, (*value).clone());
                self.take(value, None, Some(uri));
            }
        }
        self.identifiers = outer;
    }

    /// Checks every reference, each once in its resource.
    pub(super) fn finish(self) -> Result<Sources, LoadError> {
        let mut seen = HashSet::new();
        for Reference { at, text } in &self.references {
            if !seen.insert((self.sources.resource(at), text.as_str())) {
                continue;
            }
            let followed = self.sources.resolve(at, text).and_then(|target| self.sources.follow(target));
            let Err(error) = followed else { continue };
            let (from, reference) = (self.sources.position(at), text.clone());
            return Err(match error {
                RefError::Remote { .. } => LoadError::RemoteReference { from, reference },
                RefError::Cycle { .. } => LoadError::ReferenceCycle { from, reference },
                RefError::Malformed { .. } => LoadError::BadReference { from, reference },
                RefError::Dangling { .. } | RefError::File { .. } | RefError::Nowhere { .. } => {
                    LoadError::Dangling { from, reference }
                }
            });
        }
        Ok(self.sources)
    }
}

/// OpenAPI documents before 3.1 have no identifiers.
fn identifiers(root: &Value) -> Identifiers {
    if root.get("asyncapi").is_some() {
        return Identifiers::Draft7;
    }
    // YAML reads an unquoted `3.1` as a number.
    let version = root.get("openapi").map(Value::to_string);
    match version.as_deref().map(|version| version.trim_start_matches('"')) {
        Some(version) if !version.starts_with("3.0") => Identifiers::Draft202012,
        _ => Identifiers::None,
    }
}

/// The URI that a document of 3.2 says it has.
fn own_uri(root: &Value) -> Option<&str> {
    let version = root.get("openapi")?.as_str()?;
    root.get("$self")?.as_str().filter(|_| version.starts_with("3.2"))
}

fn metaschemas(uri: &str) -> (Vec<(&'static str, &'static Value)>, Identifiers) {
    if uri.starts_with("http://json-schema.org/draft-04/schema") {
        return (vec![("http://json-schema.org/draft-04/schema", &*meta::DRAFT4)], Identifiers::Draft4);
    }
    if uri.starts_with("http://json-schema.org/draft-07/schema") {
        return (vec![("http://json-schema.org/draft-07/schema", &*meta::DRAFT7)], Identifiers::Draft7);
    }
    if !uri.starts_with("https://json-schema.org/draft/2020-12/") {
        return (Vec::new(), Identifiers::None);
    }
    let known: Vec<(&'static str, &'static Value)> = vec![
        ("https://json-schema.org/draft/2020-12/schema", &*meta::DRAFT202012),
        ("https://json-schema.org/draft/2020-12/meta/core", &*meta::DRAFT202012_CORE),
        ("https://json-schema.org/draft/2020-12/meta/applicator", &*meta::DRAFT202012_APPLICATOR),
        ("https://json-schema.org/draft/2020-12/meta/unevaluated", &*meta::DRAFT202012_UNEVALUATED),
        ("https://json-schema.org/draft/2020-12/meta/validation", &*meta::DRAFT202012_VALIDATION),
        ("https://json-schema.org/draft/2020-12/meta/meta-data", &*meta::DRAFT202012_META_DATA),
        (
            "https://json-schema.org/draft/2020-12/meta/format-annotation",
            &*meta::DRAFT202012_FORMAT_ANNOTATION,
        ),
        ("https://json-schema.org/draft/2020-12/meta/content", &*meta::DRAFT202012_CONTENT),
    ];
    (known, Identifiers::Draft202012)
}

/// The text of a file that is one. The outer error is one of its content.
fn read(path: &Path, options: &LoadOptions) -> Result<io::Result<String>, LoadError> {
    let bytes = match read_bytes(path, options.max_bytes) {
        Ok(bytes) => bytes,
        Err(error) => return Ok(Err(error)),
    };
    let file: Arc<str> = path.to_string_lossy().into();
    if bytes.len() as u64 > options.max_bytes {
        return Err(LoadError::TooLarge { file, limit: options.max_bytes });
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| LoadError::NotUtf8 { file, offset: error.utf8_error().valid_up_to() })?;
    Ok(Ok(text))
}

/// At most one byte more than `limit`. A pipe or a device could go on for ever.
fn read_bytes(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(from: &Position, reference: &str, source: io::Error) -> LoadError {
    LoadError::UnreadableReference { from: from.clone(), reference: reference.to_owned(), source }
}
