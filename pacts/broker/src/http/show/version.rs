//! A version of a pacticipant.

use serde_json::{Value, json};

use crate::http::href::{Hrefs, link, titled};
use crate::model::{Model, Version};

/// Number and address.
pub fn short_version(hrefs: &Hrefs, pacticipant: &str, number: &str) -> Value {
    json!({ "number": number, "_links": { "self": titled(hrefs.version(pacticipant, number), "Version", number) } })
}

pub fn version(model: &Model, hrefs: &Hrefs, version: &Version) -> Value {
    let name = &model.pacticipant(version.pacticipant).name;
    let number = &version.number;
    let branches: Vec<Value> = version
        .branches
        .iter()
        .rev()
        .map(|(branch, at)| {
            let latest = model.pacticipant(version.pacticipant).latest_of_branch(branch) == Some(version.id);
            json!({
                "name": branch,
                "latest": latest,
                "createdAt": at.to_string(),
                "_links": { "self": link(hrefs.branch_version(name, branch, number)) },
            })
        })
        .collect();
    let tags: Vec<Value> = version
        .tags
        .iter()
        .map(|(tag, at)| {
            json!({
                "name": tag,
                "createdAt": at.to_string(),
                "_links": { "self": titled(hrefs.tag(name, number, tag), "Tag", tag) },
            })
        })
        .collect();
    let mut shown = json!({
        "number": number,
        "createdAt": version.created.to_string(),
        "_embedded": { "branchVersions": branches, "tags": tags },
        "_links": links(model, hrefs, version),
    });
    if let Some(url) = &version.build_url {
        shown["buildUrl"] = url.as_str().into();
    }
    shown
}

fn links(model: &Model, hrefs: &Hrefs, version: &Version) -> Value {
    let name = &model.pacticipant(version.pacticipant).name;
    let number = &version.number;
    let own = hrefs.version(name, number);
    let pacts = model.providers_of(version.pacticipant).filter_map(|integration| {
        let provider = &model.pacticipant(integration.publications.get(&version.id)?.pair.provider).name;
        Some(titled(hrefs.pact(provider, name, number), format!("Pact with {provider}"), provider))
    });
    let pacts: Vec<Value> = pacts.collect();
    let recording = |what: &str| -> Vec<Value> {
        model
            .environments()
            .map(|environment| {
                let uuid = environment.uuid.to_string();
                let href = hrefs.at(&["/pacticipants", name, "/versions", number, what, &uuid]);
                let shown = environment.about.display_name.as_deref().unwrap_or(&environment.about.name);
                titled(href, format!("In {shown}"), &environment.about.name)
            })
            .collect()
    };
    let deployed: Vec<Value> = version
        .deployments
        .iter()
        .filter_map(|&uuid| model.deployment(uuid))
        .filter(|deployment| deployment.ended.is_none())
        .filter_map(|deployment| {
            let environment = &model.environment(deployment.environment)?.about.name;
            let href = hrefs.at(&["/deployed-versions", &deployment.uuid.to_string()]);
            let instance = deployment.instance.as_deref();
            let mut shown = titled(href, "Version deployed", environment);
            shown["currentlyDeployed"] = true.into();
            shown["applicationInstance"] = instance.into();
            Some(shown)
        })
        .collect();
    json!({
        "self": titled(&own, "Version", number),
        "pb:pacticipant": titled(hrefs.pacticipant(name), "Pacticipant", name),
        "pb:tag": { "href": format!("{own}/tags/{{tag}}"), "title": "Get, create or delete a tag", "templated": true },
        "pb:latest-verification-results-where-pacticipant-is-consumer": link(hrefs.at(&[
            "/verification-results/consumer", name, "/version", number, "/latest",
        ])),
        "pb:pact-versions": pacts,
        "pb:record-deployment": recording("/deployed-versions/environment"),
        "pb:record-release": recording("/released-versions/environment"),
        "pb:deployed-environments": deployed,
        "curies": [{ "name": "pb", "href": format!("{}/doc/{{rel}}?context=version", hrefs.at(&[])), "templated": true }],
    })
}
