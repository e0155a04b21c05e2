//! How an event stands in the log: one object, whose field `event` names what happened, and whose others say it.
//!
//! The whole log is read at each start. What serde makes by itself of such an object keeps every field aside until
//! the name is found; but the name was written first, so the fields can be read where they stand.

use std::fmt;

use serde::de::value::{EnumAccessDeserializer, MapAccessDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess,
    VariantAccess, Visitor,
};
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::Event;

/// The field that names what happened.
const NAME: &str = "event";

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // `{"name": {fields}}`, which the derived way makes.
        let derived = Self::serialize(self, serde_json::value::Serializer).map_err(S::Error::custom)?;
        let Some((name, Value::Object(fields))) = only(derived) else {
            return Err(S::Error::custom("an event has fields"));
        };
        let mut line = serializer.serialize_map(Some(1 + fields.len()))?;
        line.serialize_entry(NAME, &name)?;
        for (field, value) in &fields {
            line.serialize_entry(field, value)?;
        }
        line.end()
    }
}

fn only(value: Value) -> Option<(String, Value)> {
    if let Value::Object(one) = value { one.into_iter().next() } else { None }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Line)
    }
}

struct Line;

impl<'de> Visitor<'de> for Line {
    type Value = Event;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Event, A::Error> {
        let mut next: Option<String> = fields.next_key()?;
        if next.as_deref() == Some(NAME) {
            let name = fields.next_value()?;
            return Event::deserialize(EnumAccessDeserializer::new(Named { name, fields }));
        }
        // Some program has put them in an order of its own.
        let mut all = Map::new();
        while let Some(field) = next {
            all.insert(field, fields.next_value()?);
            next = fields.next_key()?;
        }
        let Some(Value::String(name)) = all.remove(NAME) else { return Err(A::Error::missing_field(NAME)) };
        let derived = Map::from_iter([(name, Value::Object(all))]);
        Event::deserialize(Value::Object(derived)).map_err(A::Error::custom)
    }
}

/// An event whose name is read, and whose other fields come next.
struct Named<A> {
    name: String,
    fields: A,
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Named<A> {
    type Error = A::Error;
    type Variant = Fields<A>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Fields<A>), A::Error> {
        Ok((seed.deserialize(self.name.into_deserializer())?, Fields(self.fields)))
    }
}

struct Fields<A>(A);

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Fields<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        Err(A::Error::custom("an event has fields"))
    }

    /// What has a part flattened into it is read so.
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, A::Error> {
        seed.deserialize(MapAccessDeserializer::new(self.0))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, A::Error> {
        Err(A::Error::custom("the fields of an event have names"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        visitor.visit_map(self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PUBLISHED: &str = r#"{"event":"pact_published","consumer":"web","number":"1","provider":"shop","sha":"a","body":"key"}"#;

    fn read(line: &str) -> Event {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    #[test]
    fn the_name_stands_first_and_the_fields_beside_it() {
        let written = serde_json::to_string(&read(PUBLISHED)).unwrap();
        assert!(written.starts_with(r#"{"event":"pact_published","#), "{written}");
        let fields = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(fields(&written), fields(PUBLISHED));
    }

    /// Lines as brokers wrote them before fields were added, one by one.
    #[test]
    fn what_was_written_before_a_field_was_added_is_read() {
        for line in [
            r#"{"event":"branch_version_added","pacticipant":"web","branch":"main","number":"1"}"#,
            r#"{"event":"document_published","provider":"shop","number":"1","content_type":"application/json","body":"key"}"#,
            r#"{"event":"verification_published","consumer":"web","provider":"shop","sha":"a","number":1,"success":true,"provider_version":"7","build_url":null,"executed_at":null,"body":"key"}"#,
            r#"{"event":"environment_created","uuid":"11111111-1111-4111-8111-111111111111","name":"live","display_name":null,"production":true}"#,
            r#"{"event":"pacticipant_described","name":"web","display_name":null,"main_branch":"main","repository_url":null,"repository_name":null,"repository_namespace":null}"#,
            r#"{"event":"label_added","pacticipant":"web","label":"a","of a later version":[{"x":1}]}"#,
        ] {
            let event = read(line);
            assert_eq!(read(&serde_json::to_string(&event).unwrap()), event, "{line}");
        }
    }

    #[test]
    fn the_order_of_the_fields_does_not_matter() {
        let shuffled = r#"{"body":"key","sha":"a","event":"pact_published","provider":"shop","number":"1","consumer":"web"}"#;
        assert_eq!(read(shuffled), read(PUBLISHED));
        assert_eq!(
            serde_json::from_value::<Event>(serde_json::to_value(read(PUBLISHED)).unwrap()).unwrap(),
            read(PUBLISHED)
        );
    }

    #[test]
    fn what_is_no_event_is_refused() {
        for (line, why) in [
            (json!({ "event": "pact_published", "consumer": "web" }), "missing field `number`"),
            (json!({ "consumer": "web" }), "missing field `event`"),
            (json!({ "event": "pact_burnt", "pact": 1 }), "unknown variant `pact_burnt`"),
            (json!({ "event": 7 }), "invalid type"),
            (json!({}), "missing field `event`"),
            (json!([]), "an event"),
        ] {
            let error = serde_json::from_str::<Event>(&line.to_string()).unwrap_err().to_string();
            assert!(error.contains(why), "{line}: {error}");
        }
    }
}
