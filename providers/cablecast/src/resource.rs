//! What every resource shares: its roots, its envelope, the id in a path, and the draft of one that
//! a client sends.

use std::borrow::Cow;
use std::marker::PhantomData;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::refusal::Refusal;
use crate::store::{Store, Table};

/// Bytes of a JSON body, at most.
pub const MAX_JSON_BYTES: usize = 1024 * 1024;

/// A kind of thing the API has.
pub trait Resource: Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The root that one stands under.
    const ONE: &'static str;
    /// The root that many stand under.
    const MANY: &'static str;

    fn id(&self) -> i32;

    fn table(store: &Store) -> &Table<Self>;
}

/// A resource that clients create or change.
pub trait Writable: Resource + JsonSchema {
    /// Members that the server keeps: a client may send them back, and they are ignored.
    const KEPT_BY_SERVER: &'static [&'static str];
    /// Members without which none can be created.
    const NEEDED_TO_CREATE: &'static [&'static str];

    /// Where a client may send less of a member than the server answers.
    fn describe_input(properties: &mut Map<String, Value>, generator: &mut SchemaGenerator) {
        let _ = (properties, generator);
    }
}

/// One resource under its root.
pub fn one<T: Resource>(resource: &T) -> Json<Map<String, Value>> {
    Json(envelope(T::ONE, resource))
}

/// Many resources under their root.
pub fn many<'a, T: Resource>(resources: impl Iterator<Item = &'a T>) -> Json<Map<String, Value>> {
    Json(envelope(T::MANY, &resources.collect::<Vec<_>>()))
}

pub(crate) fn envelope(root: &str, content: &impl Serialize) -> Map<String, Value> {
    Map::from_iter([(root.to_owned(), json(content))])
}

pub(crate) fn json(content: &impl Serialize) -> Value {
    serde_json::to_value(content).expect("every key of a resource is a string")
}

/// The id in a path. What is no id names nothing, so it is refused as unknown.
#[derive(Debug)]
pub struct Id<T> {
    pub value: i32,
    resource: PhantomData<T>,
}

impl<T: Resource, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Refusal::NoSuchPath { path: parts.uri.path().to_owned() })?;
        match text.parse() {
            Ok(value) => Ok(Self { value, resource: PhantomData }),
            Err(_) => Err(Refusal::NoSuchResource { resource: T::ONE, id: text }),
        }
    }
}

/// What a client sent of a resource: some of its members, not yet checked against their types.
#[derive(Clone, Debug)]
pub struct Draft<T> {
    members: Map<String, Value>,
    resource: PhantomData<T>,
}

impl<T: Writable> Draft<T> {
    fn from_body(body: &[u8]) -> Result<Self, Refusal> {
        let body: Value = serde_json::from_slice(body)
            .map_err(|error| Refusal::bad(format!("the body is no JSON: {error}")))?;
        match body {
            Value::Object(mut roots) => match roots.remove(T::ONE) {
                Some(Value::Object(members)) => Ok(Self { members, resource: PhantomData }),
                Some(_) => Err(Refusal::bad(format!("{:?} in the body must be an object", T::ONE))),
                None => Err(Refusal::bad(format!("the body must have the root {:?}", T::ONE))),
            },
            _ => Err(Refusal::bad(format!("the body must be an object with the root {:?}", T::ONE))),
        }
    }

    /// Whether the client sent the member at all, null included.
    #[must_use]
    pub fn has(&self, member: &str) -> bool {
        self.members.contains_key(member)
    }

    /// The new resource: `blank` with the members of the draft.
    pub fn create(self, blank: &T) -> Result<T, Refusal> {
        let missing = |member: &&&str| self.members.get(**member).is_none_or(Value::is_null);
        if let Some(member) = T::NEEDED_TO_CREATE.iter().find(missing) {
            return Err(Refusal::bad(format!("the {} must have {member:?}", T::ONE)));
        }
        self.change(blank)
    }

    /// The resource `current` with the members of the draft; those that were not sent stay.
    pub fn change(self, current: &T) -> Result<T, Refusal> {
        let mut merged = match json(current) {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        let sent = self.members.into_iter().filter(|(name, _)| !T::KEPT_BY_SERVER.contains(&name.as_str()));
        merged.extend(sent);
        serde_json::from_value(Value::Object(merged))
            .map_err(|error| Refusal::bad(format!("a member of the {} has another type: {error}", T::ONE)))
    }
}

/// The schema of a draft: that of the resource, closed, with nothing required.
impl<T: Writable> JsonSchema for Draft<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}Input", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        schema.remove("required");
        schema.insert("additionalProperties".to_owned(), Value::Bool(false));
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            T::describe_input(properties, generator);
        }
        schema
    }
}

impl<T: Writable, S: Send + Sync> FromRequest<S> for Draft<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        Self::from_body(&json_body(request, state).await?)
    }
}

async fn json_body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Refusal> {
    if !is_json(request.headers()) {
        return Err(Refusal::UnsupportedMediaType { wanted: "application/json" });
    }
    Bytes::from_request(request, state).await.map_err(|error| unread(&error))
}

fn unread(error: &BytesRejection) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Refusal::TooLarge { limit: MAX_JSON_BYTES }
    } else {
        Refusal::bad("the body broke off")
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.eq_ignore_ascii_case("text/json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::chapter::Chapter;

    fn draft(body: &str) -> Result<Draft<Chapter>, Refusal> {
        Draft::from_body(body.as_bytes())
    }

    fn stored() -> Chapter {
        Chapter {
            id: 901,
            vod: 2904,
            title: "Call to order".to_owned(),
            order: Some(1),
            ..Chapter::default()
        }
    }

    #[test]
    fn members_that_were_not_sent_stay() {
        let changed = draft(r#"{"chapter":{"title":"Roll call"}}"#).unwrap().change(&stored()).unwrap();
        assert_eq!((changed.title.as_str(), changed.order), ("Roll call", Some(1)));
    }

    #[test]
    fn null_clears_and_members_of_the_server_do_not_change() {
        let changed = draft(r#"{"chapter":{"order":null,"id":5}}"#).unwrap().change(&stored()).unwrap();
        assert_eq!((changed.order, changed.id), (None, 901));
    }

    #[test]
    fn members_of_another_type_are_refused() {
        let refused = draft(r#"{"chapter":{"offset":"soon"}}"#).unwrap().change(&stored());
        assert!(matches!(refused, Err(Refusal::BadRequest(_))));
    }

    #[test]
    fn what_creation_needs_must_be_there() {
        for body in
            [r#"{"chapter":{"vod":2904,"offset":0}}"#, r#"{"chapter":{"vod":2904,"offset":0,"title":null}}"#]
        {
            let refused = draft(body).unwrap().create(&Chapter::default()).unwrap_err();
            assert_eq!(refused, Refusal::bad("the chapter must have \"title\""));
        }
    }

    #[test]
    fn bodies_without_their_root_are_refused() {
        for body in ["", "{", "[]", "{}", r#"{"chapter":7}"#, r#"{"chapters":{}}"#, &"[".repeat(10_000)] {
            assert!(matches!(draft(body), Err(Refusal::BadRequest(_))), "{body}");
        }
    }
}
