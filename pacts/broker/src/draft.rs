//! A decision in the making: events that will follow the model, and why one is refused.

use std::collections::HashSet;

use crate::event::{Event, Happening};
use crate::{Key, Model, Moment, content};

/// A text and the key under which it is kept.
#[derive(Debug)]
pub struct Text {
    pub key: Key,
    pub body: String,
}

/// Why what was asked for is not done.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// By field; a field within a field is written with a dot.
    #[error("what was sent is not valid")]
    Invalid(Vec<(String, Vec<String>)>),
    /// About what was sent as a whole.
    #[error("{}", .0.join("; "))]
    Wrong(Vec<String>),
    #[error("{0}")]
    NotFound(String),
    #[error("{0}")]
    Conflict(String),
}

impl Refusal {
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![(name.to_owned(), vec![message.into()])])
    }
}

#[derive(Debug)]
pub struct Draft<'m> {
    pub model: &'m Model,
    /// The time of everything that is decided here.
    pub now: Moment,
    events: Vec<Event>,
    texts: Vec<Text>,
    /// What this draft creates: the model does not know it yet.
    pacticipants: HashSet<String>,
    versions: HashSet<(String, String)>,
    main_branches: HashSet<String>,
}

/// The first branch or tag of such a name is taken for the main branch, as the Pact Broker takes it.
const MAIN_BRANCHES: [&str; 3] = ["develop", "main", "master"];

impl<'m> Draft<'m> {
    #[must_use]
    pub fn new(model: &'m Model) -> Self {
        Self {
            model,
            // Never before what is in the log already, whatever the clock says.
            now: Moment::now().max(model.changed()),
            events: Vec::new(),
            texts: Vec::new(),
            pacticipants: HashSet::new(),
            versions: HashSet::new(),
            main_branches: HashSet::new(),
        }
    }

    /// What is decided so far, and the model does not know yet.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    pub fn push(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Keeps a text and gives its key.
    pub fn keep(&mut self, body: String) -> Key {
        let key = content::key(body.as_bytes());
        self.texts.push(Text { key: key.clone(), body });
        key
    }

    pub(crate) fn finish(self) -> (Vec<Happening>, Vec<Text>) {
        let at = self.now;
        (self.events.into_iter().map(|event| Happening { at, event }).collect(), self.texts)
    }

    /// Creates the pacticipant where it is not there. Whether it was not.
    pub fn ensure_pacticipant(&mut self, name: &str) -> bool {
        let new = self.model.find(name).is_none() && self.pacticipants.insert(name.to_owned());
        if new {
            self.push(Event::PacticipantCreated { name: name.to_owned() });
        }
        new
    }

    pub fn ensure_version(&mut self, pacticipant: &str, number: &str) -> bool {
        self.ensure_pacticipant(pacticipant);
        let new = self.model.find_version(pacticipant, number).is_none()
            && self.versions.insert((pacticipant.to_owned(), number.to_owned()));
        if new {
            self.push(Event::VersionCreated {
                pacticipant: pacticipant.to_owned(),
                number: number.to_owned(),
            });
        }
        new
    }

    pub fn ensure_branch(&mut self, pacticipant: &str, number: &str, branch: &str) -> bool {
        self.ensure_version(pacticipant, number);
        let known = self.model.find_version(pacticipant, number);
        let new = !known.is_some_and(|version| version.is_on(branch));
        if new {
            let (pacticipant, number) = (pacticipant.to_owned(), number.to_owned());
            let branch = branch.to_owned();
            self.push(Event::BranchVersionAdded { pacticipant, branch, number, by_rule: false });
        }
        self.main_branch_by_name(pacticipant, branch);
        new
    }

    pub fn ensure_tag(&mut self, pacticipant: &str, number: &str, tag: &str) -> bool {
        let created = self.ensure_version(pacticipant, number);
        let known = self.model.find_version(pacticipant, number);
        let new = !known.is_some_and(|version| version.tags.contains_key(tag));
        if new {
            let (pacticipant, number) = (pacticipant.to_owned(), number.to_owned());
            self.push(Event::TagAdded { pacticipant, number, tag: tag.to_owned() });
        }
        self.branch_by_tag(pacticipant, number, tag, created);
        self.main_branch_by_name(pacticipant, tag);
        new
    }

    /// The first tag of a version that has just come stands for its branch where none was named.
    fn branch_by_tag(&mut self, pacticipant: &str, number: &str, tag: &str, created: bool) {
        const JUST_NOW: i64 = 10_000;
        let fresh = self.model.find_version(pacticipant, number).is_some_and(|version| {
            version.branches.is_empty()
                && version.tags.is_empty()
                && self.now.millis() - version.created.millis() <= JUST_NOW
        });
        let named = self.events.iter().any(|event| {
            matches!(event, Event::BranchVersionAdded { pacticipant: of, number: it, .. } if of == pacticipant && it == number)
        });
        if (created || fresh || self.versions.contains(&(pacticipant.to_owned(), number.to_owned())))
            && !named
        {
            let (pacticipant, number) = (pacticipant.to_owned(), number.to_owned());
            self.push(Event::BranchVersionAdded {
                pacticipant,
                branch: tag.to_owned(),
                number,
                by_rule: true,
            });
        }
    }

    fn main_branch_by_name(&mut self, pacticipant: &str, branch: &str) {
        let about = self.model.find(pacticipant).map(|known| known.about.clone()).unwrap_or_default();
        let unknown = about.main_branch.is_none() && MAIN_BRANCHES.contains(&branch);
        if unknown && self.main_branches.insert(pacticipant.to_owned()) {
            let about = crate::event::About { main_branch: Some(branch.to_owned()), ..about };
            self.push(Event::PacticipantDescribed { name: pacticipant.to_owned(), about });
        }
    }
}
