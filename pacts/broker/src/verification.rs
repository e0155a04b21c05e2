//! A provider's result: read from what its verifier sends, and put into the log.

use serde_json::Value;

use crate::draft::{Draft, Refusal};
use crate::event::{Event, Trigger, VerificationResult};
use crate::{Key, Moment, webhook};

/// Which content a result is of.
#[derive(Clone, Debug)]
pub struct Of {
    pub consumer: String,
    pub provider: String,
    pub sha: String,
    /// The consumer's version that was fetched, where the address tells it.
    pub consumer_version: Option<String>,
    /// Whether the address tells that the pact was work in progress.
    pub wip: bool,
}

/// Reads a result. Of success it has to be told in so many words: what cannot be read is not "kept".
pub fn read(body: &Value, text_key: Key) -> Result<VerificationResult, Refusal> {
    let mut wrong = Vec::new();
    let success = body.get("success").and_then(Value::as_bool);
    if success.is_none() {
        wrong.push(("success".to_owned(), vec!["is missing: give true or false".to_owned()]));
    }
    let version =
        body.get("providerApplicationVersion").and_then(Value::as_str).filter(|it| !it.trim().is_empty());
    if version.is_none() {
        wrong.push(("providerApplicationVersion".to_owned(), vec!["is missing".to_owned()]));
    }
    let build_url = body.get("buildUrl").and_then(Value::as_str);
    if build_url.is_some_and(|it| !it.starts_with("http://") && !it.starts_with("https://")) {
        wrong.push(("buildUrl".to_owned(), vec!["is not an address of http or https".to_owned()]));
    }
    let (Some(success), Some(version), true) = (success, version, wrong.is_empty()) else {
        return Err(Refusal::Invalid(wrong));
    };
    let results = body.get("testResults").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let failed = results.iter().filter(|result| result["success"] == false).count();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(VerificationResult {
        success,
        provider_version: version.into(),
        build_url: build_url.map(Box::from),
        executed_at: body.get("executionDate").and_then(Value::as_str).and_then(Moment::parse),
        body: text_key,
        tested: count(results.len()),
        failed: count(failed),
        implementation: implementation(body),
        wip: false,
    })
}

fn implementation(body: &Value) -> Option<Box<str>> {
    let by = body.get("verifiedBy")?;
    let name = by.get("implementation")?.as_str()?;
    let version = by.get("version").and_then(Value::as_str);
    Some(version.map_or_else(|| name.into(), |version| format!("{name} {version}").into()))
}

/// Puts a result into the draft. Its number.
pub fn publish(draft: &mut Draft<'_>, of: &Of, body: &Value) -> Result<u32, Refusal> {
    let unknown =
        || Refusal::NotFound(format!("{} has no pact {} with {}", of.consumer, of.sha, of.provider));
    let pair = draft.model.pair(&of.consumer, &of.provider).ok_or_else(unknown)?;
    let content = draft.model.find_content(pair, &of.sha).ok_or_else(unknown)?;
    let result = read(body, Key::from(""))?;
    let result = VerificationResult { body: draft.keep(body.to_string()), wip: of.wip, ..result };
    let number = content.next_number();
    let newest =
        content.publications.iter().max().map(|&version| draft.model.version(version).number.clone());
    draft.ensure_version(&of.provider, &result.provider_version);
    let trigger = Trigger {
        consumer: of.consumer.clone(),
        provider: of.provider.clone(),
        consumer_version: of.consumer_version.clone().or(newest),
        provider_version: Some(result.provider_version.to_string()),
        sha: Some(of.sha.clone()),
        verification: Some(number),
        ..Trigger::default()
    };
    let success = result.success;
    draft.push(Event::VerificationPublished {
        consumer: of.consumer.clone(),
        provider: of.provider.clone(),
        sha: of.sha.clone(),
        number,
        result,
    });
    webhook::verified(draft, &trigger, success);
    Ok(number)
}
