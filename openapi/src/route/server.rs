//! What the path of a Server Object's URL puts before every path of a document.

use serde_json::Value;

/// Variants of one URL that are made from the values of its variables, at most.
const MAX_VARIANTS: usize = 1_000;

/// The path prefixes of an array of Server Objects, without a slash at the end; an empty one where
/// a server has no path. A variable stands for each value of its `enum` and for its `default`.
pub(crate) fn prefixes(servers: &Value) -> Vec<String> {
    let mut prefixes: Vec<String> = servers
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(variants)
        .map(|url| path_of(&url).to_owned())
        .collect();
    prefixes.sort();
    prefixes.dedup();
    prefixes
}

/// The URLs of an array of Server Objects, as they are written; a variable stands for each value of its
/// `enum` and for its `default`.
pub(crate) fn server_urls(servers: &Value) -> Vec<String> {
    servers.as_array().into_iter().flatten().flat_map(variants).collect()
}

fn variants(server: &Value) -> Vec<String> {
    let Some(url) = server["url"].as_str() else { return Vec::new() };
    let mut variants = vec![url.to_owned()];
    for (name, variable) in server["variables"].as_object().into_iter().flatten() {
        let brace = format!("{{{name}}}");
        let mut values: Vec<&str> =
            variable["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        values.extend(variable["default"].as_str());
        values.sort_unstable();
        values.dedup();
        if values.is_empty() || !url.contains(&brace) {
            continue;
        }
        variants = variants
            .iter()
            .flat_map(|variant| values.iter().map(|value| variant.replace(&brace, value)))
            .take(MAX_VARIANTS)
            .collect();
    }
    variants
}

/// The path of a URL; of a relative one, the path that it gives on the host of the document.
fn path_of(url: &str) -> &str {
    let local = match url.split_once("//") {
        Some((scheme, rest)) if scheme.is_empty() || scheme.ends_with(':') => {
            rest.find('/').map_or("", |slash| &rest[slash..])
        }
        _ => url,
    };
    let path = local.split(['?', '#']).next().unwrap_or_default();
    path.trim_start_matches("./").trim_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn urls_have_these_prefixes() {
        let cases = [
            ("https://api.example.com", ""),
            ("https://api.example.com/", ""),
            ("https://api.example.com/v1/", "v1"),
            ("//api.example.com/v1", "v1"),
            ("/cablecastapi/v1", "cablecastapi/v1"),
            ("./v2?x=1#y", "v2"),
            ("/", ""),
            ("{scheme}://{host}/a/{unknown}", "a/{unknown}"),
        ];
        for (url, prefix) in cases {
            assert_eq!(prefixes(&json!([{ "url": url }])), [prefix], "{url}");
        }
    }

    #[test]
    fn variables_give_one_prefix_for_each_value() {
        let servers = json!([{
            "url": "https://{host}/{base}/x",
            "variables": {
                "host": { "default": "a", "enum": ["a", "b"] },
                "base": { "default": "v1", "enum": ["v2", "old/v1"] },
            },
        }]);
        assert_eq!(prefixes(&servers), ["old/v1/x", "v1/x", "v2/x"]);
    }
}
