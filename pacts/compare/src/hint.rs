//! The way out of a disagreement, by its id.

use crate::demand::Kind;
use crate::disagreement::ids;

/// What to do about `id`; none where the message says it all.
pub(crate) fn hint(id: &str) -> Option<&'static str> {
    Some(match id {
        "request.path-or-method.unknown" => {
            "describe the operation in the document, or correct the pact's request"
        }
        "request.authorization.missing" => {
            "have the consumer send what the operation's `security` asks for, or change `security`"
        }
        "request.query.unknown" | "request.header.unknown" => {
            "declare the parameter in the document, or have the consumer stop sending it"
        }
        "request.content-type.similar" | "response.content-type.similar" => {
            "declare this very media type, or use the one that is declared"
        }
        "response.status.unknown" => {
            "declare an answer with this status, or have the consumer rely on one that is declared"
        }
        "response.status.default" => "declare an answer with this status of its own",
        "response.header.unknown" | "response.header.undefined" => {
            "declare the header for this answer, or have the consumer live without it"
        }
        "response.body.incompatible" => {
            "a consumer may use a part of what the document promises and nothing else: correct whichever of the two is wrong"
        }
        "response.body.unknown" => "give the answer a schema, or have the consumer look at its status alone",
        ids::REFERENCES_MISSING => "have the consumer's test say `comments.references.AsyncAPI.operationId`",
        ids::OPERATION_INFERRED => {
            "have the consumer's test say `comments.references.AsyncAPI.operationId`, so that nothing is guessed"
        }
        ids::OPERATION_UNKNOWN => "describe the operation in the document, or correct the pact's reference",
        ids::NO_MATCH => "describe the message in the document, or correct the pact",
        ids::REPLY_MISSING => "give the operation a reply in the document, or have the consumer expect none",
        ids::MESSAGE_SPEC_MISSING => "name the provider's document by --asyncapi",
        ids::REQUEST_SPEC_MISSING => "name the provider's document by --openapi",
        id => return of_demand(id),
    })
}

fn of_demand(id: &str) -> Option<&'static str> {
    const KINDS: [Kind; 7] =
        [Kind::NotNull, Kind::Presence, Kind::Type, Kind::Pattern, Kind::Words, Kind::Least, Kind::Most];
    let kind = KINDS.into_iter().find(|kind| kind.of_response() == id || kind.of_message() == id)?;
    Some(match kind {
        Kind::NotNull => "have the consumer take null here, or have the document forbid it",
        Kind::Presence => "have the consumer live without it, or have the document require it",
        Kind::Type | Kind::Pattern | Kind::Words => {
            "have the consumer take whatever the document allows, or have the document promise what the consumer needs"
        }
        Kind::Least => "have the consumer take fewer, or have the document promise as many",
        Kind::Most => "have the consumer take more, or have the document bound them",
    })
}
