//! What a consumer takes at each place of an expected body: the example, or with a matcher more.
//!
//! | matcher | takes | so of the document's schema, at this place |
//! |---|---|---|
//! | none, `equality`, `include` | the example | everything counts |
//! | `type`, `values`, `eachKey`, `eachValue`, `notEmpty` | whatever is of the example's type | `enum`, `format`, bounds and the like do not |
//! | `integer`, `decimal`, `number`, `boolean` | whatever is of that type | the same |
//! | `regex` that any text matches | as `type` | |
//! | `regex` | each text that it matches | an `enum` does where it matches no word of it |
//! | `date`, `time`, `datetime`, `semver` | each text of that form | everything counts |
//! | `min`, `max`, `arrayContains`, `eachValue` | arrays of other lengths | `minItems`, `maxItems`, `uniqueItems`, `contains` do not |
//! | `values`, `eachKey`, `eachValue` | members of any names | it need not know the names |
//! | `null` beside another, by OR | null too | |
//!
//! A `type` holds for all that stands below it, as in Pact. What a matcher asks for beyond what the
//! document promises is told by `demand`.

use std::collections::HashMap;

use countersign_openapi::{JsonPointer, Latitude, Leeway, Leeways};
use pact_models::matchingrules::{MatchingRule, MatchingRuleCategory, RuleList, RuleLogic};
use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value};

/// Bytes that a compiled pattern of a pact may take.
const PATTERN_SIZE: usize = 1 << 20;

/// What is taken at one place.
#[derive(Debug)]
pub(crate) struct Acceptance {
    pub takes: Takes,
    /// Whether null is taken too.
    pub null: bool,
    /// Elements that an array has to have.
    pub least: Option<usize>,
    /// Elements that an array may have.
    pub most: Option<usize>,
    leeway: Leeway,
}

/// Which values are taken.
#[derive(Debug)]
pub(crate) enum Takes {
    /// The example.
    Example,
    /// Every value of the example's type.
    Type,
    Integer,
    Decimal,
    Number,
    Boolean,
    /// Every text that the pattern matches; where it cannot be read here, none.
    Matching(String, Option<Regex>),
    /// Every text in the form of a date, a time or a version.
    Form(&'static str),
    /// A value that is not empty.
    NotEmpty,
    /// One of several; which, says the pact.
    Several,
}

/// What is taken at every place of one body that a matcher is about.
#[derive(Debug, Default)]
pub(crate) struct Acceptances {
    places: HashMap<JsonPointer, Acceptance>,
}

impl Acceptances {
    /// Finds the matcher of each place of `body`.
    pub fn of(rules: Option<&MatchingRuleCategory>, body: &Value) -> Self {
        let mut found = Self::default();
        if let Some(rules) = rules.filter(|rules| rules.is_not_empty()) {
            found.walk(rules, body, &mut vec!["$".to_owned()], &JsonPointer::root());
        }
        found
    }

    /// Finds the matcher of each member of metadata, whose paths begin with its name.
    pub fn of_members(rules: &MatchingRuleCategory, members: &Map<String, Value>) -> Self {
        let mut found = Self::default();
        for (name, value) in members {
            let place = JsonPointer::root().join(name);
            found.walk(rules, value, &mut vec!["$".to_owned(), name.clone()], &place);
            if found.at(&place).is_none() {
                found.walk(rules, value, &mut vec![name.clone()], &place);
            }
        }
        found
    }

    pub fn at(&self, place: &JsonPointer) -> Option<&Acceptance> {
        self.places.get(place)
    }

    pub fn leeways(&self) -> Leeways {
        self.places.iter().map(|(place, acceptance)| (place.clone(), acceptance.leeway.clone())).collect()
    }

    fn walk(
        &mut self,
        rules: &MatchingRuleCategory,
        value: &Value,
        path: &mut Vec<String>,
        place: &JsonPointer,
    ) {
        let tokens: Vec<&str> = path.iter().map(String::as_str).collect();
        let list = rules.select_best_matcher(&tokens);
        if !list.is_empty() {
            self.places.insert(place.clone(), Acceptance::of(&list, value));
        }
        let mut down = |token: String, value: &Value, place: JsonPointer| {
            path.push(token);
            self.walk(rules, value, path, &place);
            path.pop();
        };
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    down(name.clone(), value, place.join(name));
                }
            }
            Value::Array(elements) => {
                for (index, value) in elements.iter().enumerate() {
                    down(index.to_string(), value, place.index(index));
                }
            }
            _ => {}
        }
    }
}

impl Acceptance {
    pub(crate) fn of(list: &RuleList, example: &Value) -> Self {
        let mut acceptance = Self {
            takes: Takes::Example,
            null: example.is_null(),
            least: None,
            most: None,
            leeway: Leeway::default(),
        };
        let rules = || list.rules.iter().filter(|rule| !matches!(rule, MatchingRule::Null));
        acceptance.null |= list.rules.len() > rules().count();
        if list.rule_logic == RuleLogic::Or && rules().count() > 1 {
            acceptance.takes = Takes::Several;
            acceptance.leeway = Leeway { length: true, members: true, value: Latitude::OfType };
            return acceptance;
        }
        for rule in rules() {
            acceptance.add(rule, list.cascaded);
        }
        acceptance.leeway.value = match &acceptance.takes {
            Takes::Example | Takes::Form(_) | Takes::Matching(_, None) => Latitude::None,
            Takes::Matching(_, Some(pattern)) => Latitude::Matching(pattern.clone()),
            _ => Latitude::OfType,
        };
        acceptance
    }

    /// Whether the example stands for every value of its type.
    pub fn takes_any_of_its_type(&self) -> bool {
        matches!(self.leeway.value, Latitude::OfType)
    }

    fn add(&mut self, rule: &MatchingRule, cascaded: bool) {
        let (takes, length, members) = match rule {
            MatchingRule::Regex(pattern) => (matching(pattern), false, false),
            MatchingRule::Type
            | MatchingRule::MinType(_)
            | MatchingRule::MaxType(_)
            | MatchingRule::MinMaxType(_, _)
            | MatchingRule::ArrayContains(_) => (Takes::Type, true, false),
            MatchingRule::Date(_) => (Takes::Form("date"), false, false),
            MatchingRule::Time(_) => (Takes::Form("time"), false, false),
            MatchingRule::Timestamp(_) => (Takes::Form("date-time"), false, false),
            MatchingRule::Semver => (Takes::Form("version"), false, false),
            MatchingRule::Number => (Takes::Number, false, false),
            MatchingRule::Integer => (Takes::Integer, false, false),
            MatchingRule::Decimal => (Takes::Decimal, false, false),
            MatchingRule::Boolean => (Takes::Boolean, false, false),
            MatchingRule::Values | MatchingRule::EachKey(_) | MatchingRule::EachValue(_) => {
                (Takes::Type, true, true)
            }
            MatchingRule::NotEmpty => (Takes::NotEmpty, true, false),
            _ => (Takes::Example, false, false),
        };
        self.leeway.length |= length;
        self.leeway.members |= members;
        // All of them have to hold: the narrowest says what is taken.
        if takes.narrowness() > self.takes.narrowness() {
            self.takes = takes;
        }
        // A length is asked of the array itself, and not of those inside it.
        if !cascaded {
            self.bound(rule);
        }
    }

    fn bound(&mut self, rule: &MatchingRule) {
        let (least, most) = match rule {
            MatchingRule::MinType(least) => (Some(*least), None),
            MatchingRule::MaxType(most) => (None, Some(*most)),
            MatchingRule::MinMaxType(least, most) => (Some(*least), Some(*most)),
            MatchingRule::NotEmpty => (Some(1), None),
            _ => (None, None),
        };
        self.least = self.least.max(least);
        self.most = self.most.into_iter().chain(most).min();
    }
}

impl Takes {
    fn narrowness(&self) -> u8 {
        match self {
            Self::Example => 0,
            Self::Several => 1,
            Self::Type => 2,
            Self::NotEmpty => 3,
            Self::Number => 4,
            Self::Integer | Self::Decimal | Self::Boolean => 5,
            Self::Form(_) => 6,
            Self::Matching(_, _) => 7,
        }
    }
}

/// Pact has a pattern match the whole text.
fn matching(pattern: &str) -> Takes {
    let whole = format!("^(?:{pattern})$");
    let compiled = RegexBuilder::new(&whole).size_limit(PATTERN_SIZE).build().ok();
    // One that any text matches is written where a language has no other way to say "a text".
    if compiled.as_ref().is_some_and(|compiled| ODD_TEXTS.iter().all(|text| compiled.is_match(text))) {
        return Takes::Type;
    }
    Takes::Matching(pattern.to_owned(), compiled)
}

/// Texts that have nothing in common.
const ODD_TEXTS: [&str; 5] = ["", "a", "7 \t-\u{1}", "\r\n{\"", "\u{fc}\u{1f600}\u{2028}"];

#[cfg(test)]
mod tests {
    use super::*;
    use pact_models::matchingrules::matchers_from_json;
    use serde_json::json;

    fn acceptances(rules: &Value, body: &Value) -> Acceptances {
        let rules = matchers_from_json(&json!({ "matchingRules": { "body": rules } }), &None).unwrap();
        Acceptances::of(rules.rules_for_category("body").as_ref(), body)
    }

    fn at<'a>(found: &'a Acceptances, place: &str) -> &'a Acceptance {
        found.at(&JsonPointer::parse(place).unwrap()).unwrap_or_else(|| panic!("nothing at {place}"))
    }

    #[test]
    fn a_type_holds_for_all_below_it_and_a_length_does_not() {
        let rules = json!({ "$.items": { "matchers": [{ "match": "type", "min": 2 }] } });
        let found = acceptances(&rules, &json!({ "items": [{ "tags": ["a"] }], "other": 1 }));
        assert_eq!(at(&found, "/items").least, Some(2));
        let tags = at(&found, "/items/0/tags");
        assert!(tags.leeway.length && tags.least.is_none());
        assert!(matches!(tags.leeway.value, Latitude::OfType));
        assert!(found.at(&JsonPointer::parse("/other").unwrap()).is_none());
    }

    #[test]
    fn the_narrowest_of_several_counts_and_null_is_apart() {
        let rules = json!({
            "$.id": { "combine": "AND", "matchers": [{ "match": "type" }, { "match": "integer" }] },
            "$.name": { "combine": "OR", "matchers": [{ "match": "null" }, { "match": "regex", "regex": "a+" }] },
            "$.any": { "combine": "OR", "matchers": [{ "match": "integer" }, { "match": "boolean" }] },
        });
        let found = acceptances(&rules, &json!({ "id": 1, "name": "aa", "any": true }));
        assert!(matches!(at(&found, "/id").takes, Takes::Integer));
        let name = at(&found, "/name");
        assert!(name.null && matches!(&name.takes, Takes::Matching(pattern, Some(_)) if pattern == "a+"));
        assert!(matches!(at(&found, "/any").takes, Takes::Several));
    }

    #[test]
    fn a_pattern_that_everything_matches_is_a_type() {
        for (pattern, any) in [("[\\s\\S]*", true), ("(?s).*", true), (".*", false), ("[\\s\\S]+", false)] {
            let rules = json!({ "$.a": { "matchers": [{ "match": "regex", "regex": pattern }] } });
            let found = acceptances(&rules, &json!({ "a": "x" }));
            assert_eq!(matches!(at(&found, "/a").takes, Takes::Type), any, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_cannot_be_read_takes_the_example() {
        let rules = json!({ "$.a": { "matchers": [{ "match": "regex", "regex": "(?=x)x" }] } });
        let found = acceptances(&rules, &json!({ "a": "x" }));
        assert!(matches!(at(&found, "/a").leeway.value, Latitude::None));
    }
}
