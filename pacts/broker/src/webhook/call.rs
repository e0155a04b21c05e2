//! One call: the host is looked up once, every address is judged, and one of those is connected to.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::net::lookup_host;
use url::{Host, Url};

use super::secret::{secrets, shown, without};
use super::target::Targets;
use super::template::{Rendered, render};
use super::worker::Calls;
use crate::Moment;
use crate::event::WebhookAbout;

/// Bytes of an answer that are kept; the rest is not read.
const ANSWER_LIMIT: usize = 64 << 10;
const AGENT: &str = concat!("countersign/", env!("CARGO_PKG_VERSION"));

/// How a call went. No text in it holds a secret of the webhook.
#[derive(Debug)]
pub struct Outcome {
    pub success: bool,
    pub status: Option<u16>,
    /// Whether another try could go better: what the settings forbid stays forbidden.
    pub retry: bool,
    pub error: Option<String>,
    /// What was sent: method, url, headers, body.
    pub request: Value,
    /// What came: status, headers, body.
    pub response: Option<Value>,
    pub log: String,
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

enum Failed {
    Refused(String),
    Lost(String),
}

/// Makes the call. It takes no longer than the settings give it.
pub async fn call(calls: &Calls, about: &WebhookAbout, parameters: &BTreeMap<String, String>) -> Outcome {
    // What is told is made of the webhook with stars; what is sent, of the webhook.
    let told = render(&shown(about), parameters);
    let sent = match render(about, parameters) {
        Ok(rendered) => match tokio::time::timeout(calls.whole, send(calls, about, rendered)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failed::Lost(format!("it took longer than {} s", calls.whole.as_secs_f32()))),
        },
        Err(error) => Err(Failed::Refused(error)),
    };
    tell(&Telling { secrets: secrets(about), told: told.ok() }, sent)
}

async fn send(calls: &Calls, about: &WebhookAbout, request: Rendered) -> Result<Answer, Failed> {
    let client = client(calls, &request.url).await?;
    let refused = |what: &str| Failed::Refused(format!("{what} of the request is malformed"));
    let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| refused("the method"))?;
    let mut sending = client.request(method, request.url);
    for (name, value) in &request.headers {
        sending = sending.header(name, value);
    }
    if let Some(username) = &about.username {
        sending = sending.basic_auth(username, about.password.as_ref());
    }
    if let Some(body) = request.body {
        sending = sending.body(body);
    }
    let lost = |error: reqwest::Error| Failed::Lost(reason(&error.without_url()));
    let mut response = sending.send().await.map_err(lost)?;
    let headers = response.headers().iter();
    let headers = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_LIMIT {
            body.truncate(ANSWER_LIMIT);
            break;
        }
    }
    Ok(Answer { status, headers, body: String::from_utf8_lossy(&body).replace('\0', "\u{fffd}") })
}

/// A client that can connect to the judged addresses alone, by no proxy, and that follows no redirect.
async fn client(calls: &Calls, url: &Url) -> Result<Client, Failed> {
    calls.targets.check(url).map_err(|refused| Failed::Refused(refused.to_string()))?;
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may have been first: then there is one.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
    let mut client = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .http1_only()
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(0)
        .connect_timeout(calls.connect)
        .timeout(calls.whole)
        .user_agent(AGENT);
    if let Some(Host::Domain(host)) = url.host() {
        let port = url.port_or_known_default().unwrap_or(443);
        let addresses = addresses(&calls.targets, host, port).await?;
        client = client.resolve_to_addrs(host, &addresses);
    }
    client.build().map_err(|error| Failed::Lost(reason(&error)))
}

/// One that is refused refuses all: a name that answers so is trying something.
async fn addresses(targets: &Targets, host: &str, port: u16) -> Result<Vec<SocketAddr>, Failed> {
    let found = lookup_host((host, port)).await;
    let found: Vec<SocketAddr> =
        found.map_err(|error| Failed::Lost(format!("host {host} is not found: {error}")))?.collect();
    if found.is_empty() {
        return Err(Failed::Lost(format!("host {host} has no address")));
    }
    for address in &found {
        let judged = targets.check_address(host, address.ip());
        judged.map_err(|refused| Failed::Refused(refused.to_string()))?;
    }
    Ok(found)
}

/// The whole chain: what is outermost says only that something failed.
fn reason(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}

struct Telling {
    secrets: Vec<String>,
    told: Option<Rendered>,
}

fn tell(telling: &Telling, sent: Result<Answer, Failed>) -> Outcome {
    let hide = |text: &str| without(text, &telling.secrets);
    let mut log = format!("[{}] ", Moment::now());
    let mut request = Value::Null;
    if let Some(told) = &telling.told {
        let headers = told.headers.iter().map(|(name, value)| (name.clone(), hide(value)));
        let headers: Vec<(String, String)> = headers.collect();
        line(&mut log, format_args!("HTTP/1.1 {} {}", told.method, hide(told.url.as_str())));
        let body = told.body.as_deref().map(hide);
        part(&mut log, &headers, body.as_deref());
        request = json!({
            "method": told.method,
            "url": hide(told.url.as_str()),
            "headers": object(&headers),
            "body": body.as_deref().map(structured),
        });
    }
    match sent {
        Ok(answer) => {
            let headers = answer.headers.iter().map(|(name, value)| (name.clone(), hide(value)));
            let headers: Vec<(String, String)> = headers.collect();
            let body = hide(&answer.body);
            line(&mut log, format_args!("\nHTTP/1.1 {}", answer.status));
            part(&mut log, &headers, Some(&body));
            let success = (200..300).contains(&answer.status);
            let response = json!({
                "status": answer.status, "headers": object(&headers), "body": structured(&body),
            });
            let (status, response) = (Some(answer.status), Some(response));
            Outcome { success, status, retry: true, error: None, request, response, log }
        }
        Err(failed) => {
            let (retry, error) = match failed {
                Failed::Refused(error) => (false, hide(&error)),
                Failed::Lost(error) => (true, hide(&error)),
            };
            line(&mut log, format_args!("\nThe call failed: {error}"));
            let error = Some(error);
            Outcome { success: false, status: None, retry, error, request, response: None, log }
        }
    }
}

fn line(log: &mut String, text: fmt::Arguments<'_>) {
    log.write_fmt(text).expect("a string takes what is written");
    log.push('\n');
}

fn part(log: &mut String, headers: &[(String, String)], body: Option<&str>) {
    for (name, value) in headers {
        line(log, format_args!("{name}: {value}"));
    }
    if let Some(body) = body.filter(|it| !it.is_empty()) {
        line(log, format_args!("\n{body}"));
    }
}

fn object(headers: &[(String, String)]) -> Value {
    Value::Object(headers.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect())
}

/// JSON where it is some, else the text.
fn structured(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_else(|_| body.into())
}

impl Default for Calls {
    fn default() -> Self {
        Self {
            targets: Targets::default(),
            pauses: [10, 60, 120, 300, 600, 1200].map(Duration::from_secs).to_vec(),
            connect: Duration::from_secs(5),
            whole: Duration::from_secs(20),
            claim: Duration::from_mins(1),
            at_once: 8,
        }
    }
}
