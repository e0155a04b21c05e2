//! Providers and the services that they need, as processes: built, started, waited for, and gone
//! afterwards, whatever happens to us.

mod address;
mod company;
mod crew;
mod error;
pub mod guard;
mod launch;
mod messages;
pub(crate) mod output;
pub(crate) mod process;
mod ready;
mod setting;

use std::time::Duration;

use countersign_verify::Target;

use crate::config::{Provider, Service, ServiceName, Site};
use crate::secrets::Secrets;
use crew::{Crew, elsewhere};
use setting::Directory;

pub use company::{Company, Died, Said, Unready, Watched};
pub use error::{Ending, NotReady, Party, StartError};
pub use launch::Stage;
pub use process::GUARD;
pub use setting::instead;

/// A provider that is ready to be asked, with the services that it needs.
pub struct Running {
    pub target: Target,
    crew: Crew,
}

/// Told while a provider is being made ready: of which service, or of itself, and what is being done.
pub type Tell<'a> = &'a (dyn Fn(Option<&ServiceName>, Stage) + Sync);

impl Running {
    /// Makes `provider` ready, starting it and the `services` that it needs where that is ours to do.
    /// They are in the order in which they are started. What is secret is noted among `secrets`.
    pub async fn ready(
        provider: &Provider,
        services: &[Service],
        secrets: &mut Secrets,
        tell: Tell<'_>,
    ) -> Result<Self, NotReady> {
        let of_provider = |error| NotReady { party: Party::Provider, error };
        let ours = matches!(provider.site, Site::Started(_));
        let mut crew = Crew::new(ours).map_err(of_provider)?;
        let mut directory = Directory::of(services);
        for service in services {
            // What a provider that runs already needs, it has. Whoever asks for it hears what is missing.
            if ours || instead(service).is_some() {
                enter(service, &mut crew, &mut directory, secrets, tell).await?;
            }
        }
        let target = crew.start_provider(provider, &directory, secrets, tell).await.map_err(of_provider)?;
        Ok(Self { target, crew })
    }

    /// What of it has ended by itself. Answers may have stopped a moment before an end is known;
    /// `patience` is how long that is waited for.
    pub async fn died(&self, patience: Duration) -> Vec<(Party, Ending)> {
        self.crew.died(patience).await
    }

    /// Ends what was started: the provider first, then what it needs.
    pub async fn stop(self) {
        self.crew.stop().await;
    }
}

/// Makes `service` ready, where nobody runs it already, and notes where it is.
async fn enter(
    service: &Service,
    crew: &mut Crew,
    directory: &mut Directory,
    secrets: &mut Secrets,
    tell: Tell<'_>,
) -> Result<(), NotReady> {
    let url = match instead(service) {
        Some(url) => elsewhere(service, url, directory, secrets).await,
        None => crew.start_service(service, directory, secrets, tell).await,
    };
    let url = url.map_err(|error| NotReady { party: Party::service(service), error })?;
    directory.enter(&service.name, &url);
    Ok(())
}
