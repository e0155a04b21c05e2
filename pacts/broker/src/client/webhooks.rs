//! Webhooks: whom the broker calls when something happens.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::error::ClientError;
use super::send::Client;

/// A webhook to be made. Its request may hold secrets, so that it does not show itself.
#[derive(Clone)]
pub struct Webhook {
    pub description: Option<String>,
    pub events: Vec<String>,
    pub consumer: Option<String>,
    pub provider: Option<String>,
    pub method: String,
    pub url: String,
    pub headers: BTreeMap<String, String>,
    /// JSON, or a text.
    pub body: Option<Value>,
    pub credentials: Option<(String, String)>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Webhook({:?})", self.events)
    }
}

impl Webhook {
    fn body(&self) -> Value {
        let events: Vec<Value> = self.events.iter().map(|name| json!({ "name": name })).collect();
        let mut request = json!({ "method": self.method, "url": self.url, "headers": self.headers });
        if let Some(body) = &self.body {
            request["body"] = body.clone();
        }
        if let Some((username, password)) = &self.credentials {
            request["username"] = username.as_str().into();
            request["password"] = password.as_str().into();
        }
        let mut body = json!({ "events": events, "request": request });
        if let Some(description) = &self.description {
            body["description"] = description.as_str().into();
        }
        for (side, name) in [("consumer", &self.consumer), ("provider", &self.provider)] {
            if let Some(name) = name {
                body[side] = json!({ "name": name });
            }
        }
        body
    }
}

impl Client {
    pub async fn webhooks(&self) -> Result<Vec<Value>, ClientError> {
        let listed = self.follow("pb:webhooks", &[]).await?;
        // The broker of the field links them; others embed them whole.
        if let Ok(all) = listed.embedded("webhooks") {
            return Ok(all.to_vec());
        }
        let mut all = Vec::new();
        for (_, href) in listed.links("pb:webhooks") {
            all.push(self.get(href).await?.body);
        }
        Ok(all)
    }

    pub async fn create_webhook(&self, webhook: &Webhook) -> Result<Value, ClientError> {
        let href = self.index().await?.link("pb:webhooks", &[])?;
        Ok(self.post(&href, &webhook.body()).await?.body)
    }

    /// Has a webhook called now, and gives what came of it.
    pub async fn test_webhook(&self, uuid: &str) -> Result<Value, ClientError> {
        let href = self.follow("pb:webhook", &[("uuid", uuid)]).await?.link("pb:execute", &[])?;
        Ok(self.post(&href, &json!({})).await?.body)
    }

    pub async fn delete_webhook(&self, uuid: &str) -> Result<(), ClientError> {
        let href = self.index().await?.link("pb:webhook", &[("uuid", uuid)])?;
        self.delete(&href).await.map(drop)
    }
}
