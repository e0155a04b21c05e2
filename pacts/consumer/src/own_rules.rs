//! The examples of an interaction, held against the interaction's own rules.
//!
//! A mock provider applies the rules of the request only. A rule of the answer that refuses the answer's own
//! example, or that no verifier can read, would be found out by the provider's team, in another build.

use pact_matching::{Mismatch, match_message, match_request, match_response, match_sync_message};
use pact_models::interaction::Interaction;
use pact_models::pact::Pact;
use pact_models::v4::async_message::AsynchronousMessage;
use pact_models::v4::pact::V4Pact;
use pact_models::v4::sync_message::SynchronousMessage;
use pact_models::v4::synch_http::SynchronousHttp;

/// One line for each example that its own rules refuse, in a stable order.
pub(crate) async fn broken_examples(interaction: &SynchronousHttp, pact: &V4Pact) -> Vec<String> {
    let (pact, boxed) = (pact.boxed(), interaction.boxed());
    let (request, response) = (&interaction.request, &interaction.response);
    let mut lines = Vec::new();
    match match_request(request.clone(), request.clone(), &pact, &boxed).await {
        Ok(result) => {
            lines.extend(result.mismatches().iter().map(|broken| line("request", &broken.description())));
        }
        Err(cause) => lines.push(line("request", &format!("{cause:#}"))),
    }
    match match_response(response.clone(), response.clone(), &pact, &boxed).await {
        Ok(mismatches) => {
            lines.extend(mismatches.iter().map(|broken| line("response", &broken.description())));
        }
        Err(cause) => lines.push(line("response", &format!("{cause:#}"))),
    }
    lines.sort();
    lines.dedup();
    lines
}

/// The same of a message that the provider sends.
pub(crate) async fn of_message(message: &AsynchronousMessage, pact: &V4Pact) -> Vec<String> {
    let boxed = message.boxed();
    lines("message", &match_message(&boxed, &boxed, &pact.boxed()).await)
}

/// The same of a message and its replies.
pub(crate) async fn of_sync_message(message: &SynchronousMessage, pact: &V4Pact) -> Vec<String> {
    lines("message", &match_sync_message(message.clone(), message.clone(), &pact.boxed()).await)
}

fn lines(part: &str, broken: &[Mismatch]) -> Vec<String> {
    let mut lines: Vec<String> = broken.iter().map(|one| line(part, &one.description())).collect();
    lines.sort();
    lines.dedup();
    lines
}

fn line(part: &str, difference: &str) -> String {
    format!("  - {part}: {difference}")
}
