//! Providers as services: built, started, waited for, and gone afterwards, whatever happens to us.

pub mod guard;
mod output;
mod process;
mod ready;

use std::net::TcpListener;
use std::time::Duration;

use tempfile::TempDir;
use url::{ParseError, Url};

use crate::config::{Address, Filling, Launch, Provider, Site, Template, Unfillable};
use crate::secrets::Secrets;
use process::{Order, Process, ending};

pub use process::GUARD;

/// A provider that is ready to be asked.
pub struct Service {
    /// Where it listens.
    pub url: Url,
    /// Where its provider states are set up.
    pub states: Option<Url>,
    /// Added to every request.
    pub headers: Vec<(String, String)>,
    running: Option<Running>,
}

/// What we started; the process ends before its folder goes.
struct Running {
    process: Process,
    _folder: TempDir,
}

/// Why a provider is not ready. Each fits "failed to start …".
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error("{0}")]
    Unfillable(#[from] Unfillable),
    #[error("no port or temporary folder is to be had: {0}")]
    Surroundings(std::io::Error),
    #[error("`{command}` cannot be run: {source}")]
    Spawn { command: String, source: std::io::Error },
    #[error("`{command}` failed to build it: {ending}")]
    Build { command: String, ending: String, output: Vec<String> },
    #[error("`{command}` was to start it, but {ending} before it was ready")]
    Died { command: String, ending: String, output: Vec<String> },
    #[error("{missing} within {limit:?}")]
    NotReady { missing: String, limit: Duration, output: Vec<String> },
    #[error("{0:?} is no URL that can be asked: {1}")]
    Url(String, String),
    #[error("no HTTP client can be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// What is told while a provider is being made ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Building,
    Starting,
}

impl ServiceError {
    /// Dotted id for the report.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Build { .. } => "provider.not-built",
            Self::NotReady { .. } => "provider.not-ready",
            _ => "provider.not-started",
        }
    }

    /// The last lines that the provider printed.
    #[must_use]
    pub fn output(&self) -> &[String] {
        match self {
            Self::Build { output, .. } | Self::Died { output, .. } | Self::NotReady { output, .. } => output,
            _ => &[],
        }
    }

    /// The way out, where there is one to tell.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Died { .. } => Some("its last output tells why; the same command by hand should start it"),
            Self::NotReady { .. } => {
                Some("`ready`, `address` and `url` say where it is looked for, `ready_timeout` how long")
            }
            Self::Unfillable(Unfillable::Variable(_)) => {
                Some("set it, or take the placeholder out of countersign.toml")
            }
            _ => None,
        }
    }
}

impl Service {
    /// Makes `provider` ready, starting it where that is ours to do. What is secret about it is
    /// noted among `secrets`.
    pub async fn ready(
        provider: &Provider,
        secrets: &mut Secrets,
        stage: &(dyn Fn(Stage) + Sync),
    ) -> Result<Self, ServiceError> {
        let (url, running) = match &provider.site {
            Site::Running(url) => (parse(&fill(url, None, secrets)?)?, None),
            Site::Started(launch) => {
                let surroundings = Surroundings::new().map_err(ServiceError::Surroundings)?;
                let (url, running) = start(launch, provider, surroundings, secrets, stage).await?;
                (url, Some(running))
            }
        };
        let mut headers = Vec::with_capacity(provider.headers.len());
        for (name, value) in &provider.headers {
            headers.push((name.clone(), fill(value, None, secrets)?));
        }
        let states = provider.states.as_deref().map(|states| join(&url, states)).transpose()?;
        let service = Self { url, states, headers, running };
        service.answers(provider).await?;
        Ok(service)
    }

    /// How the process ended and what it printed last, if we started it and it is gone. Its answers
    /// may have stopped a moment before its end is known; `patience` is how long that is waited for.
    pub async fn died(&self, patience: Duration) -> Option<(String, Vec<String>)> {
        let process = &self.running.as_ref()?.process;
        let status = tokio::time::timeout(patience, process.wait()).await.ok()?;
        Some((ending(status), process.output().last_lines().await))
    }

    /// Ends what was started.
    pub async fn stop(self) {
        if let Some(Running { process, _folder }) = self.running {
            process.stop().await;
        }
    }

    async fn answers(&self, provider: &Provider) -> Result<(), ServiceError> {
        let question = provider.ready.as_deref().map(|ready| join(&self.url, ready)).transpose()?;
        if self.running.is_none() && question.is_none() {
            // It is not ours, and nothing says how to ask it: the replay will show.
            return Ok(());
        }
        let command = provider.command();
        let limit = provider.ready_timeout;
        let ready = tokio::time::timeout(limit, ready::wait(&self.url, question.as_ref()));
        let missing = || match &question {
            Some(question) => format!("no answer below status 500 came from {question}"),
            None => format!("no connection was taken at {}", self.url),
        };
        let Some(running) = &self.running else {
            let late = |_| ServiceError::NotReady { missing: missing(), limit, output: Vec::new() };
            return Ok(ready.await.map_err(late)??);
        };
        let output = running.process.output();
        tokio::select! {
            ready = ready => match ready {
                Ok(ready) => Ok(ready?),
                Err(_) => Err(ServiceError::NotReady { missing: missing(), limit, output: output.lines_so_far() }),
            },
            status = running.process.wait() => {
                Err(ServiceError::Died { command, ending: ending(status), output: output.last_lines().await })
            }
        }
    }
}

/// What a started provider is given.
struct Surroundings {
    port: u16,
    folder: TempDir,
}

impl Surroundings {
    fn new() -> std::io::Result<Self> {
        // The port is free now; the provider is told it and binds it a moment later.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        Ok(Self { port, folder: tempfile::Builder::new().prefix("countersign-").tempdir()? })
    }
}

async fn start(
    launch: &Launch,
    provider: &Provider,
    surroundings: Surroundings,
    secrets: &mut Secrets,
    stage: &(dyn Fn(Stage) + Sync),
) -> Result<(Url, Running), ServiceError> {
    let mut filled = |template: &Template| fill(template, Some(&surroundings), secrets);
    let env = launch
        .env
        .iter()
        .map(|(name, value)| Ok((name.clone(), filled(value)?)))
        .collect::<Result<Vec<_>, Unfillable>>()?;
    if let Some(build) = &launch.build {
        stage(Stage::Building);
        let argv = build.iter().map(&mut filled).collect::<Result<Vec<_>, _>>()?;
        run_to_end(&Order { argv: &argv, env: &env, folder: &launch.folder, address: None }, &source(build))
            .await?;
    }
    stage(Stage::Starting);
    let argv = launch.start.iter().map(&mut filled).collect::<Result<Vec<_>, _>>()?;
    let (pattern, url) = match &launch.address {
        Address::Printed(pattern) => (Some(pattern.clone()), None),
        Address::Url(url) => (None, Some(parse(&filled(url)?)?)),
    };
    let order = Order { argv: &argv, env: &env, folder: &launch.folder, address: pattern };
    let process = spawn(&order, &source(&launch.start))?;
    let url = match url {
        Some(url) => url,
        None => printed(&process, provider).await?,
    };
    Ok((url, Running { process, _folder: surroundings.folder }))
}

/// The URL that the provider prints.
async fn printed(process: &Process, provider: &Provider) -> Result<Url, ServiceError> {
    let limit = provider.ready_timeout;
    let output = process.output();
    match tokio::time::timeout(limit, output.address()).await {
        Ok(Some(url)) => parse(&url),
        Ok(None) => {
            // Its output has ended, and so will it.
            let ending = tokio::time::timeout(limit, process.wait())
                .await
                .map_or("it closed its output".to_owned(), ending);
            Err(ServiceError::Died { command: provider.command(), ending, output: output.last_lines().await })
        }
        Err(_) => {
            let missing = "it printed no line that `address` matches".to_owned();
            Err(ServiceError::NotReady { missing, limit, output: output.lines_so_far() })
        }
    }
}

async fn run_to_end(order: &Order<'_>, command: &str) -> Result<(), ServiceError> {
    let process = spawn(order, command)?;
    let status = process.wait().await;
    if status.success() {
        return Ok(());
    }
    let output = process.output().last_lines().await;
    Err(ServiceError::Build { command: command.to_owned(), ending: ending(status), output })
}

fn spawn(order: &Order<'_>, command: &str) -> Result<Process, ServiceError> {
    Process::spawn(order).map_err(|source| ServiceError::Spawn { command: command.to_owned(), source })
}

fn fill(
    template: &Template,
    surroundings: Option<&Surroundings>,
    secrets: &mut Secrets,
) -> Result<String, Unfillable> {
    let started = surroundings.map(|it| (it.port, it.folder.path()));
    let variable = |name: &str| std::env::var(name).ok();
    template.fill(&Filling { started, variable: &variable }, secrets)
}

impl Provider {
    /// Its start command as it is written, for messages: with placeholders, so without secrets.
    fn command(&self) -> String {
        match &self.site {
            Site::Started(launch) => source(&launch.start),
            Site::Running(url) => url.source().to_owned(),
        }
    }
}

fn source(argv: &[Template]) -> String {
    argv.iter().map(Template::source).collect::<Vec<_>>().join(" ")
}

fn parse(text: &str) -> Result<Url, ServiceError> {
    // What may be a password is not shown.
    let shown = text.rsplit_once('@').map_or(text.to_owned(), |(_, after)| format!("…@{after}"));
    let refused = |why: &str| ServiceError::Url(shown.clone(), why.to_owned());
    let no_scheme = "it has to begin with http:// or https://";
    let url = Url::parse(text).map_err(|error| match error {
        ParseError::RelativeUrlWithoutBase => refused(no_scheme),
        other => refused(&other.to_string()),
    })?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        Err(refused(no_scheme))
    } else if !url.username().is_empty() || url.password().is_some() {
        Err(refused("credentials in it would not be sent; give them as a header, Authorization: Basic …"))
    } else {
        Ok(url)
    }
}

fn join(url: &Url, path: &str) -> Result<Url, ServiceError> {
    let joined = url.join(path).map_err(|error| ServiceError::Url(path.to_owned(), error.to_string()))?;
    parse(joined.as_str())
}
