//! Selectors of versions on the command line: JSON as the field writes it, or `branch=main,consumer=web`.

use countersign_broker::client::{Selector, Which};
use serde_json::{Map, Value};

/// What may be said of consumers' versions, and whether it is a word or yes.
const OF_CONSUMERS: [(&str, bool); 12] = [
    ("consumer", true),
    ("branch", true),
    ("fallbackBranch", true),
    ("tag", true),
    ("fallbackTag", true),
    ("environment", true),
    ("mainBranch", false),
    ("matchingBranch", false),
    ("deployed", false),
    ("released", false),
    ("deployedOrReleased", false),
    ("latest", false),
];

/// What may be said of a pacticipant's versions.
const OF_A_PACTICIPANT: [(&str, bool); 6] = [
    ("pacticipant", true),
    ("version", true),
    ("tag", true),
    ("branch", true),
    ("latest", false),
    ("mainBranch", false),
];

/// A consumer version selector.
pub fn of_consumers(text: &str) -> Result<Value, String> {
    read(text, &OF_CONSUMERS).map(Value::Object)
}

/// Versions of a pacticipant: `NAME` alone, or `pacticipant=NAME,version=1`.
pub fn of_a_pacticipant(text: &str) -> Result<Selector, String> {
    if !text.contains(['=', '{']) {
        return Ok(Selector { pacticipant: text.to_owned(), which: Which::All });
    }
    let fields = read(text, &OF_A_PACTICIPANT)?;
    let word = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    let pacticipant = word("pacticipant").ok_or("it names no pacticipant: write pacticipant=NAME,…")?;
    let yes = |name: &str| fields.get(name) == Some(&Value::Bool(true));
    let which = match (word("version"), word("tag"), word("branch")) {
        (Some(version), None, None) if !yes("latest") && !yes("mainBranch") => Which::Version(version),
        (None, Some(tag), None) if !yes("mainBranch") => Which::Tag(tag),
        (None, None, Some(branch)) if !yes("mainBranch") => Which::Branch(branch),
        (None, None, None) if yes("mainBranch") => Which::MainBranch,
        (None, None, None) if yes("latest") => Which::Latest,
        (None, None, None) => Which::All,
        _ => return Err("it takes one of version, tag, branch, latest and mainBranch".to_owned()),
    };
    Ok(Selector { pacticipant, which })
}

fn read(text: &str, known: &[(&str, bool)]) -> Result<Map<String, Value>, String> {
    let fields: Map<String, Value> = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| format!("it is no JSON object: {error}"))?
    } else {
        text.split(',').map(pair).collect()
    };
    for (name, value) in &fields {
        let Some((_, word)) = known.iter().find(|(known, _)| known == name) else {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            return Err(format!("{name:?} is not known: it has to be one of {}", names.join(", ")));
        };
        match (word, value) {
            (true, Value::String(value)) if !value.is_empty() => {}
            // A branch that matches may be given a value by hand, and `latest` may be denied.
            (false, Value::Bool(_)) => {}
            (true, _) => return Err(format!("{name} needs a word: {name}=…")),
            (false, _) => return Err(format!("{name} stands alone, or is true or false")),
        }
    }
    Ok(fields)
}

fn pair(text: &str) -> (String, Value) {
    match text.split_once('=') {
        Some((name, "true")) => (name.trim().to_owned(), true.into()),
        Some((name, "false")) => (name.trim().to_owned(), false.into()),
        Some((name, value)) => (name.trim().to_owned(), value.into()),
        None => (text.trim().to_owned(), true.into()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn consumers_are_chosen_in_json_or_in_short() {
        for (text, value) in [
            ("mainBranch", json!({"mainBranch": true})),
            ("branch=feat/x,consumer=web", json!({"branch": "feat/x", "consumer": "web"})),
            (r#"{"deployedOrReleased": true}"#, json!({"deployedOrReleased": true})),
            ("tag=prod,latest=false", json!({"tag": "prod", "latest": false})),
        ] {
            assert_eq!(of_consumers(text).unwrap(), value);
        }
        for (text, says) in [
            ("main", "is not known"),
            ("branch", "needs a word"),
            ("deployed=yes", "stands alone"),
            ("{", "no JSON"),
            ("", "is not known"),
        ] {
            assert!(of_consumers(text).unwrap_err().contains(says), "{text}");
        }
    }

    #[test]
    fn versions_of_a_pacticipant_are_chosen_one_way() {
        let which = |text| of_a_pacticipant(text).map(|it| it.which);
        assert_eq!(which("web"), Ok(Which::All));
        assert_eq!(which("pacticipant=web,version=1"), Ok(Which::Version("1".to_owned())));
        assert_eq!(which("pacticipant=web,latest,tag=prod"), Ok(Which::Tag("prod".to_owned())));
        assert_eq!(which("pacticipant=web,mainBranch"), Ok(Which::MainBranch));
        assert!(which("pacticipant=web,version=1,branch=main").is_err());
        assert!(which("version=1").is_err());
    }
}
