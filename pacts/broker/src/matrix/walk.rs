//! From the selected versions along their pacts and results to the rows.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Row;
use super::query::{LatestBy, Query};
use super::select::{Chooser, Chosen, Gap, Side};
use crate::draft::Refusal;
use crate::model::{ContentId, Model, PacticipantId, Pair, Publication, Verification, VersionId};

/// What is answered at most. A question between every version of two with a long past could have any number.
const MAX_ROWS: usize = 100_000;

/// Everything that a verdict is made of.
#[derive(Debug)]
pub(super) struct Found<'m, 'q> {
    /// The last result of each pact and provider version.
    pub(super) rows: Vec<Row<'m>>,
    pub(super) sides: BTreeMap<PacticipantId, Side<'q>>,
    pub(super) gaps: Vec<Gap<'q>>,
    pub(super) ignored: Ignored,
}

/// What is left out of the verdict: a pacticipant, whole or in some versions.
#[derive(Debug, Default)]
pub(super) struct Ignored {
    whole: HashSet<PacticipantId>,
    versions: HashSet<VersionId>,
}

impl Ignored {
    fn new(model: &Model, query: &Query) -> Self {
        let mut ignored = Self::default();
        for selector in &query.ignore {
            let Some(pacticipant) = model.find(&selector.pacticipant) else { continue };
            match &selector.wish.version {
                None => {
                    ignored.whole.insert(pacticipant.id);
                }
                Some(number) => ignored.versions.extend(model.version_of(pacticipant.id, number)),
            }
        }
        ignored
    }

    pub(super) fn has(&self, pacticipant: PacticipantId) -> bool {
        self.whole.contains(&pacticipant)
    }

    fn covers(&self, pair: Pair, consumer: VersionId, provider: Option<VersionId>) -> bool {
        self.has(pair.consumer)
            || self.has(pair.provider)
            || self.versions.contains(&consumer)
            || provider.is_some_and(|version| self.versions.contains(&version))
    }
}

pub(super) fn walk<'m, 'q>(model: &'m Model, query: &'q Query) -> Result<Found<'m, 'q>, Refusal> {
    let chooser = Chooser::new(model, query);
    let (mut sides, gaps) = chooser.named(query);
    let pairs = pairs(model, query, &sides);
    for id in pairs.iter().flat_map(|pair| [pair.consumer, pair.provider]) {
        sides.entry(id).or_insert_with(|| Side {
            chosen: chooser.choose(model.pacticipant(id), &query.target),
            wish: &query.target,
            several: false,
        });
    }
    let mut walk = Walk {
        model,
        only_latest: query.latest_by == Some(LatestBy::ConsumerVersionProvider),
        ignored: Ignored::new(model, query),
        results: HashMap::new(),
        verifiers: HashMap::new(),
        rows: Vec::new(),
    };
    for pair in pairs {
        walk.pair(pair, &sides[&pair.consumer].chosen, &sides[&pair.provider].chosen);
    }
    refuse_more(walk.rows.len())?;
    Ok(Found { rows: walk.rows, sides, gaps, ignored: walk.ignored })
}

/// A verdict over a part of the rows would be none.
fn refuse_more(rows: usize) -> Result<(), Refusal> {
    let message = || format!("the answer has more than {MAX_ROWS} rows: name versions, a branch or a tag");
    if rows > MAX_ROWS { Err(Refusal::Wrong(vec![message()])) } else { Ok(()) }
}

/// Who the question is about: with one name, or with a rule for the others, everybody who has a pact with
/// a named one; else the named among themselves. A pact between two that are not named is never asked for.
fn pairs(model: &Model, query: &Query, named: &BTreeMap<PacticipantId, Side<'_>>) -> BTreeSet<Pair> {
    let open = query.infers() || query.selectors.len() == 1;
    let mut pairs = BTreeSet::new();
    for (&id, side) in named {
        for integration in model.providers_of(id) {
            let relies = match &side.chosen {
                Chosen::Any => true,
                Chosen::These(versions) => {
                    versions.iter().any(|it| integration.publications.contains_key(it))
                }
            };
            if relies && (open || named.contains_key(&integration.pair.provider)) {
                pairs.insert(integration.pair);
            }
        }
        if open {
            // A named consumer was asked for its pacts above, by its own versions.
            let others = model.consumers_of(id).filter(|it| !named.contains_key(&it.pair.consumer));
            pairs.extend(others.map(|integration| integration.pair));
        }
    }
    pairs
}

struct Walk<'m> {
    model: &'m Model,
    /// Of the provider versions that will do, only the last.
    only_latest: bool,
    ignored: Ignored,
    /// The last result of each provider version for each content, for the versions that were looked at.
    results: HashMap<VersionId, HashMap<ContentId, u32>>,
    /// The last result of each provider version that verified a content.
    verifiers: HashMap<ContentId, Vec<&'m Verification>>,
    rows: Vec<Row<'m>>,
}

impl<'m> Walk<'m> {
    fn pair(&mut self, pair: Pair, consumer: &Chosen, provider: &Chosen) {
        let Some(integration) = self.model.integration(pair) else { return };
        match consumer {
            Chosen::Any => integration.publications.values().for_each(|it| self.publication(it, provider)),
            Chosen::These(versions) => versions
                .iter()
                .filter_map(|version| integration.publications.get(version))
                .for_each(|it| self.publication(it, provider)),
        }
    }

    fn publication(&mut self, publication: &'m Publication, provider: &Chosen) {
        if self.rows.len() > MAX_ROWS {
            return;
        }
        match provider {
            Chosen::These(versions) if versions.is_empty() => self.row(publication, None, None),
            Chosen::These(versions) => {
                for &version in versions {
                    let result = self.result(publication.content, version);
                    self.row(publication, Some(version), result);
                }
            }
            Chosen::Any => self.whoever_verified(publication),
        }
    }

    fn whoever_verified(&mut self, publication: &'m Publication) {
        let (model, only_latest) = (self.model, self.only_latest);
        let verifiers = self.verifiers.entry(publication.content).or_insert_with(|| {
            let verifications = &model.content(publication.content).verifications;
            let mut last: BTreeMap<VersionId, &'m Verification> =
                verifications.iter().map(|result| (result.version, result)).collect();
            if only_latest {
                last = last.pop_last().into_iter().collect();
            }
            last.into_values().collect()
        });
        let verifiers = verifiers.clone();
        if verifiers.is_empty() {
            self.row(publication, None, None);
        }
        for result in verifiers {
            self.row(publication, Some(result.version), Some(result));
        }
    }

    fn result(&mut self, content: ContentId, version: VersionId) -> Option<&'m Verification> {
        let model = self.model;
        let results = self.results.entry(version).or_insert_with(|| {
            // In the order of publishing, so that the last of a content stays.
            model.version(version).verified.iter().copied().collect()
        });
        numbered(model, content, *results.get(&content)?)
    }

    fn row(
        &mut self,
        publication: &'m Publication,
        provider_version: Option<VersionId>,
        verification: Option<&'m Verification>,
    ) {
        let Publication { pair, version: consumer, .. } = *publication;
        let ignored = self.ignored.covers(pair, consumer, provider_version);
        let provider = pair.provider;
        self.rows.push(Row { consumer, provider, provider_version, publication, verification, ignored });
    }
}

/// Every result that was ever published, where the rows have only the last.
pub(super) fn with_history<'m>(model: &'m Model, rows: &[Row<'m>]) -> Result<Vec<Row<'m>>, Refusal> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        match row.verification {
            None => all.push(*row),
            Some(last) => all.extend(history(model, row, last.version)),
        }
        refuse_more(all.len())?;
    }
    Ok(all)
}

fn history<'m>(model: &'m Model, row: &Row<'m>, version: VersionId) -> impl Iterator<Item = Row<'m>> {
    let (row, of) = (*row, row.publication.content);
    let numbers = model.version(version).verified.iter().filter(move |(content, _)| *content == of);
    numbers.filter_map(move |(_, number)| {
        let verification = Some(numbered(model, of, *number)?);
        Some(Row { verification, ..row })
    })
}

fn numbered(model: &Model, content: ContentId, number: u32) -> Option<&Verification> {
    let verifications = &model.content(content).verifications;
    let at = verifications.binary_search_by_key(&number, |result| result.number).ok()?;
    Some(&verifications[at])
}

/// What counts first; by consumer and provider, and what came last first.
pub(super) fn sort(model: &Model, rows: &mut [Row<'_>]) {
    let name = |id| model.pacticipant(id).name.as_str();
    rows.sort_by_cached_key(|row| {
        let consumer = (name(row.publication.pair.consumer), Reverse(row.consumer));
        let number = row.verification.map(|result| result.number);
        (row.ignored, consumer, name(row.provider), Reverse((row.provider_version, number)))
    });
}
