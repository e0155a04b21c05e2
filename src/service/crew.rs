//! Everything that is started for one provider: it ends in the opposite order, and its folder goes last.

use std::path::Path;
use std::time::Duration;

use countersign_verify::Target;
use futures::future::join_all;
use tempfile::TempDir;
use url::Url;

use super::error::{Ending, Party, StartError};
use super::launch::{self, Start, Started, Wait};
use super::messages::Scribe;
use super::process::Process;
use super::ready::Sign;
use super::setting::{Directory, Setting};
use super::{Tell, address};
use crate::config::{Provider, Service, Site};
use crate::secrets::Secrets;

/// What was started, in that order.
pub(super) struct Crew {
    members: Vec<(Party, Process)>,
    /// Shared by the provider and its services.
    folder: Option<TempDir>,
}

impl Crew {
    /// Nobody yet; with a private folder if something is to be `started`.
    pub fn new(started: bool) -> Result<Self, StartError> {
        let folder = || tempfile::Builder::new().prefix("countersign-").tempdir();
        let folder = started.then(folder).transpose().map_err(StartError::Surroundings)?;
        Ok(Self { members: Vec::new(), folder })
    }

    /// Starts a service and waits until it is ready; its URL.
    pub async fn start_service(
        &mut self,
        service: &Service,
        directory: &Directory,
        secrets: &mut Secrets,
        tell: Tell<'_>,
    ) -> Result<String, StartError> {
        let setting = Setting { started: place(self.folder())?, directory };
        let (launch, readiness) = (&service.launch, &service.readiness);
        let start = Start { launch, readiness, setting: &setting, parse: address::any };
        let stage = |stage| tell(Some(&service.name), stage);
        let Started { process, url } = start.carry_out(secrets, &stage).await?;
        self.members.push((Party::service(service), process));
        let nowhere = || address::refused("", "the service has none");
        Ok(url.ok_or_else(nowhere)?.text)
    }

    /// Starts the provider where that is ours to do, and waits until it is ready.
    pub async fn start_provider(
        &mut self,
        provider: &Provider,
        directory: &Directory,
        secrets: &mut Secrets,
        tell: Tell<'_>,
    ) -> Result<Target, StartError> {
        let setting = Setting { started: place(self.folder.as_ref().map(TempDir::path))?, directory };
        let readiness = &provider.readiness;
        let url = match &provider.site {
            Site::Started(launch) => {
                let stage = |stage| tell(None, stage);
                let start = Start { launch, readiness, setting: &setting, parse: address::http };
                let Started { process, url } = start.carry_out(secrets, &stage).await?;
                self.members.push((Party::Provider, process));
                url.map(|listening| listening.url)
            }
            Site::Running(url) => {
                let url = url.as_ref().map(|url| address::http(&setting.fill(url, secrets)?)).transpose()?;
                // Where nothing says how to ask it, the replay will show.
                if let Some(sign) = launch::question(readiness, &setting, url.as_ref(), secrets)? {
                    Wait::alone(readiness.timeout).until(|| sign.missing(), sign.wait()).await??;
                }
                url
            }
        };
        target(provider, url, &mut Scribe { setting: &setting, secrets })
    }

    /// What was started, in that order.
    pub fn processes(&self) -> impl Iterator<Item = &Process> {
        self.members.iter().map(|(_, process)| process)
    }

    /// Where what is started keeps its files.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(TempDir::path)
    }

    /// Who has ended by itself, and how.
    pub async fn died(&self, patience: Duration) -> Vec<(Party, Ending)> {
        let ended = self.members.iter().map(|(party, process)| async move {
            let status = tokio::time::timeout(patience, process.wait()).await.ok()?;
            Some((party.clone(), process.ending(status).await))
        });
        join_all(ended).await.into_iter().flatten().collect()
    }

    /// Ends everybody, the last one first.
    pub async fn stop(mut self) {
        while let Some((_, process)) = self.members.pop() {
            process.stop().await;
        }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        while let Some((_, process)) = self.members.pop() {
            drop(process);
        }
    }
}

/// A port of its own and the folder of all.
pub(super) fn place(folder: Option<&Path>) -> Result<Option<(u16, &Path)>, StartError> {
    folder.map(|folder| Ok((launch::free_port()?, folder))).transpose()
}

/// A service that runs already at `text`, once it is ready; its URL.
pub(super) async fn elsewhere(
    service: &Service,
    text: String,
    directory: &Directory,
    secrets: &mut Secrets,
) -> Result<String, StartError> {
    let url = address::any(&text)?;
    address::note(&url, &text, secrets);
    let setting = Setting { started: None, directory };
    let readiness = &service.readiness;
    let connection = || url.port_or_known_default().map(|_| Sign::Connection(url.clone()));
    let question = launch::question(readiness, &setting, Some(&url), secrets)?;
    if let Some(sign) = question.or_else(connection) {
        Wait::alone(readiness.timeout).until(|| sign.missing(), sign.wait()).await??;
    }
    Ok(text)
}

fn target(provider: &Provider, url: Option<Url>, scribe: &mut Scribe<'_>) -> Result<Target, StartError> {
    let states = match &provider.states {
        Some(states) => Some(address::below(url.as_ref(), &scribe.text(states)?)?),
        None => None,
    };
    Ok(Target {
        states,
        headers: scribe.headers(&provider.headers)?,
        celery: scribe.celery(&provider.messages)?,
        websocket: scribe.websocket(&provider.messages)?,
        triggers: scribe.triggers(&provider.messages)?,
        url,
    })
}
