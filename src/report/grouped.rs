//! What concerns what: findings and troubles by the interaction under which they are shown, and by
//! the operation where no interaction of the report shows them.

use std::collections::{HashMap, HashSet};

use super::{Contract, Interaction, Report, Trouble, words};
use crate::finding::{Finding, Location};

/// A report, grouped.
pub struct Grouped<'a> {
    concerns: HashMap<Place<'a>, Concern<'a>>,
    /// What no interaction shows, in the order of the report.
    pub elsewhere: Vec<Group<'a>>,
}

/// What there is to say of one interaction.
#[derive(Clone, Default)]
pub struct Concern<'a> {
    pub findings: Vec<&'a Finding>,
    pub troubles: Vec<&'a Trouble>,
}

/// Findings about one operation, or about documents as a whole.
pub struct Group<'a> {
    pub provider: Option<&'a str>,
    pub operation: Option<&'a str>,
    pub findings: Vec<&'a Finding>,
}

/// Where an interaction stands: its file and its pointer there. Its description names it to people
/// only: another one may have the same, with other parameters of its state or in another pact.
type Place<'a> = (&'a str, &'a str);

impl<'a> Grouped<'a> {
    pub fn of(report: &'a Report) -> Self {
        let shown: HashSet<Place<'a>> = report
            .contracts
            .iter()
            .flat_map(|contract| contract.results.iter().map(|it| (&*contract.file, &*it.pointer)))
            .collect();
        let mut grouped = Self { concerns: HashMap::new(), elsewhere: Vec::new() };
        let mut groups: HashMap<(Option<&str>, Option<&str>), usize> = HashMap::new();
        for finding in &report.findings {
            match finding.location.as_ref().map(place).filter(|place| shown.contains(place)) {
                Some(place) => grouped.concerns.entry(place).or_default().findings.push(finding),
                None => grouped.elsewhere(&mut groups, finding),
            }
        }
        for trouble in &report.errors {
            if let Some(place) = trouble.location.as_ref().map(place) {
                grouped.concerns.entry(place).or_default().troubles.push(trouble);
            }
        }
        grouped
    }

    fn elsewhere(
        &mut self,
        groups: &mut HashMap<(Option<&'a str>, Option<&'a str>), usize>,
        finding: &'a Finding,
    ) {
        let (provider, operation) = (finding.provider.as_deref(), finding.operation.as_deref());
        let index = *groups.entry((provider, operation)).or_insert_with(|| {
            self.elsewhere.push(Group { provider, operation, findings: Vec::new() });
            self.elsewhere.len() - 1
        });
        self.elsewhere[index].findings.push(finding);
    }

    /// What concerns an interaction of a contract.
    pub fn concern(&self, contract: &Contract, interaction: &Interaction) -> Concern<'a> {
        self.concerns.get(&(&*contract.file, &*interaction.pointer)).cloned().unwrap_or_default()
    }
}

impl Group<'_> {
    /// The same with those findings alone that weigh as much, in the word of [`words::weight`].
    pub fn only(&self, weight: &str) -> Self {
        let findings = self.findings.iter().copied().filter(|it| words::weight(it) == weight).collect();
        Self { provider: self.provider, operation: self.operation, findings }
    }
}

/// The interaction in which a place of a pact lies: `/interactions/3` of `/interactions/3/response`.
fn place(location: &Location) -> Place<'_> {
    let pointer = &*location.pointer;
    let end = pointer.match_indices('/').nth(2).map_or(pointer.len(), |(end, _)| end);
    (&location.file, &pointer[..end])
}
