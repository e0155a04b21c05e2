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
            Self::V3_1 => Dialect::OpenApi31,
        }
    }
}

impl fmt::Display for OpenApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V2_0 => "OpenAPI 2.0",
            Self::V3_0 => "OpenAPI 3.0",
            Self::V3_1 => "OpenAPI 3.1",
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
        _ => Err(unsupported(file, format!("OpenAPI {version}"))),
    }
}

fn unsupported(file: Arc<str>, version: String) -> LoadError {
    LoadError::UnsupportedVersion { file, version, known: "OpenAPI 2.0, 3.0 and 3.1" }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn document() -> Spot {
    Spot::root(JsonPointer::root())
}

/// What stands above a path: the servers and requirements of the whole document.
struct Above {
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
            // A 3.1 document may be of webhooks or components alone.
            None if version == OpenApiVersion::V3_1 => return Ok(outline),
            None => {
                let reason = format!("an {version} document has `paths`, and this one has none");
                return Err(judge.invalid(&document(), reason));
            }
            Some(_) => return Err(judge.invalid(&spot, "`paths` is no object")),
        };
        let above = Above {
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
        let mut methods = Vec::new();
        let operations = layers.iter().flat_map(|(spot, item, entries)| {
            entries.iter().filter(|entry| METHODS.contains(&entry.key)).map(move |entry| (spot, item, entry))
        });
        for (spot, item, entry) in operations {
            if methods.contains(&entry.key) {
                continue;
            }
            methods.push(entry.key);
            let position = judge.sources.position_of(spot, entry);
            let (place, value) = judge.object(spot.join(entry.key), &item[entry.key], "an operation")?;
            let key = OperationKey { method: entry.key.to_uppercase(), path: path.to_owned() };
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
        if let Err(duplicate) = added {
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

/// The path prefixes of the servers of a document, path or operation; none where it has none of its
/// own.
fn server_prefixes(owner: &Value) -> Option<Vec<String>> {
    let prefixes = prefixes(owner.get("servers")?);
    (!prefixes.is_empty()).then_some(prefixes)
}
