//! What several schemas that hold all at once say together. References and `allOf` are taken apart:
//! of what is left each part is an object of keywords, and all of them hold.

use std::collections::HashSet;

use serde_json::Value;

use super::kinds::{Kinds, list};
use super::side::{SchemaId, Side, Together};

/// Schemas as one.
#[derive(Debug)]
pub(in crate::diff) struct View<'d> {
    /// From the outermost to what it refers to, each once.
    pub parts: Vec<SchemaId>,
    pub kinds: Kinds,
    /// The `oneOf` and `anyOf` that are more than a list of types.
    pub choices: Vec<Choice>,
    /// Which families of keywords any part has.
    pub families: Families,
    /// Nothing at all is let through.
    pub never: bool,
    values: Vec<&'d Value>,
}

/// A `oneOf` or `anyOf`. A branch for null alone is left out: the types tell of it.
#[derive(Clone, Debug)]
pub(in crate::diff) struct Choice {
    pub keyword: &'static str,
    pub owner: SchemaId,
    pub branches: Vec<SchemaId>,
}

/// What a schema says of itself that whoever holds it asks after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::diff) struct Traits {
    pub read_only: bool,
    pub write_only: bool,
    pub has_default: bool,
}

/// A set of families of keywords, each of which is compared by one file here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::diff) struct Families(u16);

impl Families {
    pub const NUMBER: Self = Self(1);
    pub const TEXT: Self = Self(1 << 1);
    pub const VALUES: Self = Self(1 << 2);
    pub const ARRAY: Self = Self(1 << 3);
    pub const OBJECT: Self = Self(1 << 4);
    pub const CONDITIONS: Self = Self(1 << 5);
    pub const CONTENT: Self = Self(1 << 6);
    pub const DISCRIMINATOR: Self = Self(1 << 7);
    pub const ALL_OF: Self = Self(1 << 8);

    pub const fn has(self, family: Self) -> bool {
        self.0 & family.0 != 0
    }

    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The family of a keyword.
    pub fn of(keyword: &str) -> Self {
        match keyword {
            "maximum" | "minimum" | "exclusiveMaximum" | "exclusiveMinimum" | "multipleOf" => Self::NUMBER,
            "maxLength" | "minLength" | "pattern" => Self::TEXT,
            "enum" | "const" | "default" | "x-extensible-enum" => Self::VALUES,
            "items" | "prefixItems" | "additionalItems" | "contains" | "minContains" | "maxContains"
            | "maxItems" | "minItems" | "uniqueItems" | "unevaluatedItems" => Self::ARRAY,
            "properties"
            | "required"
            | "additionalProperties"
            | "patternProperties"
            | "propertyNames"
            | "maxProperties"
            | "minProperties"
            | "unevaluatedProperties" => Self::OBJECT,
            "if" | "then" | "else" | "not" | "dependentRequired" | "dependentSchemas" => Self::CONDITIONS,
            "contentEncoding" | "contentMediaType" | "contentSchema" => Self::CONTENT,
            "discriminator" => Self::DISCRIMINATOR,
            "allOf" => Self::ALL_OF,
            _ => Self(0),
        }
    }

    /// The constraints, which a schema that only brings branches together has none of.
    pub const STRUCTURE: Self = Self(
        Self::NUMBER.0
            | Self::TEXT.0
            | Self::VALUES.0
            | Self::ARRAY.0
            | Self::OBJECT.0
            | Self::CONDITIONS.0
            | Self::CONTENT.0,
    );
}

impl<'d> View<'d> {
    /// The values of a keyword, each with the part that has it.
    pub fn all<'v>(&'v self, keyword: &'v str) -> impl Iterator<Item = (SchemaId, &'d Value)> + 'v {
        let parts = self.parts.iter().zip(&self.values);
        parts.filter_map(move |(part, value)| Some((*part, value.get(keyword)?)))
    }

    /// The value of the outermost part that has the keyword.
    pub fn first(&self, keyword: &str) -> Option<(SchemaId, &'d Value)> {
        self.all(keyword).next()
    }

    /// The outermost part: what is missing would stand there.
    pub fn outermost(&self) -> Option<SchemaId> {
        self.parts.first().copied()
    }
}

impl<'d> Side<'d> {
    /// What `schemas` say together.
    pub fn view(&mut self, schemas: &Together) -> View<'d> {
        let mut view = View {
            parts: Vec::with_capacity(schemas.all().len()),
            kinds: Kinds::ANY,
            choices: Vec::new(),
            families: Families::default(),
            never: false,
            values: Vec::with_capacity(schemas.all().len()),
        };
        for &schema in schemas.all() {
            view.kinds = view.kinds.and(&self.kinds(schema));
        }
        let mut seen = HashSet::new();
        let mut next: Vec<SchemaId> = schemas.all().iter().rev().copied().collect();
        while let Some(id) = next.pop() {
            let id = self.target(id);
            if seen.insert(id) {
                let inner = self.take_apart(id, &mut view);
                next.extend(inner.into_iter().rev());
            }
        }
        view
    }

    /// Puts one schema into `view`; gives those that hold together with it.
    fn take_apart(&mut self, id: SchemaId, view: &mut View<'d>) -> Vec<SchemaId> {
        let value = self.value(id);
        let Some(members) = value.as_object() else {
            view.never |= *value == Value::Bool(false);
            return Vec::new();
        };
        view.parts.push(id);
        view.values.push(value);
        let families = members.keys().map(|key| Families::of(key)).fold(Families::default(), Families::or);
        view.families = view.families.or(families);
        let mut inner: Vec<SchemaId> = self.referred(id).into_iter().collect();
        for (index, branch) in list(value, "allOf") {
            inner.push(self.listed(id, "allOf", (index, branch)));
        }
        for keyword in ["oneOf", "anyOf"] {
            if members.contains_key(keyword) {
                inner.extend(self.choose(id, keyword, view));
            }
        }
        inner
    }

    /// Reads a `oneOf` or `anyOf`; gives its branch where there is but one.
    fn choose(&mut self, id: SchemaId, keyword: &'static str, view: &mut View<'d>) -> Option<SchemaId> {
        let mut branches = Vec::new();
        for (index, branch) in list(self.value(id), keyword) {
            let branch = self.listed(id, keyword, (index, branch));
            if !self.kinds(branch).is_null() {
                branches.push(branch);
            }
        }
        match branches.as_slice() {
            [] => None,
            [only] => Some(*only),
            _ if self.is_list_of_types(id, keyword) => None,
            _ => {
                view.choices.push(Choice { keyword, owner: id, branches });
                None
            }
        }
    }

    /// What `schemas` say of themselves.
    pub fn traits(&mut self, schemas: &Together) -> Traits {
        let each = schemas.all().iter().map(|schema| self.traits_of(*schema));
        each.fold(Traits::default(), |all, one| Traits {
            read_only: all.read_only || one.read_only,
            write_only: all.write_only || one.write_only,
            has_default: all.has_default || one.has_default,
        })
    }

    fn traits_of(&mut self, id: SchemaId) -> Traits {
        let id = self.target(id);
        if let Some(known) = self.traits.get(&id) {
            return *known;
        }
        let view = self.view(&Together::One(id));
        let flag = |keyword| view.all(keyword).any(|(_, value)| *value == true);
        let traits = Traits {
            read_only: flag("readOnly"),
            write_only: flag("writeOnly"),
            has_default: view.first("default").is_some(),
        };
        self.traits.insert(id, traits);
        traits
    }
}
