//! What `${pactbroker.NAME}` stands for, as things are when the webhook is set off.
//!
//! The addresses (`pactUrl`, `verificationResultUrl`) are filled in when the call is made: they start with
//! where the broker is found then.

use std::collections::BTreeMap;

use crate::draft::Draft;
use crate::event::{Event, Trigger, VerificationResult};

/// Every parameter but the addresses; one that does not apply is empty.
#[must_use]
pub fn parameters(draft: &Draft<'_>, trigger: &Trigger) -> BTreeMap<String, String> {
    let result = result(draft, trigger);
    let consumer = side(draft, &trigger.consumer, trigger.consumer_version.as_deref());
    let verifier = trigger.provider_version.as_deref().or(result.as_ref().map(|it| &*it.provider_version));
    let provider = side(draft, &trigger.provider, verifier);
    let build = match &result {
        Some(result) => result.build_url.clone().map(String::from),
        None => consumer.build_url,
    };
    let mut all = BTreeMap::new();
    let mut put = |name: &str, value: String| all.insert(name.to_owned(), value);
    put("eventName", trigger.event.clone());
    put("consumerName", trigger.consumer.clone());
    put("providerName", trigger.provider.clone());
    put("consumerVersionNumber", trigger.consumer_version.clone().unwrap_or_default());
    put("providerVersionNumber", verifier.unwrap_or_default().to_owned());
    put("consumerVersionBranch", consumer.branch);
    put("providerVersionBranch", provider.branch);
    put("consumerVersionTags", consumer.tags);
    put("providerVersionTags", provider.tags);
    put("consumerLabels", consumer.labels);
    put("providerLabels", provider.labels);
    put("currentlyDeployedProviderVersionNumber", deployed(draft, &trigger.provider));
    put("buildUrl", build.unwrap_or_default());
    let told = trigger.parameters.get("providerVersionDescriptions");
    put("providerVersionDescriptions", told.cloned().unwrap_or_default());
    for (name, [pending, success, failure]) in STATUSES {
        let status = result.as_ref().map_or(pending, |it| if it.success { success } else { failure });
        put(name, status.to_owned());
    }
    all
}

/// How each service says: pending, success, failure.
const STATUSES: [(&str, [&str; 3]); 4] = [
    ("githubVerificationStatus", ["pending", "success", "failure"]),
    ("gitlabVerificationStatus", ["pending", "success", "failed"]),
    ("bitbucketVerificationStatus", ["INPROGRESS", "SUCCESSFUL", "FAILED"]),
    ("azureDevOpsVerificationStatus", ["pending", "succeeded", "failed"]),
];

#[derive(Default)]
struct Side {
    branch: String,
    tags: String,
    labels: String,
    build_url: Option<String>,
}

/// What is known of one of the two, with what this very draft adds.
fn side(draft: &Draft<'_>, name: &str, number: Option<&str>) -> Side {
    let mut side = Side::default();
    if let Some(pacticipant) = draft.model.find(name) {
        side.labels = pacticipant.labels.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    }
    let Some(number) = number else { return side };
    let mut tags: Vec<&str> = Vec::new();
    if let Some(version) = draft.model.find_version(name, number) {
        version.branch().unwrap_or_default().clone_into(&mut side.branch);
        side.build_url.clone_from(&version.build_url);
        tags = version.tags.keys().map(String::as_str).collect();
    }
    for event in draft.events() {
        match event {
            Event::BranchVersionAdded { pacticipant, branch, number: of, .. }
                if pacticipant == name && of == number =>
            {
                side.branch.clone_from(branch);
            }
            Event::TagAdded { pacticipant, number: of, tag } if pacticipant == name && of == number => {
                tags.push(tag);
            }
            Event::VersionDescribed { pacticipant, number: of, build_url }
                if pacticipant == name && of == number =>
            {
                side.build_url.clone_from(build_url);
            }
            _ => {}
        }
    }
    side.tags = tags.join(", ");
    side
}

/// The result that set it off; of a pact that was published, the last result of its content. A pact that
/// waits for one version has none of it.
fn result(draft: &Draft<'_>, trigger: &Trigger) -> Option<VerificationResult> {
    let sha = trigger.sha.as_deref()?;
    let new = draft.events().iter().rev().find_map(|event| match event {
        Event::VerificationPublished { consumer, provider, sha: of, result, .. }
            if *consumer == trigger.consumer && *provider == trigger.provider && of == sha =>
        {
            Some(result.clone())
        }
        _ => None,
    });
    if new.is_some() {
        return new;
    }
    let content = draft.model.find_content(draft.model.pair(&trigger.consumer, &trigger.provider)?, sha)?;
    if let Some(number) = trigger.verification {
        return Some(content.verification(number)?.result.clone());
    }
    let last = content.latest_verification().map(|it| it.result.clone());
    last.filter(|it| trigger.provider_version.as_ref().is_none_or(|number| **number == *it.provider_version))
}

/// The provider's versions that are deployed anywhere, each once.
fn deployed(draft: &Draft<'_>, provider: &str) -> String {
    let Some(provider) = draft.model.find(provider) else { return String::new() };
    let mut numbers: Vec<&str> = Vec::new();
    for uuid in draft.model.environments().flat_map(|environment| &environment.deployments) {
        let Some(deployment) = draft.model.deployment(*uuid) else { continue };
        let version = draft.model.version(deployment.version);
        if version.pacticipant == provider.id && !numbers.contains(&version.number.as_str()) {
            numbers.push(&version.number);
        }
    }
    numbers.join(", ")
}
