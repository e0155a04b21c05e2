//! One pact of one version.

use serde_json::Value;

use crate::draft::{Draft, Refusal};
use crate::event::Event;
use crate::{content, webhook};

/// What is new about a pact that was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Novelty {
    /// The version had this very content already.
    Nothing,
    /// A new version with a content that is known.
    Version,
    /// A content that no version of the consumer had before.
    Content,
}

/// Puts a pact into the draft, and what it sets off. A version that has another content already keeps it:
/// what was published is what others build on (Pact Broker:
/// `allow_dangerous_contract_modification=false`), unless the new one was merged with it.
pub fn publish_pact(
    draft: &mut Draft<'_>,
    (consumer, number, provider): (&str, &str, &str),
    (pact, text): (&Value, String),
    merging: bool,
) -> Result<Novelty, Refusal> {
    let sha = content::sha(pact);
    draft.ensure_version(consumer, number);
    draft.ensure_pacticipant(provider);
    let model = draft.model;
    let pair = model.pair(consumer, provider);
    let before = pair.and_then(|pair| {
        let version = model.find_version(consumer, number)?;
        Some(model.content(model.publication(version.id, pair.provider)?.content))
    });
    match before {
        Some(before) if before.sha == sha => {
            set_off(draft, (consumer, number, provider), sha, Novelty::Nothing);
            return Ok(Novelty::Nothing);
        }
        Some(_) if !merging => {
            return Err(Refusal::Conflict(format!(
                "version {number} of {consumer} has a pact with {provider} already, and this one differs: publish it \
                 as another version (a commit's id makes a good one)"
            )));
        }
        _ => {}
    }
    let known = pair.is_some_and(|pair| model.find_content(pair, &sha).is_some());
    let body = draft.keep(text);
    draft.push(Event::PactPublished {
        consumer: consumer.to_owned(),
        number: number.to_owned(),
        provider: provider.to_owned(),
        sha: sha.clone(),
        body,
    });
    let novelty = if known { Novelty::Version } else { Novelty::Content };
    set_off(draft, (consumer, number, provider), sha, novelty);
    Ok(novelty)
}

fn set_off(
    draft: &mut Draft<'_>,
    (consumer, number, provider): (&str, &str, &str),
    sha: String,
    novelty: Novelty,
) {
    let (consumer, number, provider) = (consumer.to_owned(), number.to_owned(), provider.to_owned());
    webhook::published(draft, &webhook::Publication { consumer, number, provider, sha, novelty });
}
