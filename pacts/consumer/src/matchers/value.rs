//! Values judged by one rule, wherever they stand.

use pact_consumer::patterns::{JsonPattern, Pattern, StringPattern};
use pact_matching::matchingrules::DoMatch;
use pact_models::matchingrules::{MatchingRule, MatchingRuleCategory, RuleLogic};
use pact_models::path_exp::DocPath;
use serde_json::Value;

use super::example_bytes;

/// An example with the one rule that other values are judged by.
#[derive(Clone, Debug)]
pub struct Ruled {
    pub(super) example: Value,
    pub(super) rule: MatchingRule,
}

impl Ruled {
    /// Panics on an example that its rule refuses: such a pact could never be kept.
    pub(super) fn new(example: Value, rule: MatchingRule) -> Self {
        if let Err(refused) = rule.match_value(&example, &example, false, false) {
            panic!("failed to use {example} as the example of a matcher: {refused:#}");
        }
        Self { example, rule }
    }
}

impl Pattern for Ruled {
    type Matches = Value;

    fn to_example(&self) -> Value {
        self.example.clone()
    }

    fn to_example_bytes(&self) -> Vec<u8> {
        example_bytes(&self.example)
    }

    fn extract_matching_rules(&self, path: DocPath, rules_out: &mut MatchingRuleCategory) {
        rules_out.add_rule(path, self.rule.clone(), RuleLogic::And);
    }
}

impl From<Ruled> for JsonPattern {
    fn from(ruled: Ruled) -> Self {
        Self::pattern(ruled)
    }
}

/// In a path, a query parameter or a header every value is text.
#[derive(Debug)]
struct RuledText(Ruled);

impl Pattern for RuledText {
    type Matches = String;

    fn to_example(&self) -> String {
        match &self.0.example {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    fn to_example_bytes(&self) -> Vec<u8> {
        self.0.to_example_bytes()
    }

    fn extract_matching_rules(&self, path: DocPath, rules_out: &mut MatchingRuleCategory) {
        self.0.extract_matching_rules(path, rules_out);
    }
}

impl From<Ruled> for StringPattern {
    fn from(ruled: Ruled) -> Self {
        Self::pattern(RuledText(ruled))
    }
}

/// Any whole number.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let id = json_pattern!(integer(4127));
/// assert!(accepts(&id, &json!(-3)));
/// assert!(!accepts(&id, &json!(4127.5)));
/// ```
#[must_use]
pub fn integer(example: i64) -> Ruled {
    Ruled::new(example.into(), MatchingRule::Integer)
}

/// A number that is written with a fraction: `0` is refused, so use [`number`] where a provider may write it.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let price = json_pattern!(decimal(9.5));
/// assert!(accepts(&price, &json!(10.0)));
/// assert!(!accepts(&price, &json!(10)));
/// ```
#[must_use]
pub fn decimal(example: f64) -> Ruled {
    Ruled::new(example.into(), MatchingRule::Decimal)
}

/// Any number, whole or not.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let progress = json_pattern!(number(0.42));
/// assert!(accepts(&progress, &json!(1)));
/// assert!(!accepts(&progress, &json!("1")));
/// ```
#[must_use]
pub fn number(example: impl Into<Value>) -> Ruled {
    Ruled::new(example.into(), MatchingRule::Number)
}

/// `true` or `false`. Pact's rule also takes the texts `"true"` and `"false"`; `like!(true)` does not.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let hidden = json_pattern!(boolean(false));
/// assert!(accepts(&hidden, &json!(true)));
/// assert!(!accepts(&hidden, &json!(0)));
/// ```
#[must_use]
pub fn boolean(example: bool) -> Ruled {
    Ruled::new(example.into(), MatchingRule::Boolean)
}

/// `null` and nothing else, also where a rule of the surrounding list would take any type.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let url = json_pattern!(null());
/// assert!(accepts(&url, &json!(null)));
/// assert!(!accepts(&url, &json!("")));
/// ```
#[must_use]
pub fn null() -> Ruled {
    Ruled::new(Value::Null, MatchingRule::Null)
}

/// Exactly this value, also where a rule of the surrounding list or object would take any of its type.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let shows = json_pattern!(list_of(json_pattern!({"kind": equal_to("show"), "title": "any text"})));
/// assert!(accepts(&shows, &json!([{"kind": "show", "title": "Planning Board"}])));
/// assert!(!accepts(&shows, &json!([{"kind": "reel", "title": "Planning Board"}])));
/// ```
#[must_use]
pub fn equal_to(value: impl Into<Value>) -> Ruled {
    Ruled::new(value.into(), MatchingRule::Equality)
}
