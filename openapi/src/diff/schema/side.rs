//! The schemas of one document, each with a number and each looked up once: comparing goes from
//! number to number and never searches for a place from the root.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::kinds::Kinds;
use super::view::Traits;
use crate::document::{Document, OpenApiVersion};
use crate::sources::{FileId, ResourceId, Sources, Spot};
use crate::violation::Position;

/// The number of a schema in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::diff) struct SchemaId(u32);

/// Schemas that have to hold all at once: mostly one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::diff) enum Together {
    One(SchemaId),
    /// Sorted, each once.
    Several(Arc<[SchemaId]>),
}

impl Together {
    /// At least one.
    pub fn new(mut schemas: Vec<SchemaId>) -> Self {
        schemas.sort_unstable();
        schemas.dedup();
        match schemas.as_slice() {
            [one] => Self::One(*one),
            _ => Self::Several(schemas.into()),
        }
    }

    pub fn all(&self) -> &[SchemaId] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(schemas) => schemas,
        }
    }
}

/// The schema of which nothing is said.
pub(in crate::diff) static ANYTHING: Value = Value::Bool(true);

/// One document, as comparing reads it.
#[derive(Debug)]
pub(in crate::diff) struct Side<'d> {
    pub sources: &'d Sources,
    pub version: OpenApiVersion,
    schemas: Vec<Entry<'d>>,
    /// By the address of the value, which no two places share.
    by_address: HashMap<*const Value, SchemaId>,
    targets: HashMap<(FileId, Option<ResourceId>, &'d str), Option<SchemaId>>,
    pub(super) kinds: HashMap<SchemaId, Kinds>,
    pub(super) traits: HashMap<SchemaId, Traits>,
}

#[derive(Debug)]
struct Entry<'d> {
    value: &'d Value,
    origin: Origin<'d>,
    file: FileId,
}

/// How a schema was come by. Its place is put together only where there is something to tell.
#[derive(Debug)]
enum Origin<'d> {
    At(Spot),
    Keyword(SchemaId, &'d str),
    Named(SchemaId, &'d str, &'d str),
    Listed(SchemaId, &'d str, usize),
}

/// References from schema to schema, at most, before one that is none.
const MAX_CHAIN: usize = 100;

impl<'d> Side<'d> {
    pub fn new(document: &'d Document) -> Self {
        Self {
            sources: document.sources(),
            version: document.version(),
            schemas: Vec::new(),
            by_address: HashMap::new(),
            targets: HashMap::new(),
            kinds: HashMap::new(),
            traits: HashMap::new(),
        }
    }

    /// The schema `value`, which stands at `spot`.
    pub fn schema(&mut self, spot: &Spot, value: &'d Value) -> SchemaId {
        let file = spot.file;
        self.intern(value, file, || Origin::At(spot.clone()))
    }

    /// The schema under `keyword` of another.
    pub fn keyword(&mut self, parent: SchemaId, keyword: &'d str, value: &'d Value) -> SchemaId {
        let file = self.entry(parent).file;
        self.intern(value, file, || Origin::Keyword(parent, keyword))
    }

    /// The schema `name` of those by name under `keyword` of another.
    pub fn named(
        &mut self,
        parent: SchemaId,
        keyword: &'d str,
        (name, value): (&'d str, &'d Value),
    ) -> SchemaId {
        let file = self.entry(parent).file;
        self.intern(value, file, || Origin::Named(parent, keyword, name))
    }

    /// The schema `index` of the list under `keyword` of another.
    pub fn listed(
        &mut self,
        parent: SchemaId,
        keyword: &'d str,
        (index, value): (usize, &'d Value),
    ) -> SchemaId {
        let file = self.entry(parent).file;
        self.intern(value, file, || Origin::Listed(parent, keyword, index))
    }

    fn intern(&mut self, value: &'d Value, file: FileId, origin: impl FnOnce() -> Origin<'d>) -> SchemaId {
        let schemas = &mut self.schemas;
        *self.by_address.entry(std::ptr::from_ref(value)).or_insert_with(|| {
            let id = SchemaId(u32::try_from(schemas.len()).expect("a document within its limits has fewer"));
            schemas.push(Entry { value, origin: origin(), file });
            id
        })
    }

    fn entry(&self, id: SchemaId) -> &Entry<'d> {
        &self.schemas[id.0 as usize]
    }

    pub fn value(&self, id: SchemaId) -> &'d Value {
        self.entry(id).value
    }

    /// The value of a keyword; none where the schema has it not, or is true or false.
    pub fn get(&self, id: SchemaId, keyword: &str) -> Option<&'d Value> {
        self.entry(id).value.get(keyword)
    }

    pub fn spot(&self, id: SchemaId) -> Spot {
        match &self.entry(id).origin {
            Origin::At(spot) => spot.clone(),
            Origin::Keyword(parent, keyword) => self.spot(*parent).join(keyword),
            Origin::Named(parent, keyword, name) => self.spot(*parent).join(keyword).join(name),
            Origin::Listed(parent, keyword, index) => self.spot(*parent).join(keyword).index(*index),
        }
    }

    pub fn position(&self, spot: &Spot) -> Position {
        self.sources.position(spot)
    }

    /// The schema that `id` is another name of: behind references that say nothing beside.
    pub fn target(&mut self, id: SchemaId) -> SchemaId {
        let mut here = id;
        for _ in 0..MAX_CHAIN {
            if !self.is_bare_reference(here) {
                return here;
            }
            match self.referred(here) {
                Some(next) => here = next,
                None => return here,
            }
        }
        here
    }

    /// What the `$ref` of a schema names; none where it has none, or where that is not to be had.
    pub fn referred(&mut self, id: SchemaId) -> Option<SchemaId> {
        let reference = self.reference(id)?;
        let file = self.entry(id).file;
        let several = self.sources.has_inner_resources(file);
        let resource = several.then(|| self.sources.resource(&self.spot(id))).flatten();
        let key = (file, resource, reference);
        if let Some(known) = self.targets.get(&key) {
            return *known;
        }
        let spot = self.sources.resolve(&self.spot(id), reference).ok();
        let found = spot.and_then(|spot| Some((self.sources.get(&spot)?, spot)));
        let target = found.map(|(value, spot)| self.schema(&spot, value));
        self.targets.insert(key, target);
        target
    }

    pub fn reference(&self, id: SchemaId) -> Option<&'d str> {
        self.get(id, "$ref").and_then(Value::as_str)
    }

    /// Before 3.1 nothing beside a reference counts.
    fn is_bare_reference(&self, id: SchemaId) -> bool {
        let Some(members) = self.value(id).as_object().filter(|_| self.reference(id).is_some()) else {
            return false;
        };
        self.ignores_siblings() || members.keys().all(|key| key == "$ref" || is_annotation(key))
    }

    pub fn ignores_siblings(&self) -> bool {
        matches!(self.version, OpenApiVersion::V2_0 | OpenApiVersion::V3_0)
    }
}

/// Whether a keyword changes nothing about which values are let through, nor about what is promised
/// of them.
pub(in crate::diff) fn is_annotation(keyword: &str) -> bool {
    matches!(
        keyword,
        "title"
            | "description"
            | "example"
            | "examples"
            | "externalDocs"
            | "xml"
            | "$comment"
            | "$id"
            | "$schema"
            | "$anchor"
            | "$dynamicAnchor"
            | "$defs"
            | "definitions"
            | "summary"
    ) || keyword.starts_with("x-")
        && !matches!(keyword, "x-extensible-enum" | "x-sunset" | "x-stability-level")
}
