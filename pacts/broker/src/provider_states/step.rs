//! A step towards a state, as the table writes it.

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::event::{About, EnvironmentAbout, Event, WebhookAbout};
use crate::verification::Of;
use crate::{Draft, Refusal, publish, verification};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    Pacticipant {
        name: String,
        repository_url: Option<String>,
    },
    Version {
        of: String,
        number: String,
        branch: Option<String>,
        tag: Option<String>,
    },
    Pact(Pact),
    Result {
        #[serde(flatten)]
        of: Pact,
        by: String,
        success: bool,
    },
    Environment {
        uuid: Uuid,
        name: String,
    },
    Deployed {
        uuid: Uuid,
        of: String,
        number: String,
        environment: Uuid,
        instance: Option<String>,
    },
    Webhook {
        uuid: Uuid,
        event: String,
        url: String,
    },
}

/// A pact of one interaction, or of none.
#[derive(Debug, Deserialize)]
pub struct Pact {
    consumer: String,
    number: String,
    provider: String,
    about: Option<String>,
}

impl Step {
    /// Takes the step from where the draft's model stands.
    pub fn take(self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        match self {
            Self::Pacticipant { name, repository_url } => {
                draft.ensure_pacticipant(&name);
                let about = About { repository_url, ..About::default() };
                draft.push(Event::PacticipantDescribed { name, about });
            }
            Self::Version { of, number, branch, tag } => {
                draft.ensure_version(&of, &number);
                if let Some(branch) = branch {
                    draft.ensure_branch(&of, &number, &branch);
                }
                if let Some(tag) = tag {
                    draft.ensure_tag(&of, &number, &tag);
                }
            }
            Self::Pact(pact) => pact.publish(draft)?,
            Self::Result { of, by, success } => of.verified(draft, &by, success)?,
            Self::Environment { uuid, name } => draft.push(environment(uuid, name)),
            Self::Deployed { uuid, of: pacticipant, number, environment, instance } => {
                draft.push(Event::Deployed { uuid, pacticipant, number, environment, instance });
            }
            Self::Webhook { uuid, event, url } => draft.push(webhook(uuid, event, url)),
        }
        Ok(())
    }
}

impl Pact {
    fn publish(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let interaction = |about: &String| json!({ "description": about, "request": { "method": "GET", "path": "/" }, "response": { "status": 200 } });
        let pact = json!({
            "consumer": { "name": self.consumer },
            "provider": { "name": self.provider },
            "interactions": self.about.iter().map(interaction).collect::<Vec<Value>>(),
            "metadata": { "pactSpecification": { "version": "2.0.0" } },
        });
        let of = (self.consumer.as_str(), self.number.as_str(), self.provider.as_str());
        publish::publish_pact(draft, of, (&pact, pact.to_string()), false).map(drop)
    }

    fn verified(&self, draft: &mut Draft<'_>, by: &str, success: bool) -> Result<(), Refusal> {
        let model = draft.model;
        let sha = model
            .pair(&self.consumer, &self.provider)
            .and_then(|pair| {
                let version = model.find_version(&self.consumer, &self.number)?;
                Some(&model.content(model.publication(version.id, pair.provider)?.content).sha)
            })
            .ok_or_else(|| Refusal::NotFound(format!("{} has no such pact", self.consumer)))?;
        let of = Of {
            consumer: self.consumer.clone(),
            provider: self.provider.clone(),
            sha: sha.clone(),
            consumer_version: Some(self.number.clone()),
            wip: false,
        };
        let body = json!({ "success": success, "providerApplicationVersion": by });
        verification::publish(draft, &of, &body).map(drop)
    }
}

fn environment(uuid: Uuid, name: String) -> Event {
    let contacts = json!([{ "name": "Foo team", "details": { "emailAddress": "foo@bar.com" } }]);
    let about = EnvironmentAbout { display_name: Some("Test".to_owned()), name, production: false, contacts };
    Event::EnvironmentCreated { uuid, about }
}

fn webhook(uuid: Uuid, event: String, url: String) -> Event {
    let about = WebhookAbout {
        events: vec![event],
        enabled: true,
        method: "POST".to_owned(),
        url,
        ..WebhookAbout::default()
    };
    Event::WebhookStored { uuid, webhook: Box::new(about) }
}
