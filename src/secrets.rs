//! Values that must never be shown: where they are known, they are blotted out of everything that
//! is about to be reported.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

const BLOT: &str = "[secret]";

/// Bytes of a value that is taken for a secret, at least. Blotting out "1" everywhere would say
/// more about it than showing it.
const SHORTEST: usize = 4;

/// The secrets of one provider.
#[derive(Clone, Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// Remembers `value`, so that it will not be shown.
    pub fn add(&mut self, value: &str) {
        if value.len() >= SHORTEST && !self.0.iter().any(|known| known == value) {
            self.0.push(value.to_owned());
            // A secret may hold another: the longer one has to go first.
            self.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        }
    }

    /// `text` without any secret.
    #[must_use]
    pub fn blot<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.0.iter().fold(Cow::Borrowed(text), |text, secret| {
            if text.contains(secret.as_str()) {
                Cow::Owned(text.replace(secret.as_str(), BLOT))
            } else {
                text
            }
        })
    }

    /// `value` with no secret in any text or member name.
    #[must_use]
    pub fn blot_value(&self, value: Value) -> Value {
        match value {
            _ if self.0.is_empty() => value,
            Value::String(text) => Value::String(self.blot(&text).into_owned()),
            Value::Array(items) => {
                Value::Array(items.into_iter().map(|item| self.blot_value(item)).collect())
            }
            Value::Object(members) => Value::Object(
                members
                    .into_iter()
                    .map(|(name, member)| (self.blot(&name).into_owned(), self.blot_value(member)))
                    .collect(),
            ),
            other => other,
        }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn secrets(values: &[&str]) -> Secrets {
        let mut secrets = Secrets::default();
        for value in values {
            secrets.add(value);
        }
        secrets
    }

    #[test]
    fn blots_the_longer_secret_first() {
        assert_eq!(secrets(&["hunter", "hunter2"]).blot("pw=hunter2, hunter"), "pw=[secret], [secret]");
    }

    #[test]
    fn blots_names_and_texts_at_any_depth() {
        let blotted = secrets(&["hunter2"]).blot_value(json!({"a": ["x hunter2"], "hunter2": {"n": 7}}));
        assert_eq!(blotted, json!({"a": ["x [secret]"], "[secret]": {"n": 7}}));
    }

    #[test]
    fn does_not_tell_itself() {
        assert_eq!(format!("{:?}", secrets(&["hunter2"])), "Secrets(1)");
        assert_eq!(secrets(&["1"]).blot("1 of 1"), "1 of 1");
    }
}
