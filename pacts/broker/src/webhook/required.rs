//! Which versions of a provider a new pact waits for: those that consumers meet, or will.

use crate::model::{Model, VersionId};

use super::Publication;

/// A version that has no result of the pact yet, and what it is needed for.
#[derive(Debug, PartialEq, Eq)]
pub struct Required {
    /// None where the provider has no version at all: whatever it builds first.
    pub number: Option<String>,
    pub descriptions: Vec<String>,
}

/// The head of the main branch (of no branch where none is the main one), what is deployed, and what is
/// released, as far as it has not verified this content.
pub fn verifications(model: &Model, publication: &Publication) -> Vec<Required> {
    let Some(provider) = model.find(&publication.provider) else { return first() };
    let main = provider.about.main_branch.as_deref();
    let head = match main {
        Some(branch) => provider.latest_of_branch(branch),
        None => provider.latest(),
    };
    let Some(newest) = provider.latest() else { return first() };
    let mut needed: Vec<(VersionId, String)> = Vec::new();
    if let Some(head) = head.or(Some(newest)) {
        let of =
            main.map_or_else(|| "latest version".to_owned(), |it| format!("latest version from branch {it}"));
        needed.push((head, of));
    }
    for environment in model.environments() {
        let name = &environment.about.name;
        let deployed = environment.deployments.iter().filter_map(|&uuid| model.deployment(uuid));
        needed.extend(deployed.map(|it| (it.version, format!("currently deployed to {name}"))));
        let released = environment.releases.iter().filter_map(|&uuid| model.release(uuid));
        needed.extend(released.map(|it| (it.version, format!("currently released to {name}"))));
    }
    let content = model
        .pair(&publication.consumer, &publication.provider)
        .and_then(|pair| model.find_content(pair, &publication.sha));
    let mut required: Vec<Required> = Vec::new();
    for (id, description) in needed {
        let version = model.version(id);
        if version.pacticipant != provider.id || content.is_some_and(|it| it.verified_by(id).is_some()) {
            continue;
        }
        match required.iter_mut().find(|it| it.number.as_ref() == Some(&version.number)) {
            Some(known) => known.descriptions.push(description),
            None => required
                .push(Required { number: Some(version.number.clone()), descriptions: vec![description] }),
        }
    }
    required
}

fn first() -> Vec<Required> {
    vec![Required { number: None, descriptions: Vec::new() }]
}
