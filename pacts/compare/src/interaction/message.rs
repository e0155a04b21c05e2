//! Message interactions: what is on the wire in each direction, and the operation that the pact
//! says it belongs to.

use countersign_letter::shape::{self, Checked, Members};
use countersign_openapi::JsonPointer;
use pact_models::generators::{Generators, generators_from_json};
use pact_models::matchingrules::{MatchingRules, matchers_from_json};
use serde_json::{Map, Value};

use super::body;
use super::http::unreadable;

/// A message that the provider sends by itself.
#[derive(Debug)]
pub(crate) struct Asynchronous {
    pub message: Contents,
    pub reference: Reference,
}

/// A message that the consumer sends, and the replies.
#[derive(Debug)]
pub(crate) struct Synchronous {
    pub request: Contents,
    pub replies: Vec<Contents>,
    pub reference: Reference,
}

/// One message.
#[derive(Debug)]
pub(crate) struct Contents {
    /// `None` is no contents at all, or such as nobody cares for.
    pub payload: Option<Vec<u8>>,
    pub content_type: Option<String>,
    /// `None` where the pact says nothing of it.
    pub metadata: Option<Map<String, Value>>,
    pub rules: MatchingRules,
    pub generators: Generators,
    /// Where the contents stand below the interaction.
    pub payload_at: JsonPointer,
    pub metadata_at: JsonPointer,
}

/// `comments.references.AsyncAPI`: which operation of the document is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Whether there is such a reference at all.
    pub given: bool,
    pub operation: Option<String>,
}

impl Asynchronous {
    pub(super) fn read(json: &Value, wrapped: bool) -> Checked<Self> {
        let root = JsonPointer::root();
        let members = shape::object(json, &root)?;
        Ok(Self { message: Contents::read(json, &root, wrapped)?, reference: Reference::read(members) })
    }
}

impl Synchronous {
    pub(super) fn read(members: &Members) -> Checked<Self> {
        let root = JsonPointer::root();
        let at = root.join("request");
        let request = Contents::read(shape::required(members, "request", &root)?, &at, true)?;
        let at = root.join("response");
        let replies = match shape::required(members, "response", &root)? {
            Value::Array(replies) => replies,
            other => {
                return shape::wrong(&at, format!("it is {} where an array belongs", shape::kind(other)));
            }
        };
        let replies = replies.iter().enumerate().map(|(index, reply)| {
            let at = at.index(index);
            Contents::read(reply, &at, true)
        });
        Ok(Self { request, replies: replies.collect::<Checked<_>>()?, reference: Reference::read(members) })
    }
}

impl Contents {
    fn read(part: &Value, at: &JsonPointer, wrapped: bool) -> Checked<Self> {
        let members = shape::object(part, at)?;
        // The models look for this one first.
        let name = if members.contains_key("metaData") { "metaData" } else { "metadata" };
        let metadata_at = at.join(name);
        let metadata = match shape::member(members, name) {
            None => None,
            Some(metadata) => Some(shape::object(metadata, &metadata_at)?.clone()),
        };
        let contents = members.get("contents");
        let own = contents.filter(|_| wrapped).and_then(Value::as_object);
        let content_type = match own {
            Some(contents) => shape::text(contents, "contentType", &at.join("contents"))?.map(str::to_owned),
            None => None,
        };
        let content_type = content_type.or_else(|| type_of(metadata.as_ref()));
        let payload_at = at.join("contents");
        let payload = if wrapped {
            let body = pact_models::v4::http_parts::body_from_json(part, "contents", &None);
            body::of_model(body, None)
        } else {
            contents.map(|contents| match (contents, content_type.as_deref()) {
                (Value::String(text), Some(kind)) if !kind.contains("json") => text.clone().into_bytes(),
                (contents, _) => contents.to_string().into_bytes(),
            })
        };
        let rules = matchers_from_json(part, &None);
        let generators = generators_from_json(part);
        Ok(Self {
            payload,
            content_type,
            metadata,
            rules: rules.map_err(|error| unreadable(&at.join("matchingRules"), &error))?,
            generators: generators.map_err(|error| unreadable(&at.join("generators"), &error))?,
            payload_at: if wrapped { payload_at.join("content") } else { payload_at },
            metadata_at,
        })
    }
}

/// The media type that metadata tells.
fn type_of(metadata: Option<&Map<String, Value>>) -> Option<String> {
    let is_type = |name: &str| {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        plain.eq_ignore_ascii_case("contenttype")
    };
    let (_, value) = metadata?.iter().find(|(name, _)| is_type(name))?;
    value.as_str().map(str::to_owned)
}

impl Reference {
    fn read(members: &Members) -> Self {
        let comments = members.get("comments").unwrap_or(&Value::Null);
        let reference = &comments["references"]["AsyncAPI"];
        let operation = reference["operationId"].as_str().filter(|id| !id.is_empty());
        Self { given: !reference.is_null(), operation: operation.map(str::to_owned) }
    }
}
