//! An HTTP interaction against an OpenAPI document.

use countersign_openapi::{
    Code, Document, Expectation, Expected, HttpRequest, HttpResponse, JsonPointer, Place, Severity, Spot,
    Violation,
};
use pact_models::HttpStatus;
use pact_models::matchingrules::{MatchingRule, MatchingRules, RuleList};
use serde_json::Value;

use crate::acceptance::{Acceptance, Acceptances};
use crate::compare::{Comparer, Notes};
use crate::demand::{Demand, demands};
use crate::disagreement::{Compared, Disagreement, Operation, Side, id_of};
use crate::generate;
use crate::hint::hint;
use crate::interaction::{Http, Interaction};

/// Keywords that tell the values of one type apart, which who takes any value of the type does not.
const OF_VALUES: [&str; 11] = [
    "const",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxLength",
    "maximum",
    "minLength",
    "minimum",
    "multipleOf",
    "pattern",
];

/// Compares one interaction; what comes of it goes into `compared`.
pub(crate) fn compare(
    context: &Comparer<'_>,
    document: &Document,
    (interaction, http): (&Interaction, &Http),
    compared: &mut Compared,
) {
    let body = http.response.body.as_deref().and_then(|body| serde_json::from_slice::<Value>(body).ok());
    let body = body.unwrap_or_default();
    let acceptances = Acceptances::of(http.rules.rules_for_category("body").as_ref(), &body);
    let writer = Writer { context, document, interaction, http };
    let mut told: Vec<Violation> = Vec::new();
    let mut demanded: Vec<(Vec<Demand>, Spot)> = Vec::new();
    for (index, request) in generate::requests(http).iter().enumerate() {
        let expected = writer.expected(request, &acceptances);
        compared.operation =
            compared.operation.take().or(expected.operation.map(|it| Operation::Http(it.key.clone())));
        told.extend(expected.violations.into_iter().filter(|one| writer.counts(one)));
        // The answer is the same, whatever the request is filled with.
        if index == 0 {
            let broken = |at: &JsonPointer| told.iter().any(|one| one.at == Place::ResponseBody(at.clone()));
            let met = expected.promises.into_iter().filter(|promise| !broken(&promise.at));
            demanded.extend(met.map(|promise| (demands(&promise, &body, &acceptances), promise.rule)));
        }
    }
    if context.notes == Notes::Counted && told.is_empty() && only_notes(&demanded) {
        compared.notes = demanded.iter().map(|(demands, _)| demands.len()).sum();
        return;
    }
    for (demands, rule) in demanded {
        let position = |rule| context.position_of(rule, |rule| document.position_of(rule));
        let told = demands.into_iter().map(|demand| writer.of_demand(demand, position(&rule)));
        compared.disagreements.extend(told);
    }
    let mut once: Vec<Violation> = Vec::with_capacity(told.len());
    for violation in told {
        let same = |other: &Violation| {
            (&other.at, &other.rule, &other.message) == (&violation.at, &violation.rule, &violation.message)
        };
        if !once.iter().any(same) {
            once.push(violation);
        }
    }
    compared.disagreements.extend(once.into_iter().map(|violation| writer.of_violation(violation)));
}

fn only_notes(demanded: &[(Vec<Demand>, Spot)]) -> bool {
    demanded.iter().flat_map(|(demands, _)| demands).all(|demand| demand.severity == Severity::Info)
}

struct Writer<'a> {
    context: &'a Comparer<'a>,
    document: &'a Document,
    interaction: &'a Interaction,
    http: &'a Http,
}

impl Writer<'_> {
    /// What comes of the exchange. Where the pact takes several statuses, one that is declared will
    /// do.
    fn expected(&self, request: &HttpRequest, acceptances: &Acceptances) -> Expected<'_> {
        let leeways = acceptances.leeways();
        let check = |response: &HttpResponse| {
            let expectation = Expectation { request, response, leeways: &leeways };
            self.document.check_expectation(&expectation, &self.context.strictness)
        };
        let undeclared = |expected: &Expected<'_>| {
            let of_status = |one: &Violation| {
                matches!(one.code, Code::ResponseStatusUnknown | Code::ResponseStatusDefault)
            };
            expected.violations.iter().any(of_status)
        };
        let first = check(&self.http.response);
        if !undeclared(&first) {
            return first;
        }
        let others = statuses(&self.http.rules)
            .into_iter()
            .map(|status| check(&HttpResponse { status, ..self.http.response.clone() }));
        others.into_iter().find(|expected| !undeclared(expected)).unwrap_or(first)
    }

    /// Whether a violation stands although the consumer takes more than its example.
    fn counts(&self, violation: &Violation) -> bool {
        let Place::ResponseHeader(name) = &violation.at else { return true };
        let keyword = violation.keyword.as_deref().unwrap_or_default();
        let rules = self.http.rules.rules_for_category("header");
        let named = |list: (&pact_models::path_exp::DocPath, &RuleList)| {
            list.0.first_field().is_some_and(|field| field.eq_ignore_ascii_case(name)).then(|| list.1.clone())
        };
        let list = rules.as_ref().and_then(|rules| rules.rules.iter().find_map(named));
        let Some(list) = list else { return true };
        let acceptance = Acceptance::of(&list, &Value::String(String::new()));
        !(OF_VALUES.contains(&keyword) && acceptance.takes_any_of_its_type())
    }

    fn of_violation(&self, violation: Violation) -> Disagreement {
        let id = id_of(violation.code);
        let at = self.pointer(&violation.at).append(&violation.within);
        Disagreement {
            id,
            severity: violation.severity,
            location: self.context.pact.position(&self.interaction.pointer().append(&at)),
            at: Side::Http(violation.at, violation.within),
            document: Some(violation.rule),
            keyword: violation.keyword,
            expected: violation.expected,
            actual: violation.actual.unwrap_or_default(),
            message: violation.message,
            hint: hint(id),
            causes: Vec::new(),
        }
    }

    fn of_demand(&self, demand: Demand, rule: countersign_openapi::Position) -> Disagreement {
        let place = Place::ResponseBody(demand.at);
        let at = self.interaction.pointer().append(&self.pointer(&place));
        Disagreement {
            id: demand.kind.of_response(),
            severity: demand.severity,
            location: self.context.pact.position(&at),
            at: Side::Http(place, JsonPointer::root()),
            document: Some(rule),
            keyword: Some(demand.keyword.to_owned()),
            expected: demand.expected,
            actual: demand.actual,
            message: demand.message,
            hint: hint(demand.kind.of_response()),
            causes: Vec::new(),
        }
    }

    /// Where below the interaction the pact speaks of a place of the exchange.
    fn pointer(&self, place: &Place) -> JsonPointer {
        let request = JsonPointer::root().join("request");
        let response = JsonPointer::root().join("response");
        let of_request = |name: &str| request.join("headers").join(written(name, &self.http.request.headers));
        match place {
            Place::RequestMethod => request.join("method"),
            Place::RequestPath | Place::RequestPathParameter(_) => request.join("path"),
            Place::RequestQuery(name) => request.join("query").join(name),
            Place::RequestHeader(name) => of_request(name),
            Place::RequestCookie(_) => of_request("Cookie"),
            Place::RequestBody(pointer) => self.http.body_pointer("request").append(pointer),
            Place::ResponseStatus => response.join("status"),
            Place::ResponseHeader(name) => {
                response.join("headers").join(written(name, &self.http.response.headers))
            }
            Place::ResponseBody(pointer) => self.http.body_pointer("response").append(pointer),
            Place::MessagePayload(_) | Place::MessageHeaders(_) => JsonPointer::root(),
        }
    }
}

/// The name of a header as the pact writes it.
fn written<'a>(name: &'a str, headers: &'a [(String, String)]) -> &'a str {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map_or(name, |(key, _)| key)
}

/// The statuses that the pact takes, where it leaves them to a matcher.
fn statuses(rules: &MatchingRules) -> Vec<u16> {
    let rules = rules.rules_for_category("status");
    let lists = rules.iter().flat_map(|rules| rules.rules.values());
    let taken = lists.flat_map(|list| &list.rules).filter_map(|rule| match rule {
        MatchingRule::StatusCode(status) => Some(status),
        _ => None,
    });
    let of_each = taken.flat_map(|status| match status {
        HttpStatus::Information => (100..200).collect(),
        HttpStatus::Success => (200..300).collect(),
        HttpStatus::Redirect => (300..400).collect(),
        HttpStatus::ClientError => (400..500).collect(),
        HttpStatus::ServerError => (500..600).collect(),
        HttpStatus::StatusCodes(statuses) => statuses.clone(),
        HttpStatus::NonError => (100..400).collect(),
        HttpStatus::Error => (400..600).collect::<Vec<u16>>(),
    });
    of_each.collect()
}
