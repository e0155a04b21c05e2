//! Parts of an HTTP message that `pact_consumer`'s builders have no rules for: the status, and repeated
//! query parameters.

use pact_consumer::builders::{HttpPartBuilder, RequestBuilder, ResponseBuilder};
use pact_consumer::patterns::{Pattern, StringPattern};
use pact_models::HttpStatus;
use pact_models::matchingrules::{Category, MatchingRule, RuleLogic};
use pact_models::path_exp::DocPath;

/// Rules for the status of an answer.
pub trait ResponseMatching {
    /// Takes any status of this class; the mock provider answers with the example.
    ///
    /// ```
    /// use countersign_consumer::prelude::*;
    ///
    /// let refused = InteractionBuilder::new("a bad request", "").response.matching_status(HttpStatus::ClientError, 400).build();
    /// assert_eq!(refused.status, 400);
    /// ```
    fn matching_status(&mut self, class: HttpStatus, example: u16) -> &mut Self;
}

impl ResponseMatching for ResponseBuilder {
    fn matching_status(&mut self, class: HttpStatus, example: u16) -> &mut Self {
        self.status(example);
        let (_, rules) = self.body_and_matching_rules_mut();
        rules.add_category(Category::STATUS).add_rule(
            DocPath::empty(),
            MatchingRule::StatusCode(class),
            RuleLogic::And,
        );
        self
    }
}

/// Rules for the query of a request.
pub trait RequestMatching {
    /// Takes one or more values of this parameter, each by the rule of the pattern.
    ///
    /// ```
    /// use countersign_consumer::prelude::*;
    ///
    /// let request = InteractionBuilder::new("some orders", "").request.query_values("tag", integer(1)).build();
    /// assert_eq!(request.query.unwrap()["tag"], [Some("1".to_owned())]);
    /// ```
    fn query_values(&mut self, name: &str, each: impl Into<StringPattern>) -> &mut Self;
}

impl RequestMatching for RequestBuilder {
    fn query_values(&mut self, name: &str, each: impl Into<StringPattern>) -> &mut Self {
        let each = each.into();
        let mut path = DocPath::root();
        path.push_field(name);
        self.query_param(name, each.to_example());
        let (_, rules) = self.body_and_matching_rules_mut();
        let query = rules.add_category(Category::QUERY);
        query.add_rule(path.clone(), MatchingRule::MinType(1), RuleLogic::And);
        each.extract_matching_rules(path, query);
        self
    }
}
