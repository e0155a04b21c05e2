//! What a verifier tells its user of a pact: why it is there, and what its failure would mean.

use super::{Chosen, Reason};
use crate::Model;

const READ_PENDING: &str = "Read more at https://docs.pact.io/go/pending";
const READ_WIP: &str = "Read more at https://docs.pact.io/go/wip";

/// A line for the user. `when` is one of the Pact Broker's: `before_verification`, or
/// `after_verification:success_B_published_B` with `true` or `false` for each B.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub when: &'static str,
    pub text: String,
}

/// In a few words, of which some verifiers make the name of a test.
#[must_use]
pub fn short(chosen: &Chosen<'_>) -> String {
    let mut reasons: Vec<String> = Vec::new();
    for found in &chosen.matches {
        let reason = short_reason(&found.reason);
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons.join(", ")
}

fn short_reason(reason: &Reason) -> String {
    match reason {
        Reason::Latest => "latest".to_owned(),
        Reason::MainBranch(branch) | Reason::Branch { branch, .. } => format!("latest from branch {branch}"),
        Reason::Tag { tag, .. } => format!("latest with tag {tag}"),
        Reason::AllOfTag(tag) => format!("one of {tag}"),
        Reason::Deployed(environment) => format!("deployed to {environment}"),
        Reason::Released(environment) => format!("released in {environment}"),
    }
}

/// `href` is where the pact is read; what being pending means is told where it was asked for.
#[must_use]
pub fn notices(model: &Model, chosen: &Chosen<'_>, href: &str, pending: bool) -> Vec<Notice> {
    let mut notices = vec![Notice { when: "before_verification", text: why(model, chosen, href) }];
    if !pending {
        return notices;
    }
    let provider = &model.pacticipant(chosen.publication.pair.provider).name;
    let whom = chosen.standing.whom(provider);
    if !chosen.standing.is_pending() {
        let text = format!(
            "A {whom} has verified this pact before: if this verification fails, the build fails. {READ_PENDING}"
        );
        notices.push(Notice { when: "before_verification", text });
        return notices;
    }
    let still =
        format!("This pact is still pending for any {whom}: no successful result has been published.");
    for (when, text) in [
        (
            "before_verification",
            format!(
                "This pact is pending, because no successful result of a {whom} has been published: if this \
                 verification fails, the build does not fail. {READ_PENDING}"
            ),
        ),
        ("after_verification:success_true_published_false", still.clone()),
        ("after_verification:success_false_published_false", still.clone()),
        (
            "after_verification:success_true_published_true",
            format!(
                "This pact is no longer pending for any {whom}: if one of them fails to verify it from now on, its \
                 build fails. {READ_PENDING}"
            ),
        ),
        ("after_verification:success_false_published_true", still),
    ] {
        notices.push(Notice { when, text });
    }
    notices
}

fn why(model: &Model, chosen: &Chosen<'_>, href: &str) -> String {
    let reasons = chosen.matches.iter().map(|found| {
        let version = model.version(found.version);
        let consumer = &model.pacticipant(version.pacticipant).name;
        format!("{} ({})", long_reason(&found.reason, consumer), version.number)
    });
    if chosen.wip {
        return format!(
            "The pact at {href} is verified because it is work in progress: it belongs to the{}, and has not been \
             verified here. {READ_WIP}",
            listed(reasons.map(|reason| format!(" {reason}")), " and"),
        );
    }
    let lines = reasons.collect::<Vec<String>>().join("\n    * ");
    let criteria = if chosen.matches.len() == 1 { "criterion" } else { "criteria" };
    format!(
        "The pact at {href} is verified because its content belongs to what matches the {criteria}:\n    * {lines}"
    )
}

fn long_reason(reason: &Reason, consumer: &str) -> String {
    let of = |instead: &Option<String>, what: &str| match instead {
        Some(instead) => format!(" (in place of {what} '{instead}', which has no pact)"),
        None => String::new(),
    };
    match reason {
        Reason::Latest => format!("latest version of {consumer} that has a pact"),
        Reason::MainBranch(branch) => format!("latest version of {consumer} from the main branch '{branch}'"),
        Reason::Branch { branch, instead } => {
            format!("latest version of {consumer} from branch '{branch}'{}", of(instead, "branch"))
        }
        Reason::Tag { tag, instead } => {
            format!("latest version of {consumer} tagged '{tag}'{}", of(instead, "tag"))
        }
        Reason::AllOfTag(tag) => format!("a version of {consumer} tagged '{tag}'"),
        Reason::Deployed(environment) => format!("version of {consumer} deployed to {environment}"),
        Reason::Released(environment) => format!("version of {consumer} released in {environment}"),
    }
}

/// With commas, and a word before the last.
pub(super) fn listed(items: impl Iterator<Item = String>, word: &str) -> String {
    let mut items: Vec<String> = items.collect();
    match items.pop() {
        Some(last) if !items.is_empty() => format!("{}{word}{last}", items.join(",")),
        last => last.unwrap_or_default(),
    }
}
