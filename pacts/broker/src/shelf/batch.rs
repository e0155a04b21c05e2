//! Several writes in one transaction.
//!
//! Each is decided on the model with everything that was decided before it, so the model is ahead of the
//! log for as long as the batch takes; nobody may read it then. The last write of a batch, and so one
//! that is alone, is only applied once it is committed, and keeps no reader waiting.

use std::sync::Arc;

use tokio::sync::{OwnedRwLockWriteGuard, RwLock, watch};

use super::known::Known;
use crate::Model;
use crate::draft::{Draft, Refusal, Text};
use crate::event::Happening;
use crate::store::{Line, Store, StoreError, Writing};

/// `None` until the batch is committed, or is not.
pub type Outcome = watch::Receiver<Option<Result<(), StoreError>>>;

#[derive(Debug)]
pub struct Batch {
    writing: Option<Writing>,
    known: Arc<RwLock<Known>>,
    /// Held while the model is ahead of the log.
    ahead: Option<OwnedRwLockWriteGuard<Known>>,
    /// The number of the last event that was decided.
    seq: i64,
    /// What was decided last, and is not applied.
    last: Vec<(i64, Happening)>,
    lines: Vec<Line>,
    texts: Vec<Text>,
    told: watch::Sender<Option<Result<(), StoreError>>>,
}

impl Batch {
    /// Begins the transaction, and learns what other instances wrote meanwhile.
    pub async fn open(store: &Store, known: Arc<RwLock<Known>>) -> Result<Self, StoreError> {
        let mut writing = store.begin().await?;
        let seq = loop {
            let seq = known.read().await.seq;
            let news = writing.since(seq).await?;
            if news.is_empty() {
                break seq;
            }
            known.write().await.learn(news)?;
        };
        Ok(Self {
            writing: Some(writing),
            known,
            ahead: None,
            seq,
            last: Vec::new(),
            lines: Vec::new(),
            texts: Vec::new(),
            told: watch::Sender::new(None),
        })
    }

    pub fn outcome(&self) -> Outcome {
        self.told.subscribe()
    }

    /// Applies what was decided before, for the one who decides next.
    pub async fn catch_up(&mut self) -> Result<(), StoreError> {
        if self.last.is_empty() {
            return Ok(());
        }
        if self.ahead.is_none() {
            self.ahead = Some(Arc::clone(&self.known).write_owned().await);
        }
        let known = self.ahead.as_mut().expect("it was just taken");
        let learned = known.learn(std::mem::take(&mut self.last));
        if let Err(error) = &learned {
            // Nobody may build on a model that is half ahead.
            self.told.send_replace(Some(Err(error.clone())));
        }
        learned
    }

    /// Lets one decide. What it refuses leaves no trace.
    pub async fn decide<T>(
        &mut self,
        actor: &str,
        decide: impl FnOnce(&mut Draft<'_>) -> Result<T, Refusal>,
    ) -> Result<Result<T, Refusal>, StoreError> {
        let (answer, (events, texts)) = match &self.ahead {
            Some(ahead) => drafted(&ahead.model, decide),
            None => drafted(&self.known.read().await.model, decide),
        };
        let numbered: Vec<(i64, Happening)> = (self.seq + 1..).zip(events).collect();
        let lines: Result<Vec<_>, _> =
            numbered.iter().map(|(seq, happening)| Line::new(*seq, actor, happening)).collect();
        self.lines.extend(lines?);
        self.texts.extend(texts);
        self.seq = numbered.last().map_or(self.seq, |(seq, _)| *seq);
        self.last = numbered;
        Ok(answer)
    }

    /// Whether something was written. Everybody of the batch is told how it went.
    pub async fn commit(mut self) -> bool {
        if self.told.borrow().is_some() {
            return false;
        }
        let outcome = self.carry_out().await;
        let written = outcome.is_ok() && !self.lines.is_empty();
        self.told.send_replace(Some(outcome));
        written
    }

    async fn carry_out(&mut self) -> Result<(), StoreError> {
        if let Some(mut writing) = self.writing.take() {
            writing.keep(&self.texts).await?;
            writing.append(&self.lines).await?;
            writing.commit().await?;
        }
        let last = std::mem::take(&mut self.last);
        match self.ahead.take() {
            Some(mut known) => known.learn(last),
            None => self.known.write().await.learn(last),
        }
    }
}

/// Where the batch was not committed, what the model has ahead of the log never was: it is read anew.
impl Drop for Batch {
    fn drop(&mut self) {
        if let Some(known) = &mut self.ahead {
            **known = Known::default();
        }
    }
}

type Drafted<T> = (Result<T, Refusal>, (Vec<Happening>, Vec<Text>));

fn drafted<T>(model: &Model, decide: impl FnOnce(&mut Draft<'_>) -> Result<T, Refusal>) -> Drafted<T> {
    let mut draft = Draft::new(model);
    match decide(&mut draft) {
        Ok(answer) => (Ok(answer), draft.finish()),
        Err(refusal) => (Err(refusal), Default::default()),
    }
}
