//! Hears the three parties to one exchange (pact, document, live provider) and concludes from what
//! they disagree on.

use countersign_openapi::Severity;
use pact_models::generators::{Generator, GeneratorTestMode};
use pact_models::v4::http_parts::HttpResponse as PactResponse;

use crate::answer;
use crate::attempt::{Reply, Run};
use crate::contained;
use crate::interaction::{HttpContent, Interaction};
use crate::mismatch::{Answered, STATUS};
use crate::outcome::{Broken, Cause, Failure, Outcome};
use crate::secrets::Secrets;
use crate::states;
use crate::verdict::{Grounds, judge};
use crate::violation::Documented;

/// One exchange and all that has a say in it.
pub(crate) struct Evidence<'a> {
    pub run: &'a Run<'a>,
    pub interaction: &'a Interaction,
    pub content: &'a HttpContent,
    pub reply: &'a Reply,
    pub secrets: &'a Secrets,
}

impl Evidence<'_> {
    /// The outcome of the interaction; `remarks` are what went wrong beside the exchange.
    pub(crate) async fn conclude(&self, remarks: Vec<Failure>) -> Outcome {
        let secrets = self.secrets;
        // An expression that backtracks without end makes the matching of Pact panic.
        let mut failures = match contained::run(self.failures()).await {
            Ok(Ok(failures)) => failures,
            Ok(Err(reason)) | Err(reason) => {
                return Outcome::Unknown(Cause::Unmatched(secrets.text(&reason)));
            }
        };
        failures.extend(remarks);
        let grounds = Grounds { document: self.run.document.is_some(), status: self.reply.answer.status };
        conclude(self.interaction, failures, grounds, secrets)
    }

    /// What the three parties disagree on.
    async fn failures(&self) -> Result<Vec<Failure>, String> {
        let Self { run, interaction, content, reply, secrets } = self;
        let expected = content.http.response.clone();
        let actual = answer::of_pact(&reply.answer);
        let mismatches = pact_matching::match_response(expected, actual, run.pact.shell(), &content.boxed)
            .await
            .map_err(|error| error.to_string())?;
        let expected = match run.document {
            Some(_) => Some(self.expected_answer().await),
            None => None,
        };
        let answered = Answered::new(run.pact, interaction, content, &reply.answer, secrets);
        let mut failures: Vec<Failure> =
            mismatches.iter().flat_map(|mismatch| answered.failures(mismatch)).collect();
        if let Some((document, expected)) = run.document.zip(expected) {
            let documented = Documented {
                document,
                pact: run.pact,
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
    async fn expected_answer(&self) -> PactResponse {
        let response = &self.content.http.response;
        let mut generators = response.generators.clone();
        for category in generators.categories.values_mut() {
            category.retain(|_, generator| matches!(generator, Generator::ProviderStateGenerator(..)));
        }
        if generators.is_empty() {
            return response.clone();
        }
        let response = PactResponse { generators, ..response.clone() };
        let known = states::context(&self.reply.values);
        pact_matching::generate_response(&response, &GeneratorTestMode::Provider, &known).await
    }
}

/// The outcome of a message: no OpenAPI document has a say about it.
pub(crate) fn conclude_message(
    interaction: &Interaction,
    failures: Vec<Failure>,
    secrets: &Secrets,
) -> Outcome {
    conclude(interaction, failures, Grounds { document: false, status: 0 }, secrets)
}

fn conclude(
    interaction: &Interaction,
    mut failures: Vec<Failure>,
    grounds: Grounds,
    secrets: &Secrets,
) -> Outcome {
    for failure in &mut failures {
        failure.message = secrets.text(&failure.message);
        failure.hint = failure.hint.take().map(|hint| secrets.text(&hint));
        failure.expected = secrets.value(std::mem::take(&mut failure.expected));
        failure.actual = secrets.value(std::mem::take(&mut failure.actual));
    }
    sort(&mut failures);
    match judge(&failures, grounds) {
        Some(_) if interaction.pending() => {
            Outcome::Kept { remarks: failures.into_iter().map(pending).collect() }
        }
        Some(judgement) => {
            let (verdict, reason) = (judgement.verdict, judgement.reason);
            Outcome::Broken(Broken { verdict, reason, failures })
        }
        None => Outcome::Kept { remarks: failures },
    }
}

/// Makes a remark of what would break an interaction that is not pending.
pub(crate) fn pending(failure: Failure) -> Failure {
    if failure.severity != Severity::Error {
        return failure;
    }
    let hint = "the interaction is pending: this counts once it no longer is".to_owned();
    Failure { severity: Severity::Warning, hint: Some(failure.hint.unwrap_or(hint)), ..failure }
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
