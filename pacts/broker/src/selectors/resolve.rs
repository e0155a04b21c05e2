//! From selectors to versions of consumers.

use std::sync::Arc;

use super::{Ask, Fallback, Presence, Selector, Which, Wish};
use crate::Moment;
use crate::model::{Environment, Integration, Model, Pacticipant, VersionId};

/// A consumer's version whose pact was chosen, and why. Ordered as it is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    pub reason: Reason,
    pub version: VersionId,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    Latest,
    MainBranch(String),
    /// `instead` was asked for, and nobody has it.
    Branch {
        branch: String,
        instead: Option<String>,
    },
    Tag {
        tag: String,
        instead: Option<String>,
    },
    AllOfTag(String),
    /// In the environment of that name.
    Deployed(String),
    Released(String),
}

/// What the selectors choose, or the default ones where there are none.
pub(super) fn selected(model: &Model, provider: &Pacticipant, ask: &Ask) -> Vec<Match> {
    let default = |presence| Wish::Present { environment: None, presence };
    let defaults = || {
        vec![Wish::MainOrLatest, default(Presence::Deployed), default(Presence::Released)]
            .into_iter()
            .map(|wish| Selector { consumer: None, wish })
            .collect()
    };
    let selectors: Vec<Selector> = if ask.selectors.is_empty() { defaults() } else { ask.selectors.clone() };
    selectors
        .iter()
        .flat_map(|selector| Walk::new(model, provider, selector).matches(&selector.wish))
        .collect()
}

/// The newest version of every branch and every tag, with its pact where that came after `since`.
pub(super) fn heads(model: &Model, provider: &Pacticipant, since: Moment) -> Vec<Match> {
    let mut matches = Vec::new();
    for integration in model.consumers_of(provider.id) {
        let consumer = model.pacticipant(integration.pair.consumer);
        matches.extend(branch_heads(integration, consumer));
        for (tag, versions) in &consumer.tags {
            let reason = Reason::Tag { tag: tag.clone(), instead: None };
            matches.extend(versions.last().map(|&version| Match { reason, version }));
        }
    }
    let recent = |found: &Match| {
        model.publication(found.version, provider.id).is_some_and(|publication| publication.created > since)
    };
    matches.retain(recent);
    matches
}

fn branch_heads(integration: &Integration, consumer: &Pacticipant) -> Vec<Match> {
    let head = |(branch, known): (&Arc<str>, &crate::model::Branch)| {
        let version = *known.versions.last()?;
        let published = integration.publications.contains_key(&version);
        let reason = Reason::Branch { branch: branch.to_string(), instead: None };
        published.then_some(Match { reason, version })
    };
    consumer.branches.iter().filter_map(head).collect()
}

/// One selector on its way through a provider's integrations.
struct Walk<'m> {
    model: &'m Model,
    provider: &'m Pacticipant,
    integrations: Vec<&'m Integration>,
}

impl<'m> Walk<'m> {
    fn new(model: &'m Model, provider: &'m Pacticipant, selector: &Selector) -> Self {
        let integrations = match &selector.consumer {
            None => model.consumers_of(provider.id).collect(),
            Some(name) => {
                let pair = model.pair(name, &provider.name);
                pair.and_then(|pair| model.integration(pair)).into_iter().collect()
            }
        };
        Self { model, provider, integrations }
    }

    fn consumer(&self, integration: &Integration) -> &'m Pacticipant {
        self.model.pacticipant(integration.pair.consumer)
    }

    fn matches(&self, wish: &Wish) -> Vec<Match> {
        match wish {
            Wish::Latest => self.newest(Which::All, &Reason::Latest),
            Wish::MainOrLatest => self.main_or_latest(),
            Wish::MainBranch => self.integrations.iter().filter_map(|it| self.of_main(it)).collect(),
            Wish::EachBranch => {
                let each = self.integrations.iter();
                each.flat_map(|it| branch_heads(it, self.consumer(it))).collect()
            }
            Wish::Branch { branch, fallback } => self.branch(branch, fallback.as_ref()),
            Wish::Tag { tag, fallback } => {
                let reason = |tag: &str, instead| Reason::Tag { tag: tag.to_owned(), instead };
                let found = self.newest(Which::Tag(tag), &reason(tag, None));
                match fallback {
                    Some(other) if found.is_empty() => {
                        self.newest(Which::Tag(other), &reason(other, Some(tag.clone())))
                    }
                    _ => found,
                }
            }
            Wish::AllOfTag(tag) => {
                let tagged = self.integrations.iter();
                let tagged = tagged.flat_map(|it| Which::Tag(tag).newest_first(self.model, it));
                let reason = Reason::AllOfTag(tag.clone());
                tagged.map(|it| Match { reason: reason.clone(), version: it.version }).collect()
            }
            Wish::Present { environment, presence } => self.present(environment.as_deref(), *presence),
        }
    }

    fn newest(&self, which: Which<'_>, reason: &Reason) -> Vec<Match> {
        let newest = |it: &&Integration| {
            let version = which.newest_first(self.model, it).next()?.version;
            Some(Match { reason: reason.clone(), version })
        };
        self.integrations.iter().filter_map(newest).collect()
    }

    fn branch(&self, branch: &str, fallback: Option<&Fallback>) -> Vec<Match> {
        let reason = |branch: &str, instead| Reason::Branch { branch: branch.to_owned(), instead };
        let found = self.newest(Which::Branch(branch), &reason(branch, None));
        match fallback {
            Some(Fallback::Named(other)) if found.is_empty() => {
                self.newest(Which::Branch(other), &reason(other, Some(branch.to_owned())))
            }
            Some(Fallback::Main) if found.is_empty() => {
                let main = self.integrations.iter().filter_map(|it| {
                    let name = self.consumer(it).about.main_branch.as_deref()?;
                    let version = self.of_main(it)?.version;
                    Some(Match { reason: reason(name, Some(branch.to_owned())), version })
                });
                main.collect()
            }
            _ => found,
        }
    }

    fn of_main(&self, integration: &Integration) -> Option<Match> {
        let consumer = self.consumer(integration);
        let main = consumer.about.main_branch.as_deref()?;
        let version = consumer.latest_of_branch(main)?;
        let reason = Reason::MainBranch(main.to_owned());
        integration.publications.contains_key(&version).then_some(Match { reason, version })
    }

    /// Who has no version on the main branch may have tagged one with its name.
    fn main_or_latest(&self) -> Vec<Match> {
        let standard = |it: &&'m Integration| {
            let consumer = self.consumer(it);
            let main = consumer.about.main_branch.as_deref();
            if main.and_then(|main| consumer.latest_of_branch(main)).is_some() {
                return self.of_main(it);
            }
            let tagged = main.filter(|main| consumer.tags.contains_key(*main));
            let (which, reason) = match tagged {
                Some(tag) => (Which::Tag(tag), Reason::Tag { tag: tag.to_owned(), instead: None }),
                None => (Which::All, Reason::Latest),
            };
            Some(Match { reason, version: which.newest_first(self.model, it).next()?.version })
        };
        self.integrations.iter().filter_map(standard).collect()
    }

    fn present(&self, name: Option<&str>, presence: Presence) -> Vec<Match> {
        let environments = self.model.environments();
        let meant = environments.filter(|it| name.is_none_or(|name| it.about.name == name));
        meant.flat_map(|environment| self.present_in(environment, presence)).collect()
    }

    fn present_in(&self, environment: &Environment, presence: Presence) -> Vec<Match> {
        let model = self.model;
        let name = &environment.about.name;
        let mut there = Vec::new();
        if presence != Presence::Released {
            let deployed = environment.deployments.iter().filter_map(|&uuid| model.deployment(uuid));
            there.extend(deployed.map(|it| (it.version, Reason::Deployed(name.clone()))));
        }
        if presence != Presence::Deployed {
            let released = environment.releases.iter().filter_map(|&uuid| model.release(uuid));
            there.extend(released.map(|it| (it.version, Reason::Released(name.clone()))));
        }
        let one = match self.integrations.as_slice() {
            [one] => Some(one.pair.consumer),
            _ => None,
        };
        let has_pact = |version: VersionId| {
            let consumer = model.version(version).pacticipant;
            !self.integrations.is_empty()
                && one.is_none_or(|one| one == consumer)
                && model.publication(version, self.provider.id).is_some()
        };
        there
            .into_iter()
            .filter(|(it, _)| has_pact(*it))
            .map(|(version, reason)| Match { reason, version })
            .collect()
    }
}
