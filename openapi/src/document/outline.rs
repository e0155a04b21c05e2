//! From the text of a document to its operations: each read once, none twice.

use serde_json::Value;

use super::{OpenApiVersion, Operation, OperationKey};
use crate::judge::Judge;
use crate::load::LoadError;
use crate::operation::{Rules, Shared, read_parameters};
use crate::pointer::JsonPointer;
use crate::route::{Router, Template, prefixes};
use crate::schema::Dialect;
use crate::sources::{Sources, Spot};

/// Fields of a Path Item Object that are operations.
pub(super) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

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
            Self::V3_0 => Dialect::OpenApi30,
            Self::V3_1 => Dialect::OpenApi31,
        }
    }
}

/// The version that the document says it is written in.
pub(super) fn version(sources: &Sources) -> Result<OpenApiVersion, LoadError> {
    let value = sources.root();
    let file = sources.position(&document()).file;
    let said = match (value.get("openapi"), value.get("swagger")) {
        (Some(openapi), _) => openapi,
        (None, Some(swagger)) => {
            return Err(LoadError::UnsupportedVersion {
                file,
                version: format!("Swagger {}", plain(swagger)),
            });
        }
        (None, None) => return Err(LoadError::NoVersion { file }),
    };
    // YAML reads an unquoted `3.1` as a number.
    let version = plain(said);
    let minor: Vec<&str> = version.split('.').take(2).collect();
    match minor.as_slice() {
        ["3", "0"] => Ok(OpenApiVersion::V3_0),
        ["3", "1"] => Ok(OpenApiVersion::V3_1),
        _ => Err(LoadError::UnsupportedVersion { file, version: format!("OpenAPI {version}") }),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn document() -> Spot {
    Spot::root(JsonPointer::root())
}

impl Outline {
    pub fn read(judge: &Judge<'_>, version: OpenApiVersion) -> Result<Self, LoadError> {
        let mut outline = Self::default();
        let spot = document().join("paths");
        let paths = match judge.sources.get(&spot) {
            Some(Value::Object(paths)) => paths,
            // A 3.1 document may be of webhooks or components alone.
            None if version == OpenApiVersion::V3_1 => return Ok(outline),
            None => {
                return Err(
                    judge.invalid(&document(), "an OpenAPI 3.0 document has `paths`, and this one has none")
                );
            }
            Some(_) => return Err(judge.invalid(&spot, "`paths` is no object")),
        };
        let mut keys: Vec<&String> = paths.keys().filter(|key| !key.starts_with("x-")).collect();
        keys.sort_by_key(|key| judge.sources.position(&spot.join(key)).line);
        let servers = server_prefixes(judge, &document()).unwrap_or_default();
        for path in keys {
            outline.read_path(judge, path, spot.join(path), &servers)?;
        }
        Ok(outline)
    }

    fn read_path(
        &mut self,
        judge: &Judge<'_>,
        path: &str,
        spot: Spot,
        servers: &[String],
    ) -> Result<(), LoadError> {
        let (spot, item) = judge.object(spot, "a path")?;
        let template = Template::parse(path);
        let shared = Shared { parameters: read_parameters(judge, &spot)?, captures: template.names.clone() };
        let own = server_prefixes(judge, &spot);
        let servers = own.as_deref().unwrap_or(servers);
        self.router.add_path(path, &template);
        let mut methods: Vec<&str> =
            METHODS.into_iter().filter(|method| item.get(method).is_some()).collect();
        methods.sort_by_key(|method| judge.sources.position(&spot.join(method)).line);
        for method in methods {
            let rules = Rules::read(judge, spot.join(method), &shared)?;
            let key = OperationKey { method: method.to_uppercase(), path: path.to_owned() };
            let own = server_prefixes(judge, &rules.spot);
            let servers = own.as_deref().unwrap_or(servers);
            let position = judge.sources.position(&rules.spot);
            if let Err(duplicate) = self.router.add(&key.method, &template, servers, self.operations.len()) {
                let first = &self.operations[duplicate.first];
                return Err(LoadError::DuplicateOperation {
                    from: position,
                    operation: key,
                    first: Box::new(first.position.clone()),
                });
            }
            let id =
                judge.sources.get(&rules.spot.join("operationId")).and_then(Value::as_str).map(str::to_owned);
            self.operations.push(Operation { key, id, position });
            self.rules.push(rules);
        }
        Ok(())
    }
}

/// The path prefixes of the servers of the object at `spot`; none where it has none of its own.
fn server_prefixes(judge: &Judge<'_>, spot: &Spot) -> Option<Vec<String>> {
    let servers = judge.sources.get(&spot.join("servers"))?;
    let prefixes = prefixes(servers);
    (!prefixes.is_empty()).then_some(prefixes)
}
