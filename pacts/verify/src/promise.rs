//! Holds what a pact expects of an answer against the document. A pact names the part of an answer
//! that its consumer uses, so what only a whole answer can satisfy says nothing against it.

use countersign_openapi::{Code, Document, HttpRequest, HttpResponse, JsonPointer, Place, Violation};
use pact_models::bodies::OptionalBody;
use pact_models::http_parts::HttpPart as _;
use pact_models::v4::http_parts::HttpResponse as PactResponse;
use serde_json::Value;

/// Keywords that ask for more of a value than a part of it may have.
const OF_WHOLE_BODIES: [&str; 8] = [
    "required",
    "dependentRequired",
    "dependencies",
    "minProperties",
    "minItems",
    "uniqueItems",
    "contains",
    "minContains",
];

/// Keywords that try several schemas: which of them is meant, a part may leave open.
const OF_BRANCHES: [&str; 9] = [
    "oneOf",
    "anyOf",
    "not",
    "if",
    "then",
    "else",
    "discriminator",
    "unevaluatedProperties",
    "unevaluatedItems",
];

/// The expected answer of a pact, and all that helps to judge it.
pub(crate) struct Promise<'a> {
    pub document: &'a Document,
    pub request: &'a HttpRequest,
    /// The live answer, and what it breaks itself.
    pub answer: &'a HttpResponse,
    pub live: &'a [Violation],
    pub expected: &'a PactResponse,
    /// Whether the live answer has a status that the pact accepts.
    pub status_kept: bool,
}

impl Promise<'_> {
    /// What the pact expects and the document does not allow.
    pub(crate) fn violations(&self) -> Vec<Violation> {
        let expected = self.expected_answer();
        let all = self.document.check_response(self.request, &expected);
        let (body, mut counting): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|one| one.code == Code::ResponseBodyIncompatible);
        counting.retain(|one| self.counts(one));
        counting.extend(self.of_body(&body, &expected));
        counting
    }

    /// The expected answer as it would come over the wire. Where the pact leaves the status to a
    /// matcher or does not care for the media type, the live answer fills in.
    fn expected_answer(&self) -> HttpResponse {
        let expected = self.expected;
        let rules = expected.matching_rules.rules_for_category("status");
        let matched = rules.is_some_and(|rules| rules.is_not_empty());
        let mut headers: Vec<(String, String)> = expected
            .headers
            .iter()
            .flatten()
            .flat_map(|(name, values)| values.iter().map(move |value| (name.clone(), value.clone())))
            .collect();
        headers.sort();
        let body = match &expected.body {
            OptionalBody::Present(body, _, _) => Some(body.to_vec()),
            OptionalBody::Null if expected.content_type().unwrap_or_default().is_json() => {
                Some(b"null".to_vec())
            }
            _ => None,
        };
        if body.is_some() && expected.lookup_content_type().is_none() {
            let of_body = expected.body.content_type().map(|media_type| media_type.to_string());
            let media_type = of_body.or_else(|| self.answer.header("content-type").map(str::to_owned));
            headers.extend(media_type.map(|media_type| ("Content-Type".to_owned(), media_type)));
        }
        let status = if matched && self.status_kept { self.answer.status } else { expected.status };
        HttpResponse { status, headers, body }
    }

    fn counts(&self, violation: &Violation) -> bool {
        match violation.code {
            Code::ResponseStatusUnknown
            | Code::ResponseBodyUnknown
            | Code::ResponseContentTypeIncompatible => true,
            Code::ResponseBodyMissing => self.expected.body == OptionalBody::Empty,
            // A header the pact does not name, it does not rely on.
            Code::ResponseHeaderIncompatible => violation.actual.is_some(),
            // The request is judged by itself; a media type that the pact does not name, or a body
            // that nobody can judge, says nothing against it.
            _ => false,
        }
    }

    /// Of several schemas the document's judge tells the nearest one's errors, and for a part that
    /// may be another one than for the whole. So where schemas were tried, only that counts which is
    /// still wrong when the live answer completes the part.
    fn of_body(&self, broken: &[Violation], expected: &HttpResponse) -> Vec<Violation> {
        let of_part: Vec<&Violation> = broken.iter().filter(|one| !asks_for_more(one)).collect();
        if !of_part.iter().any(|one| is_branch(one)) {
            return of_part.into_iter().cloned().collect();
        }
        let completed = self.completed(expected);
        let stays = |one: &Violation| {
            completed.iter().any(|other| (other.code, &other.rule) == (one.code, &one.rule))
        };
        let leaves: Vec<&Violation> =
            of_part.iter().copied().filter(|one| !is_branch(one) && stays(one)).collect();
        let explained = |branch: &Violation| {
            let below = |one: &Violation| is_below(one, branch) && !is_branch(one);
            leaves.iter().any(|leaf| is_below(leaf, branch)) || !broken.iter().any(below)
        };
        let branches = of_part.iter().copied().filter(|one| is_branch(one) && stays(one) && explained(one));
        let mut counting: Vec<Violation> = branches.cloned().collect();
        counting.extend(leaves.into_iter().cloned());
        counting
    }

    /// What is still broken when the live answer completes what the pact says of the body. A live
    /// body that is itself in breach completes nothing: then only what both break counts.
    fn completed(&self, expected: &HttpResponse) -> Vec<Violation> {
        if self.live.iter().any(|one| one.code == Code::ResponseBodyIncompatible) {
            return self.live.to_vec();
        }
        let json = |body: &Option<Vec<u8>>| {
            body.as_deref().and_then(|body| serde_json::from_slice::<Value>(body).ok())
        };
        let whole = match json(&expected.body).zip(json(&self.answer.body)) {
            Some((part, live)) => {
                let body = Some(completed(part, &live).to_string().into_bytes());
                HttpResponse { body, ..expected.clone() }
            }
            None => expected.clone(),
        };
        self.document.check_response(self.request, &whole)
    }
}

fn asks_for_more(violation: &Violation) -> bool {
    let keyword = violation.keyword.as_deref().unwrap_or_default();
    OF_WHOLE_BODIES.contains(&keyword) || keyword == "discriminator" && violation.actual.is_none()
}

fn is_branch(violation: &Violation) -> bool {
    violation.keyword.as_deref().is_some_and(|keyword| OF_BRANCHES.contains(&keyword))
}

/// Whether `one` is about a part of what `other` is about.
fn is_below(one: &Violation, other: &Violation) -> bool {
    let pointer = |violation: &Violation| match &violation.at {
        Place::ResponseBody(pointer) => pointer.clone(),
        _ => JsonPointer::root(),
    };
    let (one, other) = (pointer(one), pointer(other));
    one.as_str().strip_prefix(other.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `part`, and from `whole` what it has not.
fn completed(part: Value, whole: &Value) -> Value {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            let mut members = whole.clone();
            for (name, value) in part {
                let value = match members.remove(&name) {
                    Some(live) => completed(value, &live),
                    None => value,
                };
                members.insert(name, value);
            }
            Value::Object(members)
        }
        // A pact gives one element for the shape of all; the first live one completes each.
        (Value::Array(part), Value::Array(whole)) => {
            let complete = |(index, item): (usize, Value)| match whole.get(index).or_else(|| whole.first()) {
                Some(live) => completed(item, live),
                None => item,
            };
            Value::Array(part.into_iter().enumerate().map(complete).collect())
        }
        (part, _) => part,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_live_body_completes_what_the_pact_says_of_it() {
        let part = json!({ "id": 7, "tags": [{ "name": "a" }, { "name": "b" }] });
        let whole = json!({ "id": 1, "kind": "vod", "tags": [{ "name": "x", "rank": 1 }] });
        assert_eq!(
            completed(part, &whole),
            json!({ "id": 7, "kind": "vod", "tags": [{ "name": "a", "rank": 1 }, { "name": "b", "rank": 1 }] })
        );
    }
}
