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

/// The findings of one judgement: one for each place, and one for all places that are too many to list.
pub fn changes<'a>(
    judgement: &'a Judgement<'_>,
    occasion: Occasion<'a>,
) -> impl Iterator<Item = Finding> + 'a {
    let listed = judgement.change.uses.iter().map(move |at| change(judgement, at, occasion));
    listed.chain((judgement.change.unlisted > 0).then(|| unlisted(judgement, occasion)))
}

/// What cannot be told of the places that are not listed: it is neither nobody who relies on them nor
/// somebody.
fn unlisted(judgement: &Judgement<'_>, occasion: Occasion<'_>) -> Finding {
    let first = change(judgement, &judgement.change.uses[0], occasion);
    let places = judgement.change.unlisted;
    Finding {
        operation: None,
        instance: Some("places that are not listed".to_owned()),
        message: format!(
            "{}; and so at {places} more places, too many to list: whom it hurts there cannot be told",
            first.message
        ),
        affects: None,
        ..first
    }
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
        // What is of no operation is called, sent and read by nobody; and who answers a webhook or a
        // callback no pact of a consumer tells.
        affects: occasion
            .consumers
            .filter(|_| at.operation.as_ref().is_some_and(|operation| operation.is_of_paths()))
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

#[cfg(test)]
mod tests {
    use countersign_openapi::diff::{Options, compare};
    use countersign_openapi::rule::{Levels, Rules};
    use countersign_openapi::{Document, LoadOptions};

    use super::{Occasion, changes};
    use crate::finding::{Between, Finding, Severity};
    use crate::impact::Consumers;

    /// An answer of one shared schema, by many operations.
    fn document(kind: &str) -> Document {
        let answer = "get: {responses: {'200': {description: a, content: {application/json: \
                      {schema: {$ref: '#/components/schemas/Show'}}}}}}";
        let paths: Vec<String> = (0..5).map(|path| format!("  /{path}: {{{answer}}}\n")).collect();
        let paths = paths.concat();
        let text = format!(
            "openapi: 3.0.3\ninfo: {{title: Archive, version: 1.0.0}}\npaths:\n{paths}components:\n  schemas:\n    \
             Show: {{type: object, properties: {{id: {{type: {kind}}}}}}}\n"
        );
        Document::from_text("openapi.yaml", &text, &LoadOptions::default()).unwrap()
    }

    fn found(max_uses: usize) -> Vec<Finding> {
        let options = Options { max_uses, ..Options::on("2026-06-01".parse().unwrap()) };
        let comparison = compare(&document("string"), &document("integer"), &options).unwrap();
        let judged = Rules::embedded().judge(&comparison, &Levels::new());
        let nobody = Consumers::default();
        let occasion =
            Occasion { between: Between::BaseAndRevised, provider: None, consumers: Some(&nobody) };
        let found = judged.iter().flat_map(|judgement| changes(judgement, occasion));
        found.filter(|finding| finding.severity == Severity::Error).collect()
    }

    #[test]
    fn what_is_not_listed_is_told_of_and_nobody_is_said_not_to_rely_on_it() {
        let all = found(5);
        assert_eq!(all.len(), 5);
        assert!(all.iter().all(|finding| finding.affects.as_deref() == Some(&[])));
        let cut = found(2);
        assert_eq!(cut.len(), 3);
        let rest = &cut[2];
        assert_eq!((&rest.id, rest.severity), (&all[0].id, Severity::Error));
        assert_eq!((&rest.affects, &rest.operation), (&None, &None));
        let end = "; and so at 3 more places, too many to list: whom it hurts there cannot be told";
        assert!(rest.message.ends_with(end), "{}", rest.message);
        assert!(!cut[..2].iter().any(|finding| finding.key() == rest.key()));
    }
}
