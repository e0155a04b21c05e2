//! The matrix as clients read it.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::draft::Refusal;
use crate::http::href::{Hrefs, link};
use crate::matrix::{Query, Row, answer};
use crate::model::{Model, PacticipantId, VersionId};

pub fn hal(model: &Model, hrefs: &Hrefs, query: &Query) -> Result<Value, Refusal> {
    let answer = answer(model, query)?;
    let counts = answer.verdict.counts;
    let mut summary = json!({
        "deployable": answer.verdict.deployable,
        "reason": answer.verdict.reason,
        "success": counts.success,
        "failed": counts.failed,
        "unknown": counts.unknown,
    });
    if !query.ignore.is_empty() {
        summary["ignored"] = counts.ignored.into();
    }
    let notices = answer.verdict.notices.iter();
    let notices: Vec<Value> =
        notices.map(|notice| json!({ "type": notice.kind.as_str(), "text": notice.text })).collect();
    let rows: Vec<Value> = answer.rows.iter().map(|it| row(model, hrefs, it)).collect();
    Ok(json!({ "summary": summary, "notices": notices, "matrix": rows }))
}

fn row(model: &Model, hrefs: &Hrefs, row: &Row<'_>) -> Value {
    let consumer = model.version(row.consumer).pacticipant;
    let (consumer_name, provider_name) = (name(model, consumer), name(model, row.provider));
    let sha = &model.content(row.publication.content).sha;
    let number = &model.version(row.consumer).number;
    let result = row.verification.map(|verification| {
        let own = hrefs.result(provider_name, consumer_name, sha, verification.number);
        json!({
            "success": verification.result.success,
            "verifiedAt": verification.at.to_string(),
            "_links": { "self": link(own) },
        })
    });
    let mut shown = json!({
        "consumer": party(model, hrefs, consumer, Some(row.consumer)),
        "provider": party(model, hrefs, row.provider, row.provider_version),
        "pact": {
            "createdAt": row.publication.created.to_string(),
            "_links": { "self": link(hrefs.pact(provider_name, consumer_name, number)) },
        },
        "verificationResult": result,
    });
    if row.ignored {
        shown["ignored"] = true.into();
    }
    shown
}

fn party(model: &Model, hrefs: &Hrefs, id: PacticipantId, version: Option<VersionId>) -> Value {
    let name = name(model, id);
    json!({
        "name": name,
        "version": version.map(|version| self::version(model, hrefs, name, version)),
        "_links": { "self": link(hrefs.pacticipant(name)) },
    })
}

fn version(model: &Model, hrefs: &Hrefs, name: &str, id: VersionId) -> Value {
    let version = model.version(id);
    let owner = model.pacticipant(version.pacticipant);
    let branches: Vec<Value> = version
        .branches
        .iter()
        .rev()
        .map(|(branch, _)| {
            let latest = owner.latest_of_branch(branch) == Some(id);
            let own = link(hrefs.branch_version(name, branch, &version.number));
            json!({ "name": branch, "latest": latest, "_links": { "self": own } })
        })
        .collect();
    let tags: Vec<Value> = version
        .tags
        .keys()
        .map(|tag| {
            let own = link(hrefs.tag(name, &version.number, tag));
            json!({ "name": tag, "latest": owner.latest_tagged(tag) == Some(id), "_links": { "self": own } })
        })
        .collect();
    json!({
        "number": version.number,
        "branch": version.branch(),
        "branches": branches,
        "branchVersions": branches,
        "environments": environments(model, hrefs, id),
        "tags": tags,
        "_links": { "self": link(hrefs.version(name, &version.number)) },
    })
}

fn environments(model: &Model, hrefs: &Hrefs, id: VersionId) -> Vec<Value> {
    let version = model.version(id);
    let deployed = version.deployments.iter().filter_map(|&uuid| model.deployment(uuid));
    let deployed = deployed.filter(|it| it.ended.is_none()).map(|it| it.environment);
    let released = version.releases.iter().filter_map(|&uuid| model.release(uuid));
    let released = released.filter(|it| it.ended.is_none()).map(|it| it.environment);
    let there: BTreeSet<_> = deployed.chain(released).collect();
    let known = there.into_iter().filter_map(|uuid| model.environment(uuid));
    known
        .map(|environment| {
            json!({
                "uuid": environment.uuid,
                "name": environment.about.name,
                "displayName": environment.about.display_name,
                "production": environment.about.production,
                "_links": { "self": link(hrefs.environment(environment.uuid)) },
            })
        })
        .collect()
}

fn name(model: &Model, id: PacticipantId) -> &str {
    &model.pacticipant(id).name
}

/// For a terminal: a line a row, and the verdict.
pub fn plain(model: &Model, query: &Query) -> Result<String, Refusal> {
    let answer = answer(model, query)?;
    let mut text = String::from("CONSUMER\tVERSION\tPROVIDER\tVERSION\tSUCCESS\n");
    for row in &answer.rows {
        let consumer = model.version(row.consumer);
        let provider = row.provider_version.map_or("???", |version| &model.version(version).number);
        let success = match (row.ignored, row.success()) {
            (true, _) => "ignored",
            (_, Some(true)) => "true",
            (_, Some(false)) => "false",
            (_, None) => "???",
        };
        let (by, of) = (name(model, consumer.pacticipant), name(model, row.provider));
        writeln!(text, "{by}\t{}\t{of}\t{provider}\t{success}", consumer.number)
            .expect("a string takes what is written");
    }
    writeln!(text, "\n{}", answer.verdict.reason).expect("a string takes what is written");
    Ok(text)
}
