//! How two stand: the pact that counts, and what its provider last found of it.

use super::words::Word;
use crate::model::{Content, Integration, Model, Publication, Verification};

/// The pact of the consumer's main branch, where that has one, else the newest; and the last result of it,
/// of the provider's main branch where that has verified it, else of anybody.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'m> {
    pub publication: &'m Publication,
    pub content: &'m Content,
    pub result: Option<&'m Verification>,
}

impl<'m> Standing<'m> {
    /// None where every pact of the two was deleted.
    pub fn of(model: &'m Model, integration: &'m Integration) -> Option<Self> {
        let publication = main_publication(model, integration).or_else(|| integration.latest())?;
        let content = model.content(publication.content);
        let result = main_result(model, content).or_else(|| content.latest_verification());
        Some(Self { publication, content, result })
    }

    pub fn word(&self) -> Word {
        self.result.map(|result| result.result.success).into()
    }
}

fn main_publication<'m>(model: &Model, integration: &'m Integration) -> Option<&'m Publication> {
    let consumer = model.pacticipant(integration.pair.consumer);
    let versions = &consumer.branches.get(consumer.about.main_branch.as_deref()?)?.versions;
    versions.iter().rev().find_map(|version| integration.publications.get(version))
}

fn main_result<'m>(model: &Model, content: &'m Content) -> Option<&'m Verification> {
    let provider = model.pacticipant(content.pair.provider);
    let versions = &provider.branches.get(provider.about.main_branch.as_deref()?)?.versions;
    content.verifications.iter().rfind(|result| versions.contains(&result.version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::told::Told;

    fn word(told: &Told) -> Word {
        let integration = told.model.integrations().next().expect("two were told of");
        Standing::of(&told.model, integration).expect("a pact was told of").word()
    }

    #[test]
    fn what_nobody_verified_is_unknown() {
        let mut told = Told::default();
        told.pact("A", "1", "B", "s");
        assert_eq!(word(&told), Word::Unknown);
        told.result("A", "B", "s", ("9", true));
        assert_eq!(word(&told), Word::Kept);
    }

    #[test]
    fn a_branch_that_breaks_does_not_speak_for_the_main_branch() {
        let mut told = Told::default();
        told.branch("A", "1", "main").pact("A", "1", "B", "s").main_branch("A", "main");
        told.branch("B", "8", "main").main_branch("B", "main").result("A", "B", "s", ("8", true));
        told.pact("A", "2", "B", "new").result("A", "B", "new", ("8", false));
        told.result("A", "B", "s", ("9-feature", false));
        assert_eq!(word(&told), Word::Kept);
    }
}
