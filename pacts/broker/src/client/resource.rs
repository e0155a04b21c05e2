//! An answer in HAL: its fields, and its links by relation.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::error::ClientError;

/// RFC 3986's unreserved characters stay as they are; a name is one segment of a path.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One answer.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Where it was found, for messages: without its query.
    pub(super) address: String,
    pub body: Value,
}

impl Resource {
    /// The address behind a relation, with names filled in for those in braces.
    pub fn link(&self, relation: &str, names: &[(&str, &str)]) -> Result<String, ClientError> {
        let link = &self.body["_links"][relation];
        let link = if link.is_array() { &link[0] } else { link };
        let href = link["href"].as_str().ok_or_else(|| ClientError::NotOffered(relation.to_owned()))?;
        Ok(expand(href, names))
    }

    /// The addresses behind a relation that may be there several times, with their names.
    pub fn links(&self, relation: &str) -> Vec<(&str, &str)> {
        let link = &self.body["_links"][relation];
        let one = std::slice::from_ref(link);
        let links = link.as_array().map_or(one, Vec::as_slice);
        links
            .iter()
            .filter_map(|link| Some((link["name"].as_str().unwrap_or_default(), link["href"].as_str()?)))
            .collect()
    }

    /// What is embedded under a name.
    pub fn embedded(&self, name: &str) -> Result<&[Value], ClientError> {
        let list = self.body["_embedded"][name].as_array();
        list.map(Vec::as_slice).ok_or_else(|| self.misspoken(format!("it embeds no {name}")))
    }

    pub(super) fn misspoken(&self, reason: String) -> ClientError {
        ClientError::Misspoken { address: self.address.clone(), reason }
    }

    /// What it says of errors, in whatever shape the broker has for them.
    pub(super) fn errors(&self) -> Vec<String> {
        let mut told = Vec::new();
        for field in ["error", "errors", "message", "detail"] {
            gather("", &self.body[field], &mut told);
        }
        for notice in self.body["notices"].as_array().into_iter().flatten() {
            gather("", &notice["text"], &mut told);
        }
        told
    }
}

fn gather(name: &str, value: &Value, told: &mut Vec<String>) {
    match value {
        Value::String(text) if name.is_empty() => told.push(text.clone()),
        Value::String(text) => told.push(format!("{name} {text}")),
        Value::Array(items) => items.iter().for_each(|item| gather(name, item, told)),
        Value::Object(fields) => {
            let problem = ["detail", "message", "title"].iter().find_map(|key| fields.get(*key));
            match problem {
                Some(text) => gather(name, text, told),
                None => fields.iter().for_each(|(name, value)| gather(name, value, told)),
            }
        }
        _ => {}
    }
}

/// Fills names in for those in braces (RFC 6570, level 1).
fn expand(template: &str, names: &[(&str, &str)]) -> String {
    names.iter().fold(template.to_owned(), |href, (name, value)| {
        href.replace(&format!("{{{name}}}"), &utf8_percent_encode(value, NAME).to_string())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resource(body: Value) -> Resource {
        Resource { address: "http://a/".to_owned(), body }
    }

    #[test]
    fn a_link_is_filled_in_with_names_as_segments() {
        let index = resource(json!({"_links": {
            "pb:pacticipant-branch": {"href": "http://a/pacticipants/{pacticipant}/branches/{branch}"},
            "pb:record-deployment": [{"name": "test", "href": "/1"}, {"name": "live", "href": "/2"}]}}));
        let names = [("pacticipant", "a b"), ("branch", "feat/x")];
        let link = index.link("pb:pacticipant-branch", &names).unwrap();
        assert_eq!(link, "http://a/pacticipants/a%20b/branches/feat%2Fx");
        assert_eq!(index.links("pb:record-deployment"), [("test", "/1"), ("live", "/2")]);
        assert!(index.links("pb:nothing").is_empty());
        let missing = index.link("pb:nothing", &[]).unwrap_err();
        assert!(missing.to_string().contains("pb:nothing"));
    }

    #[test]
    fn every_shape_of_an_error_is_read() {
        for (body, told) in [
            (json!({"error": "no"}), vec!["no"]),
            (json!({"errors": ["a", "b"]}), vec!["a", "b"]),
            (json!({"errors": {"name": ["is taken"]}}), vec!["name is taken"]),
            (json!({"error": {"message": "broke", "reference": "x"}}), vec!["broke"]),
            (json!({"errors": [{"title": "Validation", "detail": "is blank"}]}), vec!["is blank"]),
            (json!({"notices": [{"type": "error", "text": "conflict"}]}), vec!["conflict"]),
            (json!(7), vec![]),
        ] {
            assert_eq!(resource(body).errors(), told);
        }
    }
}
