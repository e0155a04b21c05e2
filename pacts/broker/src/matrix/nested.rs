//! Query strings with lists of objects, `q[][a]=1&q[][b]=2`, by the rule of Ruby's Rack.

use url::form_urlencoded;

/// A query string, its names and values decoded.
pub(super) struct Nested {
    pairs: Vec<(String, String)>,
}

impl Nested {
    pub(super) fn parse(raw: &str) -> Self {
        Self { pairs: form_urlencoded::parse(raw.as_bytes()).into_owned().collect() }
    }

    /// The last value of a plain key counts; an empty one is none.
    pub(super) fn value(&self, key: &str) -> Option<&str> {
        let last = self.pairs.iter().rev().find(|(name, _)| name == key);
        last.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    pub(super) fn is_true(&self, key: &str) -> bool {
        self.value(key) == Some("true")
    }

    /// The values of `key[]` and of `key`, empty ones too.
    pub(super) fn values(&self, key: &str) -> impl Iterator<Item = &str> {
        let list = format!("{key}[]");
        self.pairs
            .iter()
            .filter(move |(name, _)| *name == list || name == key)
            .map(|(_, value)| value.as_str())
    }

    /// The objects of `list[][field]`, in order: a new one starts when its field repeats.
    pub(super) fn objects(&self, list: &str) -> Vec<Vec<(&str, &str)>> {
        let mut objects: Vec<Vec<(&str, &str)>> = Vec::new();
        let start = format!("{list}[][");
        for (name, value) in &self.pairs {
            let Some(field) = name.strip_prefix(&start).and_then(|rest| rest.strip_suffix(']')) else {
                continue;
            };
            match objects.last_mut() {
                Some(object) if object.iter().all(|(known, _)| *known != field) => {
                    object.push((field, value));
                }
                _ => objects.push(vec![(field, value)]),
            }
        }
        objects
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_starts_where_a_field_repeats() {
        let raw =
            "q[][pacticipant]=A&q[][version]=1&q%5B%5D%5Bpacticipant%5D=B+b&q[][latest]=true&q[][latest]=x";
        let nested = Nested::parse(raw);
        let expected = vec![
            vec![("pacticipant", "A"), ("version", "1")],
            vec![("pacticipant", "B b"), ("latest", "true")],
            vec![("latest", "x")],
        ];
        assert_eq!(nested.objects("q"), expected);
        assert!(nested.objects("ignore").is_empty());
    }

    #[test]
    fn an_empty_value_is_none_but_counts_in_a_list() {
        let nested = Nested::parse("tag=&success[]=&success[]=true&limit=1&limit=2");
        assert_eq!(nested.value("tag"), None);
        assert_eq!(nested.value("limit"), Some("2"));
        assert_eq!(nested.values("success").collect::<Vec<_>>(), ["", "true"]);
    }
}
