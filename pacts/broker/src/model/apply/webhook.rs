//! Webhooks, their calls, and tokens come and go.

use uuid::Uuid;

use super::Contradiction;
use crate::Moment;
use crate::event::{Event, Party, WebhookAbout};
use crate::model::{Attempt, Model, Token, Triggered, Webhook};

/// Calls that are over are remembered this many for each webhook; the log has them all.
const REMEMBERED: usize = 100;

impl Model {
    pub(super) fn apply_to_webhooks(&mut self, event: Event, at: Moment) -> Result<(), Contradiction> {
        match event {
            Event::WebhookStored { uuid, webhook } => {
                let created = self.webhooks.get(&uuid).map_or(at, |known| known.created);
                self.webhooks.insert(uuid, Webhook { uuid, about: *webhook, created, updated: at });
            }
            Event::WebhookDeleted { uuid } => {
                self.webhooks.remove(&uuid);
                self.triggered.retain(|_, triggered| triggered.webhook != uuid);
            }
            Event::WebhookTriggered { uuid, webhook, trigger } => {
                let (trigger, attempts) = (*trigger, Vec::new());
                let new = Triggered { uuid, webhook, trigger, created: at, attempts, claimed: None };
                self.triggered.insert(uuid, new);
            }
            Event::WebhookClaimed { uuid, until } => {
                if let Some(triggered) = self.triggered.get_mut(&uuid) {
                    triggered.claimed = Some(until);
                }
            }
            Event::WebhookAttempted { uuid, success, status, body, again } => {
                // Of a webhook that was deleted while the call was under way.
                let Some(triggered) = self.triggered.get_mut(&uuid) else { return Ok(()) };
                triggered.claimed = None;
                triggered.attempts.push(Attempt { at, success, status, body, again });
                let webhook = triggered.webhook;
                self.forget_calls(webhook);
            }
            Event::TokenIssued { uuid, name, hash, writes } => {
                self.tokens.insert(uuid, Token { uuid, name, hash, writes, created: at });
            }
            Event::TokenRevoked { uuid } => {
                self.tokens.remove(&uuid);
            }
            event => return Err(Contradiction(format!("{event:?}"))),
        }
        Ok(())
    }

    fn forget_calls(&mut self, webhook: Uuid) {
        let over = self.triggered.values().filter(|it| it.webhook == webhook && it.due().is_none());
        let mut over: Vec<(Moment, Uuid)> = over.map(|it| (it.created, it.uuid)).collect();
        over.sort_unstable();
        for (_, uuid) in over.iter().rev().skip(REMEMBERED) {
            self.triggered.remove(uuid);
        }
    }
}

impl WebhookAbout {
    /// Whether it listens to this pacticipant by name.
    pub(in crate::model) fn names(&self, name: &str) -> bool {
        let named = |party: &Option<Party>| matches!(party, Some(Party::Name(it)) if it == name);
        named(&self.consumer) || named(&self.provider)
    }
}
