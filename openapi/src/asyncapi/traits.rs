//! Traits: what several messages or operations have in common is merged into each, by JSON Merge
//! Patch (RFC 7396) as the specification has it. In version 2 a trait wins over what it is merged
//! into, in version 3 it loses.

use serde_json::{Map, Value};

use super::AsyncApiVersion;
use crate::load::{LoadError, LoadOptions};
use crate::pointer::{JsonPointer, Path};
use crate::source::Moves;
use crate::sources::{FileId, Sources, Spot, refer_to};

/// Merges all traits of a document where they are named. What comes of it keeps the places where it
/// was written.
pub(super) fn merge(
    sources: &mut Sources,
    version: AsyncApiVersion,
    options: &LoadOptions,
) -> Result<(), LoadError> {
    let mut owners = sources.trait_owners();
    owners.sort();
    let mut budget = options.max_values;
    for of_file in owners.chunk_by(|one, other| one.file == other.file) {
        let file = of_file[0].file;
        let mut value = sources.get(&at(file)).cloned().unwrap_or_default();
        let mut merger = Merger { sources, file, origins: Moves::default(), budget };
        for owner in of_file {
            let whole = merger.whole(owner, version, options)?;
            if let Some(place) = value.pointer_mut(owner.pointer.as_str()) {
                *place = whole;
            }
        }
        let Merger { origins, budget: rest, .. } = merger;
        budget = rest;
        sources.reshape(file, value, origins);
    }
    Ok(())
}

fn at(file: FileId) -> Spot {
    Spot { file, pointer: JsonPointer::root() }
}

struct Merger<'s> {
    sources: &'s Sources,
    file: FileId,
    /// From what is merged to where it was written.
    origins: Moves,
    /// Values that may still be copied.
    budget: usize,
}

/// Something that is merged into something else.
struct Patch<'p> {
    value: &'p Value,
    /// Where it is written.
    spot: &'p Spot,
    /// Where what is written in another file is named in this one.
    named: &'p JsonPointer,
}

impl Merger<'_> {
    /// The message or operation at `owner` with its traits.
    fn whole(
        &mut self,
        owner: &Spot,
        version: AsyncApiVersion,
        options: &LoadOptions,
    ) -> Result<Value, LoadError> {
        let own = self.sources.get(owner).unwrap_or(&Value::Null);
        let listed = owner.join("traits");
        let count = own["traits"].as_array().map_or(0, Vec::len);
        let mut merged = match version {
            AsyncApiVersion::V2 => own.clone(),
            AsyncApiVersion::V3 => Value::Object(Map::new()),
        };
        for index in 0..count {
            let named = listed.index(index);
            let Ok(spot) = self.sources.follow(named.clone()) else { continue };
            let Some(value) = self.sources.get(&spot) else { continue };
            self.spend(value, owner, options)?;
            let value = self.rebased(value, &spot);
            let patch = Patch { value: &value, spot: &spot, named: &named.pointer };
            self.apply(&mut merged, &patch, &owner.pointer, &Path::Root);
        }
        if version == AsyncApiVersion::V3 {
            let patch = Patch { value: own, spot: owner, named: &owner.pointer };
            self.apply(&mut merged, &patch, &owner.pointer, &Path::Root);
        }
        Ok(merged)
    }

    /// Merges a part of `patch` into `target`, which is to stand at `inside` of `owner`.
    fn apply(&mut self, target: &mut Value, patch: &Patch<'_>, owner: &JsonPointer, inside: &Path<'_>) {
        let (Value::Object(members), Value::Object(target)) = (patch.value, &mut *target) else {
            *target = patch.value.clone();
            let place = inside.pointer();
            let from = if patch.spot.file == self.file {
                patch.spot.pointer.append(&place)
            } else {
                patch.named.clone()
            };
            self.origins.link(&owner.append(&place), &from);
            return;
        };
        for (key, value) in members {
            if value.is_null() {
                target.remove(key);
                continue;
            }
            let below = Path::Member(inside, key);
            let patch = Patch { value, ..*patch };
            let known = target.entry(key.clone()).or_insert(Value::Null);
            self.apply(known, &patch, owner, &below);
        }
    }

    /// `value`, which is written at `spot`, with references that lead on from this file.
    fn rebased(&self, value: &Value, spot: &Spot) -> Value {
        let mut value = value.clone();
        if spot.file != self.file {
            self.rebase(&mut value, spot);
        }
        value
    }

    fn rebase(&self, value: &mut Value, spot: &Spot) {
        match value {
            Value::Object(members) => {
                let reference = members.get("$ref").and_then(Value::as_str);
                let target = reference.and_then(|reference| self.sources.resolve(spot, reference).ok());
                let moved = target.and_then(|target| {
                    Some(refer_to(&self.sources.uri(self.file, target.file)?, &target.pointer))
                });
                if let Some(moved) = moved {
                    members.insert("$ref".to_owned(), moved.into());
                }
                members.values_mut().for_each(|value| self.rebase(value, spot));
            }
            Value::Array(elements) => elements.iter_mut().for_each(|value| self.rebase(value, spot)),
            _ => {}
        }
    }

    fn spend(&mut self, value: &Value, at: &Spot, options: &LoadOptions) -> Result<(), LoadError> {
        let Some(rest) = self.budget.checked_sub(size(value)) else {
            let position = self.sources.position(at);
            let (line, limit) = (position.line.unwrap_or(1), options.max_values);
            return Err(LoadError::TooManyValues { file: position.file, line, limit });
        };
        self.budget = rest;
        Ok(())
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Object(members) => members.values().map(size).sum::<usize>(),
        Value::Array(elements) => elements.iter().map(size).sum(),
        _ => 0,
    }
}
