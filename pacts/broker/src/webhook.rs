//! What sets webhooks off, and what their templates say of it.
//!
//! A call that is owed is an event of the same write that set it off: a broker that dies in between owes it
//! still.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::draft::Draft;
use crate::event::{Event, Party, Trigger};
use crate::model::{Pacticipant, Webhook};
use crate::publish::Novelty;

/// A pact that was just published.
#[derive(Debug)]
pub struct Publication {
    pub consumer: String,
    pub number: String,
    pub provider: String,
    pub sha: String,
    pub novelty: Novelty,
}

/// Puts the calls that a publication owes into the draft.
pub fn published(draft: &mut Draft<'_>, publication: &Publication) {
    let mut names = vec!["contract_published"];
    if publication.novelty == Novelty::Content {
        names.push("contract_content_changed");
    }
    let trigger = |event: &str| Trigger {
        event: event.to_owned(),
        consumer: publication.consumer.clone(),
        provider: publication.provider.clone(),
        consumer_version: Some(publication.number.clone()),
        sha: Some(publication.sha.clone()),
        parameters: BTreeMap::new(),
        ..Trigger::default()
    };
    for name in names {
        owe(draft, &trigger(name));
    }
}

/// A result that was just published.
pub fn verified(draft: &mut Draft<'_>, trigger: &Trigger, success: bool) {
    let outcome = if success { "provider_verification_succeeded" } else { "provider_verification_failed" };
    for name in ["provider_verification_published", outcome] {
        owe(draft, &Trigger { event: name.to_owned(), ..trigger.clone() });
    }
}

fn owe(draft: &mut Draft<'_>, trigger: &Trigger) {
    let listening: Vec<Uuid> = draft
        .model
        .webhooks()
        .filter(|webhook| listens(draft, webhook, trigger))
        .map(|webhook| webhook.uuid)
        .collect();
    for webhook in listening {
        let trigger = Box::new(trigger.clone());
        draft.push(Event::WebhookTriggered { uuid: Uuid::new_v4(), webhook, trigger });
    }
}

fn listens(draft: &Draft<'_>, webhook: &Webhook, trigger: &Trigger) -> bool {
    let about = &webhook.about;
    let party = |party: &Option<Party>, name: &str| match party {
        None => true,
        Some(Party::Name(it)) => it == name,
        Some(Party::Label(label)) => draft.model.find(name).is_some_and(|known| labelled(known, label)),
    };
    about.enabled
        && about.events.contains(&trigger.event)
        && party(&about.consumer, &trigger.consumer)
        && party(&about.provider, &trigger.provider)
}

fn labelled(pacticipant: &Pacticipant, label: &str) -> bool {
    pacticipant.labels.contains_key(label)
}
