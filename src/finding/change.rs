//! Changes from one document to another, as findings: one for each place at which a change is met.

use countersign_openapi::diff::{Part, Use};
use countersign_openapi::rule::Judgement;

use super::{Between, Finding, Location, Severity};
use crate::impact::Consumers;
use crate::report::Rule;

/// Which documents were compared, and who is known to rely on the earlier one.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    pub between: Between,
    /// The provider that both describe, where that is known.
    pub provider: Option<&'a str>,
    /// `None` where nobody looked.
    pub consumers: Option<&'a Consumers>,
}

/// The findings of one judgement.
pub fn changes<'a>(
    judgement: &'a Judgement<'_>,
    occasion: Occasion<'a>,
) -> impl Iterator<Item = Finding> + 'a {
    judgement.change.uses.iter().map(move |at| change(judgement, at, occasion))
}

/// What the rule says of itself.
#[must_use]
pub fn rule(rule: &countersign_openapi::rule::Rule) -> Rule {
    Rule {
        id: rule.id.clone(),
        summary: rule.summary.clone(),
        why: Some(rule.why.clone()),
        remedy: Some(rule.remedy.clone()),
        link: Some(rule.link.clone()),
    }
}

fn change(judgement: &Judgement<'_>, at: &Use, occasion: Occasion<'_>) -> Finding {
    let Judgement { rule, change, .. } = judgement;
    let severity = Severity::from(judgement.severity);
    Finding {
        provider: occasion.provider.map(str::to_owned),
        document: change.revised.as_ref().map(Location::from),
        base: change.base.as_ref().map(Location::from),
        operation: at.operation.as_ref().map(ToString::to_string),
        instance: instance(judgement, at),
        subject: subject(judgement),
        expected: change.before.clone(),
        actual: change.after.clone(),
        hint: (severity != Severity::Info).then(|| rule.remedy.clone()),
        // What is of no operation is called, sent and read by nobody.
        affects: occasion
            .consumers
            .filter(|_| at.operation.is_some())
            .map(|consumers| consumers.reached_at(change, at)),
        ..Finding::new(&rule.id, severity, occasion.between, rule.message.about(change, at))
    }
}

/// The place within the operation by the document's own words, such as `response/200/body/duration`.
fn instance(judgement: &Judgement<'_>, at: &Use) -> Option<String> {
    let place = judgement.change.place(at);
    let part = match &at.part {
        Part::Whole => String::new(),
        Part::Parameter { location, name } => format!("request/{location}/{name}"),
        Part::RequestBody { media_type: None } => "request/body".to_owned(),
        Part::RequestBody { media_type: Some(media_type) } => format!("request/body ({media_type})"),
        Part::Response { status } => format!("response/{status}"),
        Part::ResponseBody { status, media_type } => format!("response/{status}/body ({media_type})"),
        Part::ResponseHeader { status, name } => format!("response/{status}/header/{name}"),
    };
    let whole = format!("{part}{place}");
    (!whole.is_empty()).then_some(whole)
}

/// Which one it is, where several of one rule may stand at one place: by name, or by the value that was lost.
fn subject(judgement: &Judgement<'_>) -> Option<String> {
    let change = judgement.change;
    let value = || {
        [&change.before, &change.after].into_iter().find(|value| !value.is_null()).map(ToString::to_string)
    };
    change.name.clone().filter(|_| change.member.is_none()).or_else(value)
}
