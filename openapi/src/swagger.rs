//! OpenAPI 2.0 (Swagger) documents, put into the shape of 3.0 when they are loaded, so that whoever
//! judges or compares documents sees one shape.
//!
//! **What goes where.** `definitions` become `components.schemas`; shared `parameters` and
//! `responses` go into `components`, those in a body as `requestBodies`; `body` and `formData`
//! parameters become the `requestBody` of each operation that has them, under the media types of
//! `consumes`; what a response says of its body goes under those of `produces`; what a parameter or
//! header says of its value becomes its `schema`, and `collectionFormat` its `style`; `host`,
//! `basePath` and `schemes` become `servers`. Where 2.0 says nothing of media types, any will do.
//!
//! **Places.** Everything keeps the place where it was written: each [`Position`] that is told points
//! into the 2.0 file. In files that the document refers to nothing moves; what is referred to is put
//! into shape where it stands.
//!
//! [`Position`]: crate::Position

mod body;
mod parameter;
mod path;
mod reference;
mod response;
mod schema;
mod server;

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value, json};

use crate::document::Remark;
use crate::load::{LoadError, LoadOptions};
use crate::media_type::MediaType;
use crate::pointer::JsonPointer;
use crate::source::Moves;
use crate::sources::{FileId, Sources, Spot};
use reference::Pending;

/// The member by which a discriminator of 2.0 stays what it was in the shape of 3.0: its values are names of
/// schemas and nothing else (2.0, Schema Object).
pub(crate) const CLOSED: &str = "x-countersign-closed";

/// The version whose shape a document gets.
const SHAPE: &str = "3.0.3";

/// Puts a document that is written in 2.0, and all that it refers to, into the shape of 3.0. Tells
/// what of it has no meaning, or none that 3.0 has too.
pub(crate) fn reshape(sources: &mut Sources, limits: &LoadOptions) -> Result<Vec<Remark>, LoadError> {
    let mut translator = Translator::new(sources, limits.max_values);
    translator.document()?;
    translator.named()?;
    translator.redirect();
    let Translator { files, remarks, .. } = translator;
    let remark = |(spot, message)| Remark { at: sources.position(&spot), message };
    let remarks = remarks.into_iter().map(remark).collect();
    for (file, shaped) in files {
        sources.reshape(file, shaped.value, shaped.origins);
    }
    Ok(remarks)
}

struct Translator<'s> {
    /// As they are written.
    sources: &'s Sources,
    /// Those that have got another shape, or are about to.
    files: BTreeMap<FileId, Shaped>,
    /// What something refers to and stands at no place that the root file gives a meaning to.
    named: Vec<(Spot, Kind)>,
    known: HashSet<(Spot, Kind)>,
    pending: Vec<Pending>,
    /// Of the whole document.
    consumes: Vec<Media>,
    produces: Vec<Media>,
    /// Places as written, and what is odd there.
    remarks: Vec<(Spot, String)>,
    /// Values that may still be made: a few types of many operations are many.
    budget: usize,
    limit: usize,
}

/// A file in its new shape.
#[derive(Default)]
struct Shaped {
    value: Value,
    /// From places of the new shape to where they were written.
    origins: Moves,
    /// From schemas as written to where they are now.
    schemas: Moves,
}

/// What a reference is to lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Schema,
    Parameter,
    Response,
    PathItem,
}

/// A media type, and where it is written; `None` where it is the one that is meant if none is.
#[derive(Clone, Debug)]
struct Media {
    key: String,
    from: Option<Spot>,
}

/// A part of a file on its way into the new shape.
#[derive(Clone, Debug)]
struct Way {
    file: FileId,
    from: JsonPointer,
    to: JsonPointer,
}

impl Way {
    fn join(&self, token: &str) -> Self {
        Self { file: self.file, from: self.from.join(token), to: self.to.join(token) }
    }

    /// The part where it is written.
    fn written(&self) -> Spot {
        Spot { file: self.file, pointer: self.from.clone() }
    }
}

impl<'s> Translator<'s> {
    fn new(sources: &'s Sources, limit: usize) -> Self {
        Self {
            sources,
            files: BTreeMap::from([(FileId::ROOT, Shaped::default())]),
            named: Vec::new(),
            known: HashSet::new(),
            pending: Vec::new(),
            consumes: Vec::new(),
            produces: Vec::new(),
            remarks: Vec::new(),
            budget: limit,
            limit,
        }
    }

    fn document(&mut self) -> Result<(), LoadError> {
        let root = self.sources.root();
        let top = JsonPointer::root();
        let media = |keyword| media_types(root.get(keyword), &Spot::root(top.join(keyword)));
        self.consumes = media("consumes").unwrap_or_else(any_type);
        self.produces = media("produces").unwrap_or_else(any_type);
        let mut shaped = Map::new();
        for (key, value) in root.as_object().into_iter().flatten() {
            let value = match key.as_str() {
                "paths" => self.paths(value)?,
                "swagger"
                | "definitions"
                | "parameters"
                | "responses"
                | "securityDefinitions"
                | "host"
                | "basePath"
                | "schemes"
                | "consumes"
                | "produces"
                | "servers"
                | "components" => continue,
                _ => value.clone(),
            };
            shaped.insert(key.clone(), value);
        }
        shaped.insert("openapi".to_owned(), SHAPE.into());
        self.origin(FileId::ROOT, &top.join("openapi"), &top.join("swagger"));
        if let Some(servers) = self.servers() {
            shaped.insert("servers".to_owned(), servers);
        }
        shaped.insert("components".to_owned(), self.components(root)?);
        self.shaped(FileId::ROOT).value = Value::Object(shaped);
        Ok(())
    }

    fn components(&mut self, root: &Value) -> Result<Value, LoadError> {
        let schemas = self.each(root, "definitions", "schemas", |translator, value, way| {
            Ok(Some(translator.schema(value, way)))
        })?;
        let parameters = self.each(root, "parameters", "parameters", Self::shared_parameter)?;
        let bodies = self.each(root, "parameters", "requestBodies", Self::shared_body)?;
        let produces = self.produces.clone();
        let responses = self.each(root, "responses", "responses", |translator, value, way| {
            translator.response(value, way, &produces).map(Some)
        })?;
        let authorization =
            self.each(root, "securityDefinitions", "securitySchemes", |translator, value, way| {
                Ok(Some(translator.security_scheme(value, way)))
            })?;
        Ok(json!({
            "schemas": schemas,
            "parameters": parameters,
            "requestBodies": bodies,
            "responses": responses,
            "securitySchemes": authorization,
        }))
    }

    /// The members of the top-level object `from`, each as `shape` has it in the component `to`.
    fn each(
        &mut self,
        root: &Value,
        from: &str,
        to: &str,
        mut shape: impl FnMut(&mut Self, &Value, &Way) -> Result<Option<Value>, LoadError>,
    ) -> Result<Value, LoadError> {
        let top = JsonPointer::root();
        let way = Way { file: FileId::ROOT, from: top.join(from), to: top.join("components").join(to) };
        self.moved(&way);
        let mut all = Map::new();
        for (name, value) in root[from].as_object().into_iter().flatten() {
            if let Some(value) = shape(self, value, &way.join(name))? {
                all.insert(name.clone(), value);
            }
        }
        Ok(Value::Object(all))
    }

    fn shaped(&mut self, file: FileId) -> &mut Shaped {
        self.files.entry(file).or_insert_with(|| {
            let spot = Spot { file, pointer: JsonPointer::root() };
            let value = self.sources.get(&spot).cloned().unwrap_or_default();
            Shaped { value, ..Shaped::default() }
        })
    }

    /// Says that a part moves.
    fn moved(&mut self, way: &Way) {
        self.origin(way.file, &way.to, &way.from);
    }

    fn origin(&mut self, file: FileId, to: &JsonPointer, from: &JsonPointer) {
        let origins = &mut self.shaped(file).origins;
        // What lies in what moved need not be said.
        if origins.of(to) != *from {
            origins.link(to, from);
        }
    }

    fn remark(&mut self, at: Spot, message: impl Into<String>) {
        self.remarks.push((at, message.into()));
    }

    /// Takes `values` from what may still be made.
    fn spend(&mut self, values: usize, at: &Spot) -> Result<(), LoadError> {
        let Some(rest) = self.budget.checked_sub(values) else {
            let position = self.sources.position(at);
            let (line, limit) = (position.line.unwrap_or(1), self.limit);
            return Err(LoadError::TooManyValues { file: position.file, line, limit });
        };
        self.budget = rest;
        Ok(())
    }
}

/// The media types in `listed`, which stands at `spot`, each once; none where there are none.
fn media_types(listed: Option<&Value>, spot: &Spot) -> Option<Vec<Media>> {
    let listed = listed?.as_array()?;
    let mut seen = HashSet::new();
    let mut media = Vec::new();
    for (index, key) in listed.iter().enumerate() {
        let Some(key) = key.as_str().filter(|key| MediaType::parse(key).is_some()) else { continue };
        if seen.insert(key) {
            media.push(Media { key: key.to_owned(), from: Some(spot.index(index)) });
        }
    }
    (!media.is_empty()).then_some(media)
}

/// What is meant where a document speaks of no media type.
fn any_type() -> Vec<Media> {
    vec![Media { key: "*/*".to_owned(), from: None }]
}
