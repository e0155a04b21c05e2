//! Waiting until a provider answers: by HTTP where it says what to ask, else by a connection.

use std::time::Duration;

use tokio::net::TcpStream;
use url::Url;

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(25);

/// One attempt, at most: a provider that takes a connection and never answers is asked again.
const ATTEMPT: Duration = Duration::from_secs(2);

/// Asks again and again. Ends when the provider is ready; the caller sets the time limit.
pub async fn wait(url: &Url, question: Option<&Url>) -> Result<(), reqwest::Error> {
    let client = question.map(|question| client(question).map(|client| (client, question))).transpose()?;
    loop {
        let ready = match &client {
            Some((client, question)) => answers(client, question).await,
            None => takes_connections(url).await,
        };
        if ready {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// A client that asks this provider and nobody else: no proxy, no redirect.
fn client(question: &Url) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .timeout(ATTEMPT)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")));
    // Reading the system's certificates takes longer than most providers take to start.
    let builder = if question.scheme() == "http" { builder.tls_certs_only([]) } else { builder };
    builder.build()
}

async fn answers(client: &reqwest::Client, question: &Url) -> bool {
    let answer = client.get(question.clone()).send().await;
    answer.is_ok_and(|answer| answer.status().as_u16() < 500)
}

async fn takes_connections(url: &Url) -> bool {
    let Ok(addresses) = url.socket_addrs(|| None) else { return false };
    let connection = TcpStream::connect(addresses.as_slice());
    tokio::time::timeout(ATTEMPT, connection).await.is_ok_and(|connection| connection.is_ok())
}
