//! `body` and `formData` parameters: together they are the request body of 3.0.

use serde_json::{Map, Value, json};

use super::parameter::Carried;
use super::reference::{Pending, component, shared};
use super::{Kind, Media, Translator, Way};
use crate::load::LoadError;
use crate::media_type::{Encoding, MediaType};
use crate::pointer::JsonPointer;
use crate::sources::{FileId, Spot, refer_to};

/// What forms are sent as.
const FORMS: [&str; 2] = ["application/x-www-form-urlencoded", "multipart/form-data"];

/// Values that an entry of a `content` map costs, with the places that are kept of it.
const ENTRY: usize = 8;

impl Translator<'_> {
    /// The request body of the operation at `way`; `consumes` is its own.
    pub(super) fn request_body(
        &mut self,
        carried: &[Carried],
        way: &Way,
        consumes: Option<Vec<Media>>,
    ) -> Result<Option<Value>, LoadError> {
        let to = way.to.join("requestBody");
        let (fields, bodies): (Vec<&Carried>, Vec<&Carried>) =
            carried.iter().partition(|carried| carried.is_field);
        if let Some(second) = bodies.get(1) {
            self.remark(second.listed.clone(), "a request has one body: the first one counts");
        }
        match (bodies.first(), fields.first()) {
            (Some(body), field) => {
                if let Some(field) = field {
                    let message = "a request with a body has no form beside it: this is overlooked";
                    self.remark(field.listed.clone(), message);
                }
                let way = Way { file: way.file, from: body.listed.pointer.clone(), to };
                self.whole_body(body, &way, consumes).map(Some)
            }
            (None, Some(field)) => {
                let list = field.listed.pointer.as_str();
                let list = list.rsplit_once('/').map_or(list, |(list, _)| list);
                let from = JsonPointer::parse(list).unwrap_or_default();
                self.form(&fields, &Way { file: way.file, from, to }, consumes).map(Some)
            }
            (None, None) => Ok(None),
        }
    }

    /// The entry of `components.requestBodies` that a shared parameter becomes, if it does.
    pub(super) fn shared_body(&mut self, value: &Value, way: &Way) -> Result<Option<Value>, LoadError> {
        if value["in"] != "body" {
            return Ok(None);
        }
        self.moved(way);
        let consumes = self.consumes.clone();
        self.body_of(value, way, &consumes).map(Some)
    }

    fn whole_body(
        &mut self,
        body: &Carried,
        way: &Way,
        consumes: Option<Vec<Media>>,
    ) -> Result<Value, LoadError> {
        self.moved(way);
        let Some(value) = self.sources.get(&body.spot) else { return Ok(Value::Null) };
        let own = consumes.is_some();
        if let Some(name) = shared(&body.spot, "parameters").filter(|_| !own)
            && let Some(uri) = self.sources.uri(way.file, FileId::ROOT)
        {
            return Ok(json!({ "$ref": refer_to(&uri, &component("requestBodies", name)) }));
        }
        let media = consumes.unwrap_or_else(|| self.consumes.clone());
        if body.spot == body.listed {
            return self.body_of(value, way, &media);
        }
        if body.spot.file == way.file {
            let from = body.spot.pointer.clone();
            self.moved(&Way { from, ..way.clone() });
        }
        self.name(&body.spot, Kind::Parameter);
        let schema = body.spot.join("schema");
        self.content_of(value, way, &media, |translator, way| translator.refer(way, schema.clone()))
    }

    /// The Request Body Object that the parameter `value` at `way` is.
    fn body_of(&mut self, value: &Value, way: &Way, media: &[Media]) -> Result<Value, LoadError> {
        let from = way.from.join("schema");
        self.content_of(value, way, media, |translator, to| {
            let way = Way { from: from.clone(), ..to.clone() };
            Some(translator.schema(value.get("schema")?, &way))
        })
    }

    /// A Request Body Object with the description of the parameter `value`, and the schema that
    /// `schema` makes.
    fn content_of(
        &mut self,
        value: &Value,
        way: &Way,
        media: &[Media],
        schema: impl FnOnce(&mut Self, &Way) -> Option<Value>,
    ) -> Result<Value, LoadError> {
        let mut body = Map::new();
        for (key, value) in value.as_object().into_iter().flatten() {
            if !matches!(key.as_str(), "in" | "schema") {
                body.insert(key.clone(), value.clone());
            }
        }
        let content = self.content(&way.join("content"), media, schema)?;
        body.insert("content".to_owned(), content);
        Ok(Value::Object(body))
    }

    /// A `content` map: the first entry has the schema, the others refer to it.
    pub(super) fn content(
        &mut self,
        way: &Way,
        media: &[Media],
        schema: impl FnOnce(&mut Self, &Way) -> Option<Value>,
    ) -> Result<Value, LoadError> {
        self.spend(media.len() * ENTRY, &way.written())?;
        let mut content = Map::new();
        let Some(first) = media.first() else { return Ok(Value::Object(content)) };
        let list = first.from.as_ref().map(|from| &from.pointer).and_then(parent);
        self.written_at(way, &way.to, first, list.as_ref());
        let place = way.to.join(&first.key).join("schema");
        let schema = schema(self, &Way { file: way.file, from: way.from.clone(), to: place.clone() });
        let redirected = self.pending.last().filter(|pending| pending.at.pointer == place).cloned();
        let again = match &schema {
            // A reference costs nothing to repeat.
            Some(schema) if schema.get("$ref").is_some() => schema.clone(),
            Some(_) => json!({ "$ref": refer_to("", &place) }),
            None => Value::Null,
        };
        for (index, media) in media.iter().enumerate() {
            let to = way.to.join(&media.key);
            self.written_at(way, &to, media, media.from.as_ref().map(|from| &from.pointer));
            let mut entry = Map::new();
            if let Some(schema) = &schema {
                let schema = if index == 0 { schema } else { &again };
                entry.insert("schema".to_owned(), schema.clone());
                if index > 0 {
                    let at = Spot { file: way.file, pointer: to.join("schema") };
                    let from = self.shaped(way.file).origins.of(&place);
                    self.origin(way.file, &at.pointer, &from);
                    self.pending.extend(redirected.clone().map(|pending| Pending { at, ..pending }));
                }
            }
            content.insert(media.key.clone(), Value::Object(entry));
        }
        Ok(Value::Object(content))
    }

    /// Says that `to` is written where the list of media types is, if that is in the same file.
    fn written_at(&mut self, way: &Way, to: &JsonPointer, media: &Media, from: Option<&JsonPointer>) {
        let here = media.from.as_ref().is_some_and(|from| from.file == way.file);
        self.origin(way.file, to, from.filter(|_| here).unwrap_or(&way.from));
    }

    /// The request body of a form.
    fn form(
        &mut self,
        fields: &[&Carried],
        way: &Way,
        consumes: Option<Vec<Media>>,
    ) -> Result<Value, LoadError> {
        self.moved(way);
        let media = self.forms(fields, consumes.unwrap_or_else(|| self.consumes.clone()));
        self.spend(fields.len() * media.len(), &way.written())?;
        let (mut properties, mut encoding, mut required) = (Map::new(), Map::new(), Vec::new());
        let base = way.to.join("content").join(&media[0].key).join("schema");
        for field in fields {
            let members = self.sources.get(&field.spot).and_then(Value::as_object);
            let Some((members, name)) = members.and_then(|it| Some((it, it.get("name")?.as_str()?))) else {
                continue;
            };
            let from = if field.spot.file == way.file { &field.spot } else { &field.listed };
            self.origin(way.file, &base.join("properties").join(name), &from.pointer);
            let schema = self.simple(members.clone(), &field.spot);
            properties.insert(name.to_owned(), schema);
            if let Some((style, explode)) = self.notation(members, &field.spot, "formData") {
                encoding.insert(name.to_owned(), json!({ "style": style, "explode": explode }));
            }
            if members.get("required") == Some(&Value::Bool(true)) {
                required.push(name);
            }
        }
        let mut schema = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            schema["required"] = required.clone().into();
        }
        let from = way.from.clone();
        let mut content = self.content(&way.join("content"), &media, |translator, to| {
            translator.moved(&Way { from, ..to.clone() });
            Some(schema)
        })?;
        for entry in content.as_object_mut().into_iter().flat_map(|content| content.values_mut()) {
            if !encoding.is_empty() {
                entry["encoding"] = Value::Object(encoding.clone());
            }
        }
        Ok(json!({ "required": !required.is_empty(), "content": content }))
    }

    /// The media types of a form: those of `consumes` that are forms, or what goes without saying.
    fn forms(&self, fields: &[&Carried], consumes: Vec<Media>) -> Vec<Media> {
        let is_form = |media: &Media| {
            let parsed = MediaType::parse(&media.key);
            parsed.is_some_and(|media| matches!(media.encoding(), Encoding::Form | Encoding::Multipart))
        };
        let forms: Vec<Media> = consumes.into_iter().filter(is_form).collect();
        if !forms.is_empty() {
            return forms;
        }
        let is_file = |field: &&Carried| self.sources.get(&field.spot).is_some_and(|it| it["type"] == "file");
        let any_file = fields.iter().any(is_file);
        let wanted = FORMS.iter().filter(|form| !any_file || **form == "multipart/form-data");
        wanted.map(|form| Media { key: (*form).to_owned(), from: None }).collect()
    }
}

fn parent(pointer: &JsonPointer) -> Option<JsonPointer> {
    JsonPointer::parse(pointer.as_str().rsplit_once('/')?.0)
}
