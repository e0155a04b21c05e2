//! Where two AsyncAPI documents begin to say something else: prose and examples aside, as they promise nothing.

use serde_json::Value;

use super::AsyncDocument;
use crate::pointer::{JsonPointer, Path};
use crate::violation::Position;

/// Two places, of which one says something else than the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub base: Position,
    pub revised: Position,
}

/// What a document says of itself, and of nothing that is sent.
const OF_ITSELF: [&str; 4] = ["id", "info", "tags", "externalDocs"];
/// What is for people, where it is a text; where it is none, it is what somebody calls so.
const PROSE: [&str; 3] = ["description", "summary", "title"];
/// What stands under these is data.
const DATA: [&str; 3] = ["const", "default", "enum"];

impl AsyncDocument {
    /// The first place where `revised` says something else, or is made of other files.
    #[must_use]
    pub fn first_difference(&self, revised: &Self) -> Option<Difference> {
        let pairs = self.sources.values().zip(revised.sources.values());
        let differing = pairs.enumerate().find_map(|(index, (base, revised))| {
            let differing = if index == 0 {
                differing_roots(base, revised)
            } else {
                differing(base, revised, &Path::Root)
            };
            Some((index, differing?))
        });
        let several = self.sources.values().count() != revised.sources.values().count();
        let (index, pointer) = differing.or_else(|| several.then(|| (0, JsonPointer::root())))?;
        let (base, revised) =
            (self.sources.position_in(index, &pointer), revised.sources.position_in(index, &pointer));
        Some(Difference { base, revised })
    }
}

fn differing_roots(base: &Value, revised: &Value) -> Option<JsonPointer> {
    let of_messages = |root: &Value| {
        let mut root = root.clone();
        if let Value::Object(members) = &mut root {
            members.retain(|name, _| !OF_ITSELF.contains(&name.as_str()));
        }
        root
    };
    differing(&of_messages(base), &of_messages(revised), &Path::Root)
}

/// The first place that differs; where something stands on one side alone, the place around it.
fn differing(base: &Value, revised: &Value, at: &Path<'_>) -> Option<JsonPointer> {
    match (base, revised) {
        (Value::Object(one), Value::Object(other)) => {
            let counts = |(name, value): &(&String, &Value)| match name.as_str() {
                "examples" => !value.is_array(),
                name => !(PROSE.contains(&name) && value.is_string()),
            };
            let lost = one.iter().filter(counts).find(|(name, _)| !other.contains_key(*name));
            let gained = other.iter().filter(counts).find(|(name, _)| !one.contains_key(*name));
            if lost.or(gained).is_some() {
                return Some(at.pointer());
            }
            one.iter().filter(counts).find_map(|(name, value)| {
                let (there, at) = (other.get(name)?, Path::Member(at, name));
                if DATA.contains(&name.as_str()) {
                    (value != there).then(|| at.pointer())
                } else {
                    differing(value, there, &at)
                }
            })
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let pairs = one.iter().zip(other).enumerate();
            pairs
                .into_iter()
                .find_map(|(index, (one, other))| differing(one, other, &Path::Element(at, index)))
        }
        (base, revised) => (base != revised).then(|| at.pointer()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LoadOptions;

    const TOLD: &str = "asyncapi: 3.0.0\ninfo: {title: Users, version: 1.0.0}\nchannels:\n  users:\n    address: users\n    \
                        messages:\n      made:\n        description: somebody is new\n        payload:\n          \
                        type: object\n          properties:\n            title: {type: string}\n            \
                        kind: {enum: [a, b], description: which}\n";

    fn read(text: &str) -> AsyncDocument {
        AsyncDocument::from_text("events.yaml", text, &LoadOptions::default()).unwrap()
    }

    fn difference(one: &str, other: &str) -> Option<(String, Option<usize>)> {
        let difference = read(TOLD).first_difference(&read(&TOLD.replace(one, other)))?;
        Some((difference.base.pointer.to_string(), difference.revised.line))
    }

    #[test]
    fn what_promises_nothing_is_no_difference() {
        assert_eq!(difference("users", "users"), None);
        for (one, other) in [
            ("1.0.0", "1.1.0"),
            ("somebody is new", "someone is new"),
            ("        description: somebody is new\n", ""),
            (", description: which", ", examples: [a]"),
            ("type: object\n", "description: who\n          type: object\n"),
        ] {
            assert_eq!(difference(one, other), None, "{one} {other}");
        }
    }

    #[test]
    fn the_first_difference_is_told_with_its_place() {
        let payload = "/channels/users/messages/made/payload";
        let kind = format!("{payload}/properties/kind/enum");
        assert_eq!(difference("[a, b]", "[b, a]"), Some((kind.clone(), Some(13))));
        assert_eq!(difference("[a, b]", "[a, {title: b}]"), Some((kind, Some(13))));
        // A property may be called as a keyword is.
        let examples = difference("kind: {enum: [a, b]", "examples: {enum: [a, b]");
        assert_eq!(examples, Some((format!("{payload}/properties"), Some(11))));
        let title = format!("{payload}/properties/title/type");
        assert_eq!(difference("title: {type: string}", "title: {type: integer}"), Some((title, Some(12))));
        let without = difference("            title: {type: string}\n", "");
        assert_eq!(without, Some((format!("{payload}/properties"), Some(11))));
        let more = difference("type: object", "type: object\n          required: [kind]");
        assert_eq!(more, Some((payload.to_owned(), Some(9))));
    }
}
