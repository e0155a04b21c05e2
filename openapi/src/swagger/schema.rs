//! Schema Objects: nearly the same in both versions.

use serde_json::{Map, Value, json};

use super::{CLOSED, Kind, Translator, Way};
use crate::pointer::{JsonPointer, Path};
use crate::sources::{FileId, Spot};

/// Keywords whose value is a schema, or a list of some.
const SCHEMAS: [&str; 6] = ["items", "additionalProperties", "allOf", "anyOf", "oneOf", "not"];
/// Keywords whose members are schemas.
const MAPS: [&str; 3] = ["properties", "patternProperties", "definitions"];

impl Translator<'_> {
    /// A schema in its new shape.
    pub(super) fn schema(&mut self, value: &Value, way: &Way) -> Value {
        if way.from != way.to {
            self.shaped(way.file).schemas.link_first(&way.from, &way.to);
            self.moved(way);
        }
        let mut value = value.clone();
        self.adapt(&mut value, way, &Path::Root);
        value
    }

    fn adapt(&mut self, schema: &mut Value, way: &Way, inside: &Path<'_>) {
        let members = match schema {
            Value::Object(members) => members,
            Value::Array(schemas) => {
                for (index, schema) in schemas.iter_mut().enumerate() {
                    self.adapt(schema, way, &Path::Element(inside, index));
                }
                return;
            }
            _ => return,
        };
        if let Some(Value::String(reference)) = members.get("$ref") {
            let followed = self.schema_reference(&part(way, inside), reference);
            members.insert("$ref".to_owned(), followed.into());
            return;
        }
        self.adapt_keywords(members, way, inside);
        for keyword in SCHEMAS {
            if let Some(schema) = members.get_mut(keyword) {
                self.adapt(schema, way, &Path::Member(inside, keyword));
            }
        }
        for keyword in MAPS {
            let place = Path::Member(inside, keyword);
            for (name, schema) in
                members.get_mut(keyword).and_then(Value::as_object_mut).into_iter().flatten()
            {
                self.adapt(schema, way, &Path::Member(&place, name));
            }
        }
    }

    fn adapt_keywords(&mut self, members: &mut Map<String, Value>, way: &Way, inside: &Path<'_>) {
        if let Some(nullable) = members.get("x-nullable").filter(|nullable| nullable.is_boolean()).cloned()
            && !members.contains_key("nullable")
        {
            members.insert("nullable".to_owned(), nullable);
            let part = part(way, inside);
            self.origin(way.file, &part.to.join("nullable"), &part.from.join("x-nullable"));
        }
        if let Some(Value::String(property)) = members.get("discriminator") {
            let property = property.clone();
            self.name_definitions(way.file);
            members.insert("discriminator".to_owned(), json!({ "propertyName": property, CLOSED: true }));
        }
        adapt_file(members);
    }
}

impl Translator<'_> {
    /// A discriminator may mean any schema of its file.
    fn name_definitions(&mut self, file: FileId) {
        let definitions = Spot { file, pointer: JsonPointer::root().join("definitions") };
        if file == FileId::ROOT || !self.known.insert((definitions.clone(), Kind::Schema)) {
            return;
        }
        let names = self.sources.get(&definitions).and_then(Value::as_object);
        for name in names.into_iter().flat_map(Map::keys) {
            self.name(&definitions.join(name), Kind::Schema);
        }
    }
}

/// `type: file` is what 3.0 says by a format.
pub(super) fn adapt_file(members: &mut Map<String, Value>) {
    if members.get("type").is_some_and(|of| of == "file") {
        members.insert("type".to_owned(), "string".into());
        members.insert("format".to_owned(), "binary".into());
    }
}

/// A part of the schema on its way.
fn part(way: &Way, inside: &Path<'_>) -> Way {
    let inside = inside.pointer();
    Way { file: way.file, from: way.from.append(&inside), to: way.to.append(&inside) }
}
