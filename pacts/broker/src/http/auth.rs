//! Who may: accounts that read, accounts that write, tokens, and everybody where that is wanted.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, Method};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use super::answer::Failure;
use super::request::Actor;
use super::server::Broker;
use crate::model::Model;
use crate::token;

/// A wrong password costs its sender this long, and only [`AT_ONCE`] of them at a time.
const PAUSE: Duration = Duration::from_millis(250);
const AT_ONCE: usize = 4;

/// The accounts of the settings. None at all, and `required` false: everybody may do everything.
#[derive(Clone)]
pub struct Accounts {
    known: Vec<Account>,
    /// Ask for credentials though no account is set: those of tokens.
    pub required: bool,
    /// Who gives no credentials may read.
    pub public_read: bool,
    /// The heartbeat is told to everybody.
    pub open_heartbeat: bool,
    /// What keeps guessing slow, over all connections.
    failing: Arc<Semaphore>,
}

/// Name and password are kept as one hash.
#[derive(Clone)]
struct Account {
    name: String,
    hash: [u8; 32],
    writes: bool,
}

impl Default for Accounts {
    fn default() -> Self {
        let failing = Arc::new(Semaphore::new(AT_ONCE));
        Self { known: Vec::new(), required: false, public_read: false, open_heartbeat: false, failing }
    }
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.known.iter().map(|it| it.name.as_str()).collect();
        f.debug_struct("Accounts")
            .field("names", &names)
            .field("required", &self.required)
            .field("public_read", &self.public_read)
            .finish_non_exhaustive()
    }
}

impl Accounts {
    /// An account that reads, and writes where it `writes`.
    #[must_use]
    pub fn with(mut self, name: &str, password: &str, writes: bool) -> Self {
        self.known.push(Account { name: name.to_owned(), hash: hash(name, password), writes });
        self
    }

    fn on(&self) -> bool {
        self.required || !self.known.is_empty()
    }

    /// Every account is looked at, so that the time tells neither name nor password.
    fn find(&self, name: &str, password: &str) -> Option<Who> {
        let hash = hash(name, password);
        self.known.iter().fold(None, |found, account| {
            let same = bool::from(account.hash.ct_eq(&hash));
            if same { Some(Who { name: account.name.clone(), writes: account.writes }) } else { found }
        })
    }
}

fn hash(name: &str, password: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(name.len().to_be_bytes());
    hash.update(name);
    hash.update(password);
    hash.finalize().into()
}

struct Who {
    name: String,
    writes: bool,
}

enum Credentials {
    Basic(String, String),
    Bearer(String),
    Unreadable,
}

/// Lets a request pass, with the name of who sent it, or refuses it.
pub async fn guard(State(broker): State<Broker>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match admit(&broker, &parts).await {
        Ok(actor) => {
            parts.extensions.insert(actor);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(failure) => failure.into_response(),
    }
}

async fn admit(broker: &Broker, parts: &Parts) -> Result<Actor, Failure> {
    let accounts = &broker.settings.accounts;
    let path = parts.uri.path();
    if accounts.open_heartbeat && path == super::HEARTBEAT {
        return Ok(anonymous());
    }
    let given = credentials(&parts.headers);
    let who = match &given {
        Some(Credentials::Basic(name, password)) => accounts.find(name, password),
        Some(Credentials::Bearer(token)) => broker.shelf.read(|model| known(model, token)).await?,
        Some(Credentials::Unreadable) | None => None,
    };
    let reads = only_reads(&parts.method, path);
    match who {
        Some(who) if accounts.on() && !who.writes && !reads => Err(Failure::Forbidden),
        Some(who) => Ok(Actor(who.name)),
        None if !accounts.on() => Ok(anonymous()),
        None if given.is_none() && accounts.public_read && reads => Ok(anonymous()),
        None => {
            if given.is_some() {
                slow_down(accounts).await;
            }
            Err(Failure::Unauthenticated)
        }
    }
}

async fn slow_down(accounts: &Accounts) {
    // The semaphore is never closed; were it, the pause alone is left.
    let _turn = accounts.failing.acquire().await;
    tokio::time::sleep(PAUSE).await;
}

fn anonymous() -> Actor {
    Actor("anonymous".to_owned())
}

fn known(model: &Model, token: &str) -> Option<Who> {
    token::holder(model, token).map(|it| Who { name: format!("token {}", it.name), writes: it.writes })
}

/// To ask which pacts to verify is a POST that changes nothing; the audit log is not for every reader.
fn only_reads(method: &Method, path: &str) -> bool {
    let asks = path.starts_with("/pacts/provider/")
        && path.ends_with("/for-verification")
        && path.split('/').count() == 5;
    match *method {
        Method::GET | Method::HEAD | Method::OPTIONS => path.trim_end_matches('/') != super::AUDIT,
        Method::POST => asks,
        _ => false,
    }
}

fn credentials(headers: &HeaderMap) -> Option<Credentials> {
    let value = headers.get(AUTHORIZATION)?;
    Some(value.to_str().ok().and_then(parse).unwrap_or(Credentials::Unreadable))
}

fn parse(value: &str) -> Option<Credentials> {
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(Credentials::Bearer(rest.trim().to_owned()));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some(Credentials::Basic(name.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_password_belong_together() {
        let accounts = Accounts::default().with("ab", "c", true).with("reader", "x", false);
        assert!(accounts.find("ab", "c").is_some_and(|who| who.writes));
        assert!(accounts.find("reader", "x").is_some_and(|who| !who.writes));
        assert!(accounts.find("a", "bc").is_none() && accounts.find("reader", "c").is_none());
        let told = format!("{accounts:?}");
        assert!(told.contains("reader") && !told.contains("hash"), "{told}");
    }

    #[test]
    fn only_what_changes_nothing_is_reading() {
        for path in ["/", "/pacts/latest", "/webhooks"] {
            assert!(only_reads(&Method::GET, path));
            assert!(!only_reads(&Method::POST, path));
        }
        assert!(only_reads(&Method::POST, "/pacts/provider/A/for-verification"));
        assert!(!only_reads(&Method::POST, "/pacts/provider/A/consumer/B/version/for-verification"));
        assert!(!only_reads(&Method::GET, "/audit"));
        assert!(!only_reads(&Method::GET, "/audit/"));
    }
}
