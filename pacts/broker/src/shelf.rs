//! The model in memory and the log on disk, kept as one.
//!
//! Who reads sees everything that any instance has acknowledged; who writes decides on exactly the model
//! that the write will follow. What is not committed was never seen by anybody. Those who wait to write
//! share one transaction, for to reach the disk takes longer than everything else.

mod batch;
mod known;

use std::path::Path;
use std::sync::Arc;

use tokio::sync::futures::Notified;
use tokio::sync::{Mutex, Notify, RwLock};

use crate::draft::{Draft, Refusal};
use crate::store::{Entry, Location, PAGE, Store, StoreError};
use crate::{Key, Model};

use batch::{Batch, Outcome};
use known::Known;

#[derive(Debug)]
pub struct Shelf(Arc<Core>);

#[derive(Debug)]
struct Core {
    store: Store,
    known: Arc<RwLock<Known>>,
    /// What is decided and not committed yet. One writer at a time decides, in the order of their coming;
    /// between instances the database sees to it.
    batch: Mutex<Option<Batch>>,
    /// Told when a call of a webhook may be due.
    calls: Notify,
}

/// Why a write was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl Shelf {
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        let store = Store::open(location).await?;
        let core = Core { store, known: Arc::default(), batch: Mutex::default(), calls: Notify::new() };
        core.refresh().await?;
        Ok(Self(core.into()))
    }

    /// Asks the model, as it is after everything that was acknowledged anywhere.
    pub async fn read<T>(&self, ask: impl FnOnce(&Model) -> T) -> Result<T, StoreError> {
        self.0.refresh().await?;
        Ok(ask(&self.0.known.read().await.model))
    }

    /// Decides on the model and writes what was decided. `decide` puts events into the draft; nothing of
    /// it stands where it refuses. Who stops waiting for the answer may have written all the same.
    pub async fn write<T>(
        &self,
        actor: &str,
        decide: impl FnOnce(&mut Draft<'_>) -> Result<T, Refusal>,
    ) -> Result<T, ShelfError> {
        let (answer, mut outcome) = {
            let mut turn = self.0.batch.lock().await;
            let batch = match &mut *turn {
                Some(open) => open,
                closed => {
                    let opened = Batch::open(&self.0.store, Arc::clone(&self.0.known)).await?;
                    tokio::spawn(commit(Arc::clone(&self.0)));
                    closed.insert(opened)
                }
            };
            batch.catch_up().await?;
            (batch.decide(actor, decide).await?, batch.outcome())
        };
        // A refusal too may follow from what others of the batch decided, so it waits for them.
        committed(&mut outcome).await?;
        Ok(answer?)
    }

    pub async fn text(&self, key: &Key) -> Result<String, StoreError> {
        let text = self.0.store.text(key).await?;
        text.ok_or_else(|| StoreError::Broken(format!("the text {key} is not there")))
    }

    /// Completes when something was written after the call, whenever it is awaited.
    pub fn written(&self) -> Notified<'_> {
        self.0.calls.notified()
    }

    /// The log from after `seq` on, at most `limit` entries, with who did it.
    pub async fn audit(&self, after: i64, limit: u32) -> Result<Vec<Entry>, StoreError> {
        self.0.store.audit(after, limit).await
    }

    /// Writes everything that is acknowledged into a new file, while others read and write.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        self.0.store.backup(file).await
    }

    /// Forgets everything.
    #[cfg(feature = "provider-states")]
    pub async fn empty(&self) -> Result<(), StoreError> {
        let _turn = self.0.batch.lock().await;
        self.0.store.empty().await?;
        *self.0.known.write().await = Known::default();
        Ok(())
    }

    pub async fn close(&self) {
        self.0.store.close().await;
    }
}

impl Core {
    async fn refresh(&self) -> Result<(), StoreError> {
        loop {
            let seq = self.known.read().await.seq;
            let news = self.store.since(seq).await?;
            if news.is_empty() {
                return Ok(());
            }
            let whole = news.len() < PAGE;
            self.known.write().await.learn(news)?;
            if whole {
                return Ok(());
            }
        }
    }
}

/// Takes its turn after everybody who waits by now, and ends the batch that they decided in.
async fn commit(core: Arc<Core>) {
    let mut turn = core.batch.lock().await;
    let Some(batch) = turn.take() else { return };
    let written = batch.commit().await;
    drop(turn);
    if written {
        core.calls.notify_waiters();
    }
}

async fn committed(outcome: &mut Outcome) -> Result<(), StoreError> {
    let told = outcome.wait_for(Option::is_some).await;
    // Nobody tells where the process ends first.
    told.map_or_else(|_| Err(StoreError::ended()), |told| told.clone().unwrap_or(Ok(())))
}
