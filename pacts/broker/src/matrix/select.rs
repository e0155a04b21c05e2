//! From what is wished to the versions that are there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::query::{Query, Wish};
use crate::model::{Environment, Model, Pacticipant, PacticipantId, VersionId};

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Chosen {
    /// Any version will do.
    Any,
    These(BTreeSet<VersionId>),
}

/// A pacticipant in the question.
#[derive(Debug)]
pub(super) struct Side<'q> {
    pub(super) chosen: Chosen,
    /// The wish that chose, for the reasons; the first of several.
    pub(super) wish: &'q Wish,
    /// More than one selector chose, so that `wish` does not speak for each version.
    pub(super) several: bool,
}

/// A selector that found nothing.
#[derive(Debug)]
pub(super) struct Gap<'q> {
    pub(super) pacticipant: PacticipantId,
    pub(super) wish: &'q Wish,
}

pub(super) struct Chooser<'m> {
    model: &'m Model,
    /// What is where now, of the environments that the query names.
    live: HashMap<String, HashMap<PacticipantId, BTreeSet<VersionId>>>,
}

impl<'m> Chooser<'m> {
    pub(super) fn new(model: &'m Model, query: &Query) -> Self {
        let wishes = query.selectors.iter().map(|selector| &selector.wish).chain([&query.target]);
        let live = wishes
            .filter_map(|wish| model.environment_named(wish.environment.as_ref()?))
            .map(|environment| (environment.about.name.clone(), live_in(model, environment)))
            .collect();
        Self { model, live }
    }

    /// The pacticipants that are named, and the selectors that find no version.
    pub(super) fn named<'q>(&self, query: &'q Query) -> (BTreeMap<PacticipantId, Side<'q>>, Vec<Gap<'q>>) {
        let (mut sides, mut gaps) = (BTreeMap::<PacticipantId, Side<'q>>::new(), Vec::new());
        for selector in &query.selectors {
            let Some(pacticipant) = self.model.find(&selector.pacticipant) else { continue };
            let (id, wish) = (pacticipant.id, &selector.wish);
            let chosen = self.choose(pacticipant, wish);
            if chosen == Chosen::These(BTreeSet::new()) {
                gaps.push(Gap { pacticipant: id, wish });
            }
            match sides.get_mut(&id) {
                None => {
                    sides.insert(id, Side { chosen, wish, several: false });
                }
                Some(side) => {
                    side.chosen.add(chosen);
                    side.several = true;
                }
            }
        }
        (sides, gaps)
    }

    pub(super) fn choose(&self, pacticipant: &Pacticipant, wish: &Wish) -> Chosen {
        if wish.is_open() {
            return Chosen::Any;
        }
        let mut fitting = self.candidates(pacticipant, wish).filter(|id| self.fits(*id, pacticipant, wish));
        Chosen::These(if wish.latest { fitting.next_back().into_iter().collect() } else { fitting.collect() })
    }

    /// In the order of creation; few where the wish says enough.
    fn candidates<'a>(
        &'a self,
        pacticipant: &'a Pacticipant,
        wish: &Wish,
    ) -> Box<dyn DoubleEndedIterator<Item = VersionId> + 'a> {
        let branch = wish.branch.as_deref().or(main_branch(pacticipant, wish));
        if let Some(number) = &wish.version {
            Box::new(self.model.version_of(pacticipant.id, number).into_iter())
        } else if let Some(environment) = &wish.environment {
            Box::new(self.live(environment, pacticipant.id).into_iter().flatten().copied())
        } else if let Some(branch) = branch {
            Box::new(pacticipant.branches.get(branch).into_iter().flat_map(|it| &it.versions).copied())
        } else if let Some(tag) = &wish.tag {
            Box::new(pacticipant.tags.get(tag).into_iter().flatten().copied())
        } else {
            Box::new(pacticipant.versions.iter().copied())
        }
    }

    fn fits(&self, id: VersionId, pacticipant: &Pacticipant, wish: &Wish) -> bool {
        let version = self.model.version(id);
        let main = main_branch(pacticipant, wish);
        (!wish.main_branch || main.is_some_and(|main| version.is_on(main)))
            && wish.branch.as_ref().is_none_or(|branch| version.is_on(branch))
            && wish.tag.as_ref().is_none_or(|tag| version.tags.contains_key(tag))
            && wish.environment.as_ref().is_none_or(|environment| {
                self.live(environment, pacticipant.id).is_some_and(|live| live.contains(&id))
            })
    }

    fn live(&self, environment: &str, pacticipant: PacticipantId) -> Option<&BTreeSet<VersionId>> {
        self.live.get(environment)?.get(&pacticipant)
    }
}

impl Chosen {
    fn add(&mut self, other: Self) {
        match (self, other) {
            (Self::These(mine), Self::These(others)) => mine.extend(others),
            (mine, Self::Any) => *mine = Self::Any,
            (Self::Any, Self::These(_)) => {}
        }
    }
}

fn main_branch<'p>(pacticipant: &'p Pacticipant, wish: &Wish) -> Option<&'p str> {
    pacticipant.about.main_branch.as_deref().filter(|_| wish.main_branch)
}

/// Every instance of an application counts, and every release that is still supported.
fn live_in(model: &Model, environment: &Environment) -> HashMap<PacticipantId, BTreeSet<VersionId>> {
    let deployed =
        environment.deployments.iter().filter_map(|uuid| model.deployment(*uuid)).map(|it| it.version);
    let released = environment.releases.iter().filter_map(|uuid| model.release(*uuid)).map(|it| it.version);
    let mut live: HashMap<PacticipantId, BTreeSet<VersionId>> = HashMap::new();
    for id in deployed.chain(released) {
        live.entry(model.version(id).pacticipant).or_default().insert(id);
    }
    live
}
