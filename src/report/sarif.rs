//! The report as SARIF 2.1.0 (OASIS), for code scanners and editors: a result a finding, in the file and
//! line of the pact or the document. What could not be told is a notification of the run: it is no
//! result, and it is not silence either.

mod result;

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Outcome, Report, Rule, Trouble, printable, words};
use crate::finding::Severity;
use result::{location, message};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes the report as one indented JSON value and a line feed.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let rules = Rules::of(report);
    let results: Vec<Value> = report.findings.iter().map(|it| result::of(it, &rules)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "countersign",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.0.iter().map(|(id, rule)| of_rule(id, *rule, report)).collect::<Vec<_>>(),
            } },
            "automationDetails": { "id": format!("countersign/{}/", words::verb(report.verb)) },
            "invocations": [invocation(report)],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

/// Every id that occurs, in order, with what it stands for where that is known.
pub(super) struct Rules<'a>(Vec<(&'a str, Option<&'a Rule>)>);

impl<'a> Rules<'a> {
    fn of(report: &'a Report) -> Self {
        let ids: BTreeSet<&str> = report.findings.iter().map(|finding| &*finding.id).collect();
        let rule = |id| report.rules.iter().find(|rule| rule.id == id);
        Self(ids.into_iter().map(|id| (id, rule(id))).collect())
    }

    fn index(&self, id: &str) -> Option<usize> {
        self.0.binary_search_by_key(&id, |(id, _)| id).ok()
    }
}

fn of_rule(id: &str, rule: Option<&Rule>, report: &Report) -> Value {
    let worst = report.findings.iter().filter(|finding| finding.id == id).map(|it| it.severity).min();
    let mut value = json!({
        "id": id,
        "defaultConfiguration": { "level": worst.map_or("none", level) },
    });
    if let Some(Rule { summary, why, remedy, link, .. }) = rule {
        let parts = [why.as_deref(), remedy.as_deref()];
        let help = parts.into_iter().flatten().map(sentence).collect::<Vec<_>>();
        value["shortDescription"] = json!({ "text": sentence(summary) });
        if !help.is_empty() {
            value["help"] = json!({ "text": help.join(" "), "markdown": help.join("\n\n") });
        }
        if let Some(link) = link {
            value["helpUri"] = json!(link);
        }
    }
    value
}

/// A fragment of this house as the sentence that SARIF asks for.
fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let text: String = first.chain(letters).collect();
    if text.ends_with(['.', '!', '?']) { text } else { text + "." }
}

fn invocation(report: &Report) -> Value {
    let told = report.summary.outcome != Outcome::Unknown && report.errors.is_empty();
    json!({
        "executionSuccessful": told,
        "toolExecutionNotifications": report.errors.iter().map(notification).collect::<Vec<_>>(),
    })
}

fn notification(trouble: &Trouble) -> Value {
    let hint = trouble.hint.iter().map(|hint| format!("hint: {}", printable(hint)));
    let output = trouble.output.iter().map(|line| printable(line).into_owned());
    let text = [printable(&trouble.message).into_owned()].into_iter().chain(output).chain(hint);
    let mut value = json!({
        "descriptor": { "id": trouble.id },
        "level": "error",
        "message": message(&text.collect::<Vec<_>>().join("\n")),
    });
    if let Some(place) = &trouble.location {
        value["locations"] = json!([location(place)]);
    }
    value
}

pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}
