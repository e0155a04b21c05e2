//! One interaction, replayed: states up, one request, states down, and the evidence heard.

use std::time::{Duration, Instant};

use countersign_openapi::{Document, HttpRequest, HttpResponse, OperationKey, Severity};
use pact_models::generators::GeneratorTestMode;
use reqwest::Client;
use serde_json::Value;

use crate::contained;
use crate::evidence::{self, Evidence};
use crate::interaction::{Content, HttpContent, Interaction};
use crate::outcome::{Cause, Exchange, Failure, FailureKind, InteractionResult, Outcome};
use crate::pact::Pact;
use crate::replay::{Settings, Target};
use crate::request::{self, Prepared};
use crate::secrets::Secrets;
use crate::states::{self, States, Values};
use crate::watch::Watch;
use crate::wire;

/// What every interaction of a run shares.
pub(crate) struct Run<'a> {
    pub pact: &'a Pact,
    pub target: &'a Target,
    pub document: Option<&'a Document>,
    pub settings: &'a Settings,
    pub client: Client,
    pub secrets: Secrets,
    pub watch: Watch,
}

/// What came back, and to what.
pub(crate) struct Reply {
    pub sent: HttpRequest,
    /// The request as the document sees it.
    pub asked: HttpRequest,
    pub answer: HttpResponse,
    /// What the provider states gave.
    pub values: Values,
}

impl Run<'_> {
    /// Replays one interaction. Whatever happens to it is in the result.
    pub(crate) async fn replay(&self, interaction: &Interaction) -> InteractionResult {
        let began = Instant::now();
        let (outcome, reply, messages) = match (interaction.content(), self.watch.stop()) {
            (Content::Other(kind), _) => {
                let reason = format!("nothing replays {kind} interactions");
                (Outcome::Unknown(Cause::Transport(reason)), None, Vec::new())
            }
            (_, Some(reason)) => (Outcome::Unknown(Cause::NotRun(reason)), None, Vec::new()),
            (Content::Asynchronous(_) | Content::Synchronous(_), None) => {
                let (outcome, messages) = self.replay_message(interaction).await;
                (outcome, None, messages)
            }
            (Content::Http(_), None) if self.target.url.is_none() => {
                let reason = "the provider has no URL to send a request to: give it an `address` in \
                              countersign.toml, or name its URL";
                (Outcome::Unknown(Cause::Transport(reason.to_owned())), None, Vec::new())
            }
            (Content::Http(content), None) => {
                let (outcome, reply) = self.replay_http(interaction, content).await;
                (outcome, reply, Vec::new())
            }
        };
        let operation = self.operation(interaction, reply.as_ref());
        let exchange = match reply {
            Some(reply) => {
                let secrets = self.secrets.with(&reply.sent, &reply.answer).and(&reply.values);
                let (request, response) = (secrets.request(&reply.sent), secrets.response(&reply.answer));
                Some(Exchange::Http { request: Box::new(request), response: Box::new(response) })
            }
            None if messages.is_empty() => None,
            None => Some(Exchange::Messages(messages)),
        };
        InteractionResult {
            description: interaction.description().to_owned(),
            provider_states: interaction.provider_states(),
            position: interaction.position().clone(),
            pending: interaction.pending(),
            operation,
            outcome,
            exchange,
            duration: began.elapsed(),
        }
    }

    /// The operation that the request asks for; where none was sent, as the pact writes it.
    fn operation(&self, interaction: &Interaction, reply: Option<&Reply>) -> Option<OperationKey> {
        let (method, path) = match (reply, interaction.content()) {
            (Some(reply), _) => (&reply.asked.method, &reply.asked.path),
            (None, Content::Http(content)) => (&content.http.request.method, &content.http.request.path),
            (None, _) => return None,
        };
        self.document?.operation(method, path).map(|operation| operation.key.clone())
    }

    async fn replay_http(
        &self,
        interaction: &Interaction,
        content: &HttpContent,
    ) -> (Outcome, Option<Reply>) {
        let mut remarks: Vec<Failure> = self.not_set_up(interaction).into_iter().collect();
        let handler = self.target.states.as_ref();
        let mut states = States::new(&self.client, handler, &self.watch, interaction.states());
        let reply = match states.set_up().await {
            Ok(values) => self.ask(content, values).await,
            Err(cause) => Err(cause),
        };
        // The provider is put back before anything is judged, and whatever became of the request.
        let troubles = states.tear_down().await;
        remarks.extend(troubles.iter().map(|trouble| self.not_torn_down(interaction, trouble)));
        match reply {
            Ok(reply) => {
                let secrets = self.secrets.with(&reply.sent, &reply.answer).and(&reply.values);
                let evidence = Evidence { run: self, interaction, content, reply: &reply, secrets: &secrets };
                (evidence.conclude(remarks).await, Some(reply))
            }
            Err(cause) => (self.silent(interaction, cause, remarks, &self.secrets), None),
        }
    }

    async fn ask(&self, content: &HttpContent, values: Values) -> Result<Reply, Cause> {
        let known = states::context(&values);
        let mode = GeneratorTestMode::Provider;
        let generating = pact_matching::generate_request(&content.http.request, &mode, &known);
        // A generator without any value to choose from, as of 9 to 1, makes the models panic.
        let asked = contained::run(generating)
            .await
            .map_err(|panic| Cause::NoAnswer(format!("the request cannot be made: {panic}")))?;
        let Prepared { native, sent, asked } = request::prepare(&asked, self.target)
            .map_err(|reason| Cause::NoAnswer(format!("the request cannot be sent: {reason}")))?;
        let within = self.watch.for_request();
        match wire::send(&self.client, native, within, self.settings.max_body).await {
            Ok(answer) => {
                self.watch.answered();
                Ok(Reply { sent, asked, answer, values })
            }
            Err(silence) => {
                if silence.refused {
                    self.watch.refused(&silence.reason);
                }
                Err(Cause::NoAnswer(silence.reason))
            }
        }
    }

    /// There is nothing to judge. A pending interaction may have a state that nobody has written yet.
    pub(crate) fn silent(
        &self,
        interaction: &Interaction,
        cause: Cause,
        mut remarks: Vec<Failure>,
        secrets: &Secrets,
    ) -> Outcome {
        let cause = cause.without(secrets);
        if interaction.pending() && matches!(cause, Cause::State { .. }) {
            let failed = self.remark(interaction, "pact.state.failed", cause.to_string());
            remarks.push(evidence::pending(Failure { severity: Severity::Error, ..failed }));
            return Outcome::Kept { remarks };
        }
        Outcome::Unknown(cause)
    }

    pub(crate) fn not_torn_down(&self, interaction: &Interaction, trouble: &str) -> Failure {
        let hint = "the interactions after this one may see what it left behind".to_owned();
        let remark = self.remark(interaction, "pact.state.teardown-failed", self.secrets.text(trouble));
        Failure { severity: Severity::Warning, hint: Some(hint), ..remark }
    }

    pub(crate) fn not_set_up(&self, interaction: &Interaction) -> Option<Failure> {
        if interaction.states().is_empty() || self.target.states.is_some() {
            return None;
        }
        let names = interaction.provider_states().join(", ");
        let message = format!("provider state not set up, as there is no handler to ask: {names}");
        let hint = "name the URL of the provider's state handler".to_owned();
        Some(Failure { hint: Some(hint), ..self.remark(interaction, "pact.state.skipped", message) })
    }

    fn remark(&self, interaction: &Interaction, id: &'static str, message: String) -> Failure {
        let at = interaction.position().pointer.join("providerStates");
        Failure {
            id,
            kind: FailureKind::PactAgainstProvider,
            severity: Severity::Info,
            location: self.pact.position(&at),
            instance: None,
            document: None,
            expected: Value::Null,
            actual: Value::Null,
            message,
            hint: None,
        }
    }
}

impl InteractionResult {
    /// The result of an interaction that could not be run at all, as where the provider never
    /// became ready.
    #[must_use]
    pub fn not_run(interaction: &Interaction, reason: String) -> Self {
        Self {
            description: interaction.description().to_owned(),
            provider_states: interaction.provider_states(),
            position: interaction.position().clone(),
            pending: interaction.pending(),
            operation: None,
            outcome: Outcome::Unknown(Cause::NotRun(reason)),
            exchange: None,
            duration: Duration::ZERO,
        }
    }
}
