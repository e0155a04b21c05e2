//! How the path of an expectation is compared with those of a document, where the document asks for
//! it to be done loosely.

use std::borrow::Cow;

/// What is overlooked in a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routing {
    /// What stands before every path of the document, such as `/api`.
    pub base_path: Option<String>,
    pub ignore_case: bool,
    pub ignore_trailing_slash: bool,
    pub ignore_duplicate_slashes: bool,
}

impl Routing {
    /// The paths to look for instead of `path`, the likeliest first.
    pub(crate) fn spellings<'p>(&self, path: &'p str) -> Vec<Cow<'p, str>> {
        let base = self.base_path.as_deref().map(|base| base.trim_end_matches('/'));
        let below = |base| path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let path = base.and_then(below).unwrap_or(path);
        let path = if self.ignore_duplicate_slashes { without_duplicates(path) } else { path.into() };
        let path = if path.starts_with('/') { path } else { format!("/{path}").into() };
        let mut spellings = vec![path.clone()];
        if self.ignore_trailing_slash && path.len() > 1 {
            let other = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
            spellings.push(other.into());
        }
        spellings
    }
}

fn without_duplicates(path: &str) -> Cow<'_, str> {
    if !path.contains("//") {
        return path.into();
    }
    let mut single = String::with_capacity(path.len());
    for character in path.chars() {
        if character != '/' || !single.ends_with('/') {
            single.push(character);
        }
    }
    single.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_spelt_as_the_routing_lets_it() {
        let plain = Routing::default();
        assert_eq!(plain.spellings("/a//b/"), ["/a//b/"]);
        assert_eq!(plain.spellings("a"), ["/a"]);
        let loose = Routing {
            base_path: Some("/api/".to_owned()),
            ignore_trailing_slash: true,
            ignore_duplicate_slashes: true,
            ..plain
        };
        assert_eq!(loose.spellings("/api//b//c"), ["/b/c", "/b/c/"]);
        assert_eq!(loose.spellings("/apis/b")[0], "/apis/b");
        assert_eq!(loose.spellings("/b/"), ["/b/", "/b"]);
        assert_eq!(loose.spellings("/"), ["/"]);
    }
}
