//! Which types a schema lets through, however it says so: by `type`, by `nullable`, by the values of
//! an `enum`, or by the branches of a `oneOf`.

use serde_json::Value;

use super::side::{SchemaId, Side, is_annotation};
use crate::schema::Types;

/// The types of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::diff) struct Kinds {
    pub types: Types,
    /// Names that JSON Schema does not have, sorted. Real documents use some.
    pub others: Vec<String>,
    /// Whether the schema says anything of types. Where it does not, `types` are all.
    pub declared: bool,
    /// Whether a `oneOf` or `anyOf` of bare types says it.
    pub listed: bool,
}

/// Schemas inside schemas that types are looked for in, at most.
const MAX_DEPTH: usize = 64;

impl Kinds {
    pub const ANY: Self = Self { types: Types::ALL, others: Vec::new(), declared: false, listed: false };

    fn of(types: Types) -> Self {
        Self { types, declared: true, ..Self::ANY }
    }

    pub fn and(self, other: &Self) -> Self {
        if !self.declared {
            return Self { listed: other.listed || self.listed, ..other.clone() };
        }
        if !other.declared {
            return self;
        }
        let others = self.others.into_iter().filter(|name| other.others.contains(name)).collect();
        Self {
            types: self.types.and(other.types),
            others,
            declared: true,
            listed: self.listed || other.listed,
        }
    }

    fn or(mut self, other: &Self) -> Self {
        for name in &other.others {
            if !self.others.contains(name) {
                self.others.push(name.clone());
            }
        }
        self.others.sort_unstable();
        Self { types: self.types.or(other.types), declared: self.declared && other.declared, ..self }
    }

    pub fn allows_null(&self) -> bool {
        self.types.meets(Types::NULL)
    }

    /// Nothing but null.
    pub fn is_null(&self) -> bool {
        self.types == Types::NULL && self.others.is_empty()
    }

    /// The types without null, which is spoken of on its own.
    pub fn beside_null(&self) -> Types {
        self.types.without(Types::NULL)
    }

    /// Whether all types of `inner` are among these.
    pub fn contain(&self, inner: &Self) -> bool {
        inner.beside_null().without(self.types).is_empty()
            && (!self.declared || inner.others.iter().all(|name| self.others.contains(name)))
    }

    /// The names, null left out; for a schema that says nothing of types there are none.
    pub fn names(&self) -> Value {
        if !self.declared {
            return Value::Null;
        }
        let mut names: Vec<String> = self.beside_null().names().into_iter().map(str::to_owned).collect();
        names.extend(self.others.iter().cloned());
        match names.as_slice() {
            [one] => Value::from(one.as_str()),
            _ => Value::from(names),
        }
    }
}

impl Side<'_> {
    /// The types of one schema.
    pub fn kinds(&mut self, id: SchemaId) -> Kinds {
        self.kinds_at(id, 0)
    }

    fn kinds_at(&mut self, id: SchemaId, depth: usize) -> Kinds {
        let id = self.target(id);
        if let Some(known) = self.kinds.get(&id) {
            return known.clone();
        }
        // What refers to itself says no more than it has said.
        self.kinds.insert(id, Kinds::ANY);
        let kinds = if depth < MAX_DEPTH { self.find_kinds(id, depth + 1) } else { Kinds::ANY };
        self.kinds.insert(id, kinds.clone());
        kinds
    }

    fn find_kinds(&mut self, id: SchemaId, depth: usize) -> Kinds {
        let value = self.value(id);
        if *value == Value::Bool(false) {
            return Kinds::of(Types::NONE);
        }
        let own = own(value);
        let nullable = self.ignores_siblings() && value["nullable"] == true;
        let mut kinds = own.clone();
        if nullable && own.declared {
            kinds.types = kinds.types.or(Types::NULL);
        }
        if let Some(target) = self.referred(id) {
            kinds = kinds.and(&self.kinds_at(target, depth));
        }
        for (index, branch) in list(value, "allOf") {
            let branch = self.listed(id, "allOf", (index, branch));
            kinds = kinds.and(&self.kinds_at(branch, depth));
        }
        for keyword in ["oneOf", "anyOf"] {
            if let Some(branches) = self.branch_kinds(id, keyword, depth) {
                kinds = kinds.and(&branches);
            }
        }
        // Strictly, `nullable` needs a `type` beside it; whoever writes it elsewhere means it all the same.
        if nullable && kinds.declared {
            kinds.types = kinds.types.or(Types::NULL);
        }
        kinds
    }

    fn branch_kinds(&mut self, id: SchemaId, keyword: &'static str, depth: usize) -> Option<Kinds> {
        let value = self.value(id);
        let mut all: Option<Kinds> = None;
        for (index, branch) in list(value, keyword) {
            let branch = self.listed(id, keyword, (index, branch));
            let kinds = self.kinds_at(branch, depth);
            all = Some(match all {
                Some(all) => all.or(&kinds),
                None => kinds,
            });
        }
        let listed = self.is_list_of_types(id, keyword);
        all.map(|all| Kinds { listed, ..all })
    }

    /// Whether a `oneOf` or `anyOf` says no more than a list of types would: several, null aside.
    pub fn is_list_of_types(&mut self, id: SchemaId, keyword: &'static str) -> bool {
        let mut several = 0;
        for (index, branch) in list(self.value(id), keyword) {
            let branch = self.listed(id, keyword, (index, branch));
            let branch = self.target(branch);
            let Some(members) = self.value(branch).as_object() else { return false };
            let bare = |key: &String| key == "type" || key == "nullable" || is_annotation(key);
            if !members.contains_key("type") || !members.keys().all(bare) {
                return false;
            }
            several += usize::from(!self.kinds(branch).is_null());
        }
        several > 1
    }
}

/// The schemas of a list.
pub(in crate::diff) fn list<'d>(
    value: &'d Value,
    keyword: &str,
) -> impl Iterator<Item = (usize, &'d Value)> + use<'d> {
    value.get(keyword).and_then(Value::as_array).into_iter().flatten().enumerate()
}

fn own(value: &Value) -> Kinds {
    let names: Vec<&str> = match &value["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => return of_values(value),
    };
    let mut kinds = Kinds::of(Types::NONE);
    for name in names {
        match named(name) {
            Some(types) => kinds.types = kinds.types.or(types),
            None => kinds.others.push(name.to_owned()),
        }
    }
    kinds.others.sort_unstable();
    kinds
}

fn named(name: &str) -> Option<Types> {
    Some(match name {
        "null" => Types::NULL,
        "boolean" => Types::BOOLEAN,
        "integer" => Types::INTEGER,
        "number" => Types::NUMBER,
        "string" => Types::STRING,
        "array" => Types::ARRAY,
        "object" => Types::OBJECT,
        _ => return None,
    })
}

/// The types of the only values there are.
fn of_values(value: &Value) -> Kinds {
    let values = match (value.get("const"), value["enum"].as_array()) {
        (Some(only), _) => std::slice::from_ref(only),
        (None, Some(values)) => values.as_slice(),
        (None, None) => return Kinds::ANY,
    };
    Kinds::of(values.iter().map(Types::of).fold(Types::NONE, Types::or))
}
