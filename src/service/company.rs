//! Services, and providers as services, that run beside something else than a replay: beside tests, which
//! find them by their environment. What they say and when is kept, and which processes they are is told.

use std::time::{Duration, SystemTime};

use super::crew::{Crew, place};
use super::enter;
use super::error::{Ending, NotReady, Party, StartError};
use super::launch::Stage;
use super::setting::{Directory, Setting};
use crate::config::{Provider, Service, ServiceName, Site, Template};
use crate::secrets::Secrets;

/// What runs: it ends in the opposite order.
pub struct Company {
    crew: Crew,
    directory: Directory,
    /// Of what was started, in that order.
    names: Vec<String>,
}

/// Who is not ready, and why.
#[derive(Debug, thiserror::Error)]
#[error("failed to start {who}: {cause}")]
pub struct Unready {
    pub who: String,
    pub cause: NotReady,
}

/// Something that was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    pub name: String,
    /// The number of the process whose descendants it is.
    pub pid: u32,
}

/// What a service said in some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub name: String,
    pub lines: Vec<String>,
}

/// Something that ended by itself, and how.
#[derive(Debug)]
pub struct Died {
    pub name: String,
    pub ending: Ending,
}

impl Company {
    /// Starts `services` and then `providers`, each after those that it needs, and waits for them.
    pub async fn ready(
        services: &[Service],
        providers: &[Provider],
        secrets: &mut Secrets,
        tell: &(dyn Fn(&str, Stage) + Sync),
    ) -> Result<Self, Unready> {
        let crew = Crew::new(true).map_err(|error| Unready {
            who: "anything".to_owned(),
            cause: NotReady { party: Party::Provider, error },
        })?;
        let mut company = Self { crew, directory: Directory::of(services), names: Vec::new() };
        for service in services {
            let name = service.name.as_str();
            let stage = |_: Option<&ServiceName>, stage| tell(name, stage);
            let entered = enter(service, &mut company.crew, &mut company.directory, secrets, &stage).await;
            entered.map_err(|cause| Unready { who: name.to_owned(), cause })?;
            company.note(name);
        }
        for provider in providers {
            company.start(provider, secrets, tell).await?;
        }
        Ok(company)
    }

    async fn start(
        &mut self,
        provider: &Provider,
        secrets: &mut Secrets,
        tell: &(dyn Fn(&str, Stage) + Sync),
    ) -> Result<(), Unready> {
        let name = provider.name.as_str();
        let stage = |_: Option<&ServiceName>, stage| tell(name, stage);
        // How its states and messages are reached is of no interest here.
        let bare = match &provider.site {
            Site::Started(_) => Provider {
                site: provider.site.clone(),
                readiness: provider.readiness.clone(),
                ..Provider::running(provider.name.clone(), None)
            },
            Site::Running(url) => Provider {
                readiness: provider.readiness.clone(),
                ..Provider::running(provider.name.clone(), url.clone())
            },
        };
        let target = self.crew.start_provider(&bare, &self.directory, secrets, &stage).await;
        let target = target.map_err(|error| Unready {
            who: name.to_owned(),
            cause: NotReady { party: Party::Provider, error },
        })?;
        if let (Some(url), Ok(service)) = (&target.url, ServiceName::try_from(name.to_owned())) {
            self.directory.enter(&service, url.as_str());
        }
        self.note(name);
        Ok(())
    }

    /// Notes the name of what was started last, if anything was.
    fn note(&mut self, name: &str) {
        if self.crew.processes().count() > self.names.len() {
            self.names.push(name.to_owned());
        }
    }

    /// What `template` is here.
    pub fn fill(&self, template: &Template, secrets: &mut Secrets) -> Result<String, StartError> {
        let setting = Setting { started: place(self.crew.folder())?, directory: &self.directory };
        Ok(setting.fill(template, secrets)?)
    }

    /// What was started here: what ran already is not ours to watch.
    #[must_use]
    pub fn watched(&self) -> Vec<Watched> {
        let processes = self.crew.processes().zip(&self.names);
        processes.map(|(process, name)| Watched { name: name.clone(), pid: process.pid() }).collect()
    }

    /// What each said in that time, `count` lines at most, as far as it is kept.
    #[must_use]
    pub fn said(&self, from: SystemTime, to: SystemTime, count: usize) -> Vec<Said> {
        let processes = self.crew.processes().zip(&self.names);
        let said = processes.map(|(process, name)| Said {
            name: name.clone(),
            lines: process.output().between(from, to, count),
        });
        said.filter(|it| !it.lines.is_empty()).collect()
    }

    /// Who has ended by itself, and how.
    pub async fn died(&self) -> Vec<Died> {
        let mut died = Vec::new();
        for (process, name) in self.crew.processes().zip(&self.names) {
            if let Ok(status) = tokio::time::timeout(Duration::ZERO, process.wait()).await {
                died.push(Died { name: name.clone(), ending: process.ending(status).await });
            }
        }
        died
    }

    /// Ends everything that was started.
    pub async fn stop(self) {
        self.crew.stop().await;
    }
}
