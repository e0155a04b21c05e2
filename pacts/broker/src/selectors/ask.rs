//! What a verifier asks for, read from what it sends.

use serde_json::{Map, Value};

use crate::draft::Refusal;
use crate::{Model, Moment};

/// Without selectors, what everybody should verify is chosen: each consumer's main branch (else its newest
/// pact), and what is deployed or released.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    pub selectors: Vec<Selector>,
    pub pending: bool,
    pub wip_since: Option<Moment>,
    /// Where the provider's version that verifies comes from.
    pub provider_branch: Option<String>,
    pub provider_tags: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// Of one consumer only.
    pub consumer: Option<String>,
    pub wish: Wish,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    Latest,
    /// The newest of the main branch, else the newest.
    MainOrLatest,
    /// The pact of the main branch's newest version: where that has none, the consumer relies on the
    /// provider no more.
    MainBranch,
    /// The newest of every branch.
    EachBranch,
    Branch {
        branch: String,
        fallback: Option<Fallback>,
    },
    Tag {
        tag: String,
        fallback: Option<String>,
    },
    AllOfTag(String),
    /// In one environment by its name, or in any.
    Present {
        environment: Option<String>,
        presence: Presence,
    },
}

/// Which branch stands in where nobody has the one that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fallback {
    Named(String),
    Main,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Deployed,
    Released,
    Either,
}

/// More selectors than anybody writes by hand.
const MOST: usize = 1000;
const ELSEWHERE: [&str; 8] = [
    "mainBranch",
    "tag",
    "fallbackTag",
    "branch",
    "fallbackBranch",
    "fallbackToMainBranch",
    "matchingBranch",
    "latest",
];
const PRESENCE: [&str; 4] = ["environment", "deployed", "released", "deployedOrReleased"];

impl Ask {
    #[must_use]
    pub fn of(selectors: Vec<Wish>) -> Self {
        let selectors = selectors.into_iter().map(|wish| Selector { consumer: None, wish }).collect();
        Self { selectors, ..Self::default() }
    }

    /// Reads the body of `POST …/for-verification`, and tells everything that is wrong with it at once.
    pub fn read(body: &Value) -> Result<Self, Refusal> {
        let mut wrong: Vec<(String, Vec<String>)> = Vec::new();
        let mut field = |name: &str, message: String| wrong.push((name.to_owned(), vec![message]));
        let mut ask = Self::default();
        match text(body, "providerVersionBranch") {
            Ok(branch) => ask.provider_branch = branch,
            Err(message) => field("providerVersionBranch", message),
        }
        match body.get("providerVersionTags") {
            None | Some(Value::Null) => {}
            Some(Value::Array(tags)) if tags.iter().all(Value::is_string) => {
                ask.provider_tags = tags.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            }
            Some(_) => field("providerVersionTags", "must be a list of strings".to_owned()),
        }
        match flag(body, "includePendingStatus") {
            Ok(pending) => ask.pending = pending == Some(true),
            Err(message) => field("includePendingStatus", message),
        }
        match text(body, "includeWipPactsSince").map(|since| since.map(|since| Moment::parse(&since))) {
            Ok(None) => {}
            Ok(Some(Some(since))) => ask.wip_since = Some(since),
            Ok(Some(None)) => field("includeWipPactsSince", "must be a date, as 2026-11-24".to_owned()),
            Err(message) => field("includeWipPactsSince", message),
        }
        let (selectors, messages) = selectors(body, ask.provider_branch.as_deref());
        ask.selectors = selectors;
        if !messages.is_empty() {
            wrong.push(("consumerVersionSelectors".to_owned(), messages));
        }
        if wrong.is_empty() { Ok(ask) } else { Err(Refusal::Invalid(wrong)) }
    }

    /// Refuses environments that are not there: a misspelt one would choose nothing and look well.
    pub(super) fn check(&self, model: &Model) -> Result<(), Refusal> {
        let unknown = |(at, selector): (usize, &Selector)| match &selector.wish {
            Wish::Present { environment: Some(name), .. } if model.environment_named(name).is_none() => {
                Some(format!("environment with name '{name}' does not exist (at index {at})"))
            }
            _ => None,
        };
        let messages: Vec<String> = self.selectors.iter().enumerate().filter_map(unknown).collect();
        if messages.is_empty() {
            return Ok(());
        }
        Err(Refusal::Invalid(vec![("consumerVersionSelectors".to_owned(), messages)]))
    }

    /// Work in progress is only known of a line of development.
    pub(super) const fn says_where_from(&self) -> bool {
        self.provider_branch.is_some() || !self.provider_tags.is_empty()
    }
}

fn selectors(body: &Value, branch: Option<&str>) -> (Vec<Selector>, Vec<String>) {
    let (mut selectors, mut messages) = (Vec::new(), Vec::new());
    let listed = match body.get("consumerVersionSelectors") {
        None | Some(Value::Null) => return (selectors, messages),
        Some(Value::Array(listed)) if listed.len() <= MOST => listed,
        Some(Value::Array(_)) => return (selectors, vec![format!("may be {MOST} at most")]),
        Some(_) => return (selectors, vec!["must be a list".to_owned()]),
    };
    for (at, listed) in listed.iter().enumerate() {
        let read = match listed {
            Value::Object(fields) => selector(listed, fields, branch),
            _ => Err("must be an object".to_owned()),
        };
        match read {
            Ok(selector) => selectors.push(selector),
            Err(message) => messages.push(format!("{message} (at index {at})")),
        }
    }
    (selectors, messages)
}

fn selector(listed: &Value, fields: &Map<String, Value>, branch: Option<&str>) -> Result<Selector, String> {
    let given = |names: &[&'static str]| -> Vec<&'static str> {
        names.iter().filter(|name| fields.get(**name).is_some_and(|it| !it.is_null())).copied().collect()
    };
    let (elsewhere, presence) = (given(&ELSEWHERE), given(&PRESENCE));
    if !elsewhere.is_empty() && !presence.is_empty() {
        return Err(format!("cannot have {} together with {}", elsewhere.join("/"), presence.join("/")));
    }
    let consumer = text(listed, "consumer")?;
    let wish = if presence.is_empty() { elsewhere_wish(listed, branch) } else { present(listed) }?;
    Ok(Selector { consumer, wish })
}

fn present(listed: &Value) -> Result<Wish, String> {
    let environment = text(listed, "environment")?;
    let on = |name: &str| flag(listed, name).map(|flag| flag == Some(true));
    let presence = match (on("deployed")?, on("released")?, on("deployedOrReleased")?) {
        (true, false, false) => Presence::Deployed,
        (false, true, false) => Presence::Released,
        (false, false, true) => Presence::Either,
        (false, false, false) if environment.is_some() => Presence::Either,
        (false, false, false) => return Err(MISSING.to_owned()),
        _ => return Err("can have only one of deployed, released and deployedOrReleased".to_owned()),
    };
    Ok(Wish::Present { environment, presence })
}

const MISSING: &str = "needs one of mainBranch, branch, matchingBranch, tag, latest, environment, deployed, released, \
     deployedOrReleased";

fn elsewhere_wish(listed: &Value, own: Option<&str>) -> Result<Wish, String> {
    let latest = flag(listed, "latest")?;
    let on = |name: &str| flag(listed, name).map(|flag| flag == Some(true));
    let (main, matching) = (on("mainBranch")?, on("matchingBranch")?);
    let each = listed.get("branch") == Some(&Value::Bool(true));
    let branch = if each { None } else { text(listed, "branch")? };
    let tag = text(listed, "tag")?;
    let fallback = fallback(listed, branch.is_some())?;
    let kinds =
        [main, matching, each || branch.is_some(), tag.is_some()].into_iter().filter(|it| *it).count();
    if kinds > 1 {
        return Err("can have only one of mainBranch, matchingBranch, branch and tag".to_owned());
    }
    if kinds == 1 && tag.is_none() && latest == Some(false) {
        return Err("cannot have a branch with latest=false: give a tag, or leave latest out".to_owned());
    }
    let fallback_tag = text(listed, "fallbackTag")?;
    if fallback_tag.is_some() && (tag.is_none() || latest != Some(true)) {
        return Err("can have fallbackTag only with a tag and latest=true".to_owned());
    }
    if let Some(tag) = tag {
        let newest = latest == Some(true);
        return Ok(if newest { Wish::Tag { tag, fallback: fallback_tag } } else { Wish::AllOfTag(tag) });
    }
    if matching {
        let own = own.ok_or("can have matchingBranch only where providerVersionBranch is given")?;
        return Ok(Wish::Branch { branch: own.to_owned(), fallback: None });
    }
    match branch {
        Some(branch) => Ok(Wish::Branch { branch, fallback }),
        None if each => Ok(Wish::EachBranch),
        None if main => Ok(Wish::MainBranch),
        None if latest == Some(true) => Ok(Wish::Latest),
        None => Err(MISSING.to_owned()),
    }
}

fn fallback(listed: &Value, branch: bool) -> Result<Option<Fallback>, String> {
    let named = text(listed, "fallbackBranch")?;
    let main = flag(listed, "fallbackToMainBranch")? == Some(true);
    if (named.is_some() || main) && !branch {
        return Err("can have fallbackBranch only with a branch".to_owned());
    }
    match named {
        Some(_) if main => Err("can have only one of fallbackBranch and fallbackToMainBranch".to_owned()),
        Some(named) => Ok(Some(Fallback::Named(named))),
        None => Ok(main.then_some(Fallback::Main)),
    }
}

/// None where it is not given; a name is never blank.
fn text(within: &Value, name: &str) -> Result<Option<String>, String> {
    match within.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.clone())),
        Some(Value::String(_)) => Err(format!("{name} cannot be blank")),
        Some(_) => Err(format!("{name} must be a string")),
    }
}

fn flag(within: &Value, name: &str) -> Result<Option<bool>, String> {
    match within.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(format!("{name} must be true or false")),
    }
}
