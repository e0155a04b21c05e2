//! Holds what a consumer expects of a message against the document: a part of a message, the one
//! that the consumer uses.

use serde_json::{Map, Value};

use super::AsyncDocument;
use super::check::{Contents, is_readable};
use super::model::Message;
use crate::judge::Broken;
use crate::media_type::MediaType;
use crate::pointer::JsonPointer;
use crate::schema::{Direction, Leeways, Manner, Parted, Promise, Undeclared};
use crate::sources::Spot;
use crate::violation::{Code, Place, Position, Violation};

/// Names under which metadata tells a media type, in lower case without what is no letter. That is
/// no header of the message to AsyncAPI, which has `contentType` for it.
const CONTENT_TYPE: &str = "contenttype";

impl AsyncDocument {
    /// What a part of a payload breaks of `message`, and what the document promises of its places.
    #[must_use]
    pub fn check_part_of_payload(
        &self,
        message: &Message,
        contents: Contents<'_>,
        leeways: &Leeways,
        undeclared: Undeclared,
    ) -> (Vec<Violation>, Vec<Promise>) {
        let schema = message.payload.as_ref();
        let Some((schema, schemas)) = schema.and_then(|schema| Some((schema, self.judging(schema).ok()?)))
        else {
            return (self.check_payload(message, contents), Vec::new());
        };
        if !is_readable(message, contents.content_type) {
            return (self.check_payload(message, contents), Vec::new());
        }
        let manner = Manner { undeclared, leeways };
        let Parted { errors, promises } =
            schemas.check_part(&schema.spot, contents.value, Direction::Response, manner);
        (self.broken_payload(schemas, errors), promises)
    }

    /// What some headers, values by name, break of `message`.
    #[must_use]
    pub fn check_part_of_headers(
        &self,
        message: &Message,
        headers: &Map<String, Value>,
        leeways: &Leeways,
        undeclared: Undeclared,
    ) -> Vec<Violation> {
        let headers = self.application_headers(message, headers);
        let schema = message.headers.as_ref();
        let Some((schema, schemas)) = schema.and_then(|schema| Some((schema, self.judging(schema).ok()?)))
        else {
            return self.check_headers(message, &headers);
        };
        let manner = Manner { undeclared, leeways };
        let Parted { errors, .. } = schemas.check_part(&schema.spot, &headers, Direction::Response, manner);
        self.broken_headers(schemas, errors)
    }

    /// What all headers of a message that is sent break of `message`.
    #[must_use]
    pub fn check_sent_headers(&self, message: &Message, headers: &Map<String, Value>) -> Vec<Violation> {
        self.check_headers(message, &self.application_headers(message, headers))
    }

    /// Whether a payload of the type `content_type` is what the document says of `message`; where
    /// either says nothing, it is.
    #[must_use]
    pub fn check_content_type(&self, message: &Message, content_type: Option<&str>) -> Option<Violation> {
        let (said, declared) = content_type.zip(message.content_type.as_deref())?;
        let (actual, range) = MediaType::parse(said).zip(MediaType::parse(declared))?;
        if range.essence() == actual.essence() || range.is_read_alike(&actual) {
            return None;
        }
        Some(self.told(Broken {
            code: Code::MessageContentTypeIncompatible,
            at: Place::MessagePayload(JsonPointer::root()),
            rule: &message.spot,
            keyword: Some("contentType"),
            expected: Value::from(declared),
            actual: Some(crate::conceal::clip(said)),
            message: format!("the document has {:?} carry {declared}", message.label()),
        }))
    }

    /// The position of a place in any of the document's files.
    #[must_use]
    pub fn position_of(&self, spot: &Spot) -> Position {
        self.sources.position(spot)
    }

    /// Whether the headers of `message` have a property of this name.
    #[must_use]
    pub fn has_header(&self, message: &Message, name: &str) -> bool {
        let Some(headers) = &message.headers else { return false };
        let spot = self.sources.follow(headers.spot.clone()).ok();
        let schema = spot.and_then(|spot| self.sources.get(&spot));
        schema.is_some_and(|schema| schema["properties"].get(name).is_some())
    }

    /// Metadata without the media type, unless the document has a header for that.
    fn application_headers(&self, message: &Message, headers: &Map<String, Value>) -> Value {
        let is_type = |name: &str| {
            let letters = name.chars().filter(char::is_ascii_alphanumeric);
            letters.map(|letter| letter.to_ascii_lowercase()).eq(CONTENT_TYPE.chars())
        };
        let own = headers.iter().filter(|(name, _)| !is_type(name) || self.has_header(message, name));
        Value::Object(own.map(|(name, value)| (name.clone(), value.clone())).collect())
    }
}
