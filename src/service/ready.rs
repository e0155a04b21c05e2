//! Waiting until something is ready: until it answers by HTTP where that is said, else until it takes
//! a connection.

use std::time::Duration;

use tokio::net::TcpStream;
use url::Url;

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(25);

/// One attempt, at most: what takes a connection and never answers is asked again.
const ATTEMPT: Duration = Duration::from_secs(2);

/// What shows that something is ready.
pub enum Sign {
    /// An answer below status 500.
    Answer(Url),
    /// A connection that is taken.
    Connection(Url),
}

impl Sign {
    /// What is missing while it does not show.
    pub fn missing(&self) -> String {
        match self {
            Self::Answer(url) => format!("no answer below status 500 came from {url}"),
            Self::Connection(url) => format!("no connection was taken at {url}"),
        }
    }

    /// Looks again and again until it shows; the caller sets the time limit.
    pub async fn wait(&self) -> Result<(), reqwest::Error> {
        match self {
            Self::Answer(url) => {
                let client = client(url)?;
                while !answers(&client, url).await {
                    tokio::time::sleep(PAUSE).await;
                }
            }
            Self::Connection(url) => {
                while !takes_connections(url).await {
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        Ok(())
    }
}

/// A client that asks this URL and nobody else: no proxy, no redirect.
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
