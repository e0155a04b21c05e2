//! Matchers that `pact_consumer`'s DSL lacks, to be used inside `json_pattern!` beside `like!` and `term!`.
//!
//! Each is a lowercase constructor that takes the example the mock provider answers with. An example that
//! its own rule would refuse panics at once, where the test is written.
//!
//! ```
//! use countersign_consumer::prelude::*;
//!
//! let show = json_pattern!({
//!     "id": integer(4127),
//!     "state": one_of(&["queued", "complete"], "complete"),
//!     "producer": null_or(integer(41)),
//!     "vods": list_of(integer(2904)),
//! });
//! assert!(accepts(&show, &serde_json::json!({"id": 1, "state": "queued", "producer": null, "vods": []})));
//! ```

mod list;
mod nullable;
mod text;
mod value;

use pact_consumer::patterns::{JsonPattern, Pattern};
use pact_matching::json::compare_json;
use pact_matching::{CoreMatchingContext, DiffConfig};
use pact_models::matchingrules::MatchingRuleCategory;
use pact_models::path_exp::DocPath;
use serde_json::Value;

pub use list::{ArrayContains, ListOf, array_contains, list_of};
pub use nullable::{NotEmpty, NullOr, not_empty, null_or};
pub use text::{date, include, one_of, semver, time};
pub use value::{Ruled, boolean, decimal, equal_to, integer, null, number};

/// Whether a verifier would take this JSON for the pattern, by Pact's own rules for an answer's body.
///
/// ```
/// use countersign_consumer::prelude::*;
///
/// let pattern = json_pattern!({"id": integer(42)});
/// assert!(accepts(&pattern, &serde_json::json!({"id": 7, "more": "is allowed"})));
/// assert!(!accepts(&pattern, &serde_json::json!({"id": "7"})));
/// ```
#[must_use]
pub fn accepts(pattern: &JsonPattern, actual: &Value) -> bool {
    let mut rules = MatchingRuleCategory::empty("body");
    pattern.extract_matching_rules(DocPath::root(), &mut rules);
    let context = CoreMatchingContext::new(DiffConfig::AllowUnexpectedKeys, &rules);
    compare_json(&DocPath::root(), &pattern.to_example(), actual, &context).is_ok()
}

/// What a raw body made of this example would hold: the text itself, or the JSON of anything else.
fn example_bytes(example: &Value) -> Vec<u8> {
    match example {
        Value::String(text) => text.clone().into_bytes(),
        other => other.to_string().into_bytes(),
    }
}
