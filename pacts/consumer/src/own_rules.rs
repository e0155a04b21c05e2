//! The examples of an interaction, held against the interaction's own rules.
//!
//! A mock provider applies the rules of the request only. A rule of the answer that refuses the answer's own
//! example, or that no verifier can read, would be found out by the provider's team, in another build.

use pact_matching::{match_request, match_response};
use pact_models::interaction::Interaction;
use pact_models::pact::Pact;
use pact_models::v4::message_parts::MessageContents;
use pact_models::v4::pact::V4Pact;
use pact_models::v4::sync_message::SynchronousMessage;
use pact_models::v4::synch_http::SynchronousHttp;

use crate::message_matching::differences;

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
pub(crate) async fn of_message(message: &MessageContents) -> Vec<String> {
    of_part("message", message).await
}

/// The same of a message that the consumer sends, and of each reply.
pub(crate) async fn of_sync_message(message: &SynchronousMessage) -> Vec<String> {
    let mut lines = of_part("request", &message.request).await;
    for (index, reply) in message.response.iter().enumerate() {
        lines.extend(of_part(&format!("reply {}", index + 1), reply).await);
    }
    lines
}

async fn of_part(name: &str, part: &MessageContents) -> Vec<String> {
    differences(part, part).await.iter().map(|difference| line(name, difference)).collect()
}

fn line(part: &str, difference: &str) -> String {
    format!("  - {part}: {difference}")
}
