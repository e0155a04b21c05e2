//! Starting one process, and waiting until it is ready.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::address;
use super::error::StartError;
use super::output::Wanted;
use super::process::{Order, Process, Streams};
use super::ready::Sign;
use super::setting::Setting;
use crate::config::{Address, Launch, Readiness, Template};
use crate::secrets::Secrets;

/// What is being done to make something ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Building,
    Starting,
}

/// What to start, and in what surroundings.
pub(super) struct Start<'a> {
    pub launch: &'a Launch,
    pub readiness: &'a Readiness,
    pub setting: &'a Setting<'a>,
    /// Reads its URL.
    pub parse: fn(&str) -> Result<Url, StartError>,
}

/// What runs and is ready.
pub(super) struct Started {
    pub process: Process,
    pub url: Option<Listening>,
}

/// A URL, and how it was written.
#[derive(Clone, Debug)]
pub(super) struct Listening {
    pub url: Url,
    pub text: String,
}

impl Start<'_> {
    /// Builds it, starts it, and waits until it is ready.
    pub async fn carry_out(
        &self,
        secrets: &mut Secrets,
        stage: &(dyn Fn(Stage) + Sync),
    ) -> Result<Started, StartError> {
        let launch = self.launch;
        let mut env = Vec::with_capacity(launch.env.len());
        for (name, value) in &launch.env {
            env.push((name.clone(), self.setting.fill(value, secrets)?));
        }
        if let Some(build) = &launch.build {
            stage(Stage::Building);
            self.build(build, &env, secrets).await?;
        }
        stage(Stage::Starting);
        let told = match &launch.address {
            Some(Address::Url(url)) => Some(self.listening(self.setting.fill(url, secrets)?, secrets)?),
            Some(Address::Printed(_)) | None => None,
        };
        let address = match &launch.address {
            Some(Address::Printed(pattern)) => Some(pattern.clone()),
            Some(Address::Url(_)) | None => None,
        };
        let argv = self.argv(&launch.start, secrets)?;
        let wanted = Wanted { address, ready: self.readiness.line.clone() };
        let order =
            Order { argv: &argv, env: &env, folder: &launch.folder, wanted, streams: Streams::Caught };
        let process = spawn(&order, &source(&launch.start))?;
        let url = self.until_ready(&process, told, secrets).await?;
        Ok(Started { process, url })
    }

    async fn until_ready(
        &self,
        process: &Process,
        told: Option<Listening>,
        secrets: &mut Secrets,
    ) -> Result<Option<Listening>, StartError> {
        let wait = Wait::of(process, source(&self.launch.start), self.readiness.timeout);
        let output = process.output();
        let listening = if let Some(Address::Printed(_)) = self.launch.address {
            let missing = || "it printed no line that `address` matches".to_owned();
            Some(self.listening(wait.until(missing, output.address()).await?, secrets)?)
        } else {
            told
        };
        if self.readiness.line.is_some() {
            let missing = || "it printed no line that `ready_line` matches".to_owned();
            wait.until(missing, output.ready()).await?;
        }
        if let Some(sign) = self.sign(listening.as_ref(), secrets)? {
            wait.until(|| sign.missing(), sign.wait()).await??;
        }
        Ok(listening)
    }

    /// What shows that it is ready, beside the line that it prints.
    fn sign(&self, listening: Option<&Listening>, secrets: &mut Secrets) -> Result<Option<Sign>, StartError> {
        let url = listening.map(|it| &it.url);
        if let Some(question) = question(self.readiness, self.setting, url, secrets)? {
            return Ok(Some(question));
        }
        let Some(Listening { url, text }) = listening else { return Ok(None) };
        if url.port_or_known_default().is_some() {
            return Ok(Some(Sign::Connection(url.clone())));
        }
        if self.readiness.line.is_some() {
            return Ok(None);
        }
        Err(address::refused(text, "it names no port, at which a connection would show that it is ready"))
    }

    fn listening(&self, text: String, secrets: &mut Secrets) -> Result<Listening, StartError> {
        let url = (self.parse)(&text)?;
        address::note(&url, &text, secrets);
        Ok(Listening { url, text })
    }

    fn argv(&self, templates: &[Template], secrets: &mut Secrets) -> Result<Vec<String>, StartError> {
        templates.iter().map(|template| Ok(self.setting.fill(template, secrets)?)).collect()
    }

    async fn build(
        &self,
        build: &[Template],
        env: &[(String, String)],
        secrets: &mut Secrets,
    ) -> Result<(), StartError> {
        let argv = self.argv(build, secrets)?;
        let folder: &Path = &self.launch.folder;
        let command = source(build);
        let order = Order { argv: &argv, env, folder, wanted: Wanted::default(), streams: Streams::Caught };
        let process = spawn(&order, &command)?;
        let status = process.wait().await;
        if status.success() {
            return Ok(());
        }
        Err(StartError::Build { command, ending: process.ending(status).await })
    }
}

/// The question whose answer shows that something is ready, where one is configured.
pub(super) fn question(
    readiness: &Readiness,
    setting: &Setting<'_>,
    url: Option<&Url>,
    secrets: &mut Secrets,
) -> Result<Option<Sign>, StartError> {
    let Some(question) = &readiness.question else { return Ok(None) };
    let question = setting.fill(question, secrets)?;
    address::below(url, &question).map(|url| Some(Sign::Answer(url)))
}

/// A port that is free now; what is told it binds it a moment later.
pub(super) fn free_port() -> Result<u16, StartError> {
    let port = || Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port());
    port().map_err(StartError::Surroundings)
}

/// Waiting for something, but not for ever, and not past the end of the process it depends on.
pub(super) struct Wait<'a> {
    process: Option<(&'a Process, String)>,
    limit: Duration,
    deadline: Instant,
}

impl<'a> Wait<'a> {
    pub fn of(process: &'a Process, command: String, limit: Duration) -> Self {
        Self { process: Some((process, command)), ..Self::alone(limit) }
    }

    /// For something that was not started here.
    pub fn alone(limit: Duration) -> Self {
        Self { process: None, limit, deadline: Instant::now() + limit }
    }

    pub async fn until<T>(
        &self,
        missing: impl Fn() -> String,
        done: impl Future<Output = T>,
    ) -> Result<T, StartError> {
        let done = tokio::time::timeout_at(self.deadline, done);
        let late = |output| StartError::NotReady { missing: missing(), limit: self.limit, output };
        let Some((process, command)) = &self.process else {
            return done.await.map_err(|_| late(Vec::new()));
        };
        tokio::select! {
            biased;
            done = done => done.map_err(|_| late(process.output().lines_so_far())),
            status = process.wait() => {
                Err(StartError::Died { command: command.clone(), ending: process.ending(status).await })
            }
        }
    }
}

fn spawn(order: &Order<'_>, command: &str) -> Result<Process, StartError> {
    Process::spawn(order).map_err(|source| StartError::Spawn { command: command.to_owned(), source })
}

/// A command as it is written, for messages: with placeholders, so without secrets.
fn source(argv: &[Template]) -> String {
    argv.iter().map(Template::source).collect::<Vec<_>>().join(" ")
}
