//! Holds what a consumer expects against a document: a request with its answer, in examples, and no
//! server. The request is judged as one that is sent. Of the answer only a part is given, the one
//! that the consumer uses: it need not be whole, and it may not hold what the document does not
//! promise.

mod path;
mod request;
mod response;
mod standard;

pub use path::Routing;

use crate::document::Operation;
use crate::exchange::{HttpRequest, HttpResponse};
use crate::judge::Judge;
use crate::operation::Rules;
use crate::route::Found;
use crate::schema::{Leeways, Promise, Undeclared};
use crate::violation::{Code, Violation};

/// An exchange as a consumer describes it.
#[derive(Clone, Copy, Debug)]
pub struct Expectation<'e> {
    pub request: &'e HttpRequest,
    pub response: &'e HttpResponse,
    /// Where in the answer's body the consumer takes more than its example.
    pub leeways: &'e Leeways,
}

/// How strictly an expectation is held to a document.
#[derive(Clone, Debug, Default)]
pub struct Strictness {
    pub undeclared: Undeclared,
    pub routing: Routing,
}

/// What came of an expectation.
#[derive(Clone, Debug, Default)]
pub struct Expected<'d> {
    /// The operation that answers the request; none where there is none.
    pub operation: Option<&'d Operation>,
    /// Sorted; the same expectation always gives the same list.
    pub violations: Vec<Violation>,
    /// What the document promises of the places in the answer's body that the consumer names.
    pub promises: Vec<Promise>,
}

impl Judge<'_> {
    /// What the exchange breaks of the operation that answers it.
    pub fn check_expectation(
        &self,
        rules: &Rules,
        found: &Found<'_>,
        expectation: &Expectation<'_>,
        strictness: &Strictness,
    ) -> (Vec<Violation>, Vec<Promise>) {
        let Expectation { request, response, .. } = expectation;
        let answer = rules.answer(response.status);
        let asked = (answer, is_refusal(response));
        let mut violations = self.check_expected_request(rules, found, request, asked);
        if violations.iter().any(|one| one.code == Code::RequestPathIncompatible) {
            return (violations, Vec::new());
        }
        let Some(answer) = answer else {
            violations.push(self.unknown_status(rules, response.status));
            return (violations, Vec::new());
        };
        let (broken, promises) =
            self.check_expected_response(rules, answer, expectation, strictness.undeclared);
        violations.extend(broken);
        (violations, promises)
    }
}

/// A refusal is what the consumer wants to see: what it sends may be wrong on purpose.
fn is_refusal(response: &HttpResponse) -> bool {
    response.status >= 400
}
