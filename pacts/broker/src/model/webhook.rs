//! Webhooks, what set them off and how it went; tokens.

use uuid::Uuid;

use crate::event::{Trigger, WebhookAbout};
use crate::{Key, Moment};

#[derive(Debug)]
pub struct Webhook {
    pub uuid: Uuid,
    pub about: WebhookAbout,
    pub created: Moment,
    pub updated: Moment,
}

/// One call that a webhook owes, until an attempt was the last one.
#[derive(Debug)]
pub struct Triggered {
    pub uuid: Uuid,
    pub webhook: Uuid,
    pub trigger: Trigger,
    pub created: Moment,
    pub attempts: Vec<Attempt>,
    /// Until when an instance has it in hand.
    pub claimed: Option<Moment>,
}

#[derive(Debug)]
pub struct Attempt {
    pub at: Moment,
    pub success: bool,
    pub status: Option<u16>,
    /// Key of the stored log.
    pub body: Key,
    /// When it is tried again; none where this was the last.
    pub again: Option<Moment>,
}

impl Triggered {
    /// When it is due, if it still is.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        let owed = self.attempts.last().map_or(Some(self.created), |last| last.again)?;
        Some(self.claimed.map_or(owed, |until| owed.max(until)))
    }
}

/// A bearer token that was issued. What its holder has is not kept, only its hash.
#[derive(Debug)]
pub struct Token {
    pub uuid: Uuid,
    pub name: String,
    pub hash: String,
    pub writes: bool,
    pub created: Moment,
}
