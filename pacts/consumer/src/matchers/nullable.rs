//! Values that may be missing in one sense: null, or empty.

use pact_consumer::patterns::{JsonPattern, Pattern};
use pact_models::matchingrules::{MatchingRule, MatchingRuleCategory, RuleList, RuleLogic};
use pact_models::path_exp::DocPath;
use serde_json::Value;

use super::example_bytes;
use super::value::Ruled;

/// See [`null_or`].
#[derive(Debug)]
pub struct NullOr {
    example: Value,
    rule: MatchingRule,
}

/// Null, or a text, number or boolean that this pattern takes.
///
/// It stands in the pact as two rules combined with `OR`, of which `null` is one. Mind what that says: a
/// provider that *always* sends null keeps it. A consumer that cannot do without the value in some state
/// needs a second interaction in that state, with the plain pattern.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let quality = json_pattern!({"quality": null_or(integer(2))});
/// assert!(accepts(&quality, &json!({"quality": 3})));
/// assert!(accepts(&quality, &json!({"quality": null})));
/// assert!(!accepts(&quality, &json!({"quality": "720p"})));
/// assert!(!accepts(&quality, &json!({})));
/// ```
///
/// # Panics
///
/// Pact compares the shapes of objects and arrays before it looks at rules, so "null or an object" cannot be
/// said in one interaction, and neither can "null or both of two rules": such patterns panic.
pub fn null_or(pattern: impl Into<JsonPattern>) -> NullOr {
    let pattern = pattern.into();
    let example = pattern.to_example();
    assert!(
        !example.is_object() && !example.is_array(),
        "failed to say \"null or {example}\" in one interaction: Pact compares the shapes of objects and arrays \
         before any rule; describe the two cases as two interactions in two provider states"
    );
    let mut rules = rules_at_root(&pattern).rules;
    let Ruled { example, rule } = Ruled::new(example, rules.pop().unwrap_or(MatchingRule::Equality));
    assert!(
        rules.is_empty(),
        "failed to say \"null or {example}\" in one interaction: the pattern has several rules, and Pact cannot \
         combine some with OR and others with AND; use a pattern with one rule"
    );
    NullOr { example, rule }
}

impl NullOr {
    /// Lets the mock provider answer null, to see that the consumer can live with it.
    ///
    /// ```
    /// use countersign_consumer::prelude::*;
    ///
    /// let quality = json_pattern!({"quality": null_or(integer(2)).answering_null()});
    /// assert_eq!(quality.to_example(), serde_json::json!({"quality": null}));
    /// assert!(accepts(&quality, &serde_json::json!({"quality": 3})));
    /// ```
    ///
    /// # Panics
    ///
    /// When the pattern is a literal or `like!`: both compare with the example, which null would replace.
    #[must_use]
    pub fn answering_null(mut self) -> Self {
        assert!(
            !matches!(self.rule, MatchingRule::Type | MatchingRule::Equality),
            "failed to answer null for {}: its rule compares with the example; use a rule of its own, such as \
             integer or term!",
            self.example
        );
        self.example = Value::Null;
        self
    }
}

impl Pattern for NullOr {
    type Matches = Value;

    fn to_example(&self) -> Value {
        self.example.clone()
    }

    fn to_example_bytes(&self) -> Vec<u8> {
        example_bytes(&self.example)
    }

    fn extract_matching_rules(&self, path: DocPath, rules_out: &mut MatchingRuleCategory) {
        for rule in [MatchingRule::Null, self.rule.clone()] {
            rules_out.add_rule(path.clone(), rule, RuleLogic::Or);
        }
    }
}

impl From<NullOr> for JsonPattern {
    fn from(nullable: NullOr) -> Self {
        Self::pattern(nullable)
    }
}

/// See [`not_empty`].
#[derive(Debug)]
pub struct NotEmpty(JsonPattern);

/// A text, array or object like this pattern that is not empty.
///
/// Pact's own rule takes a value of any type, so the type of the example is asked for too.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let title = json_pattern!({"title": not_empty("Planning Board")});
/// assert!(accepts(&title, &json!({"title": "Harbor Council"})));
/// assert!(!accepts(&title, &json!({"title": ""})));
/// assert!(!accepts(&title, &json!({"title": 7})));
/// ```
pub fn not_empty(pattern: impl Into<JsonPattern>) -> NotEmpty {
    NotEmpty(pattern.into())
}

impl Pattern for NotEmpty {
    type Matches = Value;

    fn to_example(&self) -> Value {
        self.0.to_example()
    }

    fn to_example_bytes(&self) -> Vec<u8> {
        example_bytes(&self.to_example())
    }

    fn extract_matching_rules(&self, path: DocPath, rules_out: &mut MatchingRuleCategory) {
        if rules_at_root(&self.0).is_empty() {
            rules_out.add_rule(path.clone(), MatchingRule::Type, RuleLogic::And);
        }
        rules_out.add_rule(path.clone(), MatchingRule::NotEmpty, RuleLogic::And);
        self.0.extract_matching_rules(path, rules_out);
    }
}

impl From<NotEmpty> for JsonPattern {
    fn from(filled: NotEmpty) -> Self {
        Self::pattern(filled)
    }
}

/// The rules a pattern has for the value itself, not for what is inside it.
fn rules_at_root(pattern: &JsonPattern) -> RuleList {
    let mut rules = MatchingRuleCategory::empty("body");
    pattern.extract_matching_rules(DocPath::root(), &mut rules);
    rules.rules.remove(&DocPath::root()).unwrap_or_default()
}
