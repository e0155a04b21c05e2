//! Keeps secrets out of violations: what an exchange had is shown, unless its name says that it is
//! a password, a token or the like.

mod names;

use serde_json::Value;

pub(crate) use names::SecretNames;

use crate::pointer::JsonPointer;

/// What stands for a secret.
const HIDDEN: &str = "(hidden)";

/// Words that make a name the name of a secret, once it is in lower case without `-` and `_`.
const WORDS: [&str; 8] =
    ["password", "passwd", "passphrase", "secret", "token", "apikey", "authorization", "privatekey"];

/// Text of a value that violations show, at most.
const MAX_TEXT: usize = 200;

/// `value`, which stands at `place` in a body or parameter, fit to be shown.
/// `is_secret` tells which names are those of secrets.
pub(crate) fn conceal(
    mut value: Value,
    place: &JsonPointer,
    secret: bool,
    is_secret: &dyn Fn(&str) -> bool,
) -> Value {
    if secret || place.tokens().any(|token| is_secret(&token)) {
        return hidden();
    }
    conceal_members(&mut value, is_secret);
    value
}

/// Whether a member, parameter or header of this name holds a secret, by how secrets are called.
pub(crate) fn is_secret(name: &str) -> bool {
    let plain: String =
        name.chars().filter(|character| !matches!(character, '-' | '_')).collect::<String>().to_lowercase();
    WORDS.iter().any(|word| plain.contains(word))
}

/// A value that is not shown.
pub(crate) fn hidden() -> Value {
    Value::from(HIDDEN)
}

/// `text` as a value, cut where it is too long to be read.
pub(crate) fn clip(text: &str) -> Value {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => Value::String(format!("{}…", &text[..end])),
        None => Value::from(text),
    }
}

fn conceal_members(value: &mut Value, is_secret: &dyn Fn(&str) -> bool) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| conceal_members(item, is_secret)),
        Value::Object(members) => {
            for (name, member) in members {
                if is_secret(name) {
                    *member = hidden();
                } else {
                    conceal_members(member, is_secret);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_not_shown() {
        let body = json!({ "name": "x", "inner": [{ "New-Password": "p", "apiKey": 1 }] });
        let shown = json!({ "name": "x", "inner": [{ "New-Password": "(hidden)", "apiKey": "(hidden)" }] });
        assert_eq!(conceal(body.clone(), &JsonPointer::root(), false, &is_secret), shown);
        assert_eq!(conceal(body.clone(), &JsonPointer::root(), true, &is_secret), hidden());
        let place = JsonPointer::root().join("access_token").index(0);
        assert_eq!(conceal(body.clone(), &place, false, &is_secret), hidden());
        let own = json!({ "name": "(hidden)", "inner": body["inner"] });
        assert_eq!(conceal(body, &JsonPointer::root(), false, &|name| name == "name"), own);
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let clipped = clip(&"é".repeat(300));
        assert_eq!(clipped.as_str().unwrap().chars().count(), MAX_TEXT + 1);
        assert_eq!(clip("short"), "short");
    }
}
