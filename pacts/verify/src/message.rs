//! One message interaction, replayed: the way it goes, states up, what is sent and heard, states down.

mod expected;
mod nearest;
mod route;

use countersign_openapi::JsonPointer;

pub(crate) use expected::Expected;
pub(crate) use nearest::Nearest;
use route::Route;

use crate::attempt::Run;
use crate::interaction::{Interaction, MessageContent};
use crate::outcome::{Carried, Cause, Failure, Outcome};
use crate::secrets::Secrets;
use crate::states::{States, Values};
use crate::transport::Trigger;
use crate::{celery, evidence, trigger, websocket};

/// No message came that could be the one.
const MISSING: &str = "pact.message.missing";

/// What was heard, held against the pact.
pub(crate) struct Heard {
    /// No error is among them where the pact is kept.
    pub failures: Vec<Failure>,
    /// What went over the wire.
    pub messages: Vec<Carried>,
}

/// A message interaction under way.
pub(crate) struct Turn<'a> {
    pub run: &'a Run<'a>,
    pub interaction: &'a Interaction,
    states: States<'a>,
    /// What the provider states gave, once they are set up.
    pub values: Values,
    pub secrets: Secrets,
}

impl Run<'_> {
    /// Replays a message. Whatever happens to it is in the outcome.
    pub(crate) async fn replay_message(&self, interaction: &Interaction) -> (Outcome, Vec<Carried>) {
        let route = match route::of(interaction, self.target) {
            Ok(route) => route,
            Err(reason) => return (Outcome::Unknown(Cause::Transport(reason)), Vec::new()),
        };
        let mut remarks: Vec<Failure> = self.not_set_up(interaction).into_iter().collect();
        let handler = self.target.states.as_ref();
        let states = States::new(&self.client, handler, &self.watch, interaction.states());
        let (values, secrets) = (Values::new(), self.secrets.clone());
        let mut turn = Turn { run: self, interaction, states, values, secrets };
        let heard = match route {
            Route::Published(celery, content) => celery::published(&mut turn, celery, content).await,
            Route::Answered(celery, message) => celery::answered(&mut turn, celery, message).await,
            Route::Event(socket, content) => websocket::sent(&mut turn, socket, content).await,
        };
        let Turn { states, secrets, .. } = turn;
        let troubles = states.tear_down().await;
        remarks.extend(troubles.iter().map(|trouble| self.not_torn_down(interaction, trouble)));
        match heard {
            Ok(Heard { mut failures, messages }) => {
                failures.extend(remarks);
                let shown = |message: Carried| Carried {
                    channel: secrets.text(&message.channel),
                    name: secrets.text(&message.name),
                    ..message
                };
                let messages = messages.into_iter().map(shown).collect();
                (evidence::conclude_message(interaction, failures, &secrets), messages)
            }
            Err(cause) => (self.silent(interaction, cause, remarks, &secrets), Vec::new()),
        }
    }
}

impl<'a> Turn<'a> {
    /// Sets the provider states up; what they give is known from then on.
    pub async fn set_up(&mut self) -> Result<(), Cause> {
        self.values = self.states.set_up().await?;
        self.secrets = self.run.secrets.clone().and(&self.values);
        Ok(())
    }

    /// What makes the provider send this message, where it does not by itself.
    pub fn trigger(&self) -> Option<&'a Trigger> {
        let triggers = &self.run.target.triggers;
        triggers.iter().find(|trigger| trigger.message == self.interaction.description())
    }

    /// Makes the provider send it.
    pub async fn pull(&self, trigger: &Trigger) -> Result<(), Cause> {
        let Run { target, client, watch, .. } = self.run;
        let pulled = trigger::pull(trigger, target, client, &self.values, watch.for_request()).await;
        pulled.map_err(|reason| Cause::NoAnswer(format!("it could not be made to publish: {reason}")))
    }

    /// What the pact expects of a message that the provider sends by itself.
    pub fn expected<'t>(&'t self, content: &'t MessageContent) -> Expected<'t> {
        Expected {
            pact: self.run.pact,
            interaction: self.interaction,
            secrets: &self.secrets,
            message: &content.message,
            specification: content.specification,
            contents: content.contents_pointer(),
            metadata: JsonPointer::root().join(content.metadata),
        }
    }

    /// The failure that nothing came over `channel` at all, until when it was waited for.
    pub fn missing(&self, expected: &Expected<'_>, channel: &str, until: &str) -> Failure {
        let message = format!("nothing appeared on {channel} {until}");
        let hint = match self.trigger() {
            None => "nothing made it publish: give the provider a trigger for this interaction",
            Some(_) => {
                "the trigger was pulled: see whether the provider sends elsewhere, or whether somebody else \
                 took it first"
            }
        };
        Failure { hint: Some(hint.to_owned()), ..expected.failure(MISSING, &expected.contents, message) }
    }
}
