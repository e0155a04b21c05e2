//! Which pacts a provider has to verify: selectors, pending, work in progress.
//!
//! The walk starts at the pacts that the provider has, so what it costs depends on its consumers and their
//! branches, not on how much the broker holds. The rules are the Pact Broker's ("pacts for verification").

mod ask;
mod metadata;
mod pending;
mod resolve;
mod which;
mod words;

use std::collections::{BTreeMap, HashSet};

pub use ask::{Ask, Fallback, Presence, Selector, Wish};
pub use metadata::Metadata;
pub use pending::Standing;
pub use resolve::{Match, Reason};
pub use which::Which;
pub use words::{Notice, notices, short};

use crate::Model;
use crate::draft::Refusal;
use crate::model::{Content, ContentId, Pacticipant, Publication};
use pending::Line;

/// A pact to verify, and why.
#[derive(Debug)]
pub struct Chosen<'m> {
    pub content: &'m Content,
    /// Of the versions that were chosen and share the content, the newest one's.
    pub publication: &'m Publication,
    /// Everything that chose it, once each.
    pub matches: Vec<Match>,
    pub standing: Standing,
    /// Not chosen by a selector: it is the newest of a branch or tag, and was never verified here.
    pub wip: bool,
}

/// The pacts that are asked for, one for each content. Refused where the provider or an environment is
/// not known; a branch or tag that nobody has chooses nothing.
pub fn choose<'m>(model: &'m Model, provider: &str, ask: &Ask) -> Result<Vec<Chosen<'m>>, Refusal> {
    let provider = model
        .find(provider)
        .ok_or_else(|| Refusal::NotFound(format!("there is no pacticipant {provider:?}")))?;
    ask.check(model)?;
    let lines = pending::lines(model, provider, ask);
    let selected = resolve::selected(model, provider, ask);
    let mut chosen = merge(model, provider, (selected, false), &lines);
    let Some(since) = ask.wip_since.filter(|_| ask.says_where_from()) else { return Ok(chosen) };
    let known: HashSet<ContentId> = chosen.iter().map(|chosen| chosen.content.id).collect();
    let mut wip = merge(model, provider, (resolve::heads(model, provider, since), true), &lines);
    wip.retain(|it| !known.contains(&it.content.id) && it.standing.is_pending());
    chosen.append(&mut wip);
    Ok(chosen)
}

fn merge<'m>(
    model: &'m Model,
    provider: &Pacticipant,
    (matches, wip): (Vec<Match>, bool),
    lines: &[Line],
) -> Vec<Chosen<'m>> {
    let mut by_content: BTreeMap<ContentId, Vec<Match>> = BTreeMap::new();
    for found in matches {
        if let Some(publication) = model.publication(found.version, provider.id) {
            by_content.entry(publication.content).or_default().push(found);
        }
    }
    let complete = |(content, mut matches): (ContentId, Vec<Match>)| {
        matches.sort();
        matches.dedup();
        let newest = matches.iter().map(|found| found.version).max()?;
        let content = model.content(content);
        let publication = model.publication(newest, provider.id)?;
        let standing = Standing::of(model, content, lines);
        Some(Chosen { content, publication, matches, standing, wip })
    };
    let mut chosen: Vec<Chosen<'m>> = by_content.into_iter().filter_map(complete).collect();
    let name = |chosen: &Chosen<'m>| model.pacticipant(chosen.publication.pair.consumer).name.as_str();
    chosen.sort_by(|one, other| {
        name(one).cmp(name(other)).then(one.publication.version.cmp(&other.publication.version))
    });
    chosen
}

#[cfg(test)]
mod tests;
