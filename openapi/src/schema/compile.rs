//! Turns a schema object into a node: each keyword is read once, into a type.

mod choice;

use serde_json::{Map, Value};

use super::keywords::array::{Contains, Items};
use super::keywords::conditional::Conditional;
use super::keywords::direction::Access;
use super::keywords::number_format::NumberFormat;
use super::keywords::object::{ByPattern, Dependencies, Properties};
use super::keywords::reference::{DynamicReference, Reference};
use super::node::{Kind, Node, Rule, Rules};
use super::{Dialect, NodeId, Schemas};
use crate::pointer::JsonPointer;
use crate::sources::{FileId, Spot};

impl Schemas {
    /// Compiles what stands at `spot`. Nothing that it refers to is compiled along.
    pub(super) fn compile(&self, spot: &Spot) -> Node {
        match self.sources.get(spot) {
            Some(schema) => self.node_of(schema, spot.clone()),
            None => self.unjudgeable(spot.clone(), "schema", "nothing stands in its place"),
        }
    }

    fn node_of(&self, schema: &Value, spot: Spot) -> Node {
        let kind = match schema {
            Value::Object(keywords) => return self.object(keywords, spot),
            Value::Bool(true) => Kind::Anything,
            Value::Bool(false) => Kind::Nothing,
            _ => return self.unjudgeable(spot, "schema", "it is neither an object nor a boolean"),
        };
        Node { resource: self.sources.resource(&spot), spot, kind }
    }

    fn object(&self, keywords: &Map<String, Value>, spot: Spot) -> Node {
        if self.dialect == Dialect::AsyncApi && keywords.contains_key("schemaFormat") {
            return self.of_another_format(keywords, spot);
        }
        let mut compiler = Compiler { schemas: self, keywords, spot: &spot, rules: Vec::new() };
        let alone = compiler.reference() && self.dialect.is_old();
        if !alone {
            compiler.all();
        }
        let all = compiler.rules.into_boxed_slice();
        let flag = |keyword: &str| !alone && keywords.get(keyword) == Some(&Value::Bool(true));
        let access = if self.dialect.is_openapi() {
            Access {
                read_only: flag("readOnly").then(|| spot.join("readOnly")),
                write_only: flag("writeOnly").then(|| spot.join("writeOnly")),
            }
        } else {
            Access::default()
        };
        let nullable = self.dialect == Dialect::OpenApi30 && flag("nullable");
        let kind = if all.is_empty() && access.read_only.is_none() && access.write_only.is_none() {
            Kind::Anything
        } else {
            let tracks = all
                .iter()
                .any(|rule| matches!(rule, Rule::UnevaluatedProperties(_) | Rule::UnevaluatedItems(_)));
            let describes_objects = !alone && describes_objects(keywords);
            Kind::Rules(Box::new(Rules { nullable, tracks, access, describes_objects, ..Rules::new(all) }))
        };
        Node { resource: self.sources.resource(&spot), spot, kind }
    }

    /// A Multi Format Schema Object of AsyncAPI.
    fn of_another_format(&self, keywords: &Map<String, Value>, spot: Spot) -> Node {
        let format = keywords["schemaFormat"].as_str().unwrap_or_default();
        match (Dialect::of_format(format), keywords.get("schema")) {
            (Some(Dialect::AsyncApi), Some(schema)) => self.node_of(schema, spot.join("schema")),
            _ => {
                self.unjudgeable(spot, "schemaFormat", &format!("schemas in {format:?} are not judged here"))
            }
        }
    }

    fn unjudgeable(&self, spot: Spot, keyword: &str, reason: &str) -> Node {
        let rule = Rule::Unjudgeable { keyword: keyword.to_owned(), reason: reason.to_owned() };
        let kind = Kind::Rules(Box::new(Rules::new(Box::new([rule]))));
        Node { resource: self.sources.resource(&spot), spot, kind }
    }

    /// The component schema `name`, of the file in which `near` stands or of the root file. A file of
    /// 2.0 that another refers to keeps its own as `definitions`.
    pub(super) fn component(&self, near: &Spot, name: &str) -> Option<NodeId> {
        let pointer = JsonPointer::root().join("components").join("schemas").join(name);
        let definition = JsonPointer::root().join("definitions").join(name);
        let beside = [pointer.clone(), definition].map(|pointer| Spot { file: near.file, pointer });
        let beside = beside.into_iter().take(if near.file == FileId::ROOT { 1 } else { 2 });
        beside
            .chain([Spot::root(pointer)])
            .find(|spot| self.sources.get(spot).is_some())
            .map(|spot| self.slots.id(&spot))
    }

    /// The component schema of the root file that has `parent` in its `allOf`, and says by its
    /// `x-ms-discriminator-value` that `value` means it.
    pub(super) fn child(&self, parent: &Spot, value: &str) -> Option<NodeId> {
        let schemas = JsonPointer::root().join("components").join("schemas");
        let all = self.sources.get(&Spot::root(schemas.clone()))?.as_object()?;
        let says = |schema: &Value| schema.get("x-ms-discriminator-value").is_some_and(|said| said == value);
        let spots = all.iter().filter(|(_, schema)| says(schema));
        let mut children = spots.filter_map(|(name, schema)| {
            let spot = Spot::root(schemas.join(name));
            let mut parts = schema.get("allOf")?.as_array()?.iter();
            let is_child = parts.any(|part| {
                let reference = part.get("$ref").and_then(Value::as_str);
                let target = reference.and_then(|reference| self.sources.resolve(&spot, reference).ok());
                target.as_ref() == Some(parent)
            });
            is_child.then(|| self.slots.id(&spot))
        });
        children.next()
    }
}

/// One schema object on its way to a node.
struct Compiler<'c> {
    schemas: &'c Schemas,
    keywords: &'c Map<String, Value>,
    spot: &'c Spot,
    rules: Vec<Rule>,
}

impl Compiler<'_> {
    fn is_modern(&self) -> bool {
        !self.schemas.dialect.is_old()
    }

    fn all(&mut self) {
        self.leaf();
        self.required();
        self.properties();
        self.dependencies();
        self.items();
        self.branches();
        if self.is_modern() || self.schemas.dialect.is_draft_7() {
            self.conditional();
            self.contains();
            self.one("propertyNames", Rule::PropertyNames);
        }
        if self.is_modern() {
            self.dynamic_reference();
            // After all others: they ask what the others have looked at.
            self.one("unevaluatedProperties", Rule::UnevaluatedProperties);
            self.one("unevaluatedItems", Rule::UnevaluatedItems);
        }
    }

    /// Gives whether there is a `$ref`.
    fn reference(&mut self) -> bool {
        let Some(Value::String(reference)) = self.keywords.get("$ref") else { return false };
        match self.schemas.sources.resolve(self.spot, reference) {
            Ok(target) => {
                let target = self.schemas.slots.id(&target);
                self.rules.push(Rule::Reference(Reference { target }));
            }
            Err(error) => self.malformed("$ref", &format!("the reference {error}")),
        }
        true
    }

    fn dynamic_reference(&mut self) {
        let Some(Value::String(reference)) = self.keywords.get("$dynamicRef") else { return };
        let sources = &self.schemas.sources;
        match sources.resolve(self.spot, reference) {
            Ok(spot) => {
                let name = reference.split_once('#').map(|(_, fragment)| fragment);
                let anchor = sources.get(&spot).and_then(|schema| schema.get("$dynamicAnchor"));
                let name = name.filter(|name| anchor.and_then(Value::as_str) == Some(name));
                let name = name.map(str::to_owned);
                let target = self.schemas.slots.id(&spot);
                self.rules.push(Rule::DynamicReference(DynamicReference { target, name }));
            }
            Err(error) => self.malformed("$dynamicRef", &format!("the reference {error}")),
        }
    }

    fn leaf(&mut self) {
        let (leaf, malformed) = self.schemas.leaves.of(self.keywords);
        self.rules.extend(leaf.map(Rule::Leaf));
        for keyword in malformed {
            self.malformed(&keyword.keyword, &keyword.reason);
        }
        let format = self.keywords.get("format").and_then(Value::as_str).and_then(NumberFormat::parse);
        if self.schemas.dialect.is_of_documents() {
            self.rules.extend(format.map(Rule::NumberFormat));
        }
    }

    fn required(&mut self) {
        if let Some(names) = self.read("required", "a list of names", names)
            && !names.is_empty()
        {
            self.rules.push(Rule::Required(names.into()));
        }
    }

    fn properties(&mut self) {
        let mut by_name = self.map("properties").unwrap_or_default();
        by_name.sort_by(|(one, _), (other, _)| one.cmp(other));
        let by_name = by_name.into();
        let mut by_pattern = Vec::new();
        if self.schemas.dialect != Dialect::OpenApi30 {
            for (pattern, node) in self.map("patternProperties").unwrap_or_default() {
                match self.schemas.leaves.pattern(&pattern) {
                    Ok(pattern) => by_pattern.push(ByPattern { pattern, node }),
                    Err(error) => self.malformed("patternProperties", &error.reason),
                }
            }
        }
        let rest = self.node("additionalProperties");
        let properties = Properties { by_name, by_pattern, rest };
        if !properties.is_empty() {
            self.rules.push(Rule::Properties(Box::new(properties)));
        }
    }

    fn dependencies(&mut self) {
        let add = |compiler: &mut Self, keyword, members: Vec<_>, schemas: Vec<_>| {
            if !(members.is_empty() && schemas.is_empty()) {
                compiler.rules.push(Rule::Dependencies(Box::new(Dependencies { keyword, members, schemas })));
            }
        };
        if self.is_modern() {
            let members = self.read("dependentRequired", "lists of names by name", |value| {
                value.as_object()?.iter().map(|(name, wanted)| Some((name.clone(), names(wanted)?))).collect()
            });
            add(self, "dependentRequired", members.unwrap_or_default(), Vec::new());
            let schemas = self.map("dependentSchemas").unwrap_or_default();
            add(self, "dependentSchemas", Vec::new(), schemas);
        } else if self.schemas.dialect != Dialect::OpenApi30 {
            let (mut members, mut schemas) = (Vec::new(), Vec::new());
            let dependencies = self.read("dependencies", "an object", |value| value.as_object().cloned());
            for (name, wanted) in dependencies.unwrap_or_default() {
                if let Some(wanted) = names(&wanted) {
                    members.push((name, wanted));
                } else {
                    let spot = self.spot.join("dependencies").join(&name);
                    schemas.push((name, self.schemas.node_of(&wanted, spot)));
                }
            }
            add(self, "dependencies", members, schemas);
        }
    }

    fn items(&mut self) {
        let listed = if self.is_modern() {
            self.keywords.get("prefixItems").map(|_| "prefixItems")
        } else {
            self.keywords.get("items").filter(|items| items.is_array()).map(|_| "items")
        };
        let front = listed.and_then(|keyword| self.list(keyword)).unwrap_or_default();
        let rest_keyword = if listed == Some("items") { "additionalItems" } else { "items" };
        let rest = self.node(rest_keyword);
        if !front.is_empty() || rest.is_some() {
            let front = front.into();
            self.rules.push(Rule::Items(Box::new(Items { front, rest, rest_keyword })));
        }
    }

    fn conditional(&mut self) {
        let Some(condition) = self.node("if") else { return };
        let (then, otherwise) = (self.node("then"), self.node("else"));
        self.rules.push(Rule::Conditional(Box::new(Conditional { condition, then, otherwise })));
    }

    fn contains(&mut self) {
        let Some(node) = self.node("contains") else { return };
        if !self.is_modern() {
            self.rules.push(Rule::Contains(Box::new(Contains { node, min: 1, max: None })));
            return;
        }
        // `2.0` is a whole number too.
        let count = |value: &Value| value.as_u64().or_else(|| format!("{}", value.as_f64()?).parse().ok());
        let min = self.read("minContains", "a whole number", count).unwrap_or(1);
        let max = self.read("maxContains", "a whole number", count);
        self.rules.push(Rule::Contains(Box::new(Contains { node, min, max })));
    }

    fn one(&mut self, keyword: &str, rule: fn(Box<Node>) -> Rule) {
        if let Some(node) = self.node(keyword) {
            self.rules.push(rule(Box::new(node)));
        }
    }

    fn node(&self, keyword: &str) -> Option<Node> {
        self.keywords.get(keyword).map(|schema| self.schemas.node_of(schema, self.spot.join(keyword)))
    }

    fn list(&mut self, keyword: &str) -> Option<Vec<Node>> {
        let place = self.spot.join(keyword);
        let schemas = self.schemas;
        self.read(keyword, "a list of schemas", |value| {
            let list = value.as_array()?.iter().enumerate();
            Some(list.map(|(index, schema)| schemas.node_of(schema, place.index(index))).collect())
        })
    }

    fn map(&mut self, keyword: &str) -> Option<Vec<(String, Node)>> {
        let place = self.spot.join(keyword);
        let schemas = self.schemas;
        self.read(keyword, "schemas by name", |value| {
            let map = value.as_object()?.iter();
            Some(
                map.map(|(name, schema)| (name.clone(), schemas.node_of(schema, place.join(name)))).collect(),
            )
        })
    }

    fn read<T>(&mut self, keyword: &str, wanted: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        let value = self.keywords.get(keyword)?;
        let read = read(value);
        if read.is_none() {
            self.malformed(keyword, &format!("`{keyword}` is not {wanted}"));
        }
        read
    }

    fn malformed(&mut self, keyword: &str, reason: &str) {
        self.rules.push(Rule::Unjudgeable { keyword: keyword.to_owned(), reason: reason.to_owned() });
    }
}

/// Whether a schema says what objects are made of: whatever it does not name, it does not promise.
/// One that lets through objects among all else has said nothing of them.
fn describes_objects(keywords: &Map<String, Value>) -> bool {
    let of_type = match keywords.get("type") {
        Some(Value::String(name)) => name == "object",
        Some(Value::Array(names)) => names.iter().any(|name| name == "object"),
        _ => false,
    };
    of_type || ["properties", "patternProperties"].iter().any(|keyword| keywords.contains_key(*keyword))
}

fn names(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|name| name.as_str().map(str::to_owned)).collect()
}
