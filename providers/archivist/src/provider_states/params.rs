//! The parameters of a provider state, read by name.

use serde_json::{Map, Value};

use crate::fields::JsonField;
use crate::provider_states::StateError;

#[derive(Clone, Debug, Default)]
pub struct Params(Map<String, Value>);

impl From<Map<String, Value>> for Params {
    fn from(params: Map<String, Value>) -> Self {
        Self(params)
    }
}

impl Params {
    pub(super) fn optional<T: JsonField>(&self, name: &'static str) -> Result<Option<T>, StateError> {
        let Some(value) = self.0.get(name).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        T::from_json(value).map(Some).map_err(|reason| StateError::Parameter { name, reason })
    }

    pub(super) fn required<T: JsonField>(&self, name: &'static str) -> Result<T, StateError> {
        let reason = || StateError::Parameter { name, reason: "is required".to_owned() };
        self.optional(name)?.ok_or_else(reason)
    }
}
