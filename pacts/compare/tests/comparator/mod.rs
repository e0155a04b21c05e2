//! The comparator's results, and ours in its notation.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::Path;

use countersign_compare::{Compared, Disagreement, Part, Side};
use countersign_openapi::{JsonPointer, Place, Severity};
use libtest_mimic::Failed;
use serde_json::Value;

/// What both can be compared by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    severity: String,
    code: String,
    interaction: Option<usize>,
    /// In the pact, below the interaction, in lower case: names of headers are written in any.
    location: String,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let index = self.interaction.map_or_else(|| "-".to_owned(), |index| index.to_string());
        write!(f, "{} {} {index} {}", self.severity, self.code, self.location)
    }
}

/// Codes that the comparator has. Ours beyond them are no part of the comparison, but for their
/// verdict.
const VOCABULARY: [&str; 37] = [
    "message.headers.incompatible",
    "message.matched",
    "message.no.match",
    "message.operation.unknown",
    "message.payload.incompatible",
    "message.payload.unknown",
    "message.payload.unvalidatable",
    "message.references.missing",
    "message.reply.missing",
    "message.response.missing",
    "message.spec.missing",
    "request.accept.incompatible",
    "request.accept.unknown",
    "request.authorization.missing",
    "request.body.incompatible",
    "request.body.unknown",
    "request.body.unvalidatable",
    "request.content-type.incompatible",
    "request.content-type.missing",
    "request.content-type.unknown",
    "request.header.incompatible",
    "request.header.unknown",
    "request.path-or-method.unknown",
    "request.query.incompatible",
    "request.query.unknown",
    "request.spec.missing",
    "response.body.incompatible",
    "response.body.unknown",
    "response.body.unvalidatable",
    "response.content-type.incompatible",
    "response.content-type.unknown",
    "response.header.incompatible",
    "response.header.undefined",
    "response.header.unknown",
    "response.status.default",
    "response.status.unknown",
    "pact-broker.no-pacts-found",
];

/// The comparator's results, each place once.
pub fn theirs(file: &Path) -> Result<BTreeSet<Found>, Failed> {
    let results: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
    let mut found = BTreeSet::new();
    for result in results.as_array().ok_or("the results are no list")? {
        found.insert(their(result));
        found.extend(result["causes"].as_array().into_iter().flatten().map(their));
    }
    Ok(found)
}

fn their(result: &Value) -> Found {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let place = text(&result["mockDetails"]["location"]);
    let below = place.strip_prefix("[root].interactions[").and_then(|rest| rest.split_once(']'));
    let (interaction, location) =
        below.map_or((None, String::new()), |(index, rest)| (index.parse().ok(), rest.to_owned()));
    Found {
        severity: text(&result["type"]),
        code: text(&result["code"]),
        interaction,
        location: location.to_lowercase(),
    }
}

/// Ours of one interaction.
pub fn ours(compared: &Compared) -> Vec<Found> {
    let mut found = Vec::new();
    for one in &compared.disagreements {
        for one in std::iter::once(one).chain(&one.causes) {
            let known = VOCABULARY.contains(&one.id);
            // What breaks the contract is never left out.
            if known || one.severity == Severity::Error {
                found.push(our(compared.index, one));
            }
        }
    }
    found
}

fn our(index: usize, one: &Disagreement) -> Found {
    let severity = match one.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    // It says of a match where in the document it is, and not where in the pact.
    let interaction = (one.id != "message.matched").then_some(index);
    let location = interaction.map_or_else(String::new, |_| location(one));
    Found {
        severity: severity.to_owned(),
        code: one.id.to_owned(),
        interaction,
        location: location.to_lowercase(),
    }
}

/// Ours names the member that should not be there, and the comparator the object it is in.
fn location(one: &Disagreement) -> String {
    let of_parent = matches!(
        one.keyword.as_deref(),
        Some("additionalProperties" | "unevaluatedProperties" | "discriminator")
    );
    let dotted = |pointer: &JsonPointer| {
        let tokens: Vec<String> = pointer.tokens().collect();
        let kept = if of_parent && !tokens.is_empty() { &tokens[..tokens.len() - 1] } else { &tokens[..] };
        kept.iter().flat_map(|token| [".", token]).collect::<String>()
    };
    match &one.at {
        Side::Http(place, within) => match place {
            Place::RequestMethod | Place::RequestPath | Place::RequestPathParameter(_) => {
                ".request.path".to_owned()
            }
            Place::RequestQuery(_) if one.id == "request.authorization.missing" => {
                ".request.query".to_owned()
            }
            Place::RequestHeader(_) if one.id == "request.authorization.missing" => {
                ".request.headers".to_owned()
            }
            Place::RequestQuery(name) => format!(".request.query.{name}{}", dotted(within)),
            Place::RequestHeader(name) => format!(".request.headers.{name}{}", dotted(within)),
            Place::RequestCookie(name) => format!(".request.headers.cookie.{name}{}", dotted(within)),
            Place::RequestBody(pointer) => format!(".request.body{}", dotted(pointer)),
            Place::ResponseStatus => ".response.status".to_owned(),
            Place::ResponseHeader(name) => format!(".response.headers.{name}{}", dotted(within)),
            Place::ResponseBody(pointer) => format!(".response.body{}", dotted(pointer)),
            Place::MessagePayload(_) | Place::MessageHeaders(_) => String::new(),
        },
        Side::Interaction => String::new(),
        Side::Payload(part, pointer) => format!("{}.contents.content{}", below(*part), dotted(pointer)),
        Side::Metadata(part, pointer) => format!("{}.metadata{}", below(*part), dotted(pointer)),
        Side::Reference => ".comments.references.asyncapi".to_owned(),
        Side::OperationId => ".comments.references.asyncapi.operationid".to_owned(),
        Side::Replies => ".response".to_owned(),
    }
}

/// Where the comparator has a message of an interaction.
fn below(part: Part) -> String {
    match part {
        Part::Message => String::new(),
        Part::Request => ".request".to_owned(),
        Part::Reply(index) => format!(".response[{index}]"),
    }
}
