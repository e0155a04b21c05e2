//! Arrays: of any length with elements alike, or with certain elements among others.

use std::collections::HashMap;

use pact_consumer::patterns::{JsonPattern, Pattern};
use pact_models::matchingrules::{MatchingRule, MatchingRuleCategory, RuleLogic};
use pact_models::path_exp::DocPath;
use serde_json::Value;

use super::example_bytes;

/// See [`list_of`].
#[derive(Debug)]
pub struct ListOf {
    element: JsonPattern,
    at_least: usize,
    at_most: Option<usize>,
}

/// An array, possibly empty, whose elements are all like this pattern.
///
/// `each_like!` also asks that something stands in the array, and adds a rule that takes any type for every
/// member of every element. This one adds nothing of its own, so scalars keep their rules too. As with every
/// list in Pact, members without a rule are compared by type; [`equal_to`](super::equal_to) asks for more.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let vods = json_pattern!(list_of(integer(2904)));
/// assert!(accepts(&vods, &json!([])));
/// assert!(accepts(&vods, &json!([1, 2, 3])));
/// assert!(!accepts(&vods, &json!([1, "2"])));
/// ```
pub fn list_of(element: impl Into<JsonPattern>) -> ListOf {
    ListOf { element: element.into(), at_least: 0, at_most: None }
}

impl ListOf {
    /// Asks for this many elements or more.
    ///
    /// ```
    /// use countersign_consumer::prelude::*;
    /// use serde_json::json;
    ///
    /// let pair = json_pattern!(list_of(boolean(true)).at_least(1).at_most(2));
    /// assert!(accepts(&pair, &json!([true])));
    /// assert!(!accepts(&pair, &json!([])));
    /// assert!(!accepts(&pair, &json!([true, true, false])));
    /// ```
    #[must_use]
    pub fn at_least(mut self, elements: usize) -> Self {
        self.at_least = elements;
        self
    }

    /// Asks for this many elements or fewer.
    #[must_use]
    pub fn at_most(mut self, elements: usize) -> Self {
        self.at_most = Some(elements);
        self
    }
}

impl Pattern for ListOf {
    type Matches = Value;

    fn to_example(&self) -> Value {
        // An empty example would leave elements without anything to be compared with.
        Value::Array(vec![self.element.to_example(); self.at_least.max(1)])
    }

    fn to_example_bytes(&self) -> Vec<u8> {
        example_bytes(&self.to_example())
    }

    fn extract_matching_rules(&self, path: DocPath, rules_out: &mut MatchingRuleCategory) {
        let length = match self.at_most {
            Some(most) => MatchingRule::MinMaxType(self.at_least, most),
            None => MatchingRule::MinType(self.at_least),
        };
        rules_out.add_rule(path.clone(), length, RuleLogic::And);
        let mut element = path;
        element.push_star_index();
        self.element.extract_matching_rules(element, rules_out);
    }
}

impl From<ListOf> for JsonPattern {
    fn from(list: ListOf) -> Self {
        Self::pattern(list)
    }
}

/// See [`array_contains`].
#[derive(Debug)]
pub struct ArrayContains(Vec<JsonPattern>);

/// An array in which each of these stands somewhere, in any order, among any others.
///
/// ```
/// use countersign_consumer::prelude::*;
/// use serde_json::json;
///
/// let links = json_pattern!(array_contains([
///     json_pattern!({"rel": "self", "href": like!("/shows/1")}),
///     json_pattern!({"rel": "vods", "href": like!("/shows/1/vods")}),
/// ]));
/// assert!(accepts(&links, &json!([{"rel": "vods", "href": "b"}, {"rel": "new"}, {"rel": "self", "href": "a"}])));
/// assert!(!accepts(&links, &json!([{"rel": "self", "href": "a"}])));
/// ```
///
/// # Panics
///
/// When no element is named: every array contains nothing.
pub fn array_contains(variants: impl IntoIterator<Item = JsonPattern>) -> ArrayContains {
    let variants: Vec<JsonPattern> = variants.into_iter().collect();
    assert!(!variants.is_empty(), "failed to ask what an array contains: name one element at least");
    ArrayContains(variants)
}

impl Pattern for ArrayContains {
    type Matches = Value;

    fn to_example(&self) -> Value {
        Value::Array(self.0.iter().map(Pattern::to_example).collect())
    }

    fn to_example_bytes(&self) -> Vec<u8> {
        example_bytes(&self.to_example())
    }

    fn extract_matching_rules(&self, path: DocPath, rules_out: &mut MatchingRuleCategory) {
        let variants = self.0.iter().enumerate().map(|(index, variant)| {
            // The rules of a variant are read from its own root, wherever the array stands.
            let mut rules = MatchingRuleCategory::empty("body");
            variant.extract_matching_rules(DocPath::root(), &mut rules);
            (index, rules, HashMap::new())
        });
        rules_out.add_rule(path, MatchingRule::ArrayContains(variants.collect()), RuleLogic::And);
    }
}

impl From<ArrayContains> for JsonPattern {
    fn from(array: ArrayContains) -> Self {
        Self::pattern(array)
    }
}
