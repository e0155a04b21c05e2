//! Two pacts of one version made one, as builds that run side by side publish them.

use std::collections::HashMap;

use serde_json::Value;

use crate::draft::Refusal;

/// Adds the interactions of `new` to `base`. Interactions are told apart by description and provider
/// states; two that share them and differ otherwise cannot both stand.
pub fn merge(base: &Value, new: &Value) -> Result<Value, Refusal> {
    let mut merged = base.clone();
    for field in ["interactions", "messages"] {
        let Some(added) = new.get(field).and_then(Value::as_array) else { continue };
        if !merged.get(field).is_some_and(Value::is_array) {
            merged[field] = Value::Array(Vec::new());
        }
        let Some(known) = merged[field].as_array_mut() else { continue };
        let mut places: HashMap<String, usize> =
            known.iter().enumerate().map(|(at, interaction)| (identity(interaction), at)).collect();
        for interaction in added {
            match places.get(&identity(interaction)) {
                Some(&at) if known[at] == *interaction => {}
                Some(_) => return Err(conflict(interaction)),
                None => {
                    places.insert(identity(interaction), known.len());
                    known.push(interaction.clone());
                }
            }
        }
    }
    Ok(merged)
}

fn identity(interaction: &Value) -> String {
    let states =
        ["providerStates", "providerState", "provider_state"].iter().find_map(|name| interaction.get(name));
    let kind = interaction.get("type").unwrap_or(&Value::Null);
    serde_json::json!([interaction.get("description"), states, kind]).to_string()
}

fn conflict(interaction: &Value) -> Refusal {
    let name = interaction.get("description").and_then(Value::as_str).unwrap_or("without a description");
    Refusal::Conflict(format!(
        "the interaction {name:?} is published already for this version, and differs: give one of the two another \
         description or provider state"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn interactions_come_together() {
        let one = json!({"interactions": [{"description": "a", "request": {}}]});
        let two = json!({"interactions": [{"description": "b"}, {"description": "a", "request": {}}]});
        let merged = merge(&one, &two).unwrap();
        assert_eq!(merged["interactions"].as_array().unwrap().len(), 2);
        let other = json!({"interactions": [{"description": "a", "request": {"path": "/"}}]});
        assert!(matches!(merge(&one, &other), Err(Refusal::Conflict(_))));
        let state =
            json!({"interactions": [{"description": "a", "providerState": "s", "request": {"path": "/"}}]});
        assert!(merge(&one, &state).is_ok());
    }
}
