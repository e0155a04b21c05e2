//! Environments, and what is deployed or released there.

use serde_json::{Value, json};

use super::short_version;
use crate::http::href::{Hrefs, link, titled};
use crate::model::{Deployment, Environment, Model, Release, VersionId};

pub fn environment(hrefs: &Hrefs, known: &Environment) -> Value {
    let uuid = known.uuid.to_string();
    let below = |below: &str| hrefs.at(&["/environments", &uuid, below]);
    let about = &known.about;
    json!({
        "uuid": uuid,
        "name": about.name,
        // Never null: an official client falls over it.
        "displayName": about.display_name.as_deref().unwrap_or(&about.name),
        "production": about.production,
        "contacts": if about.contacts.is_array() { about.contacts.clone() } else { json!([]) },
        "createdAt": known.created.to_string(),
        "updatedAt": known.updated.to_string(),
        "_links": {
            "self": titled(hrefs.environment(known.uuid), "Environment", &about.name),
            "pb:environments": link(hrefs.at(&["/environments"])),
            "pb:currently-deployed-deployed-versions": link(below("/deployed-versions/currently-deployed")),
            "pb:currently-deployed": link(below("/deployed-versions/currently-deployed")),
            "pb:currently-supported-released-versions": link(below("/released-versions/currently-supported")),
        },
    })
}

pub fn deployment(model: &Model, hrefs: &Hrefs, known: &Deployment) -> Value {
    let mut shown = json!({
        "uuid": known.uuid,
        "currentlyDeployed": known.ended.is_none(),
        "createdAt": known.created.to_string(),
    });
    if let Some(instance) = &known.instance {
        shown["target"] = instance.as_str().into();
        shown["applicationInstance"] = instance.as_str().into();
    }
    if let Some(ended) = known.ended {
        shown["undeployedAt"] = ended.to_string().into();
    }
    let own = hrefs.at(&["/deployed-versions", &known.uuid.to_string()]);
    complete(model, hrefs, shown, (known.version, known.environment, own))
}

pub fn release(model: &Model, hrefs: &Hrefs, known: &Release) -> Value {
    let mut shown = json!({
        "uuid": known.uuid,
        "currentlySupported": known.ended.is_none(),
        "createdAt": known.created.to_string(),
    });
    if let Some(ended) = known.ended {
        shown["supportEndedAt"] = ended.to_string().into();
    }
    let own = hrefs.at(&["/released-versions", &known.uuid.to_string()]);
    complete(model, hrefs, shown, (known.version, known.environment, own))
}

fn complete(
    model: &Model,
    hrefs: &Hrefs,
    mut shown: Value,
    (version, place, own): (VersionId, uuid::Uuid, String),
) -> Value {
    let version = model.version(version);
    let name = &model.pacticipant(version.pacticipant).name;
    shown["_embedded"] = json!({
        "pacticipant": { "name": name, "_links": { "self": link(hrefs.pacticipant(name)) } },
        "version": short_version(hrefs, name, &version.number),
    });
    shown["_links"] = json!({
        "self": link(own),
        "pb:pacticipant": titled(hrefs.pacticipant(name), "Pacticipant", name),
        "pb:version": titled(hrefs.version(name, &version.number), "Version", &version.number),
    });
    if let Some(known) = model.environment(place) {
        shown["_embedded"]["environment"] = environment(hrefs, known);
        shown["_links"]["pb:environment"] =
            titled(hrefs.environment(place), "Environment", &known.about.name);
    }
    shown
}
