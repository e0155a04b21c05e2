//! Where a document's servers are, and how they want to be authorized.

use serde_json::{Map, Value, json};

use super::{Translator, Way};
use crate::pointer::JsonPointer;
use crate::sources::FileId;

impl Translator<'_> {
    /// The servers that `host`, `basePath` and `schemes` make; none where the document names neither
    /// a host nor a path.
    pub(super) fn servers(&mut self) -> Option<Value> {
        let root = self.sources.root();
        let top = JsonPointer::root();
        let (host, base) = (root["host"].as_str(), root["basePath"].as_str());
        let from = top.join(if base.is_some() { "basePath" } else { "host" });
        self.origin(FileId::ROOT, &top.join("servers"), &from);
        match host {
            Some(host) => Some(servers(&root["schemes"], host, base.unwrap_or_default())),
            None => base.map(|base| json!([{ "url": base }])),
        }
    }

    /// The servers of an operation that has schemes of its own.
    pub(super) fn own_servers(&mut self, members: &Map<String, Value>, way: &Way) -> Option<Value> {
        let root = self.sources.root();
        let (schemes, host) = (members.get("schemes")?, root["host"].as_str()?);
        self.origin(way.file, &way.to.join("servers"), &way.from.join("schemes"));
        Some(servers(schemes, host, root["basePath"].as_str().unwrap_or_default()))
    }

    pub(super) fn security_scheme(&mut self, value: &Value, way: &Way) -> Value {
        let Value::Object(members) = value else { return value.clone() };
        let mut scheme = members.clone();
        match value["type"].as_str() {
            Some("basic") => {
                scheme.insert("type".to_owned(), "http".into());
                scheme.insert("scheme".to_owned(), "basic".into());
                self.origin(way.file, &way.to.join("scheme"), &way.from.join("type"));
            }
            Some("oauth2") => {
                let flow = match value["flow"].as_str() {
                    Some("accessCode") => "authorizationCode",
                    Some("application") => "clientCredentials",
                    Some(other) => other,
                    None => "implicit",
                };
                let mut parts = Map::new();
                for keyword in ["authorizationUrl", "tokenUrl", "scopes"] {
                    parts.extend(scheme.remove(keyword).map(|value| (keyword.to_owned(), value)));
                }
                scheme.remove("flow");
                scheme.insert("flows".to_owned(), json!({ flow: parts }));
                let flows = way.to.join("flows");
                self.origin(way.file, &flows, &way.from.join("flow"));
                self.origin(way.file, &flows.join(flow), &way.from);
            }
            _ => {}
        }
        Value::Object(scheme)
    }
}

fn servers(schemes: &Value, host: &str, base: &str) -> Value {
    let schemes: Vec<&str> = schemes.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    // A document that says nothing is served as it was got, which nobody knows of a file.
    let schemes = if schemes.is_empty() { vec!["https"] } else { schemes };
    let slash = if base.is_empty() || base.starts_with('/') { "" } else { "/" };
    schemes.into_iter().map(|scheme| json!({ "url": format!("{scheme}://{host}{slash}{base}") })).collect()
}
