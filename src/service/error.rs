//! Why something is not ready, as a value that knows whom it concerns and what may help.

use std::time::Duration;

use crate::config::{Service, ServiceName, Unfillable};

/// Who is being made ready, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Party {
    /// The provider itself.
    Provider,
    /// A service that it needs.
    Service {
        name: ServiceName,
        /// The variable that would name one that runs already.
        instead: Option<String>,
    },
}

/// The provider or a service of its is not ready. What it displays fits "failed to start …: ".
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct NotReady {
    pub party: Party,
    pub error: StartError,
}

/// Why something is not ready.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{0}")]
    Unfillable(#[from] Unfillable),
    #[error("no port or temporary folder is to be had: {0}")]
    Surroundings(std::io::Error),
    #[error("`{command}` cannot be run: {source}")]
    Spawn { command: String, source: std::io::Error },
    #[error("`{command}` failed to build it: {}", ending.text)]
    Build { command: String, ending: Ending },
    #[error("`{command}` was to start it, but {} before it was ready", ending.text)]
    Died { command: String, ending: Ending },
    #[error("{missing} within {limit:?}")]
    NotReady { missing: String, limit: Duration, output: Vec<String> },
    #[error("{0:?} is no URL that can be asked: {1}")]
    Url(String, String),
    #[error("no HTTP client can be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// How a process ended.
#[derive(Debug)]
pub struct Ending {
    /// In words, such as "it ended with exit status 3".
    pub text: String,
    /// Whether its program, or one that it runs, was not to be found.
    pub not_found: bool,
    /// The last lines that it printed.
    pub output: Vec<String>,
}

impl Party {
    /// It, as a service of a provider.
    #[must_use]
    pub fn service(service: &Service) -> Self {
        Self::Service { name: service.name.clone(), instead: service.instead.clone() }
    }

    /// Such as "redis for archivist".
    #[must_use]
    pub fn of(&self, provider: &str) -> String {
        match self {
            Self::Provider => provider.to_owned(),
            Self::Service { name, .. } => format!("{name} for {provider}"),
        }
    }

    /// Dotted id for the report, whose last part is `what`.
    #[must_use]
    pub fn id(&self, what: &str) -> String {
        match self {
            Self::Provider => format!("provider.{what}"),
            Self::Service { .. } => format!("service.{what}"),
        }
    }

    /// The way round whatever goes wrong with it.
    fn instead(&self) -> Option<String> {
        match self {
            Self::Service { instead: Some(variable), .. } => {
                Some(format!("set {variable} to the URL of one that runs already"))
            }
            Self::Service { .. } | Self::Provider => None,
        }
    }
}

impl NotReady {
    /// Dotted id for the report.
    #[must_use]
    pub fn id(&self) -> String {
        self.party.id(match &self.error {
            StartError::Build { .. } => "not-built",
            StartError::NotReady { .. } => "not-ready",
            _ => "not-started",
        })
    }

    /// The last lines that were printed.
    #[must_use]
    pub fn output(&self) -> &[String] {
        match &self.error {
            StartError::Build { ending, .. } | StartError::Died { ending, .. } => &ending.output,
            StartError::NotReady { output, .. } => output,
            _ => &[],
        }
    }

    /// The way out, where there is one to tell.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let instead = self.party.instead();
        let or_instead = |hint: &str| match &instead {
            Some(instead) => format!("{hint}, or {instead}"),
            None => hint.to_owned(),
        };
        match &self.error {
            StartError::Died { ending, .. } | StartError::Build { ending, .. } if ending.not_found => {
                Some(or_instead("a program was not found: install it"))
            }
            StartError::Died { .. } => {
                Some(or_instead("its last output tells why; the same command by hand should start it"))
            }
            StartError::NotReady { .. } => Some(
                "`ready`, `ready_line`, `address` and `url` say how it is known to be ready, `ready_timeout` how \
                 long that may take"
                    .to_owned(),
            ),
            StartError::Unfillable(error) => unfillable(error),
            _ => None,
        }
    }
}

fn unfillable(error: &Unfillable) -> Option<String> {
    match error {
        Unfillable::Variable(_) => Some("set it, or take the placeholder out of countersign.toml".to_owned()),
        Unfillable::Service { instead, .. } => {
            let flags = "give --redis or --states-url in place of what names the service";
            Some(match instead {
                Some(variable) => format!("set {variable} to its URL, or {flags}"),
                None => format!("{flags}, or name a variable with its URL as `instead` of the service"),
            })
        }
        Unfillable::NotStarted(_) => None,
    }
}
