//! A result as it is shown: what was sent, with what the broker knows of it.

use serde_json::{Value, json};

use crate::event::VerificationResult;
use crate::http::href::{Hrefs, link, titled};
use crate::http::server::Broker;
use crate::model::{Content, Model};
use crate::store::StoreError;

#[derive(Debug)]
pub struct Known {
    consumer: String,
    provider: String,
    sha: String,
    number: u32,
    result: VerificationResult,
    at: String,
}

impl Known {
    pub fn new(model: &Model, content: &Content, number: u32) -> Option<Self> {
        let verification = content.verification(number)?;
        Some(Self {
            consumer: model.pacticipant(content.pair.consumer).name.clone(),
            provider: model.pacticipant(content.pair.provider).name.clone(),
            sha: content.sha.clone(),
            number,
            result: verification.result.clone(),
            at: verification.at.to_string(),
        })
    }

    pub const fn success(&self) -> bool {
        self.result.success
    }

    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Without the text that was sent.
    pub fn summary(&self, hrefs: &Hrefs) -> Value {
        let Self { consumer, provider, sha, result, .. } = self;
        let own = hrefs.result(provider, consumer, sha, self.number);
        let pact = format!("Pact between {consumer} and {provider}");
        let number = self.number.to_string();
        json!({
            "success": result.success,
            "providerApplicationVersion": result.provider_version,
            "buildUrl": result.build_url,
            "verificationDate": self.at,
            "executionDate": result.executed_at.map(|at| at.to_string()),
            "wip": result.wip,
            "_embedded": {
                "providerVersion": {
                    "number": result.provider_version,
                    "_links": { "self": link(hrefs.version(provider, &result.provider_version)) },
                },
            },
            "_links": {
                "self": titled(&own, "Verification result", number),
                "pb:provider": titled(hrefs.pacticipant(provider), "Provider", provider),
                "pb:provider-version":
                    titled(hrefs.version(provider, &result.provider_version), "Provider version", &*result.provider_version),
                "pb:pact-version": titled(hrefs.pact_version(provider, consumer, sha), "Pact version", pact),
                "pb:triggered-webhooks": link(format!("{own}/triggered-webhooks")),
            },
        })
    }

    pub async fn whole(&self, broker: &Broker, hrefs: &Hrefs) -> Result<Value, StoreError> {
        let text = broker.shelf.text(&self.result.body).await?;
        let mut sent: Value =
            serde_json::from_str(&text).map_err(|error| StoreError::Broken(error.to_string()))?;
        let mut shown = self.summary(hrefs);
        for field in ["testResults", "verifiedBy"] {
            shown[field] = sent.get_mut(field).map(Value::take).unwrap_or_default();
        }
        Ok(shown)
    }
}
