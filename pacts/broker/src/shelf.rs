//! The model in memory and the log on disk, kept as one.
//!
//! Who reads sees everything that any instance has acknowledged; who writes decides on exactly the model
//! that the write will follow. What is not committed was never seen by anybody.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::futures::Notified;
use tokio::sync::{Mutex, Notify};

use crate::Model;
use crate::draft::{Draft, Refusal};
use crate::event::Happening;
use crate::store::{Entry, Location, Store, StoreError};

#[derive(Debug)]
pub struct Shelf {
    store: Store,
    known: RwLock<Known>,
    /// One writer at a time here; between instances the database sees to it.
    writing: Mutex<()>,
    /// Told when a call of a webhook may be due.
    calls: Notify,
}

#[derive(Debug, Default)]
struct Known {
    model: Model,
    seq: i64,
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
        let shelf = Self { store, known: RwLock::default(), writing: Mutex::default(), calls: Notify::new() };
        shelf.refresh().await?;
        Ok(shelf)
    }

    /// Asks the model, as it is after everything that was acknowledged anywhere.
    pub async fn read<T>(&self, ask: impl FnOnce(&Model) -> T) -> Result<T, StoreError> {
        self.refresh().await?;
        Ok(ask(&self.known().model))
    }

    /// Decides on the model and writes what was decided. `decide` puts events into the draft; nothing of
    /// it stands where it refuses.
    pub async fn write<T>(
        &self,
        actor: &str,
        decide: impl FnOnce(&mut Draft<'_>) -> Result<T, Refusal>,
    ) -> Result<T, ShelfError> {
        let turn = self.writing.lock().await;
        let mut writing = self.store.begin().await?;
        let seq = self.known().seq;
        self.learn(writing.since(seq).await?)?;
        let (answer, (events, texts), seq) = {
            let known = self.known();
            let mut draft = Draft::new(&known.model);
            let answer = decide(&mut draft)?;
            (answer, draft.finish(), known.seq)
        };
        if events.is_empty() {
            return Ok(answer);
        }
        for text in &texts {
            writing.keep(text).await?;
        }
        let numbered: Vec<(i64, Happening)> = (seq + 1..).zip(events).collect();
        for (seq, happening) in &numbered {
            writing.append(*seq, actor, happening).await?;
        }
        writing.commit().await?;
        self.learn(numbered)?;
        drop(turn);
        self.calls.notify_waiters();
        Ok(answer)
    }

    pub async fn text(&self, key: &str) -> Result<String, StoreError> {
        let text = self.store.text(key).await?;
        text.ok_or_else(|| StoreError::Broken(format!("the text {key} is not there")))
    }

    /// Completes when something was written after the call, whenever it is awaited.
    pub fn written(&self) -> Notified<'_> {
        self.calls.notified()
    }

    /// The log from after `seq` on, at most `limit` entries, with who did it.
    pub async fn audit(&self, after: i64, limit: u32) -> Result<Vec<Entry>, StoreError> {
        self.store.audit(after, limit).await
    }

    /// Forgets everything.
    #[cfg(feature = "provider-states")]
    pub async fn empty(&self) -> Result<(), StoreError> {
        let _turn = self.writing.lock().await;
        self.store.empty().await?;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Known::default();
        Ok(())
    }

    pub async fn close(&self) {
        self.store.close().await;
    }

    async fn refresh(&self) -> Result<(), StoreError> {
        let seq = self.known().seq;
        let news = self.store.since(seq).await?;
        self.learn(news)
    }

    /// Two who refresh at once may both bring the same news: what is known already is passed over.
    fn learn(&self, news: Vec<(i64, Happening)>) -> Result<(), StoreError> {
        if news.is_empty() {
            return Ok(());
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for (seq, happening) in news {
            if seq > known.seq {
                known.model.apply(happening).map_err(|error| StoreError::Broken(error.to_string()))?;
                known.seq = seq;
            }
        }
        Ok(())
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }
}
