//! What a schema says of all the values that it lets through, learnt from its keywords and not from
//! any one value: what a document promises to who has not seen the answer yet.

use std::sync::{Arc, LazyLock};

use serde::Serialize;
use serde_json::Value;

use super::Schemas;
use super::keywords::branches::Branches;
use super::keywords::discriminator::Among;
use super::node::{Kind, Node, Rule};

/// Schemas that are looked at for the facts of one, at most: a bound on what refers to itself.
const MAX_SCHEMAS: usize = 200;

/// A set of JSON types. Numbers are two of them: those that are whole, and those that are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Types(u8);

const NAMES: [(Types, &str); 7] = [
    (Types::NULL, "null"),
    (Types::BOOLEAN, "boolean"),
    (Types::INTEGER, "integer"),
    (Types::FRACTION, "fraction"),
    (Types::STRING, "string"),
    (Types::ARRAY, "array"),
    (Types::OBJECT, "object"),
];

impl Types {
    pub const NONE: Self = Self(0);
    pub const NULL: Self = Self(1);
    pub const BOOLEAN: Self = Self(2);
    pub const INTEGER: Self = Self(4);
    /// Numbers that are not whole.
    pub const FRACTION: Self = Self(8);
    pub const NUMBER: Self = Self(12);
    pub const STRING: Self = Self(16);
    pub const ARRAY: Self = Self(32);
    pub const OBJECT: Self = Self(64);
    pub const ALL: Self = Self(127);

    /// Whether the two have a type in common.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The type of one value.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) if number.as_f64().is_some_and(|float| float.fract() != 0.0) => {
                Self::FRACTION
            }
            Value::Number(_) => Self::INTEGER,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    /// The names of JSON Schema; `number` stands for both kinds of numbers.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let number = self.and(Self::NUMBER) == Self::NUMBER;
        let rest = if number { self.without(Self::NUMBER) } else { self };
        let named = NAMES.into_iter().filter(|(of, _)| rest.meets(*of)).map(|(_, name)| name);
        named.chain(number.then_some("number")).collect()
    }

    fn named(name: &str) -> Self {
        match name {
            "number" => Self::NUMBER,
            _ => NAMES.into_iter().find(|(_, known)| *known == name).map_or(Self::NONE, |(of, _)| of),
        }
    }

    fn of_keywords(schema: &Value) -> Self {
        let union = |types: &mut dyn Iterator<Item = Self>| types.fold(Self::NONE, Self::or);
        match &schema["type"] {
            Value::String(name) => Self::named(name),
            Value::Array(names) => union(&mut names.iter().filter_map(Value::as_str).map(Self::named)),
            _ => Self::ALL,
        }
    }
}

impl Serialize for Types {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.names().serialize(serializer)
    }
}

/// What holds for every value that a schema lets through.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    pub types: Types,
    /// Elements that an array has, at least.
    pub min_items: u64,
    /// Elements that an array has, at most.
    pub max_items: Option<u64>,
    /// Characters that a text has, at least.
    pub min_length: u64,
    /// What the texts look like: the value of `pattern`.
    pub pattern: Option<String>,
    /// What the texts are: the value of `format`.
    pub format: Option<String>,
    /// The only values that there are: `enum` and `const`.
    pub words: Option<Vec<Value>>,
}

impl Facts {
    const ANYTHING: Self = Self {
        types: Types::ALL,
        min_items: 0,
        max_items: None,
        min_length: 0,
        pattern: None,
        format: None,
        words: None,
    };
    const NOTHING: Self = Self { types: Types::NONE, ..Self::ANYTHING };

    /// What holds where both do.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        let words = match (self.words, &other.words) {
            (Some(own), Some(others)) => Some(own.into_iter().filter(|word| others.contains(word)).collect()),
            (own, others) => own.or_else(|| others.clone()),
        };
        Self {
            types: self.types.and(other.types),
            min_items: self.min_items.max(other.min_items),
            max_items: self.max_items.into_iter().chain(other.max_items).min(),
            min_length: self.min_length.max(other.min_length),
            pattern: self.pattern.or_else(|| other.pattern.clone()),
            format: self.format.or_else(|| other.format.clone()),
            words,
        }
    }

    /// What holds where one of the two does.
    fn or(self, other: Self) -> Self {
        let types = self.types.or(other.types);
        let (one, two) = (self.types, other.types);
        // What is said of arrays counts where there can be one, and so with texts.
        let arrays = (one.meets(Types::ARRAY), two.meets(Types::ARRAY));
        let texts = (one.meets(Types::STRING), two.meets(Types::STRING));
        let least = |which: (bool, bool), own: u64, others: u64| match which {
            (true, false) => own,
            (false, true) => others,
            _ => own.min(others),
        };
        let text = |own: Option<String>, others: Option<String>| match texts {
            (true, false) => own,
            (false, true) => others,
            _ => own.and_then(|own| others.map(|_| own)),
        };
        let max_items = match arrays {
            (true, false) => self.max_items,
            (false, true) => other.max_items,
            _ => self.max_items.zip(other.max_items).map(|(own, others)| own.max(others)),
        };
        let words = match (self.words, other.words) {
            (Some(own), Some(others)) => Some(own.into_iter().chain(others).collect()),
            (Some(own), None) if two == Types::NULL => Some(own),
            (None, Some(others)) if one == Types::NULL => Some(others),
            _ => None,
        };
        Self {
            types,
            min_items: least(arrays, self.min_items, other.min_items),
            max_items,
            min_length: least(texts, self.min_length, other.min_length),
            pattern: text(self.pattern, other.pattern),
            format: text(self.format, other.format),
            words,
        }
    }

    /// What the keywords of one schema object say, without its subschemas.
    fn of_keywords(schema: &Value) -> Self {
        let text = |keyword: &str| schema[keyword].as_str().map(str::to_owned);
        let count = |keyword: &str| schema[keyword].as_u64();
        let words = match (schema.get("const"), &schema["enum"]) {
            (Some(only), _) => Some(vec![only.clone()]),
            (None, Value::Array(words)) => Some(words.clone()),
            _ => None,
        };
        let of_words = words
            .as_ref()
            .map_or(Types::ALL, |words| words.iter().map(Types::of).fold(Types::NONE, Types::or));
        Self {
            types: Types::of_keywords(schema).and(of_words),
            min_items: count("minItems").unwrap_or(0),
            max_items: count("maxItems"),
            min_length: count("minLength").unwrap_or(0),
            pattern: text("pattern"),
            format: text("format"),
            words,
        }
    }
}

impl Schemas {
    /// The facts of a node, found when first asked for.
    pub(super) fn facts(&self, node: &Node) -> Arc<Facts> {
        static ANYTHING: LazyLock<Arc<Facts>> = LazyLock::new(|| Arc::new(Facts::ANYTHING));
        static NOTHING: LazyLock<Arc<Facts>> = LazyLock::new(|| Arc::new(Facts::NOTHING));
        match &node.kind {
            Kind::Anything => Arc::clone(&ANYTHING),
            Kind::Nothing => Arc::clone(&NOTHING),
            Kind::Rules(rules) => {
                if let Some(known) = rules.facts.get() {
                    return Arc::clone(known);
                }
                let facts = Arc::new(self.learn(node, &mut MAX_SCHEMAS.clone()));
                // Another thread may have been faster: it has found the same.
                let _ = rules.facts.set(Arc::clone(&facts));
                facts
            }
        }
    }

    /// Goes through the node and what it refers to; `budget` counts the schemas that may still be
    /// looked at.
    fn learn(&self, node: &Node, budget: &mut usize) -> Facts {
        let rules = match &node.kind {
            Kind::Anything => return Facts::ANYTHING,
            Kind::Nothing => return Facts::NOTHING,
            Kind::Rules(rules) => rules,
        };
        if let Some(known) = rules.facts.get() {
            return (**known).clone();
        }
        let Some(left) = budget.checked_sub(1) else { return Facts::ANYTHING };
        *budget = left;
        let refers = rules.all.iter().any(|rule| matches!(rule, Rule::Reference(_)));
        let own = (!(refers && self.dialect.is_old())).then(|| self.sources.get(&node.spot)).flatten();
        let mut facts = own.map_or(Facts::ANYTHING, Facts::of_keywords);
        for rule in &rules.all {
            match rule {
                Rule::Reference(reference) => {
                    facts = facts.and(&self.learn(self.node(reference.target), budget));
                }
                Rule::AllOf(branches) => {
                    for branch in branches {
                        facts = facts.and(&self.learn(branch, budget));
                    }
                }
                Rule::AnyOf(branches) | Rule::OneOf(branches) => {
                    facts = facts.and(&self.learn_any(branches, budget));
                }
                Rule::Discriminator(discriminator) => match &discriminator.among {
                    Among::AnyOf(branches) | Among::OneOf(branches) => {
                        facts = facts.and(&self.learn_any(branches, budget));
                    }
                    Among::Components => {}
                },
                _ => {}
            }
        }
        if rules.nullable {
            facts.types = facts.types.or(Types::NULL);
        }
        facts
    }

    fn learn_any(&self, branches: &Branches, budget: &mut usize) -> Facts {
        let mut of_each = Vec::new();
        for branch in &branches.nodes {
            of_each.push(self.learn(branch, budget));
        }
        of_each.into_iter().reduce(Facts::or).unwrap_or(Facts::ANYTHING)
    }
}
