//! One pact test: interactions, a mock provider that plays them, and the client that must keep them.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};

use futures::FutureExt;
use pact_consumer::builders::InteractionBuilder;
use pact_mock_server::builder::MockServerBuilder;
use pact_mock_server::mock_server::MockServer;
use pact_models::v4::interaction::V4Interaction;
use pact_models::v4::pact::V4Pact;
use pact_models::v4::synch_http::SynchronousHttp;
use pact_models::{Consumer, Provider};
use url::Url;

use crate::fragment::{Entry, Fragment};
use crate::merge::place;
use crate::mismatch;
use crate::names::PactNames;
use crate::own_rules::broken_examples;

/// What a pact test is given: the pact it belongs to, and its own name.
#[derive(Clone, Debug)]
pub struct PactTest {
    names: PactNames,
    test: String,
}

/// The interactions of one test, before the client has been seen to keep them.
#[derive(Debug)]
#[must_use = "interactions are part of the pact only once a client has exercised them"]
pub struct Interactions {
    test: PactTest,
    interactions: Vec<SynchronousHttp>,
}

impl PactTest {
    /// A test of this name for the pact between these two.
    #[must_use]
    pub fn new(names: PactNames, test: &str) -> Self {
        Self { names, test: test.to_owned() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.test
    }

    /// Panics where examples break their own rules.
    pub(crate) fn refuse(&self, description: &str, broken: &[String]) {
        assert!(
            broken.is_empty(),
            "failed to play {description:?} (pact {}, test {}): its own example breaks its own rules, so nobody \
             could keep it:\n{}",
            self.names,
            self.test,
            broken.join("\n")
        );
    }

    /// What a test is told whose consumer did not keep the pact.
    pub(crate) fn failure(&self, descriptions: &[&str], differences: &str, consumer: Option<&str>) -> String {
        let descriptions: Vec<String> = descriptions.iter().map(|one| format!("{one:?}")).collect();
        let mut text = format!(
            "failed to keep {} (pact {}, test {}): what the client sent is not what the pact says:\n{differences}",
            descriptions.join(" and "),
            self.names,
            self.test,
        );
        if let Some(words) = consumer {
            text.push_str("\nand then the client failed: ");
            text.push_str(words);
        }
        text
    }

    /// Describes one request and its answer with `pact_consumer`'s V4 builder.
    pub fn interaction(
        self,
        description: &str,
        build: impl FnOnce(InteractionBuilder) -> InteractionBuilder,
    ) -> Interactions {
        Interactions { test: self, interactions: Vec::new() }.interaction(description, build)
    }
}

impl Interactions {
    /// Describes a further request of the same test, such as the second page of a list.
    pub fn interaction(
        mut self,
        description: &str,
        build: impl FnOnce(InteractionBuilder) -> InteractionBuilder,
    ) -> Self {
        self.interactions.push(build(InteractionBuilder::new(description, "")).build_v4());
        self
    }

    /// Plays the provider on a free port of this machine while `client` runs against its URL.
    ///
    /// # Panics
    ///
    /// When the client panics, sends what the pact does not say, or does not send what it says: the panic
    /// tells which request and what differs. A test that panics leaves nothing in the pact.
    pub async fn exercise<F, Run>(self, client: F) -> Fragment
    where
        F: FnOnce(Url) -> Run,
        Run: Future<Output = ()>,
    {
        self.refuse_identical_requests();
        let pact = self.pact();
        self.refuse_broken_examples(&pact).await;
        install_cryptography();
        let server = start_mock_provider(pact).await;
        let url = Url::parse(&server.url()).expect("the mock provider's own address is a URL");
        let ended = AssertUnwindSafe(client(url)).catch_unwind().await;
        let mismatches = server.mismatches();
        stop(server);
        let descriptions: Vec<&str> = self.interactions.iter().map(|one| one.description.as_str()).collect();
        let failed = ended.as_ref().err().map(|payload| panic_text(payload.as_ref()));
        assert!(
            mismatches.is_empty(),
            "{}",
            self.test.failure(&descriptions, &mismatch::report(&mismatches), failed)
        );
        match ended {
            Ok(()) => Fragment::new(&self.test.test, self.interactions),
            Err(payload) => resume_unwind(payload),
        }
    }

    fn pact(&self) -> V4Pact {
        let names = &self.test.names;
        V4Pact {
            consumer: Consumer { name: names.consumer().to_owned() },
            provider: Provider { name: names.provider().to_owned() },
            interactions: self.interactions.iter().map(V4Interaction::boxed_v4).collect(),
            ..V4Pact::default()
        }
    }

    async fn refuse_broken_examples(&self, pact: &V4Pact) {
        for interaction in &self.interactions {
            let broken = broken_examples(interaction, pact).await;
            self.test.refuse(&interaction.description, &broken);
        }
    }

    /// One call would satisfy both of two identical requests, and the second would never be exercised.
    fn refuse_identical_requests(&self) {
        let entries: Vec<Entry> =
            self.interactions.iter().map(|one| Entry::new(&self.test.test, one.clone())).collect();
        for (index, second) in entries.iter().enumerate() {
            if let Some(first) = entries[..index].iter().find(|first| first.request == second.request) {
                panic!(
                    "failed to play {} and {} in one test: their requests are identical, so the mock provider \
                     cannot tell them apart; exercise them in two tests",
                    place(first),
                    place(second)
                );
            }
        }
    }
}

/// The mock server itself instead of `pact_consumer`'s guard around it: the guard writes a file even for a test
/// that panicked, blocks when dropped, and reports to an analytics service.
async fn start_mock_provider(pact: V4Pact) -> MockServer {
    MockServerBuilder::new()
        .with_v4_pact(pact)
        .bind_to_ip4_port(0)
        .start()
        .await
        .unwrap_or_else(|cause| panic!("failed to start the mock provider on a free port: {cause:#}"))
}

/// The words of a panic, as far as it has words.
pub(crate) fn panic_text(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("it gave no message")
}

/// Asks the server to end without waiting: its runtime ends with the test, and the pact is decided already.
fn stop(mut server: MockServer) {
    server.event_loop_rx = None;
    // It fails only when the server has ended by itself, which is what is wanted.
    let _ = server.shutdown();
}

/// reqwest without a default provider panics on its first client; a test should not have to know.
fn install_cryptography() {
    // It fails only when a provider stands already, and then that one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
