//! `application/x-www-form-urlencoded`: a body of named values that become the members of an object.

use serde_json::{Map, Value};

use super::{FieldEncoding, Media};
use crate::judge::Judge;
use crate::media_type::Encoding;
use crate::parameter::coerce::{Kinds, Shape};
use crate::parameter::pairs::{Field, Pairs};
use crate::parameter::style::{Style, Wire};
use crate::percent::decode_form;
use crate::sources::Spot;

/// The object that the form `bytes` says, each member in the style that the entry gives it.
pub(super) fn read(judge: &Judge<'_>, media: &Media, bytes: &[u8]) -> Value {
    let text = String::from_utf8_lossy(bytes);
    let pairs = Pairs::of_query(text.trim_end_matches(['\r', '\n']));
    let mut members = Map::new();
    let Some(schema) = &media.schema else { return Value::Object(members) };
    let (names, _) = Shape::new(judge).members(schema);
    for name in names {
        let encoding = media.fields.iter().find(|encoding| encoding.name == name);
        if !members.contains_key(&name)
            && let Some(value) = member(judge, &pairs, schema, (&name, encoding))
        {
            members.insert(name, value);
        }
    }
    let rest: Vec<String> = pairs.unclaimed().into_iter().map(str::to_owned).collect();
    for name in rest {
        let wire = undeclared(&pairs.claim(&name));
        let value = judge.coerce(&wire, &Shape::new(judge).member(schema, &name));
        members.insert(name, value);
    }
    Value::Object(members)
}

fn member(
    judge: &Judge<'_>,
    pairs: &Pairs<'_>,
    schema: &Spot,
    (name, encoding): (&str, Option<&FieldEncoding>),
) -> Option<Value> {
    let schemas = Shape::new(judge).member(schema, name);
    if encoding
        .and_then(|encoding| encoding.content_type.as_ref())
        .is_some_and(|it| it.encoding() == Encoding::Json)
    {
        let raw = *pairs.claim(name).first()?;
        let text = decode_form(raw);
        return Some(serde_json::from_str(&text).unwrap_or(Value::String(text)));
    }
    let (style, explode) =
        encoding.map_or((Style::Form, true), |encoding| (encoding.style, encoding.explode));
    let field = Field { name, style, explode, schema: schemas.first()? };
    // A value that is not written in its style stays text, which the schema then refuses.
    let readings = match pairs.read_field(judge, field)? {
        Ok(readings) => readings,
        Err(_) => vec![undeclared(&pairs.claim(name))],
    };
    let objects = encoding.is_none() && schemas.iter().any(|schema| takes_objects(judge, schema));
    let written = if objects { as_json(&pairs.claim(name)) } else { Vec::new() };
    let mut values = written.into_iter().chain(readings.iter().map(|wire| judge.coerce(wire, &schemas)));
    let first = values.next()?;
    let fits = |value: &Value| schemas.iter().any(|schema| judge.allows(schema, value));
    if fits(&first) { Some(first) } else { values.find(fits).or(Some(first)) }
}

fn takes_objects(judge: &Judge<'_>, schema: &Spot) -> bool {
    let items = Shape::new(judge).items(schema);
    items.iter().chain([schema]).any(|schema| Shape::kinds(judge, schema).has(Kinds::OBJECT))
}

/// What objects sent under one name may mean. Where a document says nothing of how they are written,
/// OpenAPI 3.0.4 and 3.1.1 have them as JSON, and earlier ones in the style `form`.
fn as_json(raws: &[&str]) -> Vec<Value> {
    let parsed = raws.iter().map(|raw| serde_json::from_str(&decode_form(raw)).ok());
    let objects: Option<Vec<Value>> = parsed.map(|value| value.filter(Value::is_object)).collect();
    match objects.as_deref() {
        None | Some([]) => Vec::new(),
        Some([one]) => vec![one.clone(), Value::from_iter([one.clone()])],
        Some(several) => vec![several.to_vec().into()],
    }
}

fn undeclared(raws: &[&str]) -> Wire {
    match raws {
        [raw] => Wire::Text(decode_form(raw)),
        raws => Wire::list(raws.iter().map(|raw| decode_form(raw))),
    }
}
