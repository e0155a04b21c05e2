//! The station's Cablecast server, as the service uses it: how it is reached, and in how much time.

mod failure;
pub mod link;
#[cfg(any(test, feature = "provider-states"))]
mod outage;
pub mod publish;
mod settings;
pub mod suggest;

use std::time::Duration;

use archivist_cablecast::{Cablecast, Credentials, Error, Limits, Retry, Show, ShowFilter};

pub use settings::StationSettings;

use crate::error::ApiError;
#[cfg(any(test, feature = "provider-states"))]
use crate::station::outage::Outage;

/// A request is not kept waiting longer for the station: its own deadline is later.
pub const BUDGET: Duration = Duration::from_secs(20);
/// The health is asked for by whoever watches, and often.
const GREETING: Duration = Duration::from_millis(1500);

/// A station that is published to. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Station {
    /// Its answers may be minutes old.
    reads: Cablecast,
    /// What is, at this moment.
    exact: Cablecast,
    /// For segments of files, which take longer.
    transfers: Cablecast,
    greetings: Cablecast,
    settings: StationSettings,
    #[cfg(any(test, feature = "provider-states"))]
    outage: Outage,
}

impl Station {
    pub fn new(settings: StationSettings) -> Result<Self, Error> {
        let retry =
            Retry { attempts: 2, first_wait: settings.second_try, longest_wait: Duration::from_secs(2) };
        let limits = |answer: Duration, retry: Retry| {
            let connect = answer.min(Duration::from_secs(3));
            Limits { connect, answer, retry, ..Limits::default() }
        };
        let client = |limits: Limits| {
            let credentials = Credentials::new(&*settings.username, settings.password());
            Cablecast::new(&settings.url, credentials, limits)
        };
        let reads = client(limits(settings.answer, retry))?;
        Ok(Self {
            exact: reads.uncached(),
            reads,
            transfers: client(limits(settings.transfer, retry))?.uncached(),
            greetings: client(limits(GREETING, Retry { attempts: 1, ..retry }))?,
            #[cfg(any(test, feature = "provider-states"))]
            outage: Outage::new(limits(settings.answer, retry))?,
            settings,
        })
    }

    #[cfg_attr(
        not(any(test, feature = "provider-states")),
        expect(clippy::unused_self, reason = "only a replay takes the station away")
    )]
    fn reach<'a>(&'a self, client: &'a Cablecast) -> &'a Cablecast {
        #[cfg(any(test, feature = "provider-states"))]
        if let Some(nowhere) = self.outage.instead() {
            return nowhere;
        }
        client
    }

    pub(crate) fn exact(&self) -> &Cablecast {
        self.reach(&self.exact)
    }

    fn transfers(&self) -> &Cablecast {
        self.reach(&self.transfers)
    }

    #[cfg(any(test, feature = "provider-states"))]
    pub(crate) const fn outage(&self) -> &Outage {
        &self.outage
    }

    /// Asks for something that only somebody with credentials gets.
    pub async fn greet(&self) -> Result<(), ApiError> {
        self.reach(&self.greetings).locations().await?;
        Ok(())
    }

    /// The shows with these words in the title, newest first; all of them where there are no words.
    pub async fn shows(&self, search: Option<String>) -> Result<Vec<Show>, ApiError> {
        let filter = ShowFilter { search, location: self.settings.location(), ..ShowFilter::default() };
        within(self.reach(&self.reads).shows(&filter)).await
    }

    /// A show as it is at this moment; nothing where the station has none of this id.
    pub async fn show(&self, id: i32) -> Result<Option<Show>, ApiError> {
        let looking = async {
            match self.exact().show(archivist_cablecast::ShowId(id)).await {
                Ok(show) => Ok(Some(show)),
                Err(Error::NotFound) => Ok(None),
                Err(error) => Err(error),
            }
        };
        within(looking).await
    }
}

/// A list may come in many pages, each of them in time.
async fn within<T>(call: impl Future<Output = Result<T, Error>>) -> Result<T, ApiError> {
    match tokio::time::timeout(BUDGET, call).await {
        Ok(outcome) => Ok(outcome?),
        Err(_elapsed) => Err(ApiError::StationLost),
    }
}
