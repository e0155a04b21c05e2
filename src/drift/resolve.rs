//! The one pure step: from the three documents of a provider to what is wrong between them.
//!
//! From released to current, a change breaks whoever relies on what was released. From current to served, a
//! difference is what was deployed and not written down, or written down and not deployed: it weighs as much
//! as it would hurt a consumer that goes by the current document.

use countersign_openapi::diff::{Options, TooComplex, compare};
use countersign_openapi::rule::{Levels, Rules};

use super::document::Loaded;
use crate::finding::{Between, Finding, Occasion, changes};
use crate::impact::Consumers;

/// What is known of one provider's documents.
#[derive(Clone, Copy, Debug)]
pub struct Standings<'a> {
    pub provider: &'a str,
    /// What the world relies on.
    pub released: Option<&'a Loaded>,
    /// What the repository says.
    pub current: Option<&'a Loaded>,
    /// What runs.
    pub served: Option<&'a Loaded>,
}

/// Who relies on what, by each of the documents that something is compared with.
#[derive(Debug, Default)]
pub struct Reliances {
    pub on_released: Consumers,
    pub on_current: Consumers,
}

/// How it is judged.
#[derive(Clone, Copy, Debug)]
pub struct Bench<'a> {
    pub rules: &'a Rules,
    pub levels: &'a Levels,
    pub options: &'a Options,
}

/// What is wrong between the documents, in the order of the first of each pair.
pub fn resolve(
    standings: Standings<'_>,
    reliances: &Reliances,
    bench: Bench<'_>,
) -> Result<Vec<Finding>, TooComplex> {
    let Standings { released, current, served, .. } = standings;
    let mut findings = Vec::new();
    let (on_released, on_current) = (&reliances.on_released, &reliances.on_current);
    let pairs = [
        (released, current, Between::ReleasedAndCurrent, on_released),
        (current, served, Between::CurrentAndServed, on_current),
        // Where the repository says nothing, what runs is still held against what was released.
        (released.filter(|_| current.is_none()), served, Between::ReleasedAndServed, on_released),
    ];
    for (base, revised, between, consumers) in pairs {
        let (Some(base), Some(revised)) = (base, revised) else { continue };
        let comparison = compare(&base.document, &revised.document, bench.options)?;
        let occasion = Occasion { between, provider: Some(standings.provider), consumers: Some(consumers) };
        let judged = bench.rules.judge(&comparison, bench.levels);
        findings.extend(
            judged
                .iter()
                .flat_map(|judgement| changes(judgement, occasion).map(|it| within(it, (base, revised)))),
        );
    }
    Ok(findings)
}

/// The finding with its places named as people know the documents: a revision of git was read from elsewhere.
fn within(mut finding: Finding, (base, revised): (&Loaded, &Loaded)) -> Finding {
    for (place, loaded) in [(&mut finding.base, base), (&mut finding.document, revised)] {
        loaded.rename(place.as_mut());
    }
    finding
}
