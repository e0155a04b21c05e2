//! The parameters of a provider state, read by name and type.

use serde_json::{Map, Value};

use super::StateError;
use crate::resources::vod::VodState;

pub(super) struct Params<'a>(&'a Map<String, Value>);

impl<'a> Params<'a> {
    pub(super) fn new(params: &'a Map<String, Value>) -> Self {
        Self(params)
    }

    /// The value; null counts as none.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn maybe_integer(&self, name: &'static str) -> Result<Option<i32>, StateError> {
        let read = |value: &Value| value.as_i64().and_then(|number| i32::try_from(number).ok());
        self.get(name)
            .map(|value| read(value).ok_or(StateError::Mistyped { name, wanted: "a whole number" }))
            .transpose()
    }

    pub(super) fn integer(&self, name: &'static str) -> Result<i32, StateError> {
        self.maybe_integer(name)?.ok_or(StateError::Missing { name })
    }

    pub(super) fn maybe_text(&self, name: &'static str) -> Result<Option<&'a str>, StateError> {
        self.get(name)
            .map(|value| value.as_str().ok_or(StateError::Mistyped { name, wanted: "text" }))
            .transpose()
    }

    pub(super) fn text(&self, name: &'static str) -> Result<&'a str, StateError> {
        self.maybe_text(name)?.ok_or(StateError::Missing { name })
    }

    /// How far the VOD is to be; complete where nothing is said.
    pub(super) fn vod_state(&self) -> Result<VodState, StateError> {
        let name = "vod_state";
        let read = |value: &Value| serde_json::from_value(value.clone()).ok();
        self.get(name).map_or(Ok(VodState::Complete), |value| {
            read(value).ok_or(StateError::Mistyped { name, wanted: "a state that a VOD can have" })
        })
    }
}
