//! From the text of a document to its operations: each read once, none twice.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::{OpenApiVersion, Operation, OperationKey};
use crate::judge::Judge;
use crate::load::LoadError;
use crate::operation::{Rules, Shared, absent, read_parameters};
use crate::parameter::Parameter;
use crate::pointer::JsonPointer;
use crate::route::{Router, Template, prefixes};
use crate::schema::Dialect;
use crate::security::Security;
use crate::source::Entry;
use crate::sources::{Sources, Spot};

/// Fields of a Path Item Object that are operations.
pub(crate) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/// The same from 3.2 on. Those with other methods stand in a map of their own.
pub(crate) const METHODS_3_2: [&str; 9] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];
/// The map of operations with other methods.
pub(crate) const ADDITIONAL: &str = "additionalOperations";

/// All operations of a document, and the way to each.
#[derive(Default)]
pub(super) struct Outline {
    pub router: Router,
    pub operations: Vec<Operation>,
    pub rules: Vec<Rules>,
}

impl OpenApiVersion {
    pub(super) fn dialect(self) -> Dialect {
        match self {
            Self::V2_0 | Self::V3_0 => Dialect::OpenApi30,
            Self::V3_1 | Self::V3_2 => Dialect::OpenApi31,
        }
    }
}

impl fmt::Display for OpenApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V2_0 => "OpenAPI 2.0",
            Self::V3_0 => "OpenAPI 3.0",
            Self::V3_1 => "OpenAPI 3.1",
            Self::V3_2 => "OpenAPI 3.2",
        })
    }
}

/// The version that the document says it is written in.
pub(super) fn version(sources: &Sources) -> Result<OpenApiVersion, LoadError> {
    let value = sources.root();
    let file = sources.position(&document()).file;
    let said = match (value.get("openapi"), value.get("swagger")) {
        (Some(openapi), _) => openapi,
        (None, Some(swagger)) => {
            return match plain(swagger).as_str() {
                "2.0" | "2" => Ok(OpenApiVersion::V2_0),
                other => Err(unsupported(file, format!("Swagger {other}"))),
            };
        }
        (None, None) => return Err(LoadError::NoVersion { file }),
    };
    // YAML reads an unquoted `3.1` as a number.
    let version = plain(said);
    let minor: Vec<&str> = version.split('.').take(2).collect();
    match minor.as_slice() {
        ["3", "0"] => Ok(OpenApiVersion::V3_0),
        ["3", "1"] => Ok(OpenApiVersion::V3_1),
        ["3", "2"] => Ok(OpenApiVersion::V3_2),
        _ => Err(unsupported(file, format!("OpenAPI {version}"))),
    }
}

fn unsupported(file: Arc<str>, version: String) -> LoadError {
    LoadError::UnsupportedVersion { file, version, known: "OpenAPI 2.0, 3.0, 3.1 and 3.2" }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn document() -> Spot {
    Spot::root(JsonPointer::root())
}

/// What stands above a path: the servers and requirements of the whole document.
struct Above {
    version: OpenApiVersion,
    servers: Vec<String>,
    security: Option<Security>,
}

impl Outline {
    pub fn read(judge: &Judge<'_>, version: OpenApiVersion) -> Result<Self, LoadError> {
        let mut outline = Self::default();
        let root = judge.sources.root();
        let spot = document().join("paths");
        let paths = match root.get("paths") {
            Some(Value::Object(paths)) => paths,
            // `paths:` with nothing behind it has no paths.
            Some(Value::Null) => return Ok(outline),
            // From 3.1 on a document may be of webhooks or components alone.
            None if matches!(version, OpenApiVersion::V3_1 | OpenApiVersion::V3_2) => return Ok(outline),
            None => {
                let reason = format!("an {version} document has `paths`, and this one has none");
                return Err(judge.invalid(&document(), reason));
            }
            Some(_) => return Err(judge.invalid(&spot, "`paths` is no object")),
        };
        let above = Above {
            version,
            servers: server_prefixes(root).unwrap_or_default(),
            security: Security::read(judge, &document(), root)?,
        };
        for entry in judge.sources.entries(&spot) {
            let Some(item) = paths.get(entry.key).filter(|_| !entry.key.starts_with("x-")) else { continue };
            outline.read_path(judge, &spot, (entry, item), &above)?;
        }
        Ok(outline)
    }

    fn read_path<'d>(
        &mut self,
        judge: &Judge<'d>,
        paths: &Spot,
        (entry, item): (Entry<'d>, &'d Value),
        above: &Above,
    ) -> Result<(), LoadError> {
        let path = entry.key;
        let layers = layers(judge, paths.join(path), (entry, item))?;
        let mut parameters: Vec<Parameter> = Vec::new();
        for (spot, item, _) in &layers {
            let more = read_parameters(judge, spot, item)?;
            parameters.extend(absent(&parameters, more));
        }
        let template = Template::parse(path);
        let shared =
            Shared { parameters, captures: template.names.clone(), security: above.security.clone() };
        let own = layers.iter().find_map(|(_, item, _)| server_prefixes(item));
        let servers = own.as_ref().unwrap_or(&above.servers);
        self.router.add_path(path, &template);
        let mut methods: Vec<(String, usize)> = Vec::new();
        for (layer, listed) in listed(&layers, above.version) {
            let Listed { method, parent, value, entry } = listed;
            if methods.iter().any(|(known, of)| *known == method && *of != layer) {
                continue;
            }
            methods.push((method.clone(), layer));
            let position = judge.sources.position_of(&parent, &entry);
            let (place, value) = judge.object(parent.join(entry.key), value, "an operation")?;
            let key = OperationKey { method, path: path.to_owned() };
            let id = value["operationId"].as_str().map(str::to_owned);
            let own = server_prefixes(value);
            self.add(&template, own.as_ref().unwrap_or(servers), Operation { key, id, position })?;
            self.rules.push(Rules::read(judge, place, value, &shared)?);
        }
        Ok(())
    }

    fn add(
        &mut self,
        template: &Template,
        servers: &[String],
        operation: Operation,
    ) -> Result<(), LoadError> {
        let added = self.router.add(&operation.key.method, template, servers, self.operations.len());
        if let Err(duplicate) = added
            && self.operations[duplicate.first].key == operation.key
        {
            let first = Box::new(self.operations.swap_remove(duplicate.first));
            return Err(LoadError::DuplicateOperation {
                from: operation.position,
                operation: operation.key,
                first,
            });
        }
        self.operations.push(operation);
        Ok(())
    }
}

/// A Path Item Object: its place, its value, and its members.
type Layer<'d> = (Spot, &'d Value, Vec<Entry<'d>>);

/// What makes up one path: where it is a reference, what stands beside that, and then what it refers
/// to. The first of the two that has a member counts.
fn layers<'d>(
    judge: &Judge<'d>,
    spot: Spot,
    (entry, item): (Entry<'d>, &'d Value),
) -> Result<Vec<Layer<'d>>, LoadError> {
    let (target, referred) = judge.object(spot.clone(), item, "a path")?;
    let mut layers = vec![(spot, item, entry.entries())];
    if !std::ptr::eq(item, referred) {
        let entries = judge.sources.entries(&target);
        layers.push((target, referred, entries));
    }
    Ok(layers)
}

/// An operation as it stands in a path.
struct Listed<'d> {
    method: String,
    /// What it is a member of.
    parent: Spot,
    value: &'d Value,
    entry: Entry<'d>,
}

/// The operations in the layers of a path, in the order of the file, each with the number of its layer.
fn listed<'d>(layers: &[Layer<'d>], version: OpenApiVersion) -> Vec<(usize, Listed<'d>)> {
    let is_modern = version == OpenApiVersion::V3_2;
    let methods: &[&str] = if is_modern { &METHODS_3_2 } else { &METHODS };
    let mut found = Vec::new();
    for (layer, (spot, item, entries)) in layers.iter().enumerate() {
        for &entry in entries {
            if methods.contains(&entry.key) {
                let (method, parent) = (entry.key.to_uppercase(), spot.clone());
                found.push((layer, Listed { method, parent, value: &item[entry.key], entry }));
            }
            for other in entry.entries().into_iter().filter(|_| is_modern && entry.key == ADDITIONAL) {
                let (method, parent) = (other.key.to_owned(), spot.join(ADDITIONAL));
                let value = &item[ADDITIONAL][other.key];
                found.push((layer, Listed { method, parent, value, entry: other }));
            }
        }
    }
    found
}

/// The path prefixes of the servers of a document, path or operation; none where it has none of its
/// own.
fn server_prefixes(owner: &Value) -> Option<Vec<String>> {
    let prefixes = prefixes(owner.get("servers")?);
    (!prefixes.is_empty()).then_some(prefixes)
}
