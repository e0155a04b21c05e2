//! Text with placeholders: `${port}`, `${tmp}`, `${env:NAME}` and `${service:NAME}`; `$$` is a dollar
//! sign. `${value:NAME}` is left to the replay, which knows what provider states have answered.

use std::ops::Range;
use std::path::Path;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::problem::Problem;
use super::service::ServiceName;
use crate::secrets::Secrets;

/// A text that becomes a value once port, folder, environment and services are known.
#[derive(Clone, Debug)]
pub struct Template {
    source: String,
    parts: Vec<Part>,
    /// Where it stands in the configuration.
    span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Port,
    Folder,
    Variable(String),
    Service(ServiceName),
    Value(String),
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error(
        "in {0:?}, a placeholder begins with ${{ and it has no closing brace; $$ stands for a dollar sign"
    )]
    Unclosed(String),
    #[error(
        "unknown placeholder ${{{0}}}; there are ${{port}}, ${{tmp}}, ${{env:NAME}}, ${{service:NAME}} and, for \
         messages, ${{value:NAME}}, and $$ stands for a dollar sign"
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
    #[error("${{service:{name}}} is not known: nothing is started for a provider that runs already")]
    Service { name: ServiceName, instead: Option<String> },
}

/// What placeholders stand for.
pub struct Filling<'a> {
    /// The free port chosen for what is started, and its private folder; `None` for what is not
    /// started here.
    pub started: Option<(u16, &'a Path)>,
    /// Looks the URL of a service up.
    pub service: &'a dyn Fn(&ServiceName) -> Result<String, Unfillable>,
    /// Looks an environment variable up.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
}

impl Template {
    /// A text that is taken as it is.
    #[must_use]
    pub fn literal(text: String) -> Self {
        Self { parts: vec![Part::Text(text.clone())], source: text, span: 0..0 }
    }

    /// What `source` is, written at `span`.
    pub fn parse(source: String, span: Range<usize>) -> Result<Self, Malformed> {
        let parts = parts(&source)?;
        Ok(Self { source, parts, span })
    }

    /// The template as it is written: fit to be shown, for it holds names of secrets, not secrets.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Where it stands in the configuration.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Whether `${port}` stands in it.
    #[must_use]
    pub fn asks_for_port(&self) -> bool {
        self.parts.contains(&Part::Port)
    }

    /// Whether an environment variable stands in it.
    #[must_use]
    pub fn asks_for_environment(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Variable(_)))
    }

    /// Whether it is one environment variable and nothing else.
    #[must_use]
    pub fn is_one_variable(&self) -> bool {
        matches!(&*self.parts, [Part::Variable(_)])
    }

    /// The services whose URLs stand in it.
    pub fn services(&self) -> impl Iterator<Item = &ServiceName> {
        self.parts.iter().filter_map(|part| match part {
            Part::Service(name) => Some(name),
            _ => None,
        })
    }

    /// Refuses `${value:NAME}`, which nobody fills in outside of messages.
    pub(super) fn without_values(&self) -> Result<(), Problem> {
        if !self.parts.iter().any(|part| matches!(part, Part::Value(_))) {
            return Ok(());
        }
        let message = format!("no value of a provider state is known in {:?}", self.source);
        let hint = "${value:NAME} stands in `websocket` and in [[provider.trigger]] alone";
        Err(Problem::new(self.span(), message, hint))
    }

    /// Refuses `$${value:NAME}` in a text that the replay fills in once more: it would take it for a
    /// placeholder.
    pub(super) fn with_values(&self) -> Result<(), Problem> {
        let taken = |part: &Part| matches!(part, Part::Text(text) if text.contains("${value:"));
        if !self.parts.iter().any(taken) {
            return Ok(());
        }
        let message = format!("{:?} would be taken for a value of a provider state", self.source);
        Err(Problem::new(self.span(), message, "a message cannot hold `${value:` as a text"))
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
                Part::Service(name) => value.push_str(&(filling.service)(name)?),
                Part::Value(name) => {
                    value.push_str("${value:");
                    value.push_str(name);
                    value.push('}');
                }
            }
        }
        Ok(value)
    }
}

/// With its place, so that what is wrong with it can be told later.
impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = Spanned::<String>::deserialize(deserializer)?;
        let span = source.span();
        Self::parse(source.into_inner(), span).map_err(D::Error::custom)
    }
}

fn parts(source: &str) -> Result<Vec<Part>, Malformed> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once('$') {
        text.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            text.push('$');
            rest = after;
        } else if let Some(after) = after.strip_prefix('{') {
            let (name, after) =
                after.split_once('}').ok_or_else(|| Malformed::Unclosed(source.to_owned()))?;
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
    Ok(parts)
}

fn placeholder(name: &str) -> Result<Part, Malformed> {
    let unknown = || Malformed::Unknown(name.to_owned());
    match name.split_once(':') {
        None if name == "port" => Ok(Part::Port),
        None if name == "tmp" => Ok(Part::Folder),
        Some(("env", variable)) if !variable.is_empty() => Ok(Part::Variable(variable.to_owned())),
        Some(("value", value)) if !value.is_empty() => Ok(Part::Value(value.to_owned())),
        Some(("service", service)) => {
            ServiceName::try_from(service.to_owned()).map(Part::Service).map_err(|_| unknown())
        }
        _ => Err(unknown()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(source: &str) -> Template {
        Template::parse(source.to_owned(), 0..0).unwrap()
    }

    fn nowhere(name: &ServiceName) -> Result<String, Unfillable> {
        Err(Unfillable::Service { name: name.clone(), instead: None })
    }

    fn fill(source: &str) -> Result<String, Unfillable> {
        let filling = Filling {
            started: Some((8080, Path::new("private"))),
            service: &|name| {
                if name.as_str() == "redis" { Ok("redis://a:1".to_owned()) } else { nowhere(name) }
            },
            variable: &|name| (name == "KEY").then(|| "hunter2".to_owned()),
        };
        template(source).fill(&filling, &mut Secrets::default())
    }

    #[test]
    fn fills_every_placeholder_in() {
        assert_eq!(fill("${tmp}/a-${port}.db").unwrap(), "private/a-8080.db");
        assert_eq!(fill("Bearer ${env:KEY}").unwrap(), "Bearer hunter2");
        assert_eq!(fill("${service:redis}/0").unwrap(), "redis://a:1/0");
        assert_eq!(fill("").unwrap(), "");
    }

    #[test]
    fn leaves_other_dollars_alone() {
        assert_eq!(fill("$HOME costs $$5, $${port}").unwrap(), "$HOME costs $5, ${port}");
        assert_eq!(fill("ends with $").unwrap(), "ends with $");
    }

    #[test]
    fn leaves_values_of_provider_states_to_the_replay() {
        assert_eq!(
            fill("/ws?token=${value:token}&port=${port}").unwrap(),
            "/ws?token=${value:token}&port=8080"
        );
        assert!(template("${value:token}").without_values().is_err());
        assert!(template("$${value:token}").without_values().is_ok());
        assert!(template("$${value:token}").with_values().is_err());
        assert!(template("$$ and ${value:token}").with_values().is_ok());
    }

    #[test]
    fn says_which_variable_or_service_is_missing() {
        assert_eq!(fill("${env:OTHER}"), Err(Unfillable::Variable("OTHER".to_owned())));
        assert!(matches!(fill("${service:other}"), Err(Unfillable::Service { .. })));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for source in ["${prot}", "${env:}", "${service:}", "${service:a b}", "${value:}", "${a:b}"] {
            let refused = Template::parse(source.to_owned(), 0..0).unwrap_err();
            assert!(matches!(refused, Malformed::Unknown(_)), "{source}");
        }
    }

    #[test]
    fn what_comes_from_the_environment_is_a_secret() {
        let mut secrets = Secrets::default();
        let filling = Filling { started: None, service: &nowhere, variable: &|_| Some("hunter2".to_owned()) };
        template("${env:KEY}").fill(&filling, &mut secrets).unwrap();
        assert_eq!(secrets.blot("it is hunter2"), "it is [secret]");
    }

    #[test]
    fn a_port_needs_a_start() {
        let filling = Filling { started: None, service: &nowhere, variable: &|_| None };
        let filled = template("http://127.0.0.1:${port}").fill(&filling, &mut Secrets::default());
        assert!(matches!(filled, Err(Unfillable::NotStarted(_))));
    }
}
