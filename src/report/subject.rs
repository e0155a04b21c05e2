//! Where a finding is shown by tools that point at one line of one file: a code scanner, an annotation
//! of a change, a test report.

use crate::finding::{Between, Finding, Location};

/// The place to point at: the side that is ours to read, the pact or the document.
pub fn place(finding: &Finding) -> Option<&Location> {
    let (pact, document) = (finding.location.as_ref(), finding.document.as_ref());
    match finding.between {
        Between::PactAndProvider | Between::ProtocolAndProvider | Between::DocumentAndPact => {
            pact.or(document)
        }
        Between::DocumentAndProvider | Between::DocumentAndClient => document.or(pact),
        Between::BaseAndRevised
        | Between::ReleasedAndCurrent
        | Between::CurrentAndServed
        | Between::ReleasedAndServed => document.or(finding.base.as_ref()),
    }
}

/// Every other place that a finding names, and what stands there.
pub fn others(finding: &Finding) -> Vec<(&Location, &'static str)> {
    let shown = place(finding);
    let base = match finding.between {
        Between::CurrentAndServed => "in the current document",
        Between::ReleasedAndCurrent | Between::ReleasedAndServed => "in the released document",
        _ => "in the base document",
    };
    let all = [
        (finding.location.as_ref(), "in the pact"),
        (finding.document.as_ref(), "in the document"),
        (finding.base.as_ref(), base),
    ];
    all.into_iter().filter_map(|(it, what)| it.filter(|it| Some(*it) != shown).map(|it| (it, what))).collect()
}

/// The path of a file that can be opened; nothing for a URL or a file of another revision.
pub fn path(location: &Location) -> Option<&str> {
    let file = location.file.strip_prefix("./").unwrap_or(&location.file);
    let elsewhere = file.contains("://") || file.starts_with("git:") || file.is_empty();
    (!elsewhere).then_some(file)
}
