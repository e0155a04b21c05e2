//! Bodies of requests and responses: choosing the declared media type, reading the bytes, and
//! judging what they say.

mod form;
mod multipart;
mod sequence;

use serde_json::Value;

use crate::conceal::clip;
use crate::judge::{Blame, Broken, Judge};
use crate::load::LoadError;
use crate::media_type::{Encoding, MediaType, most_specific};
use crate::parameter::coerce::{Kinds, Shape};
use crate::parameter::style::{Style, Wire};
use crate::pointer::JsonPointer;
use crate::schema::{Direction, Manner, Parted, Promise, SchemaError};
use crate::sources::Spot;
use crate::violation::{Code, Place, Violation};

/// A `content` map.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub spot: Spot,
    pub media: Vec<Media>,
}

/// One entry of a `content` map.
#[derive(Clone, Debug)]
pub(crate) struct Media {
    /// As the document writes it.
    pub key: String,
    /// None where the key is no media type: then it describes nothing.
    pub range: Option<MediaType>,
    pub schema: Option<Spot>,
    /// What each item is judged by, where the body is a sequence of them.
    item_schema: Option<Spot>,
    pub spot: Spot,
    fields: Vec<FieldEncoding>,
}

/// An Encoding Object: how one field of a form is written.
#[derive(Clone, Debug)]
struct FieldEncoding {
    name: String,
    style: Style,
    explode: bool,
    content_type: Option<MediaType>,
}

/// Which body is judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    direction: Direction,
    pub incompatible: Code,
    pub unvalidatable: Code,
    pub place: fn(JsonPointer) -> Place,
}

impl Side {
    pub const REQUEST: Self = Self {
        direction: Direction::Request,
        incompatible: Code::RequestBodyIncompatible,
        unvalidatable: Code::RequestBodyUnvalidatable,
        place: Place::RequestBody,
    };
    pub const RESPONSE: Self = Self {
        direction: Direction::Response,
        incompatible: Code::ResponseBodyIncompatible,
        unvalidatable: Code::ResponseBodyUnvalidatable,
        place: Place::ResponseBody,
    };
}

impl Content {
    /// Reads the `content` of the object `value`, which stands at `spot`.
    pub fn read<'d>(judge: &Judge<'d>, value: &'d Value, spot: &Spot) -> Result<Self, LoadError> {
        let spot = spot.join("content");
        let media = value["content"].as_object().into_iter().flatten();
        let media = media.map(|(key, media)| {
            // An entry that is nothing at all says nothing.
            if !media.is_object() {
                return Ok(Media::read(key, media, spot.join(key)));
            }
            let (spot, media) = judge.object(spot.join(key), media, "a media type")?;
            Ok(Media::read(key, media, spot))
        });
        let mut media = media.collect::<Result<Vec<_>, LoadError>>()?;
        // Most have one entry, and a large document has tens of thousands of them.
        media.shrink_to_fit();
        Ok(Self { spot, media })
    }

    /// A list of media types, of an operation at `spot`, that says nothing of what they hold.
    pub fn listed(list: &Value, spot: &Spot) -> Self {
        let keys = list.as_array().into_iter().flatten().filter_map(Value::as_str);
        let media = keys.map(|key| Media::read(key, &Value::Null, spot.clone())).collect();
        Self { spot: spot.clone(), media }
    }

    pub fn is_empty(&self) -> bool {
        self.media.is_empty()
    }

    /// The entry that describes `actual` most closely.
    pub fn choose(&self, actual: &MediaType) -> Option<&Media> {
        most_specific(&self.media, |media| media.range.as_ref(), actual)
    }

    /// The same, and true; where none describes it, one that is much like it, and false: the same type
    /// with other parameters, or one with the same suffix, as `application/problem+json` is JSON.
    pub fn choose_alike(&self, actual: &MediaType) -> Option<(&Media, bool)> {
        let like = |how: fn(&MediaType, &MediaType) -> bool| {
            self.media.iter().find(|media| media.range.as_ref().is_some_and(|range| how(range, actual)))
        };
        let exact = self.choose(actual).map(|media| (media, true));
        exact.or_else(|| {
            let media = like(|range, actual| range.essence() == actual.essence());
            media.or_else(|| like(MediaType::is_read_alike)).map(|media| (media, false))
        })
    }

    /// The entry to judge by where nothing says what a body is: the only one, or the only one that
    /// is JSON.
    pub fn only(&self) -> Option<&Media> {
        let mut json = self.media.iter().filter(|media| media.encoding() == Encoding::Json);
        match (self.media.as_slice(), json.next(), json.next()) {
            ([only], _, _) | (_, Some(only), None) => Some(only),
            _ => None,
        }
    }

    /// The declared media types, for messages.
    pub fn keys(&self) -> Value {
        self.media.iter().map(|media| media.key.as_str()).collect()
    }
}

impl Media {
    pub fn read(key: &str, value: &Value, spot: Spot) -> Self {
        let fields = value["encoding"].as_object().into_iter().flatten();
        Self {
            key: key.to_owned(),
            range: MediaType::parse(key),
            schema: value.get("schema").map(|_| spot.join("schema")),
            item_schema: value.get("itemSchema").map(|_| spot.join("itemSchema")),
            fields: fields.map(|(name, encoding)| FieldEncoding::read(name, encoding)).collect(),
            spot,
        }
    }

    pub fn encoding(&self) -> Encoding {
        self.range.as_ref().map_or(Encoding::Other, MediaType::encoding)
    }
}

impl FieldEncoding {
    fn read(name: &str, value: &Value) -> Self {
        let style = value["style"].as_str().and_then(Style::parse).unwrap_or(Style::Form);
        Self {
            name: name.to_owned(),
            style,
            explode: value["explode"].as_bool().unwrap_or(style == Style::Form),
            content_type: value["contentType"].as_str().and_then(MediaType::parse),
        }
    }
}

impl Judge<'_> {
    /// What `bytes`, which are of the type `actual`, break of the entry `media`.
    pub fn check_body(&self, side: Side, media: &Media, actual: &MediaType, bytes: &[u8]) -> Vec<Violation> {
        match (self.read_body(side, media, actual, bytes), &media.schema) {
            (Err(violation), _) => vec![*violation],
            (Ok(None), _) => Vec::new(),
            (Ok(Some(value)), schema) => {
                let whole =
                    schema.iter().flat_map(|schema| self.schemas.check(schema, &value, side.direction));
                let errors = whole.chain(self.item_errors(side, media, actual, &value)).collect();
                self.broken_body(side, errors)
            }
        }
    }

    /// The same of `bytes` that are a part of an answer, and what its places were promised.
    pub fn check_part_of_body(
        &self,
        media: &Media,
        actual: &MediaType,
        bytes: &[u8],
        manner: Manner<'_>,
    ) -> (Vec<Violation>, Vec<Promise>) {
        let side = Side::RESPONSE;
        match (self.read_body(side, media, actual, bytes), &media.schema) {
            (Err(violation), _) => (vec![*violation], Vec::new()),
            (Ok(Some(value)), Some(schema)) => {
                let Parted { errors, promises } =
                    self.schemas.check_part(schema, &value, side.direction, manner);
                (self.broken_body(side, errors), promises)
            }
            (Ok(Some(value)), None) => {
                (self.broken_body(side, self.item_errors(side, media, actual, &value)), Vec::new())
            }
            (Ok(None), _) => (Vec::new(), Vec::new()),
        }
    }

    /// The value of a body; none where any bytes at all keep what the entry says.
    fn read_body(
        &self,
        side: Side,
        media: &Media,
        actual: &MediaType,
        bytes: &[u8],
    ) -> Result<Option<Value>, Box<Violation>> {
        let unreadable = |reason: &str| Box::new(self.unreadable(side, media, bytes, reason));
        let value = match actual.encoding() {
            Encoding::Json => {
                serde_json::from_slice(bytes).map_err(|error| unreadable(&format!("is not JSON: {error}")))?
            }
            _ if media.item_schema.is_some() => match sequence::read(actual, bytes) {
                Some(items) => items.map_err(|reason| unreadable(&reason))?,
                None => return Err(Box::new(self.unvalidatable(side, media, actual))),
            },
            _ if self.says_nothing(media) => return Ok(None),
            Encoding::Form => form::read(self, media, bytes),
            Encoding::Multipart => multipart::read(self, media, actual, bytes)
                .map_err(|reason| unreadable(&format!("is not multipart/form-data: {reason}")))?,
            Encoding::Text if self.is_text(media) => {
                let text = Wire::text(String::from_utf8_lossy(bytes));
                self.coerce(&text, media.schema.as_slice())
            }
            Encoding::Text | Encoding::Other => {
                return Err(Box::new(self.unvalidatable(side, media, actual)));
            }
        };
        Ok(Some(value))
    }

    /// The object that the text of a form says.
    pub fn read_form(&self, media: &Media, text: &str) -> Value {
        form::read(self, media, text.as_bytes())
    }

    /// Whether the schema can be kept by a text at all. How else a text would be read, nobody says.
    fn is_text(&self, media: &Media) -> bool {
        media.schema.as_ref().is_none_or(|schema| Shape::kinds(self, schema).has_scalar())
    }

    fn broken_body(&self, side: Side, errors: Vec<SchemaError>) -> Vec<Violation> {
        let at = |error: &SchemaError| (side.place)(error.instance.clone());
        self.blame(
            errors,
            &Blame {
                code: side.incompatible,
                undecided: side.unvalidatable,
                at: &at,
                what: String::new(),
                secret: false,
            },
        )
    }

    /// Whether any bytes at all keep what the entry says: it has no schema, or one for binary data.
    fn says_nothing(&self, media: &Media) -> bool {
        let Some(schema) = &media.schema else { return true };
        let schema = self.sources.follow(schema.clone()).ok().and_then(|spot| self.sources.get(&spot));
        schema.is_some_and(|schema| {
            *schema == Value::Bool(true)
                || schema.as_object().is_some_and(serde_json::Map::is_empty)
                || (schema["type"] == "string" && schema["format"] == "binary")
                || schema["contentMediaType"].is_string()
        })
    }

    fn unreadable(&self, side: Side, media: &Media, bytes: &[u8], reason: &str) -> Violation {
        // Text that cannot be read has no names to tell a secret by, so of it only an answer's is
        // shown: an answer holds what the provider gave away already.
        let shown = match side.direction {
            Direction::Response => clip(&String::from_utf8_lossy(bytes)),
            Direction::Request => Value::from(format!("{} bytes", bytes.len())),
        };
        self.violation(Broken {
            code: side.incompatible,
            at: (side.place)(JsonPointer::root()),
            rule: &media.spot,
            keyword: None,
            expected: Value::from(media.key.as_str()),
            actual: Some(shown),
            message: format!("the body {reason}"),
        })
    }

    fn unvalidatable(&self, side: Side, media: &Media, actual: &MediaType) -> Violation {
        self.violation(Broken {
            code: side.unvalidatable,
            at: (side.place)(JsonPointer::root()),
            rule: &media.spot,
            keyword: None,
            expected: Value::from(media.key.as_str()),
            actual: Some(Value::from(actual.essence())),
            message: format!("the body is {} and was not held against its schema", actual.essence()),
        })
    }

    /// Whether the schema of the member `name` takes a list.
    fn takes_list(&self, schema: &Spot, name: &str) -> bool {
        let members = Shape::new(self).member(schema, name);
        members.iter().any(|member| Shape::kinds(self, member).has(Kinds::ARRAY))
    }
}
