//! Texts of a certain form.

use pact_models::matchingrules::MatchingRule;
use serde_json::Value;

use super::value::Ruled;

/// A text that has this part somewhere.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let message = json_pattern!(include("not found", "show 7 was not found"));
/// assert!(accepts(&message, &json!("VOD not found")));
/// assert!(!accepts(&message, &json!("gone")));
/// ```
#[must_use]
pub fn include(part: &str, example: &str) -> Ruled {
    Ruled::new(example.into(), MatchingRule::Include(part.to_owned()))
}

/// A semantic version.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let version = json_pattern!(semver("1.2.3"));
/// assert!(accepts(&version, &json!("2.0.0-rc.1")));
/// assert!(!accepts(&version, &json!("2.0")));
/// ```
#[must_use]
pub fn semver(example: &str) -> Ruled {
    Ruled::new(example.into(), MatchingRule::Semver)
}

/// A date in this format, such as `yyyy-MM-dd`.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let day = json_pattern!(date("yyyy-MM-dd", "2026-05-12"));
/// assert!(accepts(&day, &json!("2027-01-31")));
/// assert!(!accepts(&day, &json!("31/01/2027")));
/// ```
#[must_use]
pub fn date(format: &str, example: &str) -> Ruled {
    Ruled::new(example.into(), MatchingRule::Date(format.to_owned()))
}

/// A time of day in this format, such as `HH:mm:ss`.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let starts = json_pattern!(time("HH:mm", "18:30"));
/// assert!(accepts(&starts, &json!("07:05")));
/// assert!(!accepts(&starts, &json!("7 o'clock")));
/// ```
#[must_use]
pub fn time(format: &str, example: &str) -> Ruled {
    Ruled::new(example.into(), MatchingRule::Time(format.to_owned()))
}

/// One of these words or whole numbers and no other: an enumeration.
///
/// It stands in the pact as an anchored regular expression, which takes a number and its text alike.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let state = json_pattern!(one_of(&["queued", "complete"], "complete"));
/// assert!(accepts(&state, &json!("queued")));
/// assert!(!accepts(&state, &json!("incomplete")));
/// let step = json_pattern!(one_of(&[2, 3], 2));
/// assert!(accepts(&step, &json!(3)));
/// assert!(!accepts(&step, &json!(32)));
/// ```
#[must_use]
pub fn one_of<V: Clone + Into<Value>>(values: &[V], example: V) -> Ruled {
    let literal = |value: &V| match value.clone().into() {
        Value::String(word) => regex::escape(&word),
        other => regex::escape(&other.to_string()),
    };
    let values: Vec<String> = values.iter().map(literal).collect();
    Ruled::new(example.into(), MatchingRule::Regex(format!("^(?:{})$", values.join("|"))))
}
