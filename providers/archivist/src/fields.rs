//! Reads what a client sends, field by field, so that one answer names every field that is wrong.
//! Used by every route that takes a body or a query.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use url::form_urlencoded;

/// Fields named in one answer, at most: a hostile body may have thousands.
const MAX_FIELDS: usize = 50;
/// Characters of a field's name that are repeated to the client.
const MAX_NAME: usize = 64;

/// What is wrong, by field. The `details` of a `ValidationError`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldErrors {
    fields: BTreeMap<String, Vec<String>>,
}

impl FieldErrors {
    pub fn one(field: &str, reason: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, reason);
        errors
    }

    pub fn add(&mut self, field: &str, reason: impl Into<String>) {
        let name: String = field.chars().take(MAX_NAME).collect();
        if self.fields.len() < MAX_FIELDS || self.fields.contains_key(&name) {
            self.fields.entry(name).or_default().push(reason.into());
        }
    }

    pub fn len(&self) -> usize {
        self.fields.len()
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

/// A value that a member of a body can hold. An error is a reason such as "must not be empty".
pub trait JsonField: Sized {
    fn from_json(value: &Value) -> Result<Self, String>;
}

/// A value that a query parameter can hold.
pub trait QueryField: Sized {
    fn from_query(text: &str) -> Result<Self, String>;
}

/// A body that is read field by field.
pub trait FromFields: Sized {
    /// `None` where a field was wrong; the reasons are then in `fields`.
    fn from_fields(fields: &mut Fields) -> Option<Self>;
}

/// What an update does to one nullable field.
#[derive(Clone, Debug, PartialEq)]
pub enum Change<T> {
    Keep,
    Clear,
    Set(T),
}

impl<T> Change<T> {
    pub fn apply(self, to: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *to = None,
            Self::Set(value) => *to = Some(value),
        }
    }
}

/// The members of one JSON object, taken one by one.
pub struct Fields {
    members: Map<String, Value>,
    errors: FieldErrors,
}

impl Fields {
    pub fn new(members: Map<String, Value>) -> Self {
        Self { members, errors: FieldErrors::default() }
    }

    /// A field that has to be there.
    pub fn required<T: JsonField>(&mut self, name: &str) -> Option<T> {
        let Some(value) = self.members.remove(name) else {
            self.errors.add(name, "is required");
            return None;
        };
        self.read(name, &value)
    }

    /// A field that may be left out, or null.
    pub fn optional<T: JsonField>(&mut self, name: &str) -> Option<T> {
        let value = self.members.remove(name).filter(|value| !value.is_null())?;
        self.read(name, &value)
    }

    /// A field of an update that may be left out, but not cleared.
    pub fn change<T: JsonField>(&mut self, name: &str) -> Option<T> {
        let value = self.members.remove(name)?;
        self.read(name, &value)
    }

    /// A field of an update that null clears.
    pub fn nullable_change<T: JsonField>(&mut self, name: &str) -> Change<T> {
        match self.members.remove(name) {
            None => Change::Keep,
            Some(Value::Null) => Change::Clear,
            Some(value) => self.read(name, &value).map_or(Change::Keep, Change::Set),
        }
    }

    fn read<T: JsonField>(&mut self, name: &str, value: &Value) -> Option<T> {
        T::from_json(value).map_err(|reason| self.errors.add(name, reason)).ok()
    }

    /// Reads a whole body. Members that nobody asked for are errors too.
    pub fn into_body<T: FromFields>(mut self) -> Result<T, FieldErrors> {
        let body = T::from_fields(&mut self);
        for name in self.members.keys() {
            self.errors.add(name, "is not known here");
        }
        match body {
            Some(body) if self.errors.is_empty() => Ok(body),
            _ => Err(self.errors),
        }
    }
}

/// The parameters of one query, taken one by one. Parameters that nobody asks for are passed over:
/// proxies and browsers add their own.
pub struct Query {
    pairs: Vec<(String, String)>,
    errors: FieldErrors,
}

impl Query {
    pub fn parse(raw: &str) -> Self {
        let pairs = form_urlencoded::parse(raw.as_bytes()).into_owned().collect();
        Self { pairs, errors: FieldErrors::default() }
    }

    pub fn optional<T: QueryField>(&mut self, name: &str) -> Option<T> {
        let mut values = self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
        let value = values.next()?;
        if values.next().is_some() {
            self.errors.add(name, "must be given once");
            return None;
        }
        T::from_query(value).map_err(|reason| self.errors.add(name, reason)).ok()
    }

    pub fn finish(self) -> Result<(), FieldErrors> {
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }
}

/// The string in `value`.
pub fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "must be a string".to_owned())
}

/// The whole number in `value`. JSON Schema calls 7.0 an integer too, and so do clients that know one kind of number
/// only.
pub fn whole(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    value.as_i64().or_else(|| {
        let number = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < EXACT)?;
        format!("{number:.0}").parse().ok()
    })
}

/// Refuses what is too long, in characters.
pub fn at_most(text: &str, limit: usize) -> Result<(), String> {
    if text.chars().count() > limit {
        return Err(format!("must not be longer than {limit} characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    impl JsonField for bool {
        fn from_json(value: &Value) -> Result<Self, String> {
            value.as_bool().ok_or_else(|| "must be a boolean".to_owned())
        }
    }

    #[derive(Debug)]
    struct Switches {
        left: Change<bool>,
    }

    impl FromFields for Switches {
        fn from_fields(fields: &mut Fields) -> Option<Self> {
            let left = fields.nullable_change("left");
            let _: bool = fields.required("right")?;
            Some(Self { left })
        }
    }

    fn read(body: Value) -> Result<Switches, FieldErrors> {
        let Value::Object(members) = body else { panic!("an object") };
        Fields::new(members).into_body()
    }

    #[test]
    fn every_wrong_field_is_named() {
        let errors = read(json!({ "left": 1, "up": true })).unwrap_err();
        assert_eq!(
            serde_json::to_value(errors).unwrap(),
            json!({ "fields": {
                "left": ["must be a boolean"], "right": ["is required"], "up": ["is not known here"],
            } })
        );
    }

    #[test]
    fn absent_and_null_are_told_apart() {
        assert_eq!(read(json!({ "right": true })).unwrap().left, Change::Keep);
        assert_eq!(read(json!({ "right": true, "left": null })).unwrap().left, Change::Clear);
        assert_eq!(read(json!({ "right": true, "left": false })).unwrap().left, Change::Set(false));
    }

    #[test]
    fn a_hostile_body_does_not_grow_the_answer() {
        let members = (0..1000).map(|n| (format!("{n:0>500}"), Value::Null)).collect();
        let errors = Fields::new(members).into_body::<Switches>().unwrap_err();
        assert_eq!(errors.len(), 2, "the cut names coincide, beside the one that is required");
    }
}
