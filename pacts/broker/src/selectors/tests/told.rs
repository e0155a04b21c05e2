//! A model that is told step by step, a second for each, and what it chooses.

use serde_json::Value;
use uuid::Uuid;

use crate::event::{About, EnvironmentAbout, Event, Happening, VerificationResult};
use crate::selectors::{Ask, Chosen, choose};
use crate::{Model, Moment, Refusal};

#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) model: Model,
    seconds: i64,
}

impl Told {
    pub(super) fn now(&self) -> Moment {
        Moment::from_millis(self.seconds * 1000)
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.seconds += 1;
        let at = self.now();
        self.model.apply(Happening { at, event }).unwrap();
    }

    pub(super) fn version(&mut self, name: &str, number: &str) {
        self.tell(Event::PacticipantCreated { name: name.to_owned() });
        self.tell(Event::VersionCreated { pacticipant: name.to_owned(), number: number.to_owned() });
    }

    pub(super) fn main_branch(&mut self, name: &str, branch: &str) {
        let about = About { main_branch: Some(branch.to_owned()), ..About::default() };
        self.tell(Event::PacticipantDescribed { name: name.to_owned(), about });
    }

    pub(super) fn branch(&mut self, (name, number): (&str, &str), branch: &str) {
        self.version(name, number);
        let (pacticipant, branch, number) = (name.to_owned(), branch.to_owned(), number.to_owned());
        self.tell(Event::BranchVersionAdded { pacticipant, branch, number, by_rule: false });
    }

    pub(super) fn tag(&mut self, (name, number): (&str, &str), tag: &str) {
        self.version(name, number);
        let (pacticipant, tag, number) = (name.to_owned(), tag.to_owned(), number.to_owned());
        self.tell(Event::TagAdded { pacticipant, number, tag });
    }

    /// A pact with the provider `P`.
    pub(super) fn pact(&mut self, (name, number): (&str, &str), sha: &str) {
        self.version(name, number);
        self.tell(Event::PacticipantCreated { name: "P".to_owned() });
        let (consumer, number, sha) = (name.to_owned(), number.to_owned(), sha.to_owned());
        self.tell(Event::PactPublished { consumer, number, provider: "P".to_owned(), sha, body: "".into() });
    }

    pub(super) fn verified(&mut self, (consumer, sha): (&str, &str), by: &str, success: bool) {
        self.result((consumer, sha), by, (success, false));
    }

    pub(super) fn result(&mut self, (consumer, sha): (&str, &str), by: &str, (success, wip): (bool, bool)) {
        self.version("P", by);
        let pair = self.model.pair(consumer, "P").unwrap();
        let number = self.model.find_content(pair, sha).unwrap().next_number();
        let result = VerificationResult {
            success,
            provider_version: by.into(),
            build_url: None,
            // What the verifier says of the time is not believed.
            executed_at: Some(Moment::from_millis(0)),
            body: "".into(),
            tested: 1,
            failed: u32::from(!success),
            implementation: None,
            wip,
        };
        let (consumer, sha) = (consumer.to_owned(), sha.to_owned());
        self.tell(Event::VerificationPublished { consumer, provider: "P".to_owned(), sha, number, result });
    }

    pub(super) fn environment(&mut self, name: &str) -> Uuid {
        let uuid = Uuid::new_v4();
        let about = EnvironmentAbout { name: name.to_owned(), ..EnvironmentAbout::default() };
        self.tell(Event::EnvironmentCreated { uuid, about });
        uuid
    }

    pub(super) fn deploy(&mut self, (name, number): (&str, &str), environment: Uuid) {
        let (pacticipant, number, uuid) = (name.to_owned(), number.to_owned(), Uuid::new_v4());
        self.tell(Event::Deployed { uuid, pacticipant, number, environment, instance: None });
    }

    pub(super) fn release(&mut self, (name, number): (&str, &str), environment: Uuid) {
        let (pacticipant, number, uuid) = (name.to_owned(), number.to_owned(), Uuid::new_v4());
        self.tell(Event::Released { uuid, pacticipant, number, environment });
    }

    pub(super) fn choose(&self, body: &Value) -> Result<Vec<Chosen<'_>>, Refusal> {
        choose(&self.model, "P", &Ask::read(body)?)
    }

    /// "CONSUMER NUMBER: why", for each.
    pub(super) fn chosen(&self, body: &Value) -> Vec<String> {
        self.choose(body).unwrap().iter().map(|chosen| self.line(chosen)).collect()
    }

    fn line(&self, chosen: &Chosen<'_>) -> String {
        let version = self.model.version(chosen.publication.version);
        let name = &self.model.pacticipant(version.pacticipant).name;
        let wip = if chosen.wip { ", wip" } else { "" };
        let pending = if chosen.standing.is_pending() { ", pending" } else { "" };
        format!("{name} {}: {}{wip}{pending}", version.number, crate::selectors::short(chosen))
    }
}
