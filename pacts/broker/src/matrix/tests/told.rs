//! A model, told in short.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::event::{EnvironmentAbout, Event, Happening};
use crate::matrix::{Query, Row, Selector, Verdict, Wish, verdict};
use crate::{Draft, Model, Moment};

#[derive(Default)]
pub(super) struct Told {
    pub(super) model: Model,
    time: i64,
}

impl Told {
    fn tell(&mut self, event: Event) {
        self.time += 1;
        let at = Moment::from_millis(self.time);
        self.model.apply(Happening { at, event }).expect("the test tells nothing impossible");
    }

    pub(super) fn version(&mut self, pacticipant: &str, number: &str) {
        let mut draft = Draft::new(&self.model);
        draft.ensure_version(pacticipant, number);
        let (events, _) = draft.finish();
        for happening in events {
            self.tell(happening.event);
        }
    }

    /// A pact whose content is named `sha`.
    pub(super) fn pact(&mut self, consumer: (&str, &str), provider: &str, sha: &str) -> &mut Self {
        self.version(consumer.0, consumer.1);
        if self.model.find(provider).is_none() {
            self.tell(Event::PacticipantCreated { name: provider.to_owned() });
        }
        self.tell(Event::PactPublished {
            consumer: consumer.0.to_owned(),
            number: consumer.1.to_owned(),
            provider: provider.to_owned(),
            sha: sha.to_owned(),
            body: "".into(),
        });
        self
    }

    pub(super) fn verified(
        &mut self,
        consumer: &str,
        sha: &str,
        provider: (&str, &str),
        success: bool,
    ) -> &mut Self {
        self.version(provider.0, provider.1);
        let pair = self.model.pair(consumer, provider.0).expect("both were told of");
        let number = self.model.find_content(pair, sha).expect("the pact was told of").next_number();
        let result = as_written(json!({ "success": success, "provider_version": provider.1, "body": "" }));
        let (consumer, provider, sha) = (consumer.to_owned(), provider.0.to_owned(), sha.to_owned());
        self.tell(Event::VerificationPublished { consumer, provider, sha, number, result });
        self
    }

    pub(super) fn document(&mut self, (name, number): (&str, &str)) -> &mut Self {
        self.version(name, number);
        self.tell(as_written(json!({
            "event": "document_published",
            "provider": name,
            "number": number,
            "content_type": "application/yaml",
            "body": "",
        })));
        self
    }

    fn environment(&mut self, name: &str) -> Uuid {
        if let Some(known) = self.model.environment_named(name) {
            return known.uuid;
        }
        let uuid = self.uuid();
        let about = EnvironmentAbout { name: name.to_owned(), ..EnvironmentAbout::default() };
        self.tell(Event::EnvironmentCreated { uuid, about });
        uuid
    }

    fn uuid(&mut self) -> Uuid {
        self.time += 1;
        Uuid::from_u128(u128::try_from(self.time).expect("time goes on"))
    }

    pub(super) fn empty_environment(&mut self, name: &str) -> &mut Self {
        self.environment(name);
        self
    }

    pub(super) fn deployed(&mut self, (name, number): (&str, &str), environment: &str) -> &mut Self {
        self.instance((name, number), environment, None)
    }

    pub(super) fn instance(
        &mut self,
        (name, number): (&str, &str),
        environment: &str,
        instance: Option<&str>,
    ) -> &mut Self {
        self.version(name, number);
        let (environment, uuid) = (self.environment(environment), self.uuid());
        let (pacticipant, number) = (name.to_owned(), number.to_owned());
        let instance = instance.map(str::to_owned);
        self.tell(Event::Deployed { uuid, pacticipant, number, environment, instance });
        self
    }

    /// Gives the id by which its support ends.
    pub(super) fn released(&mut self, (name, number): (&str, &str), environment: &str) -> Uuid {
        self.version(name, number);
        let (environment, uuid) = (self.environment(environment), self.uuid());
        let (pacticipant, number) = (name.to_owned(), number.to_owned());
        self.tell(Event::Released { uuid, pacticipant, number, environment });
        uuid
    }

    pub(super) fn support_ended(&mut self, uuid: Uuid) {
        self.tell(Event::SupportEnded { uuid });
    }

    pub(super) fn tag(&mut self, (name, number): (&str, &str), tag: &str) -> &mut Self {
        self.version(name, number);
        let (pacticipant, number) = (name.to_owned(), number.to_owned());
        self.tell(Event::TagAdded { pacticipant, number, tag: tag.to_owned() });
        self
    }

    pub(super) fn branch(&mut self, (name, number): (&str, &str), branch: &str) -> &mut Self {
        self.version(name, number);
        let (pacticipant, number, branch) = (name.to_owned(), number.to_owned(), branch.to_owned());
        self.tell(Event::BranchVersionAdded { pacticipant, branch, number, by_rule: false });
        self
    }

    pub(super) fn main_branch(&mut self, name: &str, branch: &str) -> &mut Self {
        let about = crate::event::About { main_branch: Some(branch.to_owned()), ..Default::default() };
        self.tell(Event::PacticipantDescribed { name: name.to_owned(), about });
        self
    }

    /// May this version go to the environment?
    pub(super) fn may_go(&self, (name, number): (&str, &str), environment: &str) -> Verdict {
        self.verdict(&format!(
            "q[][pacticipant]={name}&q[][version]={number}&latestby=cvpv&environment={environment}"
        ))
    }

    pub(super) fn verdict(&self, raw: &str) -> Verdict {
        let query = Query::parse(raw).expect("the test asks well");
        verdict(&self.model, &query).expect("the test asks for what is there")
    }

    /// Each row as `consumer version>provider version=outcome`.
    pub(super) fn said(&self, rows: &[Row<'_>]) -> Vec<String> {
        let said = |row: &Row<'_>| {
            let number = |id| self.model.version(id).number.as_str();
            let consumer = &self.model.pacticipant(self.model.version(row.consumer).pacticipant).name;
            let provider = &self.model.pacticipant(row.provider).name;
            let outcome = match row.success() {
                Some(true) => "kept",
                Some(false) => "broken",
                None => "unknown",
            };
            let ignored = if row.ignored { " ignored" } else { "" };
            let version = row.provider_version.map_or("-", number);
            format!("{consumer} {}>{provider} {version}={outcome}{ignored}", number(row.consumer))
        };
        rows.iter().map(said).collect()
    }
}

pub(super) fn selector(pacticipant: &str, wish: Wish) -> Selector {
    Selector { pacticipant: pacticipant.to_owned(), wish }
}

/// Read as from the log, so that a field with a default needs no word here.
fn as_written<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("the test writes what the log can hold")
}
