//! Holds a request against its operation.

mod body;
mod parameters;

use serde_json::Value;

use crate::exchange::HttpRequest;
use crate::judge::{Broken, Judge};
use crate::media_type::{MediaType, accepts};
use crate::operation::Rules;
use crate::route::Found;
use crate::violation::{Code, Place, Violation};

impl Judge<'_> {
    /// What `request` breaks of the operation it was routed to.
    pub fn check_request(&self, rules: &Rules, found: &Found<'_>, request: &HttpRequest) -> Vec<Violation> {
        let mut violations = self.check_parameters(rules, found, request);
        violations.extend(rules.security.as_ref().and_then(|security| security.check(self, request)));
        violations.extend(self.check_accept(rules, request));
        violations.extend(self.check_request_body(rules, request));
        violations
    }

    /// An `Accept` header that no declared answer can satisfy.
    pub fn check_accept(&self, rules: &Rules, request: &HttpRequest) -> Option<Violation> {
        let accept = request.header_values("accept").collect::<Vec<_>>().join(",");
        let media =
            || rules.answers.iter().flat_map(|answer| &answer.content.media).chain(&rules.produces.media);
        let ranges: Vec<&MediaType> = media().filter_map(|media| media.range.as_ref()).collect();
        if accept.trim().is_empty() || ranges.is_empty() || accepts(&accept, ranges) {
            return None;
        }
        let mut declared: Vec<&str> = media().map(|media| media.key.as_str()).collect();
        declared.sort_unstable();
        declared.dedup();
        Some(self.violation(Broken {
            code: Code::RequestAcceptIncompatible,
            at: Place::RequestHeader("Accept".to_owned()),
            rule: &rules.spot.join("responses"),
            keyword: Some("content"),
            message: format!(
                "no declared answer is of a type that Accept takes: they are {}",
                declared.join(", ")
            ),
            expected: Value::from_iter(declared),
            actual: Some(crate::conceal::clip(&accept)),
        }))
    }
}
