//! References: what they name is put into shape, and where it moves they follow.

use serde_json::Value;

use super::{Kind, Translator, Way};
use crate::load::LoadError;
use crate::pointer::JsonPointer;
use crate::sources::{FileId, Spot, refer_to};

/// A reference to a schema, rewritten when it is known where all schemas have gone.
#[derive(Clone)]
pub(super) struct Pending {
    /// The object that has the `$ref`, where it is now.
    pub(super) at: Spot,
    /// What comes before the fragment.
    pub(super) uri: String,
    /// What it names, as written.
    pub(super) target: Spot,
}

/// The component of the new shape that is called `name`, an escaped token.
pub(super) fn component(section: &str, name: &str) -> JsonPointer {
    JsonPointer::parse(&format!("/components/{section}/{name}")).unwrap_or_default()
}

/// The name of a component at the top of the root file, such as `A` of `/parameters/A`.
pub(super) fn shared<'p>(target: &'p Spot, section: &str) -> Option<&'p str> {
    if target.file != FileId::ROOT {
        return None;
    }
    let name = target.pointer.as_str().strip_prefix('/')?.strip_prefix(section)?.strip_prefix('/')?;
    (!name.contains('/')).then_some(name)
}

/// Whether the root file itself says what stands at `target`, so that it is put into shape with it.
pub(super) fn is_shaped(target: &Spot) -> bool {
    let sections = ["/definitions/", "/parameters/", "/responses/", "/paths/"];
    target.file == FileId::ROOT && sections.iter().any(|section| target.pointer.as_str().starts_with(section))
}

impl Translator<'_> {
    /// The text that `reference`, the `$ref` of a schema, has in the new shape.
    pub(super) fn schema_reference(&mut self, way: &Way, reference: &str) -> String {
        // What leads nowhere has been refused, unless it is remote.
        let Ok(target) = self.sources.resolve(&way.written(), reference) else { return reference.to_owned() };
        let uri = reference.split('#').next().unwrap_or_default();
        let inside = target.pointer.as_str().strip_prefix("/definitions/");
        if let Some(inside) = inside.filter(|_| target.file == FileId::ROOT) {
            return refer_to(uri, &component("schemas", inside));
        }
        self.name(&target, Kind::Schema);
        let at = Spot { file: way.file, pointer: way.to.clone() };
        self.pending.push(Pending { at, uri: uri.to_owned(), target });
        reference.to_owned()
    }

    /// A schema that is the one at `target`, which may be in another file.
    pub(super) fn refer(&mut self, way: &Way, target: Spot) -> Option<Value> {
        let uri = self.sources.uri(way.file, target.file)?;
        let from = if target.file == way.file { &target.pointer } else { &way.from };
        self.origin(way.file, &way.to, from);
        let reference = refer_to(&uri, &target.pointer);
        let at = Spot { file: way.file, pointer: way.to.clone() };
        self.pending.push(Pending { at, uri, target });
        Some(serde_json::json!({ "$ref": reference }))
    }

    /// Has what stands at `target` put into shape there, unless that is done already.
    pub(super) fn name(&mut self, target: &Spot, kind: Kind) {
        if !is_shaped(target) && self.known.insert((target.clone(), kind)) {
            self.named.push((target.clone(), kind));
        }
    }

    /// Puts what is referred to into shape where it stands.
    pub(super) fn named(&mut self) -> Result<(), LoadError> {
        let produces = self.produces.clone();
        while let Some((spot, kind)) = self.named.pop() {
            let Some(value) = self.sources.get(&spot) else { continue };
            let way = Way { file: spot.file, from: spot.pointer.clone(), to: spot.pointer.clone() };
            let shaped = match kind {
                Kind::Schema => self.schema(value, &way),
                Kind::Parameter => self.parameter(value, &way)?,
                Kind::Response => self.response(value, &way, &produces)?,
                Kind::PathItem => self.path_item(value, &way)?,
            };
            // What lies in something that has moved already has moved with it.
            if let Some(place) = self.shaped(spot.file).value.pointer_mut(spot.pointer.as_str()) {
                *place = shaped;
            }
        }
        Ok(())
    }

    /// Has references follow what has moved.
    pub(super) fn redirect(&mut self) {
        for Pending { at, uri, target } in std::mem::take(&mut self.pending) {
            let moved = self.shaped(target.file).schemas.of(&target.pointer);
            if moved == target.pointer {
                continue;
            }
            let holder = self.shaped(at.file).value.pointer_mut(at.pointer.as_str());
            if let Some(Value::Object(holder)) = holder {
                holder.insert("$ref".to_owned(), refer_to(&uri, &moved).into());
            }
        }
    }
}
