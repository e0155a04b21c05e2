//! Yes is only said where every live pair was verified, last with success: on any model; and on a large one
//! only what is asked for is answered.

use proptest::prelude::*;

use super::told::Told;
use crate::Model;
use crate::model::VersionId;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const NUMBERS: [&str; 3] = ["1", "2", "3"];
const CONTENTS: [&str; 2] = ["x", "y"];

/// What is live, read from each version by itself.
fn is_live(model: &Model, id: VersionId) -> bool {
    let version = model.version(id);
    let deployed = version.deployments.iter().any(|uuid| model.deployment(*uuid).unwrap().ended.is_none());
    deployed || version.releases.iter().any(|uuid| model.release(*uuid).unwrap().ended.is_none())
}

/// The outcome of every pair that a version needs, the slow way: over everything there is.
fn needed(model: &Model, name: &str, asked: VersionId) -> Vec<Option<bool>> {
    let me = model.find(name).unwrap().id;
    let live = |name: &str| -> Vec<VersionId> {
        model.find(name).unwrap().versions.iter().copied().filter(|id| is_live(model, *id)).collect()
    };
    let outcome = |consumer: VersionId, provider: VersionId| {
        let publication = model.publication(consumer, model.version(provider).pacticipant)?;
        let last = model.content(publication.content).verified_by(provider);
        Some(last.map(|result| result.result.success))
    };
    let mut outcomes = Vec::new();
    for other in model.pacticipants() {
        if model.publication(asked, other.id).is_some() {
            let live = if other.id == me { vec![asked] } else { live(&other.name) };
            outcomes.extend(live.iter().filter_map(|provider| outcome(asked, *provider)));
            if live.is_empty() {
                outcomes.push(None);
            }
        }
        if other.id != me {
            outcomes.extend(live(&other.name).into_iter().filter_map(|consumer| outcome(consumer, asked)));
        }
    }
    outcomes
}

/// What happens, to which version, with whom, over which content, and how it went.
type Step = (u8, usize, usize, usize, usize, bool);

fn tell(steps: &[Step]) -> Told {
    let mut told = Told::default();
    told.empty_environment("prod");
    for &(what, one, number, other, content, success) in steps {
        let version = (NAMES[one], NUMBERS[number]);
        match what {
            0..=3 => {
                told.pact(version, NAMES[other], CONTENTS[content]);
            }
            4..=8 => {
                let pair = told.model.pair(NAMES[other], NAMES[one]);
                if pair.and_then(|pair| told.model.find_content(pair, CONTENTS[content])).is_some() {
                    told.verified(NAMES[other], CONTENTS[content], version, success);
                }
            }
            9 => {
                told.deployed(version, "prod");
            }
            10 => {
                told.instance(version, "prod", Some("blue"));
            }
            _ => {
                told.released(version, "prod");
            }
        }
    }
    told
}

proptest! {
    #[test]
    fn a_verdict_is_that_of_its_live_pairs(
        steps in prop::collection::vec((0_u8..12, 0..4_usize, 0..3_usize, 0..4_usize, 0..2_usize, prop::bool::weighted(0.85)), 1..60),
    ) {
        let told = tell(&steps);
        for pacticipant in told.model.pacticipants() {
            for &id in &pacticipant.versions {
                let needed = needed(&told.model, &pacticipant.name, id);
                let version = (pacticipant.name.as_str(), told.model.version(id).number.as_str());
                let expected = if needed.contains(&Some(false)) {
                    Some(false)
                } else {
                    needed.iter().all(Option::is_some).then_some(true)
                };
                let verdict = told.may_go(version, "prod");
                prop_assert_eq!(verdict.deployable, expected, "{:?}: {}", version, verdict.reason);
                prop_assert_eq!(verdict.counts.success, needed.iter().filter(|it| **it == Some(true)).count());
            }
        }
    }
}

/// 200 pacticipants in a ring, each relying on the next two, 50 versions each, every pact verified.
fn large() -> Told {
    let mut told = Told::default();
    for number in 0..50 {
        for name in 0..200 {
            let consumer = format!("p{name}");
            for next in [1, 2] {
                let provider = format!("p{}", (name + next) % 200);
                let sha = format!("{name}-{next}-{}", number / 5);
                told.pact((&consumer, &number.to_string()), &provider, &sha);
                told.verified(&consumer, &sha, (&provider, &number.to_string()), true);
            }
        }
    }
    for name in 0..200 {
        told.deployed((&format!("p{name}"), "49"), "prod");
    }
    told
}

#[test]
fn a_large_broker_answers_only_what_is_asked() {
    let told = large();
    let verdict = told.may_go(("p7", "49"), "prod");
    assert_eq!((verdict.deployable, verdict.counts.success), (Some(true), 4));
    let verdict = told.may_go(("p7", "3"), "prod");
    assert_eq!((verdict.deployable, verdict.counts.unknown), (None, 4));
    // Every content was verified by the five versions that were built with it.
    let every = told.verdict("q[][pacticipant]=p7&q[][pacticipant]=p8&latestby=cvpv");
    assert_eq!((every.deployable, every.counts.success), (Some(true), 50 * 5));
}
