//! A model for the page's tests, told as the log tells it.

use serde_json::{Value, json};

use crate::event::Happening;
use crate::{Draft, Model, Moment};

#[derive(Default)]
pub struct Told {
    pub model: Model,
    time: i64,
}

impl Told {
    pub fn tell(&mut self, event: Value) -> &mut Self {
        self.time += 1;
        let event = serde_json::from_value(event).expect("the test writes what the log can hold");
        let at = Moment::from_millis(self.time);
        self.model.apply(Happening { at, event }).expect("the test tells nothing impossible");
        self
    }

    pub fn version(&mut self, name: &str, number: &str) -> &mut Self {
        let mut draft = Draft::new(&self.model);
        draft.ensure_version(name, number);
        let (events, _) = draft.finish();
        for happening in events {
            self.model.apply(happening).expect("a draft fits its model");
        }
        self
    }

    /// A pact whose content is named `sha`.
    pub fn pact(&mut self, consumer: &str, number: &str, provider: &str, sha: &str) -> &mut Self {
        self.version(consumer, number);
        if self.model.find(provider).is_none() {
            self.tell(json!({ "event": "pacticipant_created", "name": provider }));
        }
        self.tell(json!({
            "event": "pact_published", "consumer": consumer, "number": number, "provider": provider,
            "sha": sha, "body": "",
        }))
    }

    pub fn result(
        &mut self,
        consumer: &str,
        provider: &str,
        sha: &str,
        (by, success): (&str, bool),
    ) -> &mut Self {
        self.version(provider, by);
        let pair = self.model.pair(consumer, provider).expect("both were told of");
        let number = self.model.find_content(pair, sha).expect("the pact was told of").next_number();
        self.tell(json!({
            "event": "verification_published", "consumer": consumer, "provider": provider, "sha": sha,
            "number": number, "success": success, "provider_version": by, "body": "",
        }))
    }

    pub fn branch(&mut self, name: &str, number: &str, branch: &str) -> &mut Self {
        self.version(name, number).tell(json!({
            "event": "branch_version_added", "pacticipant": name, "branch": branch, "number": number,
        }))
    }

    pub fn main_branch(&mut self, name: &str, branch: &str) -> &mut Self {
        self.tell(json!({ "event": "pacticipant_described", "name": name, "main_branch": branch }))
    }
}
