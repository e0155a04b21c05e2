//! What is different between two pacts, interaction by interaction.

use std::collections::HashMap;
use std::fmt::Write;

use serde_json::{Map, Value, json};

/// One place where two pacts differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The description of the interaction, with its provider states; none where it is about the pact.
    pub interaction: Option<String>,
    /// A JSON pointer (RFC 6901) within the interaction or the pact.
    pub path: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// What a broker adds to what was published.
const ADDED: [&str; 3] = ["_links", "_id", "createdAt"];
const INTERACTIONS: [&str; 2] = ["interactions", "messages"];

/// Interactions are compared with those of the same description and states, wherever they stand.
#[must_use]
pub fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Found { interaction: None, differences: Vec::new() };
    let rest = |pact: &Value| {
        let fields = pact.as_object().into_iter().flatten();
        let kept = fields.filter(|(name, _)| !INTERACTIONS.contains(&name.as_str()));
        Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
    };
    found.compare("", Some(&rest(before)), Some(&rest(after)));
    for list in INTERACTIONS {
        let mut known = by_name(before, list);
        for interaction in pact_list(after, list) {
            let name = name(interaction);
            let before = known
                .get_mut(&name)
                .and_then(|same| if same.is_empty() { None } else { Some(same.remove(0)) });
            found.interaction = Some(name);
            found.compare("", before, Some(interaction));
        }
        // In the order in which they stood, not in the map's.
        for interaction in pact_list(before, list) {
            let name = name(interaction);
            let left = known.get_mut(&name).is_some_and(|same| {
                let here = same.iter().position(|it| std::ptr::eq(*it, interaction));
                here.map(|at| same.remove(at)).is_some()
            });
            if left {
                found.interaction = Some(name);
                found.compare("", Some(interaction), None);
            }
        }
    }
    found.differences
}

/// As lines to read: `-` was, `+` is.
#[must_use]
pub fn text(differences: &[Difference]) -> String {
    let mut text = String::new();
    let mut within = None;
    for difference in differences {
        if within != Some(&difference.interaction) {
            let heading =
                difference.interaction.as_deref().map_or("the pact itself".to_owned(), str::to_owned);
            writeln!(text, "  {heading}").expect("a string takes what is written");
            within = Some(&difference.interaction);
        }
        for (sign, value) in [('-', &difference.before), ('+', &difference.after)] {
            if let Some(value) = value {
                writeln!(text, "{sign}   {}: {value}", difference.path)
                    .expect("a string takes what is written");
            }
        }
    }
    text
}

impl Difference {
    #[must_use]
    pub fn json(&self) -> Value {
        let mut shown = Map::new();
        shown.insert("interaction".to_owned(), json!(self.interaction));
        shown.insert("path".to_owned(), json!(self.path));
        for (name, value) in [("before", &self.before), ("after", &self.after)] {
            if let Some(value) = value {
                shown.insert(name.to_owned(), value.clone());
            }
        }
        Value::Object(shown)
    }
}

struct Found {
    interaction: Option<String>,
    differences: Vec<Difference>,
}

impl Found {
    fn compare(&mut self, path: &str, before: Option<&Value>, after: Option<&Value>) {
        match (before, after) {
            (Some(Value::Object(one)), Some(Value::Object(other))) => {
                let new = other.keys().filter(|name| !one.contains_key(*name));
                for name in one.keys().chain(new).filter(|name| !ADDED.contains(&name.as_str())) {
                    let below = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
                    self.compare(&below, one.get(name), other.get(name));
                }
            }
            (Some(Value::Array(one)), Some(Value::Array(other))) => {
                for at in 0..one.len().max(other.len()) {
                    self.compare(&format!("{path}/{at}"), one.get(at), other.get(at));
                }
            }
            (before, after) if before != after => self.differences.push(Difference {
                interaction: self.interaction.clone(),
                path: path.to_owned(),
                before: before.cloned(),
                after: after.cloned(),
            }),
            _ => {}
        }
    }
}

fn pact_list<'p>(pact: &'p Value, list: &str) -> impl Iterator<Item = &'p Value> {
    pact.get(list).and_then(Value::as_array).into_iter().flatten()
}

fn by_name<'p>(pact: &'p Value, list: &str) -> HashMap<String, Vec<&'p Value>> {
    let mut named: HashMap<String, Vec<&Value>> = HashMap::new();
    for interaction in pact_list(pact, list) {
        named.entry(name(interaction)).or_default().push(interaction);
    }
    named
}

fn name(interaction: &Value) -> String {
    let description = interaction.get("description").and_then(Value::as_str).unwrap_or_default();
    let states: Vec<String> = states(interaction)
        .map(|(name, params)| match params {
            Some(params) => format!("{name} {params}"),
            None => name.to_owned(),
        })
        .collect();
    if states.is_empty() {
        return format!("{description:?}");
    }
    format!("{description:?} given {}", states.join(" and "))
}

/// The states that an interaction needs, by name, with their parameters where they have any: a text in
/// V1 and V2, a list from V3 on.
pub fn states(interaction: &Value) -> impl Iterator<Item = (&str, Option<&Value>)> {
    let field = ["providerStates", "providerState", "provider_state"];
    let value = field.iter().find_map(|name| interaction.get(name)).unwrap_or(&Value::Null);
    let listed = value.as_array().into_iter().flatten().filter_map(|state| {
        let params = state.get("params").filter(|params| params.as_object().is_some_and(|it| !it.is_empty()));
        Some((state.get("name")?.as_str()?, params))
    });
    value.as_str().map(|name| (name, None)).into_iter().chain(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pact(interactions: &Value) -> Value {
        json!({ "consumer": {"name": "A"}, "interactions": interactions, "metadata": {"v": 1} })
    }

    #[test]
    fn interactions_are_compared_by_name() {
        let before = pact(&json!([
            {"description": "a", "request": {"path": "/a", "query": {"a/b": ["1"]}}},
            {"description": "gone"},
            {"description": "same", "_id": "x"},
        ]));
        let mut after = pact(&json!([
            {"description": "same"},
            {"description": "a", "request": {"path": "/b", "query": {"a/b": ["1", "2"]}}},
            {"description": "a", "providerState": "s"},
        ]));
        after["metadata"]["v"] = 2.into();
        after["createdAt"] = "now".into();
        let found = differences(&before, &after);
        assert_eq!(
            text(&found),
            "  the pact itself\n-   /metadata/v: 1\n+   /metadata/v: 2\n  \"a\"\n-   /request/path: \"/a\"\n\
             +   /request/path: \"/b\"\n+   /request/query/a~1b/1: \"2\"\n  \"a\" given s\n\
             +   : {\"description\":\"a\",\"providerState\":\"s\"}\n  \"gone\"\n-   : {\"description\":\"gone\"}\n"
        );
        assert_eq!(
            found[2].json(),
            json!({"interaction": "\"a\"", "path": "/request/query/a~1b/1", "after": "2"})
        );
        assert_eq!(differences(&after, &after), []);
    }

    #[test]
    fn two_of_one_name_are_compared_in_their_order() {
        let before = pact(&json!([{"description": "a", "n": 1}, {"description": "a", "n": 2}]));
        let after = pact(&json!([{"description": "a", "n": 1}]));
        let found = differences(&before, &after);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].before, Some(json!({"description": "a", "n": 2})));
    }

    #[test]
    fn states_are_read_in_every_spelling() {
        let read = |interaction: &Value| -> Vec<String> {
            states(interaction)
                .map(|(name, params)| format!("{name}{}", params.unwrap_or(&Value::Null)))
                .collect()
        };
        assert_eq!(read(&json!({"providerState": "s"})), ["snull"]);
        assert_eq!(
            read(
                &json!({"providerStates": [{"name": "s", "params": {"a": 1}}, {"name": "t", "params": {}}]})
            ),
            ["s{\"a\":1}", "tnull"]
        );
        assert_eq!(read(&json!({})), [""; 0]);
    }
}
