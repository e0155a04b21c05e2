//! A POST that is tried again: with limits for time and size, and without a word of where it goes.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};

use super::message::Words;
use crate::config::{Filling, Http, Template, Unfillable};
use crate::secrets::Secrets;

/// Before the second attempt; twice as long before each further one.
const PAUSE: Duration = Duration::from_millis(500);

/// The longest pause, whatever the target asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

type Variable<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// Posts the news; an error says why nobody heard, and what of it must not be shown is in `secrets`.
pub(super) async fn post(
    http: &Http,
    words: &Words<'_>,
    variable: Variable<'_>,
    secrets: &mut Secrets,
) -> Result<(), String> {
    let url = address(&http.url, variable, secrets)?;
    let headers = headers(&http.headers, variable, secrets)?;
    let client = Client::builder()
        .timeout(http.timeout)
        // Whatever answers with a redirect is not the target that was named.
        .redirect(Policy::none())
        .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| format!("prepare the connection: {error}"))?;
    let body = words.body(http.shape);
    let mut pause = PAUSE;
    let mut left = http.attempts.get();
    loop {
        left -= 1;
        let answer = client.post(url.clone()).headers(headers.clone()).json(&body).send().await;
        let failed = match answer {
            Ok(answer) if answer.status().is_success() => return Ok(()),
            Ok(answer) => Failed::answered(&answer),
            Err(error) => Failed::unreached(error),
        };
        if left == 0 || !failed.passing {
            return Err(failed.why);
        }
        tokio::time::sleep(failed.wait.unwrap_or(pause).min(LONGEST_PAUSE)).await;
        pause = pause.saturating_mul(2);
    }
}

/// Why one attempt failed.
struct Failed {
    why: String,
    /// Whether another attempt may do.
    passing: bool,
    /// How long the target asks to be left alone.
    wait: Option<Duration>,
}

impl Failed {
    fn answered(answer: &Response) -> Self {
        let status = answer.status();
        let passing = status.is_server_error()
            || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
        let seconds = answer.headers().get(RETRY_AFTER).and_then(|it| it.to_str().ok()?.trim().parse().ok());
        Self {
            why: format!("be heard: it answered {status}"),
            passing,
            wait: seconds.map(Duration::from_secs),
        }
    }

    fn unreached(error: reqwest::Error) -> Self {
        let why = match error.without_url() {
            error if error.is_timeout() => "be heard: it did not answer in time".to_owned(),
            error if error.is_connect() => "be heard: it takes no connection".to_owned(),
            _ => "be heard: the connection was lost".to_owned(),
        };
        Self { why, passing: true, wait: None }
    }
}

fn address(template: &Template, variable: Variable<'_>, secrets: &mut Secrets) -> Result<Url, String> {
    let text = fill(template, variable, secrets)?;
    secrets.add(&text);
    let url = Url::parse(text.trim()).map_err(|error| format!("use its URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("use its URL: it has to begin with https:// or http://".to_owned());
    }
    Ok(url)
}

fn headers(
    templates: &BTreeMap<String, Template>,
    variable: Variable<'_>,
    secrets: &mut Secrets,
) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, template) in templates {
        let value = fill(template, variable, secrets)?;
        let name =
            HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("use {name:?} as a header"))?;
        let mut value =
            HeaderValue::from_str(&value).map_err(|_| format!("use the value of the header {name}"))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

fn fill(template: &Template, variable: Variable<'_>, secrets: &mut Secrets) -> Result<String, String> {
    let service = |name: &_| Err(Unfillable::Service { name: <_>::clone(name), instead: None });
    let variable = |name: &str| variable(name);
    let filling = Filling { started: None, service: &service, variable: &variable };
    template.fill(&filling, secrets).map_err(|error| format!("use its URL and headers: {error}"))
}
