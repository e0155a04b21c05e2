//! The operations of an OpenAPI document, and which one a request names.

use serde_json::Value;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

#[derive(Debug, Default)]
pub struct Operations {
    pub list: Vec<Operation>,
    /// Paths of the document's servers, without a slash at the end.
    bases: Vec<String>,
    /// Paths whose item is a `$ref`, and how many.
    unread: Vec<String>,
    pub elsewhere: usize,
}

#[derive(Debug)]
pub struct Operation {
    /// In small letters.
    pub method: String,
    /// With its parameters in braces.
    pub path: String,
    pub summary: Option<String>,
}

/// Why a document says nothing here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    NotRead,
    NoPaths,
}

/// What a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// By its place in the list.
    Operation(usize),
    NoMethod,
    NoPath,
    /// The path may be one that the document keeps elsewhere.
    NotJudged,
    NotHttp,
}

impl Named {
    pub const fn is_lacking(&self) -> bool {
        matches!(self, Self::NoMethod | Self::NoPath)
    }
}

impl Operations {
    pub fn read(text: &str) -> Result<Self, Unread> {
        let document = read(text).ok_or(Unread::NotRead)?;
        let paths = document.get("paths").and_then(Value::as_object).ok_or(Unread::NoPaths)?;
        let mut found = Self { bases: bases(&document), ..Self::default() };
        for (path, item) in paths.iter().filter(|(path, _)| path.starts_with('/')) {
            if item.get("$ref").is_some() {
                found.unread.push(path.clone());
            }
            for method in METHODS.iter().filter(|method| item.get(**method).is_some()) {
                let told =
                    ["summary", "operationId"].iter().find_map(|name| item[*method].get(name)?.as_str());
                let summary = told.map(str::to_owned);
                found.list.push(Operation { method: (*method).to_owned(), path: path.clone(), summary });
            }
        }
        found.elsewhere = found.unread.len();
        Ok(found)
    }

    /// As OpenAPI resolves it: a path without parameters comes before one with them. The path may be
    /// written with a server's, or without.
    pub fn named(&self, method: &str, path: &str) -> Named {
        let bases = self.bases.iter().filter_map(|base| path.strip_prefix(base.as_str()));
        let spelt: Vec<&str> =
            std::iter::once(path).chain(bases.filter(|rest| rest.starts_with('/'))).collect();
        let fitting = || {
            let all = self.list.iter().enumerate();
            all.filter(|(_, operation)| spelt.iter().any(|path| fits(&operation.path, path)))
        };
        let of_method = fitting().filter(|(_, operation)| operation.method == method);
        if let Some((at, _)) = of_method.min_by_key(|(_, operation)| operation.path.matches('{').count()) {
            Named::Operation(at)
        } else if self.unread.iter().any(|unread| spelt.iter().any(|path| fits(unread, path))) {
            Named::NotJudged
        } else if fitting().next().is_some() {
            Named::NoMethod
        } else {
            Named::NoPath
        }
    }
}

/// JSON or YAML. The reader of YAML keeps to a budget of its own, so that aliases cannot blow a document up.
fn read(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().or_else(|| serde_saphyr::from_str(text).ok())
}

/// `servers` of OpenAPI 3, `basePath` of Swagger 2.
fn bases(document: &Value) -> Vec<String> {
    let servers = document.get("servers").and_then(Value::as_array).into_iter().flatten();
    let urls = servers.filter_map(|server| server.get("url")?.as_str());
    let paths = urls.map(|url| match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => url,
    });
    let old = document.get("basePath").and_then(Value::as_str);
    let trimmed = paths.chain(old).map(|path| path.trim_end_matches('/').to_owned());
    trimmed.filter(|path| !path.is_empty()).collect()
}

/// Segment by segment; a parameter stands for some text within its segment.
fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if segment_fits(wanted, given) => {}
            _ => return false,
        }
    }
}

fn segment_fits(template: &str, segment: &str) -> bool {
    let Some((before, rest)) = template.split_once('{') else { return template == segment };
    let Some((_, after)) = rest.split_once('}') else { return template == segment };
    if after.contains('{') {
        // Several parameters in one segment: what is before the first and after the last has to be there.
        let last = after.rsplit('}').next().unwrap_or_default();
        return segment.starts_with(before) && segment.ends_with(last);
    }
    segment
        .strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(after))
        .is_some_and(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(method: &str, path: &str) -> String {
        let operations = Operations::read(
            r#"{ "openapi": "3.1.0", "servers": [{ "url": "https://api/v1/" }], "paths": {
                "/orders/{id}": { "get": {}, "parameters": [] },
                "/orders/open": { "get": {} },
                "/files/{name}.json": { "put": {} },
                "/other": { "$ref": "other.json" } } }"#,
        )
        .unwrap();
        match operations.named(method, path) {
            Named::Operation(at) => format!("{} {}", operations.list[at].method, operations.list[at].path),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_request_names_an_operation() {
        assert_eq!(named("get", "/orders/1"), "get /orders/{id}");
        assert_eq!(named("get", "/orders/open"), "get /orders/open");
        assert_eq!(named("get", "/v1/orders/1"), "get /orders/{id}");
        assert_eq!(named("put", "/files/a.json"), "put /files/{name}.json");
    }

    #[test]
    fn what_the_document_lacks_is_told_from_what_was_not_read() {
        assert_eq!(named("delete", "/orders/1"), "NoMethod");
        assert_eq!(named("get", "/orders/1/lines"), "NoPath");
        assert_eq!(named("get", "/orders/"), "NoPath");
        assert_eq!(named("put", "/files/.json"), "NoPath");
        assert_eq!(named("get", "/other"), "NotJudged");
    }

    #[test]
    fn a_document_may_be_yaml() {
        let text = "openapi: 3.1.0\npaths:\n  /orders/{id}:\n    get:\n      summary: one\n      responses: {200: {}}\n";
        let operations = Operations::read(text).unwrap();
        assert_eq!(operations.named("get", "/orders/1"), Named::Operation(0));
        assert_eq!(operations.list[0].summary.as_deref(), Some("one"));
        // Nine times nine times … of the same: more than the reader's budget.
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for at in 1..12 {
            let before = vec![format!("*a{}", at - 1); 9].join(", ");
            bomb.push_str(&["a", &at.to_string(), ": &a", &at.to_string(), " [", &before, "]\n"].concat());
        }
        assert_eq!(Operations::read(&bomb).unwrap_err(), Unread::NotRead);
    }

    #[test]
    fn a_document_that_cannot_be_read_is_no_document_without_operations() {
        assert_eq!(Operations::read("openapi: 3.1.0\npaths: [").unwrap_err(), Unread::NotRead);
        assert_eq!(Operations::read("openapi: 3.1.0").unwrap_err(), Unread::NoPaths);
        assert_eq!(Operations::read("{}").unwrap_err(), Unread::NoPaths);
    }
}
