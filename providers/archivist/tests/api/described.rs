//! The operations of the document, for tests that ask something of every one of them: a new operation is asked too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::archivist::TestArchivist;
use crate::client::{Method, Request};

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_saphyr::from_str(include_str!("../../../../openapi/archivist.yaml")).unwrap());

/// One operation, as the document describes it.
#[derive(Debug)]
pub struct Described {
    pub method: Method,
    pub template: String,
    node: &'static Value,
    parameters: Vec<&'static Value>,
}

pub fn operations() -> Vec<Described> {
    let mut all = Vec::new();
    for (template, item) in DOCUMENT["paths"].as_object().unwrap() {
        for (name, node) in item.as_object().unwrap() {
            let Ok(method) = name.to_uppercase().parse::<Method>() else { continue };
            if node["operationId"].is_string() {
                let lists = [&item["parameters"], &node["parameters"]];
                let parameters = lists.iter().filter_map(|list| list.as_array()).flatten().map(resolved);
                all.push(Described {
                    method,
                    template: template.clone(),
                    node,
                    parameters: parameters.collect(),
                });
            }
        }
    }
    assert!(all.len() >= 35, "the document is read");
    all
}

/// Each path of the document with the methods that it has.
pub fn paths() -> BTreeMap<String, BTreeSet<String>> {
    let mut paths: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for operation in operations() {
        paths.entry(operation.template).or_default().insert(operation.method.to_string());
    }
    paths
}

/// What a reference refers to.
pub fn resolved(node: &'static Value) -> &'static Value {
    let Some(reference) = node["$ref"].as_str() else { return node };
    resolved(DOCUMENT.pointer(reference.strip_prefix('#').unwrap()).unwrap())
}

impl Described {
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }

    /// Whether it is for those who are signed in.
    pub fn needs_a_session(&self) -> bool {
        self.node["security"] != json!([])
    }

    /// Whether the token travels as it does with every request, and not as with a handshake.
    pub fn takes_a_bearer(&self) -> bool {
        self.node["security"].is_null()
    }

    pub fn is_for_admins(&self) -> bool {
        self.node["tags"].as_array().unwrap().contains(&json!("admin"))
    }

    pub fn answers(&self, status: u16) -> bool {
        self.node["responses"].get(status.to_string()).is_some()
    }

    /// Whether it cannot be told without the station's server.
    pub fn needs_the_station(&self) -> bool {
        self.node["tags"].as_array().unwrap().contains(&json!("cablecast"))
    }

    pub fn has_parameters_in_its_path(&self) -> bool {
        self.template.contains('{')
    }

    /// Its path, with ids of what is not there.
    pub fn path(&self) -> String {
        let mut path = self.template.clone();
        for parameter in self.parameters.iter().filter(|parameter| parameter["in"] == "path") {
            let number = parameter["schema"]["type"] == "integer";
            let id = if number { "4503599627370496" } else { "11111111-2222-4333-8444-555555555555" };
            path = path.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), id);
        }
        path
    }

    /// The schema of its body, where that is JSON.
    pub fn schema(&self) -> Option<&'static Value> {
        self.json_body().map(|media| resolved(&media["schema"]))
    }

    /// The bodies that it gives as examples.
    pub fn examples(&self) -> Vec<&'static Value> {
        let examples = self.json_body().and_then(|media| media["examples"].as_object());
        examples.into_iter().flatten().map(|(_, example)| &resolved(example)["value"]).collect()
    }

    fn json_body(&self) -> Option<&'static Value> {
        resolved(self.node.get("requestBody")?)["content"].get("application/json")
    }

    /// The query parameters that it describes.
    pub fn query(&self) -> Vec<&'static str> {
        let query = self.parameters.iter().filter(|parameter| parameter["in"] == "query");
        query.map(|parameter| parameter["name"].as_str().unwrap()).collect()
    }

    /// A request to `path` without a body.
    pub fn bare<'a>(&self, archivist: &'a TestArchivist) -> Request<'a> {
        archivist.request(&self.method, &self.path())
    }

    /// A request as the document's first example has it.
    pub fn request<'a>(&self, archivist: &'a TestArchivist) -> Request<'a> {
        let request = self.bare(archivist);
        match self.examples().first() {
            Some(example) => request.json((*example).clone()),
            None => request,
        }
    }
}
