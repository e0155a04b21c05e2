//! What a consumer relies on beyond what the document promises: the example fits, and not every
//! answer that the document allows would do. None of it breaks the contract today; all of it may
//! hurt the consumer tomorrow, without the document having changed.
//!
//! | the consumer | the document | id | severity |
//! |---|---|---|---|
//! | takes no null | allows it | `response.body.nullable` | warning |
//! | uses a property | does not require it | `response.property.optional` | info |
//! | `integer` | `number` | `response.body.type-narrowed` | warning |
//! | `decimal` | `number` or `integer` | the same | warning |
//! | `number`, `boolean`, `type`, `notEmpty` | allows other types too, or does not say | the same | warning |
//! | `regex` | an `enum` with words that it does not match | `response.body.enum-narrowed` | warning |
//! | `regex`, `date`, `time`, `datetime`, `semver` | neither `pattern` nor `format` nor `enum` | `response.body.pattern-narrowed` | warning |
//! | `min` above 1 | a lower `minItems` | `response.body.min-narrowed` | warning |
//! | `min` of 1, `notEmpty` | no `minItems`, no `minLength` | the same | info |
//! | `max` | a higher `maxItems`, or none | `response.body.max-narrowed` | warning |
//!
//! The ids of messages are `message.payload.…` and `message.property.optional`.
//! A list that is not empty is what a provider state is there for, which is why it weighs less.

use countersign_openapi::{Facts, JsonPointer, Promise, Severity, Types};
use serde_json::{Value, json};

use crate::acceptance::{Acceptance, Acceptances, Takes};

/// What kind of thing is relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The document allows null where the consumer relies on a value.
    NotNull,
    /// The consumer uses a property that the document does not promise to be always there.
    Presence,
    /// The matcher takes fewer types than the document allows.
    Type,
    /// The matcher asks for a form of text that the document does not promise.
    Pattern,
    /// The matcher takes fewer words than the document has.
    Words,
    /// The matcher asks for more elements, or characters, than the document promises.
    Least,
    /// The matcher takes fewer elements than the document allows.
    Most,
}

impl Kind {
    /// The id where it is about the answer to a request.
    pub const fn of_response(self) -> &'static str {
        match self {
            Self::NotNull => "response.body.nullable",
            Self::Presence => "response.property.optional",
            Self::Type => "response.body.type-narrowed",
            Self::Pattern => "response.body.pattern-narrowed",
            Self::Words => "response.body.enum-narrowed",
            Self::Least => "response.body.min-narrowed",
            Self::Most => "response.body.max-narrowed",
        }
    }

    /// The id where it is about a message.
    pub const fn of_message(self) -> &'static str {
        match self {
            Self::NotNull => "message.payload.nullable",
            Self::Presence => "message.property.optional",
            Self::Type => "message.payload.type-narrowed",
            Self::Pattern => "message.payload.pattern-narrowed",
            Self::Words => "message.payload.enum-narrowed",
            Self::Least => "message.payload.min-narrowed",
            Self::Most => "message.payload.max-narrowed",
        }
    }
}

/// One thing that is relied on and not promised.
#[derive(Debug)]
pub(crate) struct Demand {
    pub kind: Kind,
    pub severity: Severity,
    pub at: JsonPointer,
    pub keyword: &'static str,
    pub expected: Value,
    pub actual: Value,
    pub message: String,
}

/// What the consumer of `body` demands of one place of it beyond `promise`.
pub(crate) fn demands(promise: &Promise, body: &Value, acceptances: &Acceptances) -> Vec<Demand> {
    let mut demands: Vec<Demand> = presence(promise).into_iter().collect();
    let acceptance = acceptances.at(&promise.at);
    // Where nothing is said of types, nothing is said of null either.
    let nullable = promise.facts.types.meets(Types::NULL) && promise.facts.types != Types::ALL;
    if acceptance.is_none() && !nullable {
        return demands;
    }
    let Some(example) = body.pointer(promise.at.as_str()) else { return demands };
    let place = Place { promise, facts: &promise.facts, example };
    if nullable && !example.is_null() && !acceptance.is_some_and(|acceptance| acceptance.null) {
        demands.push(place.not_null());
    }
    if let Some(acceptance) = acceptance {
        demands.extend(place.of_type(acceptance));
        demands.extend(place.of_text(acceptance));
        demands.extend(place.of_length(acceptance));
    }
    demands
}

/// Elements of maps have no names that anyone could require.
fn presence(promise: &Promise) -> Option<Demand> {
    let mut tokens = promise.rule.pointer.as_str().rsplit('/');
    let named = tokens.nth(1) == Some("properties");
    (named && !promise.always).then(|| {
        let message = format!("{} is relied on, and the document does not require it", name(promise));
        let demand = demand(promise, Kind::Presence, "required", message);
        Demand { severity: Severity::Info, ..demand }
    })
}

fn demand(promise: &Promise, kind: Kind, keyword: &'static str, message: String) -> Demand {
    Demand {
        kind,
        severity: Severity::Warning,
        at: promise.at.clone(),
        keyword,
        expected: Value::Null,
        actual: Value::Null,
        message,
    }
}

fn name(promise: &Promise) -> String {
    promise.at.last().map_or_else(|| "the body".to_owned(), |name| format!("{name:?}"))
}

struct Place<'a> {
    promise: &'a Promise,
    facts: &'a Facts,
    example: &'a Value,
}

impl Place<'_> {
    fn demand(&self, kind: Kind, keyword: &'static str, message: String) -> Demand {
        demand(self.promise, kind, keyword, message)
    }

    fn name(&self) -> String {
        name(self.promise)
    }

    fn not_null(&self) -> Demand {
        let message = format!("{} is relied on to be no null, and the document allows null", self.name());
        let expected = json!(self.facts.types.names());
        Demand { expected, actual: json!("no null"), ..self.demand(Kind::NotNull, "type", message) }
    }

    fn of_type(&self, acceptance: &Acceptance) -> Option<Demand> {
        let taken = match acceptance.takes {
            Takes::Integer => Types::INTEGER,
            Takes::Decimal => Types::FRACTION,
            Takes::Number => Types::NUMBER,
            // Pact takes the texts `true` and `false` too, which says nothing of other texts.
            Takes::Boolean => Types::BOOLEAN,
            Takes::Type | Takes::NotEmpty => match Types::of(self.example) {
                number if number.meets(Types::NUMBER) => Types::NUMBER,
                other => other,
            },
            _ => return None,
        };
        let others = self.facts.types.without(taken).without(Types::NULL);
        if others.is_empty() || taken == Types::NULL {
            return None;
        }
        let message = format!(
            "{} is relied on to be of type {}, and the document allows {} too",
            self.name(),
            taken.names().join(" or "),
            others.names().join(", ")
        );
        let demand = self.demand(Kind::Type, "type", message);
        Some(Demand { expected: json!(self.facts.types.names()), actual: json!(taken.names()), ..demand })
    }

    fn of_text(&self, acceptance: &Acceptance) -> Option<Demand> {
        if !self.facts.types.meets(Types::STRING) {
            return None;
        }
        let (form, pattern) = match &acceptance.takes {
            Takes::Matching(form, pattern) => (form.as_str(), pattern.as_ref()),
            Takes::Form(form) => (*form, None),
            _ => return None,
        };
        if let Some(words) = &self.facts.words {
            let refused = |word: &&str| pattern.is_some_and(|pattern| !pattern.is_match(word));
            let refused: Vec<&str> = words.iter().filter_map(Value::as_str).filter(refused).collect();
            return (!refused.is_empty()).then(|| {
                let message = format!(
                    "{} is not taken to be {}, which the document allows",
                    self.name(),
                    refused.join(", ")
                );
                let demand = self.demand(Kind::Words, "enum", message);
                Demand { expected: json!(words), actual: json!(form), ..demand }
            });
        }
        // Whether one pattern holds wherever another does, nobody can tell.
        if self.facts.pattern.is_some() || self.facts.format.is_some() {
            return None;
        }
        let message = format!(
            "{} is relied on to be of the form {form:?}, and the document allows any text",
            self.name()
        );
        Some(Demand { actual: json!(form), ..self.demand(Kind::Pattern, "pattern", message) })
    }

    fn of_length(&self, acceptance: &Acceptance) -> Vec<Demand> {
        let count = |count: Option<usize>| count.and_then(|count| u64::try_from(count).ok());
        let (promised, noun, keyword) = match self.example {
            Value::String(_) => (self.facts.min_length, "character", "minLength"),
            _ => (self.facts.min_items, "element", "minItems"),
        };
        let least = count(acceptance.least).filter(|least| *least > promised).map(|least| {
            let name = self.name();
            let plural = if least == 1 { "" } else { "s" };
            let message = format!(
                "{name} is relied on to have at least {least} {noun}{plural}, and the document promises {promised}"
            );
            let severity = if least > 1 { Severity::Warning } else { Severity::Info };
            let demand = self.demand(Kind::Least, keyword, message);
            Demand { severity, expected: json!(promised), actual: json!(least), ..demand }
        });
        let allowed = self.facts.max_items;
        let most = count(acceptance.most).filter(|most| allowed.is_none_or(|allowed| allowed > *most));
        let most = most.map(|most| {
            let name = self.name();
            let plural = if most == 1 { "" } else { "s" };
            let message = format!(
                "{name} is relied on to have at most {most} element{plural}, and the document allows more"
            );
            let demand = self.demand(Kind::Most, "maxItems", message);
            Demand { expected: json!(allowed), actual: json!(most), ..demand }
        });
        least.into_iter().chain(most).collect()
    }
}
