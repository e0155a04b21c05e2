//! The ways of a provider's messages, filled in: what configuration leaves open, the replay fills in
//! from what provider states answer.

use countersign_verify::{Action, ApiRequest, CeleryRedis, Trigger, WebSocket};

use super::address;
use super::error::StartError;
use super::setting::Setting;
use crate::config::{self, Messages, Template};
use crate::secrets::Secrets;

/// Fills the texts of messages in.
pub(super) struct Scribe<'a> {
    pub setting: &'a Setting<'a>,
    pub secrets: &'a mut Secrets,
}

impl Scribe<'_> {
    pub fn celery(&mut self, messages: &Messages) -> Result<Option<CeleryRedis>, StartError> {
        let Some(celery) = &messages.celery else { return Ok(None) };
        let text = self.text(&celery.redis)?;
        let redis = address::redis(&text)?;
        address::note(&redis, &text, self.secrets);
        Ok(Some(CeleryRedis { redis, queues: celery.queues.clone() }))
    }

    pub fn websocket(&mut self, messages: &Messages) -> Result<Option<WebSocket>, StartError> {
        let Some(websocket) = &messages.websocket else { return Ok(None) };
        let path = self.text(&websocket.path)?;
        Ok(Some(WebSocket { path, protocols: self.texts(&websocket.protocols)? }))
    }

    pub fn triggers(&mut self, messages: &Messages) -> Result<Vec<Trigger>, StartError> {
        messages.triggers.iter().map(|trigger| self.trigger(trigger)).collect()
    }

    fn trigger(&mut self, trigger: &config::Trigger) -> Result<Trigger, StartError> {
        let action = match &trigger.action {
            config::Action::Request(request) => Action::Request(self.request(request)?),
            config::Action::Command(argv) => Action::Command(self.texts(argv)?),
            config::Action::Send(frame) => Action::Send(self.payload(frame)?),
        };
        Ok(Trigger { message: trigger.message.clone(), action })
    }

    fn request(&mut self, request: &config::Request) -> Result<ApiRequest, StartError> {
        Ok(ApiRequest {
            method: request.method.clone(),
            path: self.text(&request.path)?,
            headers: self.headers(&request.headers)?,
            body: request.body.as_ref().map(|body| self.payload(body)).transpose()?,
        })
    }

    pub fn headers(&mut self, headers: &[(String, Template)]) -> Result<Vec<(String, String)>, StartError> {
        headers.iter().map(|(name, value)| Ok((name.clone(), self.text(value)?))).collect()
    }

    fn payload(&mut self, payload: &config::Payload) -> Result<serde_json::Value, StartError> {
        let service = |name: &config::ServiceName| self.setting.directory.url(name);
        Ok(payload.fill(&self.setting.filling(&service), self.secrets)?)
    }

    fn texts(&mut self, templates: &[Template]) -> Result<Vec<String>, StartError> {
        templates.iter().map(|template| self.text(template)).collect()
    }

    pub fn text(&mut self, template: &Template) -> Result<String, StartError> {
        Ok(self.setting.fill(template, self.secrets)?)
    }
}
