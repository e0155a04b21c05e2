//! Text with placeholders: `${port}`, `${tmp}` and `${env:NAME}`; `$$` is a dollar sign.

use std::path::Path;

use serde::Deserialize;

use crate::secrets::Secrets;

/// A text that becomes a value once port, folder and environment are known.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template {
    source: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Port,
    Folder,
    Variable(String),
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error(
        "in {0:?}, a placeholder begins with ${{ and it has no closing brace; $$ stands for a dollar sign"
    )]
    Unclosed(String),
    #[error(
        "unknown placeholder ${{{0}}}; there are ${{port}}, ${{tmp}} and ${{env:NAME}}, and $$ stands for a dollar sign"
    )]
    Unknown(String),
}

/// Why a template cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfillable {
    #[error("the environment variable {0} is not set, and ${{env:{0}}} needs it")]
    Variable(String),
    #[error("{0:?} asks for a port or a temporary folder, which only a provider with `start` has")]
    NotStarted(String),
}

/// What placeholders stand for.
pub struct Filling<'a> {
    /// The free port chosen for the provider, and its private folder; `None` for one that is not
    /// started here.
    pub started: Option<(u16, &'a Path)>,
    /// Looks an environment variable up.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
}

impl Template {
    /// A text that is taken as it is.
    #[must_use]
    pub fn literal(text: String) -> Self {
        Self { parts: vec![Part::Text(text.clone())], source: text }
    }

    /// The template as it is written: fit to be shown, for it holds names of secrets, not secrets.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether `${port}` stands in it.
    #[must_use]
    pub fn asks_for_port(&self) -> bool {
        self.parts.contains(&Part::Port)
    }

    /// The value; what came from the environment is noted among `secrets`.
    pub fn fill(&self, filling: &Filling<'_>, secrets: &mut Secrets) -> Result<String, Unfillable> {
        let started = || filling.started.ok_or_else(|| Unfillable::NotStarted(self.source.clone()));
        let mut value = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => value.push_str(text),
                Part::Port => value.push_str(&started()?.0.to_string()),
                Part::Folder => value.push_str(&started()?.1.to_string_lossy()),
                Part::Variable(name) => {
                    let variable =
                        (filling.variable)(name).ok_or_else(|| Unfillable::Variable(name.clone()))?;
                    secrets.add(&variable);
                    value.push_str(&variable);
                }
            }
        }
        Ok(value)
    }
}

impl TryFrom<String> for Template {
    type Error = Malformed;

    fn try_from(source: String) -> Result<Self, Malformed> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = source.as_str();
        while let Some((before, after)) = rest.split_once('$') {
            text.push_str(before);
            if let Some(after) = after.strip_prefix('$') {
                text.push('$');
                rest = after;
            } else if let Some(after) = after.strip_prefix('{') {
                let (name, after) =
                    after.split_once('}').ok_or_else(|| Malformed::Unclosed(source.clone()))?;
                parts.push(Part::Text(std::mem::take(&mut text)));
                parts.push(placeholder(name)?);
                rest = after;
            } else {
                text.push('$');
                rest = after;
            }
        }
        text.push_str(rest);
        parts.push(Part::Text(text));
        parts.retain(|part| *part != Part::Text(String::new()));
        Ok(Self { source, parts })
    }
}

fn placeholder(name: &str) -> Result<Part, Malformed> {
    match name {
        "port" => Ok(Part::Port),
        "tmp" => Ok(Part::Folder),
        _ => match name.strip_prefix("env:") {
            Some(variable) if !variable.is_empty() => Ok(Part::Variable(variable.to_owned())),
            _ => Err(Malformed::Unknown(name.to_owned())),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(source: &str) -> Result<String, Unfillable> {
        let variable = |name: &str| (name == "KEY").then(|| "hunter2".to_owned());
        let filling = Filling { started: Some((8080, Path::new("private"))), variable: &variable };
        Template::try_from(source.to_owned()).unwrap().fill(&filling, &mut Secrets::default())
    }

    #[test]
    fn fills_every_placeholder_in() {
        assert_eq!(fill("${tmp}/a-${port}.db").unwrap(), "private/a-8080.db");
        assert_eq!(fill("Bearer ${env:KEY}").unwrap(), "Bearer hunter2");
        assert_eq!(fill("").unwrap(), "");
    }

    #[test]
    fn leaves_other_dollars_alone() {
        assert_eq!(fill("$HOME costs $$5, $${port}").unwrap(), "$HOME costs $5, ${port}");
        assert_eq!(fill("ends with $").unwrap(), "ends with $");
    }

    #[test]
    fn says_which_variable_is_missing() {
        assert_eq!(fill("${env:OTHER}"), Err(Unfillable::Variable("OTHER".to_owned())));
    }

    #[test]
    fn what_comes_from_the_environment_is_a_secret() {
        let mut secrets = Secrets::default();
        let filling = Filling { started: None, variable: &|_| Some("hunter2".to_owned()) };
        Template::try_from("${env:KEY}".to_owned()).unwrap().fill(&filling, &mut secrets).unwrap();
        assert_eq!(secrets.blot("it is hunter2"), "it is [secret]");
    }

    #[test]
    fn a_port_needs_a_start() {
        let filling = Filling { started: None, variable: &|_| None };
        let template = Template::try_from("http://127.0.0.1:${port}".to_owned()).unwrap();
        assert!(matches!(template.fill(&filling, &mut Secrets::default()), Err(Unfillable::NotStarted(_))));
    }
}
