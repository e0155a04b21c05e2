//! Values that the station's own fields add to shows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A value that the station's own fields add to a show.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", from = "ShowCustomFieldInput")]
pub struct ShowCustomField {
    pub id: i32,
    pub show_field: i32,
    /// string, select, date, number, file, producer or tag; more may come.
    pub r#type: String,
    /// Text, null, or an id where the type is file, select, tag or producer.
    pub value: Value,
    pub field_name: String,
    /// The label of a selected value or tag.
    pub field_value_string: Option<String>,
}

/// A value for one of the station's own fields, as a client sends it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ShowCustomFieldInput {
    #[serde(default)]
    id: i32,
    show_field: i32,
    #[serde(default)]
    #[schemars(with = "String")]
    r#type: Option<String>,
    value: Value,
    #[serde(default)]
    field_name: String,
    #[serde(default)]
    field_value_string: Option<String>,
}

impl From<ShowCustomFieldInput> for ShowCustomField {
    fn from(sent: ShowCustomFieldInput) -> Self {
        Self {
            id: sent.id,
            show_field: sent.show_field,
            r#type: sent.r#type.unwrap_or_else(|| "string".to_owned()),
            value: sent.value,
            field_name: sent.field_name,
            field_value_string: sent.field_value_string,
        }
    }
}
