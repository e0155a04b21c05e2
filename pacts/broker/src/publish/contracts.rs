//! Everything that one build publishes at once: it all stands, or none of it.

use std::borrow::Cow;
use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::Value;

use super::merge::merge;
use super::pact::{Novelty, publish_pact};
use crate::draft::{Draft, Refusal};
use crate::event::Event;
use crate::{Key, Model};

#[derive(Debug)]
pub struct Contracts {
    pub pacticipant: String,
    pub number: String,
    pub branch: Option<String>,
    pub tags: Vec<String>,
    pub build_url: Option<String>,
    pub pacts: Vec<Pact>,
    /// The texts of pacts that are to be merged with what is published already, by their keys.
    pub known: HashMap<Key, Value>,
}

#[derive(Debug)]
pub struct Pact {
    pub consumer: String,
    pub provider: String,
    pub content: Value,
    pub on_conflict: OnConflict,
}

/// What becomes of a pact that the version has already, and that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnConflict {
    Refuse,
    Merge,
}

/// What the person who publishes should know.
#[derive(Debug)]
pub struct Notice {
    /// `success`, `info`, `warning`, `danger`, `prompt`: how clients colour it.
    pub kind: &'static str,
    pub text: String,
}

impl Notice {
    #[must_use]
    pub const fn level(&self) -> &'static str {
        match self.kind.as_bytes() {
            b"warning" => "warn",
            b"danger" => "error",
            _ => "info",
        }
    }
}

#[derive(Debug)]
pub struct Published {
    pub notices: Vec<Notice>,
}

impl Contracts {
    /// Reads the body of `POST /contracts/publish`, and tells everything that is wrong with it at once.
    pub fn read(body: &Value) -> Result<Self, Refusal> {
        let mut wrong = Wrong::default();
        let pacticipant = wrong.text(body, "pacticipantName");
        let number = wrong.text(body, "pacticipantVersionNumber");
        let optional = |name: &str| {
            body.get(name).and_then(Value::as_str).filter(|it| !it.is_empty()).map(str::to_owned)
        };
        let tags = body.get("tags").and_then(Value::as_array).into_iter().flatten();
        let tags = tags.filter_map(Value::as_str).map(str::to_owned).collect();
        let listed = body.get("contracts").and_then(Value::as_array);
        if listed.is_none() {
            wrong.field("contracts", "is missing: give a list of contracts");
        }
        let contracts = listed.into_iter().flatten().enumerate();
        let pacts = contracts
            .filter_map(|(at, contract)| read_pact(contract, at, &pacticipant, &mut wrong))
            .collect();
        wrong.end()?;
        let (branch, build_url) = (optional("branch"), optional("buildUrl"));
        Ok(Self { pacticipant, number, branch, tags, build_url, pacts, known: HashMap::new() })
    }

    /// The keys of the texts that have to be at hand before [`Contracts::publish`] can merge.
    #[must_use]
    pub fn to_merge(&self, model: &Model) -> Vec<Key> {
        let merging = self.pacts.iter().filter(|pact| pact.on_conflict == OnConflict::Merge);
        merging
            .filter_map(|pact| published(model, &pact.consumer, &self.number, &pact.provider).cloned())
            .collect()
    }

    pub fn publish(&self, draft: &mut Draft<'_>) -> Result<Published, Refusal> {
        let new = draft.ensure_version(&self.pacticipant, &self.number);
        let url =
            draft.model.find_version(&self.pacticipant, &self.number).and_then(|it| it.build_url.clone());
        if self.build_url.is_some() && self.build_url != url {
            let (pacticipant, number) = (self.pacticipant.clone(), self.number.clone());
            draft.push(Event::VersionDescribed { pacticipant, number, build_url: self.build_url.clone() });
        }
        if let Some(branch) = &self.branch {
            draft.ensure_branch(&self.pacticipant, &self.number, branch);
        }
        for tag in &self.tags {
            draft.ensure_tag(&self.pacticipant, &self.number, tag);
        }
        let mut notices = vec![self.version_notice(new)];
        for pact in &self.pacts {
            let content = self.merged(draft.model, pact)?;
            let text = content.to_string();
            let merging = pact.on_conflict == OnConflict::Merge;
            let place = (pact.consumer.as_str(), self.number.as_str(), pact.provider.as_str());
            let novelty = publish_pact(draft, place, (&content, text), merging)?;
            notices.push(pact_notice(pact, &self.number, novelty));
        }
        Ok(Published { notices })
    }

    fn merged<'p>(&self, model: &Model, pact: &'p Pact) -> Result<Cow<'p, Value>, Refusal> {
        let before = published(model, &pact.consumer, &self.number, &pact.provider);
        match before {
            Some(key) if pact.on_conflict == OnConflict::Merge => {
                let known = self.known.get(key).ok_or_else(|| {
                    Refusal::Conflict(
                        "another build published the same pact at this moment: try again".to_owned(),
                    )
                })?;
                merge(known, &pact.content).map(Cow::Owned)
            }
            _ => Ok(Cow::Borrowed(&pact.content)),
        }
    }

    fn version_notice(&self, new: bool) -> Notice {
        let done = if new { "Created" } else { "Updated" };
        let branch = self.branch.as_ref().map(|branch| format!(" with branch {branch}")).unwrap_or_default();
        let tags =
            if self.tags.is_empty() { String::new() } else { format!(", tags {}", self.tags.join(", ")) };
        let text = format!("{done} {} version {}{branch}{tags}", self.pacticipant, self.number);
        Notice { kind: "success", text }
    }
}

/// The key of the text of the pact that a version has.
fn published<'m>(model: &'m Model, consumer: &str, number: &str, provider: &str) -> Option<&'m Key> {
    let provider = model.find(provider)?.id;
    let version = model.find_version(consumer, number)?;
    Some(&model.publication(version.id, provider)?.body)
}

fn pact_notice(pact: &Pact, number: &str, novelty: Novelty) -> Notice {
    let between = format!("between {} ({number}) and {}", pact.consumer, pact.provider);
    let (kind, text) = match novelty {
        Novelty::Content => ("success", format!("Pact published {between}")),
        Novelty::Version => {
            ("success", format!("Pact published {between}: its content is known from another version"))
        }
        Novelty::Nothing => ("info", format!("Pact {between} is published already: nothing changed")),
    };
    Notice { kind, text }
}

fn read_pact(contract: &Value, at: usize, pacticipant: &str, wrong: &mut Wrong) -> Option<Pact> {
    let mut wrong = wrong.item("contracts", at);
    let consumer = wrong.text(contract, "consumerName");
    let provider = wrong.text(contract, "providerName");
    if !consumer.is_empty() && consumer != pacticipant {
        wrong.field("consumerName", "must be the pacticipantName: a build publishes its own contracts");
    }
    match contract.get("specification").and_then(Value::as_str) {
        Some("pact") => {}
        _ => wrong.field("specification", "must be \"pact\""),
    }
    let on_conflict =
        match contract.get("onConflict").or_else(|| contract.get("writeMode")).and_then(Value::as_str) {
            Some("merge") => OnConflict::Merge,
            _ => OnConflict::Refuse,
        };
    let encoded = wrong.text(contract, "content");
    let content = if encoded.is_empty() { None } else { decode(&encoded, &mut wrong) }?;
    for (role, name) in [("consumer", &consumer), ("provider", &provider)] {
        let inside = content[role].get("name").and_then(Value::as_str);
        if inside.is_some_and(|inside| inside != name) {
            wrong.field(&format!("{role}Name"), "is not the name in the content");
        }
    }
    Some(Pact { consumer, provider, content, on_conflict })
}

fn decode(encoded: &str, wrong: &mut Item<'_>) -> Option<Value> {
    let text: String = encoded.split_ascii_whitespace().collect();
    let Ok(bytes) = STANDARD.decode(&text).or_else(|_| URL_SAFE.decode(&text)) else {
        wrong.field("content", "is not Base64");
        return None;
    };
    match serde_json::from_slice(&bytes) {
        Ok(content @ Value::Object(_)) => Some(content),
        Ok(_) => {
            wrong.field("content", "is not a pact: its JSON is no object");
            None
        }
        Err(error) => {
            wrong.field("content", &format!("is not JSON: {error}"));
            None
        }
    }
}

/// Everything that is wrong, by field.
#[derive(Default)]
struct Wrong(Vec<(String, Vec<String>)>);

/// What is wrong with one item of a list.
struct Item<'w> {
    wrong: &'w mut Wrong,
    list: &'static str,
    at: usize,
}

impl Wrong {
    fn field(&mut self, name: &str, message: &str) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, messages)) => messages.push(message.to_owned()),
            None => self.0.push((name.to_owned(), vec![message.to_owned()])),
        }
    }

    fn text(&mut self, body: &Value, name: &str) -> String {
        let text = body.get(name).and_then(Value::as_str).unwrap_or_default();
        if text.trim().is_empty() {
            self.field(name, "is missing");
        }
        text.to_owned()
    }

    fn item(&mut self, list: &'static str, at: usize) -> Item<'_> {
        Item { wrong: self, list, at }
    }

    fn end(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::Invalid(self.0)) }
    }
}

impl Item<'_> {
    fn field(&mut self, name: &str, message: &str) {
        self.wrong.field(self.list, &format!("{name} {message} (at index {})", self.at));
    }

    fn text(&mut self, contract: &Value, name: &str) -> String {
        let text = contract.get(name).and_then(Value::as_str).unwrap_or_default();
        if text.trim().is_empty() {
            self.field(name, "is missing");
        }
        text.to_owned()
    }
}
