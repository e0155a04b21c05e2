//! Schema resources: parts of files that have a URI of their own (`$id`), and the anchors in them.

use std::collections::{BTreeMap, HashMap};

use referencing::{Uri, uri};
use serde_json::Value;

use super::walk::{Found, Identifiers, walk};
use super::{FileId, Spot};
use crate::load::RefError;
use crate::pointer::JsonPointer;

/// A part of a file inside which references are relative to one URI. Every file is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ResourceId(u32);

#[derive(Debug)]
struct Resource {
    root: Spot,
    uri: Uri<String>,
}

/// All schema resources of a document.
#[derive(Debug, Default)]
pub(super) struct Resources {
    all: Vec<Resource>,
    /// By file, the roots of its resources.
    roots: HashMap<FileId, BTreeMap<String, ResourceId>>,
    by_uri: HashMap<String, ResourceId>,
    anchors: HashMap<(ResourceId, String), Spot>,
    dynamic: HashMap<(ResourceId, String), Spot>,
}

/// The scheme of files, which have no URI of their own.
const LOCAL: &str = "json-schema";

impl Resources {
    /// Takes up the resources of a file, whose own URI is `uri` where it is known under one.
    pub(super) fn add(&mut self, file: FileId, own: Option<&str>, value: &Value, identifiers: Identifiers) {
        let local = format!("{LOCAL}:///{}/", file.0);
        let Ok(local) = uri::from_str(&local) else { return };
        let base = own.and_then(|own| uri::resolve_against(&local.borrow(), own).ok()).unwrap_or(local);
        let mut current =
            vec![(String::new(), self.insert(Spot { file, pointer: JsonPointer::root() }, base))];
        if identifiers == Identifiers::None {
            return;
        }
        walk(value, identifiers, &mut |at, found| {
            let pointer = at.pointer();
            let place = pointer.as_str();
            while current.last().is_some_and(|(root, _)| !is_inside(place, root)) {
                current.pop();
            }
            let Some(&(_, resource)) = current.last() else { return };
            let spot = Spot { file, pointer: pointer.clone() };
            match found {
                Found::Id(id) => {
                    let base = self.all[resource.0 as usize].uri.borrow();
                    if let Ok(uri) = uri::resolve_against(&base, id) {
                        current.push((place.to_owned(), self.insert(spot, uri)));
                    }
                }
                Found::Anchor(name) => {
                    self.anchors.insert((resource, name.to_owned()), spot);
                }
                Found::DynamicAnchor(name) => {
                    self.anchors.insert((resource, name.to_owned()), spot.clone());
                    self.dynamic.insert((resource, name.to_owned()), spot);
                }
                Found::Reference(_) | Found::Traits => {}
            }
        });
    }

    fn insert(&mut self, root: Spot, uri: Uri<String>) -> ResourceId {
        let id = ResourceId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.roots.entry(root.file).or_default().insert(root.pointer.as_str().to_owned(), id);
        self.by_uri.insert(uri.strip_fragment().as_str().to_owned(), id);
        self.all.push(Resource { root, uri });
        id
    }

    /// The innermost resource that `spot` lies in.
    pub(super) fn around(&self, spot: &Spot) -> Option<ResourceId> {
        let roots = self.roots.get(&spot.file)?;
        let mut place = spot.pointer.as_str();
        if roots.len() == 1 {
            place = "";
        }
        loop {
            if let Some(id) = roots.get(place) {
                return Some(*id);
            }
            place = &place[..place.rfind('/')?];
        }
    }

    /// Whether there is a resource inside of the file.
    pub(super) fn are_several(&self, file: FileId) -> bool {
        self.roots.get(&file).is_some_and(|roots| roots.len() > 1)
    }

    /// The root of a resource.
    pub(super) fn root(&self, resource: ResourceId) -> &Spot {
        &self.all[resource.0 as usize].root
    }

    /// Whether a resource is a whole file.
    pub(super) fn is_file(&self, resource: ResourceId) -> bool {
        self.root(resource).pointer == JsonPointer::root()
    }

    pub(super) fn anchor(&self, resource: ResourceId, name: &str) -> Option<&Spot> {
        self.anchors.get(&(resource, name.to_owned()))
    }

    pub(super) fn dynamic_anchor(&self, resource: ResourceId, name: &str) -> Option<&Spot> {
        self.dynamic.get(&(resource, name.to_owned()))
    }

    /// The URI, without its fragment, that `reference` means inside `from`; `None` where it is malformed.
    pub(super) fn absolute(&self, from: ResourceId, reference: &str) -> Option<String> {
        let base = self.all[from.0 as usize].uri.borrow();
        let uri = uri::resolve_against(&base, reference).ok()?;
        Some(uri.strip_fragment().as_str().to_owned())
    }

    /// The resource that `reference` names, its fragment aside, when read inside `from`. `None`
    /// where it is relative and names no resource: it may be the path of a file.
    pub(super) fn find(&self, from: ResourceId, reference: &str) -> Result<Option<ResourceId>, RefError> {
        let base = self.all[from.0 as usize].uri.borrow();
        let malformed = || RefError::Malformed { reference: reference.to_owned() };
        let uri = uri::resolve_against(&base, reference).map_err(|_| malformed())?;
        let uri = uri.strip_fragment();
        if let Some(id) = self.by_uri.get(uri.as_str()) {
            return Ok(Some(*id));
        }
        if uri.scheme().as_str() == LOCAL {
            return Ok(None);
        }
        Err(RefError::Remote { reference: reference.to_owned() })
    }
}

fn is_inside(place: &str, root: &str) -> bool {
    place.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
