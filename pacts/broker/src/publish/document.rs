//! A provider's own contract, as `PactFlow`'s clients publish it: the document of one version, and what the
//! provider's tests found of it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::Value;

use crate::content;
use crate::draft::{Draft, Refusal};
use crate::event::Event;

#[derive(Debug)]
pub struct ProviderContract {
    pub text: String,
    pub content_type: String,
    /// As it was sent: `success`, `content` (Base64), `contentType`, `verifier` …
    pub results: Option<Value>,
    pub branch: Option<String>,
    pub tags: Vec<String>,
    pub build_url: Option<String>,
}

impl ProviderContract {
    /// `contract` is where the document stands, `build` where the version's branch, tags and build are told:
    /// two addresses have them in one object, and in two.
    pub fn read(build: &Value, contract: &Value) -> Result<Self, Refusal> {
        let mut wrong: Vec<(String, Vec<String>)> = Vec::new();
        let mut field = |name: &str, message: &str| wrong.push((name.to_owned(), vec![message.to_owned()]));
        let kind = contract.get("contractType").or_else(|| contract.get("specification"));
        if kind.is_none_or(|kind| kind != "oas") {
            field("contractType", "must be \"oas\"");
        }
        let content_type = contract.get("contentType").and_then(Value::as_str).unwrap_or("application/yaml");
        if !(content_type.contains("yaml") || content_type.contains("yml") || content_type.contains("json")) {
            field("contentType", "must be application/yaml or application/json");
        }
        let text = match contract.get("content").and_then(Value::as_str).map(decode) {
            Some(Ok(text)) => text,
            Some(Err(message)) => {
                field("content", message);
                String::new()
            }
            None => {
                field("content", "is missing: give the document in Base64");
                String::new()
            }
        };
        let results = contract.get("selfVerificationResults").or_else(|| contract.get("verificationResults"));
        let results = results.filter(|results| !results.is_null());
        if results.is_some_and(|results| !results.get("success").is_some_and(Value::is_boolean)) {
            field("selfVerificationResults.success", "is missing: give true or false");
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        let named = |name: &str| build.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
        let tags = build.get("tags").and_then(Value::as_array).into_iter().flatten();
        Ok(Self {
            text,
            content_type: content_type.to_owned(),
            results: results.cloned(),
            branch: named("branch").map(str::to_owned),
            tags: tags.filter_map(Value::as_str).map(str::to_owned).collect(),
            build_url: named("buildUrl").map(str::to_owned),
        })
    }

    /// Whether the version had no document before. The one that it has stays: what was published is what
    /// others build on. The results may come again.
    pub fn publish(&self, draft: &mut Draft<'_>, (provider, number): (&str, &str)) -> Result<bool, Refusal> {
        draft.ensure_version(provider, number);
        let known = draft.model.find_version(provider, number);
        let url = known.and_then(|version| version.build_url.as_ref());
        let document = known.and_then(|version| version.document.as_ref());
        if self.build_url.is_some() && self.build_url.as_ref() != url {
            let (pacticipant, number) = (provider.to_owned(), number.to_owned());
            draft.push(Event::VersionDescribed { pacticipant, number, build_url: self.build_url.clone() });
        }
        if let Some(branch) = &self.branch {
            draft.ensure_branch(provider, number, branch);
        }
        for tag in &self.tags {
            draft.ensure_tag(provider, number, tag);
        }
        let key = content::key(self.text.as_bytes());
        if document.is_some_and(|document| document.body != key) {
            return Err(Refusal::Conflict(format!(
                "version {number} of {provider} has a document already, and this one differs: publish it as another \
                 version (a commit's id makes a good one)"
            )));
        }
        let body = draft.keep(self.text.clone());
        let results = self.results.as_ref().map(|results| draft.keep(results.to_string()));
        let same =
            |it: &crate::model::Document| it.results == results && it.content_type == self.content_type;
        if !document.is_some_and(|it| same(it)) {
            let (provider, number) = (provider.to_owned(), number.to_owned());
            let content_type = self.content_type.clone();
            draft.push(Event::DocumentPublished { provider, number, content_type, body, results });
        }
        Ok(document.is_none())
    }
}

fn decode(encoded: &str) -> Result<String, &'static str> {
    let plain: String = encoded.split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(&plain).or_else(|_| URL_SAFE.decode(&plain)).map_err(|_| "is not Base64")?;
    let text = String::from_utf8(bytes).map_err(|_| "is no text in UTF-8")?;
    if text.trim().is_empty() { Err("is empty") } else { Ok(text) }
}
