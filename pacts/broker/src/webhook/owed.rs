//! Which calls a publication or a result owes.

use uuid::Uuid;

use super::{parameters, required};
use crate::draft::Draft;
use crate::event::{Event, Party, Trigger, WebhookAbout};
use crate::model::Model;
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
    let trigger = |event: &str| Trigger {
        event: event.to_owned(),
        consumer: publication.consumer.clone(),
        provider: publication.provider.clone(),
        consumer_version: Some(publication.number.clone()),
        sha: Some(publication.sha.clone()),
        ..Trigger::default()
    };
    owe(draft, trigger("contract_published"));
    // What was there already was told then: whoever has to verify it knows.
    if publication.novelty == Novelty::Nothing {
        return;
    }
    if publication.novelty == Novelty::Content {
        owe(draft, trigger("contract_content_changed"));
    }
    for required in required::verifications(draft.model, publication) {
        let mut trigger = trigger("contract_requiring_verification_published");
        trigger.provider_version = required.number;
        trigger.parameters.insert("providerVersionDescriptions".to_owned(), required.descriptions.join(", "));
        owe(draft, trigger);
    }
}

/// A result that was just published.
pub fn verified(draft: &mut Draft<'_>, trigger: &Trigger, success: bool) {
    let outcome = if success { "provider_verification_succeeded" } else { "provider_verification_failed" };
    for name in ["provider_verification_published", outcome] {
        owe(draft, Trigger { event: name.to_owned(), ..trigger.clone() });
    }
}

fn owe(draft: &mut Draft<'_>, mut trigger: Trigger) {
    let listening: Vec<Uuid> = draft
        .model
        .webhooks()
        .filter(|webhook| webhook.about.enabled && webhook.about.events.contains(&trigger.event))
        .filter(|webhook| listens(draft.model, &webhook.about, &trigger.consumer, &trigger.provider))
        .map(|webhook| webhook.uuid)
        .collect();
    if listening.is_empty() {
        return;
    }
    trigger.parameters.extend(parameters(draft, &trigger));
    for webhook in listening {
        let trigger = Box::new(trigger.clone());
        draft.push(Event::WebhookTriggered { uuid: Uuid::new_v4(), webhook, trigger });
    }
}

/// Whether a webhook is about these two.
#[must_use]
pub fn listens(model: &Model, about: &WebhookAbout, consumer: &str, provider: &str) -> bool {
    let party = |party: &Option<Party>, name: &str| match party {
        None => true,
        Some(Party::Name(it)) => it == name,
        Some(Party::Label(label)) => model.find(name).is_some_and(|known| known.labels.contains_key(label)),
    };
    party(&about.consumer, consumer) && party(&about.provider, provider)
}
