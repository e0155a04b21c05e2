//! A pacticipant.

use serde_json::{Value, json};

use super::short_version;
use crate::http::href::{Hrefs, link, titled};
use crate::model::{Model, Pacticipant};

pub fn pacticipant(model: &Model, hrefs: &Hrefs, known: &Pacticipant) -> Value {
    let name = &known.name;
    let below = |below: &str| hrefs.at(&["/pacticipants", name, below]);
    let mut shown = json!({
        "name": name,
        "displayName": known.about.display_name.as_deref().unwrap_or(name),
        "createdAt": known.created.to_string(),
        "updatedAt": known.updated.to_string(),
        "_embedded": {},
        "_links": {
            "self": link(hrefs.pacticipant(name)),
            "versions": link(below("/versions")),
            "pb:versions": link(below("/versions")),
            "pb:version": { "title": "A version", "href": below("/versions/{version}"), "templated": true },
            "pb:version-tag": {
                "title": "A tag of a version",
                "href": below("/versions/{version}/tags/{tag}"),
                "templated": true,
            },
            "pb:branch-version": {
                "title": "A version of a branch",
                "href": below("/branches/{branch}/versions/{version}"),
                "templated": true,
            },
            "pb:branches": link(below("/branches")),
            "pb:label": { "title": "A label", "href": below("/labels/{label}"), "templated": true },
            "pb:latest-version": link(below("/latest-version")),
            "pb:can-i-deploy-badge": {
                "href": below("/latest-version/{tag}/can-i-deploy/to/{environmentTag}/badge"),
                "templated": true,
            },
            "pb:can-i-deploy-branch-to-environment-badge": {
                "href": below("/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge"),
                "templated": true,
            },
        },
    });
    let about = &known.about;
    for (field, value) in [
        ("mainBranch", &about.main_branch),
        ("repositoryUrl", &about.repository_url),
        ("repositoryName", &about.repository_name),
        ("repositoryNamespace", &about.repository_namespace),
    ] {
        if let Some(value) = value {
            shown[field] = value.as_str().into();
        }
    }
    if let Some(latest) = known.latest() {
        let latest = short_version(hrefs, name, &model.version(latest).number);
        // The second name is what clients of the first days look for.
        shown["_embedded"] = json!({ "latestVersion": latest, "latest-version": latest });
    }
    let labels: Vec<Value> = known.labels.keys().map(|label| label_of(hrefs, name, label)).collect();
    if !labels.is_empty() {
        shown["_embedded"]["labels"] = labels.into();
    }
    shown
}

fn label_of(hrefs: &Hrefs, name: &str, label: &str) -> Value {
    let own = titled(hrefs.at(&["/pacticipants", name, "/labels", label]), "Label", label);
    json!({ "name": label, "_links": { "self": own } })
}
