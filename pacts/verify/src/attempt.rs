//! One interaction, replayed: states up, one request, states down, and the judges heard.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use countersign_openapi::{Document, HttpRequest, HttpResponse, Severity};
use futures::FutureExt as _;
use pact_models::generators::{Generator, GeneratorTestMode};
use pact_models::v4::http_parts::HttpResponse as PactResponse;
use reqwest::Client;
use serde_json::Value;

use crate::answer;
use crate::interaction::{Content, HttpContent, Interaction};
use crate::mismatch::{Answered, STATUS};
use crate::outcome::{Broken, Cause, Exchange, Failure, FailureKind, InteractionResult, Outcome};
use crate::pact::Pact;
use crate::replay::{Settings, Target};
use crate::secrets::Secrets;
use crate::states::{States, Values};
use crate::verdict::{Grounds, judge};
use crate::violation::Documented;
use crate::watch::Watch;
use crate::wire::{self, Prepared};

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
struct Reply {
    sent: HttpRequest,
    asked: HttpRequest,
    answer: HttpResponse,
    values: Values,
}

impl Run<'_> {
    /// Replays one interaction. Whatever happens to it is in the result.
    pub(crate) async fn replay(&self, interaction: &Interaction) -> InteractionResult {
        let began = Instant::now();
        let mut result = InteractionResult {
            description: interaction.description().to_owned(),
            provider_states: interaction.provider_states(),
            position: interaction.position().clone(),
            pending: interaction.pending(),
            operation: None,
            outcome: Outcome::Unknown(Cause::NotRun(String::new())),
            exchange: None,
            duration: std::time::Duration::ZERO,
        };
        match interaction.content() {
            Content::Other(kind) => result.outcome = Outcome::Unknown(Cause::Transport(kind)),
            Content::Http(content) => match self.watch.stop() {
                Some(reason) => result.outcome = Outcome::Unknown(Cause::NotRun(reason)),
                None => self.replay_http(interaction, content, &mut result).await,
            },
        }
        result.duration = began.elapsed();
        result
    }

    async fn replay_http(
        &self,
        interaction: &Interaction,
        content: &HttpContent,
        result: &mut InteractionResult,
    ) {
        let handler = self.target.states.as_ref();
        let mut states = States::new(&self.client, handler, &self.watch, interaction.states());
        let reply = match states.set_up().await {
            Ok(values) => self.ask(content, values).await,
            Err(cause) => Err(cause),
        };
        // The provider is put back before anything is judged, and whatever became of the request.
        let mut remarks: Vec<Failure> = states
            .tear_down()
            .await
            .into_iter()
            .map(|trouble| self.not_torn_down(interaction, trouble))
            .collect();
        remarks.extend(self.not_set_up(interaction));
        let reply = match reply {
            Ok(reply) => reply,
            Err(cause) => {
                result.outcome = self.silent(interaction, cause, remarks);
                return;
            }
        };
        let secrets = self.secrets.with(&reply.sent, &reply.answer);
        result.operation = self
            .document
            .and_then(|document| document.operation(&reply.asked.method, &reply.asked.path))
            .map(|operation| operation.key.clone());
        result.outcome = self.conclude(interaction, content, &reply, &secrets, remarks).await;
        result.exchange = Some(Exchange {
            request: secrets.request(&reply.sent),
            response: secrets.response(&reply.answer),
        });
    }

    async fn ask(&self, content: &HttpContent, values: Values) -> Result<Reply, Cause> {
        let context = values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let request =
            pact_matching::generate_request(&content.http.request, &GeneratorTestMode::Provider, &context);
        let Prepared { native, sent, asked } = wire::prepare(&request.await, self.target)
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

    async fn conclude(
        &self,
        interaction: &Interaction,
        content: &HttpContent,
        reply: &Reply,
        secrets: &Secrets,
        remarks: Vec<Failure>,
    ) -> Outcome {
        let judging = self.failures(interaction, content, reply, secrets);
        // An expression that backtracks without end makes the matching of Pact panic.
        let mut failures = match AssertUnwindSafe(judging).catch_unwind().await {
            Ok(Ok(failures)) => failures,
            Ok(Err(reason)) => return Outcome::Unknown(Cause::Unmatched(secrets.text(&reason))),
            Err(panic) => return Outcome::Unknown(Cause::Unmatched(secrets.text(&panic_text(&*panic)))),
        };
        failures.extend(remarks);
        for failure in &mut failures {
            failure.message = secrets.text(&failure.message);
            failure.hint = failure.hint.take().map(|hint| secrets.text(&hint));
            failure.expected = secrets.value(std::mem::take(&mut failure.expected));
            failure.actual = secrets.value(std::mem::take(&mut failure.actual));
        }
        sort(&mut failures);
        let grounds = Grounds { document: self.document.is_some(), status: reply.answer.status };
        match judge(&failures, grounds) {
            Some(_) if interaction.pending() => {
                Outcome::Kept { remarks: failures.into_iter().map(pending).collect() }
            }
            Some(judgement) => {
                Outcome::Broken(Broken { verdict: judgement.verdict, reason: judgement.reason, failures })
            }
            None => Outcome::Kept { remarks: failures },
        }
    }

    /// What the three parties disagree on.
    async fn failures(
        &self,
        interaction: &Interaction,
        content: &HttpContent,
        reply: &Reply,
        secrets: &Secrets,
    ) -> Result<Vec<Failure>, String> {
        let expected = content.http.response.clone();
        let actual = answer::of_pact(&reply.answer);
        let mismatches = pact_matching::match_response(expected, actual, self.pact.shell(), &content.boxed)
            .await
            .map_err(|error| error.to_string())?;
        let expected = match self.document {
            Some(_) => Some(self.expected(content, &reply.values).await),
            None => None,
        };
        let answered = Answered::new(self.pact, interaction, content, &reply.answer, secrets);
        let mut failures: Vec<Failure> =
            mismatches.iter().flat_map(|mismatch| answered.failures(mismatch)).collect();
        if let Some((document, expected)) = self.document.zip(expected) {
            let documented = Documented {
                document,
                pact: self.pact,
                interaction,
                content,
                secrets,
                request: &reply.asked,
                answer: &reply.answer,
            };
            let status_kept = failures.iter().all(|failure| failure.id != STATUS);
            failures.extend(documented.failures(&expected, status_kept));
        }
        Ok(failures)
    }

    /// The expected answer with the values of the provider states in it. What other generators would
    /// put there is random, and the example says the same without changing from run to run.
    async fn expected(&self, content: &HttpContent, values: &Values) -> PactResponse {
        let response = &content.http.response;
        let mut generators = response.generators.clone();
        for category in generators.categories.values_mut() {
            category.retain(|_, generator| matches!(generator, Generator::ProviderStateGenerator(..)));
        }
        if generators.is_empty() {
            return response.clone();
        }
        let response = PactResponse { generators, ..response.clone() };
        let context = values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        pact_matching::generate_response(&response, &GeneratorTestMode::Provider, &context).await
    }

    /// There is nothing to judge. A pending interaction may have a state that nobody has written yet.
    fn silent(&self, interaction: &Interaction, cause: Cause, mut remarks: Vec<Failure>) -> Outcome {
        if let (true, Cause::State { .. }) = (interaction.pending(), &cause) {
            let failed = self.remark(interaction, "pact.state.failed", cause.to_string());
            remarks.push(pending(Failure { severity: Severity::Error, ..failed }));
            return Outcome::Kept { remarks };
        }
        Outcome::Unknown(masked(cause, &self.secrets))
    }

    fn not_torn_down(&self, interaction: &Interaction, trouble: String) -> Failure {
        let hint = "the interactions after this one may see what it left behind".to_owned();
        let trouble = self.secrets.text(&trouble);
        let remark = self.remark(interaction, "pact.state.teardown-failed", trouble);
        Failure { severity: Severity::Warning, hint: Some(hint), ..remark }
    }

    fn not_set_up(&self, interaction: &Interaction) -> Option<Failure> {
        if interaction.states().is_empty() || self.target.states.is_some() {
            return None;
        }
        let names = interaction.provider_states().join(", ");
        let message = format!("provider state not set up, as there is no handler to ask: {names}");
        let hint = "name the URL of the provider's state handler".to_owned();
        let remark = self.remark(interaction, "pact.state.skipped", message);
        Some(Failure { hint: Some(hint), ..remark })
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

/// What would break an interaction that is not pending.
fn pending(failure: Failure) -> Failure {
    if failure.severity != Severity::Error {
        return failure;
    }
    let hint = "the interaction is pending: this counts once it no longer is".to_owned();
    Failure { severity: Severity::Warning, hint: Some(failure.hint.unwrap_or(hint)), ..failure }
}

fn masked(cause: Cause, secrets: &Secrets) -> Cause {
    match cause {
        Cause::State { state, cause } => Cause::State { state, cause: secrets.text(&cause) },
        Cause::NoAnswer(reason) => Cause::NoAnswer(secrets.text(&reason)),
        other => other,
    }
}

/// Matching reports in the order of hash maps, which changes from run to run.
fn sort(failures: &mut Vec<Failure>) {
    failures.sort_by(|one, other| {
        let key = |failure: &Failure| (failure.severity, failure.kind, failure.id);
        key(one)
            .cmp(&key(other))
            .then_with(|| one.location.pointer.cmp(&other.location.pointer))
            .then_with(|| one.instance.cmp(&other.instance))
            .then_with(|| one.message.cmp(&other.message))
    });
    failures.dedup_by(|one, other| {
        (one.id, one.kind, &one.location, &one.instance, &one.message)
            == (other.id, other.kind, &other.location, &other.instance, &other.message)
    });
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("matching panicked").to_owned()
}
