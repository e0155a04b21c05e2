//! The root file of a document and every local file that it refers to, directly or not.

use std::path::Path;

use serde_json::Value;

use crate::load::{LoadError, LoadOptions, RefError};
use crate::pointer::JsonPointer;
use crate::violation::Position;

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
pub(crate) struct Sources {}

impl Sources {
    /// Reads the root file and, over references, every local file that belongs to it. Every
    /// reference of every file is checked.
    pub fn load(path: &Path, options: &LoadOptions) -> Result<Self, LoadError> {
        let _ = (path, options);
        todo!()
    }

    /// Reads a document that is one text. References to other files are refused.
    pub fn from_text(name: &str, text: &str, options: &LoadOptions) -> Result<Self, LoadError> {
        let _ = (name, text, options);
        todo!()
    }

    /// The value of the root file.
    pub fn root(&self) -> &Value {
        todo!()
    }

    /// What stands at `spot`. Does not follow references.
    pub fn get(&self, spot: &Spot) -> Option<&Value> {
        let _ = spot;
        todo!()
    }

    /// While the value at `spot` is a Reference Object (has a textual `$ref`), goes on to what it
    /// names; gives the place of the first value that is none.
    pub fn follow(&self, spot: Spot) -> Result<Spot, RefError> {
        let _ = spot;
        todo!()
    }

    /// File, pointer and line of `spot`.
    pub fn position(&self, spot: &Spot) -> Position {
        let _ = spot;
        todo!()
    }
}
