//! The two verifiers, each told the same and asked for a verdict and the request it sent.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use countersign_verify::{Cause, Event, Outcome, Pact, Settings, Target, verify};
use pact_models::pact::load_pact_from_json;
use pact_verifier::callback_executors::HttpRequestProviderStateExecutor;
use pact_verifier::{
    FilterInfo, MismatchResult, NullRequestFilterExecutor, ProviderInfo, ProviderTransport,
    VerificationOptions, verify_pact_internal,
};

use crate::case::{self, Case, Version};
use crate::server::{Arrived, Server};

#[derive(Debug, PartialEq, Eq)]
pub struct Judged {
    pub verdict: &'static str,
    pub request: Option<Arrived>,
}

/// Ours takes all cases of one version in one pact, side by side.
pub async fn ours(version: Version, cases: &[(usize, &Case)], server: &Server) -> Vec<Judged> {
    let text = case::pact(version, cases).to_string();
    let pact = Pact::parse(Path::new("pacts/ui-shop.json"), &text).unwrap();
    let target =
        Target { states: Some(server.url.join("/states").unwrap()), ..Target::http(server.url.clone()) };
    let settings =
        Settings { jobs: NonZeroUsize::new(4).unwrap(), isolated_states: true, ..Settings::default() };
    let found = verify(&pact, &target, None, &settings, &|_: Event<'_>| {}).await.unwrap();
    assert_eq!(found.interactions.len(), cases.len());
    let judged = found.interactions.iter().zip(cases).map(|(result, (index, case))| {
        assert!(case.name.ends_with(&result.description), "{} is not {}", result.description, case.name);
        let verdict = match &result.outcome {
            Outcome::Kept { .. } => "kept",
            Outcome::Broken(_) => "broken",
            Outcome::Unknown(Cause::State { .. }) => "no state",
            Outcome::Unknown(_) => "unknown",
        };
        Judged { verdict, request: server.take_arrived(*index) }
    });
    judged.collect()
}

/// The official one takes one case at a time: it copies the whole pact once an interaction.
pub async fn official(case: &Case, index: usize, server: &Server) -> Judged {
    let pact =
        load_pact_from_json("pacts/ui-shop.json", &case::pact(case.version, &[(index, case)])).unwrap();
    let options = VerificationOptions::<NullRequestFilterExecutor> {
        disable_ssl_verification: true,
        coloured_output: false,
        follow_redirects: false,
        ..VerificationOptions::default()
    };
    let executor = HttpRequestProviderStateExecutor {
        state_change_url: Some(server.url.join("/states").unwrap().to_string()),
        state_change_teardown: true,
        state_change_body: true,
        retries: 0,
    };
    let (provider, executor) = (provider(server), Arc::new(executor));
    let found =
        verify_pact_internal(&provider, &FilterInfo::None, pact, &options, &executor, false, Duration::ZERO);
    let results = found.await.unwrap().results;
    assert_eq!(results.len(), 1, "{}", case.name);
    let verdict = match &results[0].result {
        Ok(()) => "kept",
        Err(MismatchResult::Mismatches { .. }) => "broken",
        Err(MismatchResult::Error(reason, _)) if reason.contains("state change handlers") => "no state",
        Err(MismatchResult::Error(..)) => "unknown",
    };
    Judged { verdict, request: server.take_arrived(index) }
}

fn provider(server: &Server) -> ProviderInfo {
    let transport = ProviderTransport {
        transport: "http".to_owned(),
        port: server.url.port(),
        path: None,
        scheme: Some("http".to_owned()),
    };
    ProviderInfo {
        name: "shop".to_owned(),
        host: "127.0.0.1".to_owned(),
        transports: vec![transport],
        ..ProviderInfo::default()
    }
}
