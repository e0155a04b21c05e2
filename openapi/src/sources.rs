//! The root file of a document and every local file that it refers to, directly or not: where a
//! reference leads is decided here and nowhere else.

mod forget;
mod loader;
mod resources;
mod walk;

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

use crate::load::{LoadError, LoadOptions, RefError};
use crate::pointer::JsonPointer;
use crate::schema::Dialect;
use crate::source::{Entry, Moves, Source};
use crate::violation::Position;
use forget::forget_examples;
use loader::Loader;
pub(crate) use resources::ResourceId;
use resources::Resources;
pub(crate) use walk::is_reference;
use walk::{Found, Identifiers, schemas, walk};

/// One of the files of a document; the root file is `FileId::ROOT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

impl FileId {
    pub const ROOT: Self = Self(0);
}

/// A place in one of the files of a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spot {
    pub file: FileId,
    pub pointer: JsonPointer,
}

impl Spot {
    /// A place in the root file.
    #[must_use]
    pub const fn root(pointer: JsonPointer) -> Self {
        Self { file: FileId::ROOT, pointer }
    }

    /// The member `token` of what stands here.
    #[must_use]
    pub fn join(&self, token: impl AsRef<str>) -> Self {
        Self { file: self.file, pointer: self.pointer.join(token) }
    }

    /// The element `index` of what stands here.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self { file: self.file, pointer: self.pointer.index(index) }
    }
}

/// All files of a document.
#[derive(Debug)]
pub(crate) struct Sources {
    files: Vec<Source>,
    /// The paths of the files that came from a disk, without `.` and `..`.
    paths: Vec<Option<PathBuf>>,
    by_path: HashMap<PathBuf, FileId>,
    /// The URIs of those that came from other hosts.
    fetched: HashMap<FileId, String>,
    resources: Resources,
}

/// References from value to value, at most, before something that is no reference comes.
const MAX_CHAIN: usize = 100;

impl Sources {
    /// Reads the root file and, over references, every local file that belongs to it. Every
    /// reference of every file is checked.
    pub fn load(path: &Path, options: &LoadOptions) -> Result<Self, LoadError> {
        let mut loader = Loader::new(options, path.parent().map(Path::to_path_buf));
        loader.read_root(path)?;
        loader.finish()
    }

    /// Reads a document that is one text. References to other files are refused.
    pub fn from_text(name: &str, text: &str, options: &LoadOptions) -> Result<Self, LoadError> {
        let mut loader = Loader::new(options, None);
        loader.take_root(Source::parse(name, text, options)?)?;
        loader.finish()
    }

    /// One schema that stands alone. What its references name is looked for when it is compiled.
    pub fn from_schema(schema: &Value, dialect: Dialect) -> Self {
        let options = LoadOptions::default();
        let mut loader = Loader::new(&options, None);
        loader.take_schema(Source::of_value("schema", schema.clone()), Identifiers::of(dialect));
        loader.into_sources()
    }

    fn empty() -> Self {
        Self {
            files: Vec::new(),
            paths: Vec::new(),
            by_path: HashMap::new(),
            fetched: HashMap::new(),
            resources: Resources::default(),
        }
    }

    /// The value of the root file.
    pub fn root(&self) -> &Value {
        self.files[0].value()
    }

    /// The values of all files, the root file first, in the order in which references lead to them.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.files.iter().map(Source::value)
    }

    /// File, pointer and line of a place in the file `index` of [`Sources::values`].
    pub fn position_in(&self, index: usize, pointer: &JsonPointer) -> Position {
        self.files[index].position(pointer)
    }

    /// What stands at `spot`. Does not follow references.
    pub fn get(&self, spot: &Spot) -> Option<&Value> {
        spot.pointer.find(self.files.get(spot.file.0 as usize)?.value())
    }

    /// File, pointer and line of `spot`.
    pub fn position(&self, spot: &Spot) -> Position {
        self.files[spot.file.0 as usize].position(&spot.pointer)
    }

    /// The members of the object at `spot`, in the order of the file.
    pub fn entries(&self, spot: &Spot) -> Vec<Entry<'_>> {
        self.files[spot.file.0 as usize].entries(&spot.pointer)
    }

    /// File, pointer and line of `entry`, a member of the object at `parent`.
    pub fn position_of(&self, parent: &Spot, entry: &Entry<'_>) -> Position {
        let source = &self.files[parent.file.0 as usize];
        let pointer = source.written(&parent.pointer).join(entry.key);
        Position { file: Arc::clone(source.file()), pointer, line: Some(entry.line) }
    }

    /// Takes the examples out of all files.
    pub fn forget_examples(&mut self, dialect: Dialect) {
        for file in &mut self.files {
            forget_examples(file.value_mut(), Identifiers::of(dialect));
        }
    }

    /// Puts the value of a file into another shape.
    pub fn reshape(&mut self, file: FileId, value: Value, origins: Moves) {
        self.files[file.0 as usize].reshape(value, origins);
    }

    /// The reference, without a fragment, by which `from` names the file `to`.
    pub fn uri(&self, from: FileId, to: FileId) -> Option<String> {
        if from == to {
            return Some(String::new());
        }
        if let Some(uri) = self.fetched.get(&to) {
            return Some(uri.clone());
        }
        let path = |file: FileId| self.paths.get(file.0 as usize)?.as_deref();
        let uri = relative(path(from)?.parent()?, path(to)?);
        Some(utf8_percent_encode(uri.to_str()?, IN_PATHS).to_string())
    }

    /// While the value at `spot` is a Reference Object (has a textual `$ref`), goes on to what it
    /// names; gives the place of the first value that is none.
    pub fn follow(&self, spot: Spot) -> Result<Spot, RefError> {
        let value = self.get(&spot).ok_or_else(|| RefError::Nowhere { pointer: spot.pointer.clone() })?;
        self.follow_from((spot, value)).map(|(spot, _)| spot)
    }

    /// The same, of a value that is at hand: to look one up from the root is slow in a large file.
    pub fn follow_from<'s>(&'s self, from: (Spot, &'s Value)) -> Result<(Spot, &'s Value), RefError> {
        let mut here = from;
        let mut first = None;
        for _ in 0..MAX_CHAIN {
            let Some(reference) = here.1.get("$ref").and_then(Value::as_str) else { return Ok(here) };
            here = self.named(&here.0, reference)?;
            first.get_or_insert(reference);
        }
        Err(RefError::Cycle { reference: first.unwrap_or_default().to_owned() })
    }

    /// The place that `reference`, which stands at `at`, names; something stands there.
    pub fn resolve(&self, at: &Spot, reference: &str) -> Result<Spot, RefError> {
        self.named(at, reference).map(|(spot, _)| spot)
    }

    /// The place that `reference` names, and what stands there.
    fn named(&self, at: &Spot, reference: &str) -> Result<(Spot, &Value), RefError> {
        let dangling = || RefError::Dangling { reference: reference.to_owned() };
        let (uri, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let from = self.resources.around(at).ok_or_else(dangling)?;
        let resource = match uri {
            "" => from,
            uri => match self.embedded(from, uri, reference)? {
                Some(resource) => resource,
                None => self.file_root(at.file, uri).ok_or_else(dangling)?,
            },
        };
        let fragment = decode(fragment).ok_or_else(|| RefError::Malformed { reference: reference.into() })?;
        let root = self.resources.root(resource);
        let spot = match JsonPointer::parse(&fragment) {
            Some(pointer) => Spot { file: root.file, pointer: root.pointer.append(&pointer) },
            None => self.resources.anchor(resource, &fragment).cloned().ok_or_else(dangling)?,
        };
        let value = self.get(&spot).ok_or_else(dangling)?;
        Ok((spot, value))
    }

    /// The schema resource that `uri` names; `None` where it can only be the path of a file.
    fn embedded(&self, from: ResourceId, uri: &str, reference: &str) -> Result<Option<ResourceId>, RefError> {
        let remote = || RefError::Remote { reference: reference.to_owned() };
        let fetched = self.fetched.contains_key(&self.resources.root(from).file);
        if uri.starts_with("//") && !fetched {
            return Err(remote());
        }
        match self.resources.find(from, uri) {
            // Whatever URI a document says it has, the files beside it stay beside it.
            Err(RefError::Remote { .. }) if !has_scheme(uri) && !fetched && self.resources.is_file(from) => {
                Ok(None)
            }
            Err(RefError::Remote { .. }) => Err(remote()),
            // A path need not be a URI: people write blanks into it.
            Err(_) if !has_scheme(uri) => Ok(None),
            Err(_) => Err(RefError::Malformed { reference: reference.to_owned() }),
            Ok(found) => Ok(found),
        }
    }

    /// The URI, without its fragment, that `reference` means where it stands.
    fn absolute(&self, at: &Spot, reference: &str) -> Option<String> {
        let uri = reference.split('#').next().unwrap_or_default();
        self.resources.absolute(self.resources.around(at)?, uri)
    }

    fn file_root(&self, from: FileId, uri: &str) -> Option<ResourceId> {
        let file = *self.by_path.get(&self.path_of(from, uri)?)?;
        self.resources.around(&Spot { file, pointer: JsonPointer::root() })
    }

    /// The path that `uri` means in a reference that stands in the file `from`.
    fn path_of(&self, from: FileId, uri: &str) -> Option<PathBuf> {
        let folder = self.paths.get(from.0 as usize)?.as_ref()?.parent()?;
        Some(normalize(&folder.join(decode(uri)?)))
    }

    /// The places of all schemas that stand outside of other schemas: the components, and what
    /// stands under `schema`.
    pub fn schemas(&self) -> Vec<Spot> {
        let mut found = Vec::new();
        for (index, source) in self.files.iter().enumerate() {
            let file = FileId(u32::try_from(index).unwrap_or(u32::MAX));
            schemas(source.value(), &mut |pointer| found.push(Spot { file, pointer }));
        }
        found
    }

    /// The places of all messages and operations of an AsyncAPI document that name traits.
    pub fn trait_owners(&self) -> Vec<Spot> {
        let mut owners = Vec::new();
        for (index, source) in self.files.iter().enumerate() {
            let file = FileId(u32::try_from(index).unwrap_or(u32::MAX));
            walk(source.value(), Identifiers::Draft7, &mut |at, found| {
                if matches!(found, Found::Traits) {
                    owners.push(Spot { file, pointer: at.pointer() });
                }
            });
        }
        owners
    }

    /// Whether a part of the file has a URI of its own, so that a reference may mean something else in
    /// each part.
    pub fn has_inner_resources(&self, file: FileId) -> bool {
        self.resources.are_several(file)
    }

    /// The resource that `spot` lies in.
    pub fn resource(&self, spot: &Spot) -> Option<ResourceId> {
        self.resources.around(spot)
    }

    /// Where `name` stands as a `$dynamicAnchor` of `resource`.
    pub fn dynamic_anchor(&self, resource: ResourceId, name: &str) -> Option<&Spot> {
        self.resources.dynamic_anchor(resource, name)
    }
}

impl Identifiers {
    fn of(dialect: Dialect) -> Self {
        match dialect {
            Dialect::OpenApi30 => Self::None,
            Dialect::Draft4 => Self::Draft4,
            Dialect::AsyncApi | Dialect::Draft7 => Self::Draft7,
            Dialect::OpenApi31 | Dialect::Draft202012 => Self::Draft202012,
        }
    }
}

/// The reference to `pointer` in the file that `uri` names.
pub(crate) fn refer_to(uri: &str, pointer: &JsonPointer) -> String {
    format!("{uri}#{}", utf8_percent_encode(pointer.as_str(), IN_FRAGMENTS))
}

/// What a fragment cannot say of itself.
const IN_FRAGMENTS: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'#').add(b'"').add(b'<').add(b'>');
/// What a path as a reference cannot say of itself.
const IN_PATHS: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'#').add(b'?').add(b':');

/// `path` as seen from `folder`; both are without `.` and `..`.
fn relative(folder: &Path, path: &Path) -> PathBuf {
    let shared = folder.components().zip(path.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared)).collect()
}

fn decode(text: &str) -> Option<String> {
    Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
}

fn has_scheme(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
    })
}

/// The path without `.` and with each `..` taken back, as references mean it.
fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(normal.components().next_back(), Some(Component::Normal(_))) => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests;
