//! Makes the running provider send a message: by its own API, or by a program.

mod command;

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Request};

use crate::replay::Target;
use crate::request::{below, header_name, header_value};
use crate::states::Values;
use crate::transport::{Action, ApiRequest, Trigger};
use crate::values::{fill, fill_json, fill_path};
use crate::wire;

/// Bytes of an answer to a trigger, at most.
const MAX_ANSWER: usize = 1024 * 1024;

/// Characters of it that a report shows.
const EXCERPT: usize = 300;

/// Pulls a trigger; the error says why nothing may have been sent.
pub(crate) async fn pull(
    trigger: &Trigger,
    target: &Target,
    client: &Client,
    values: &Values,
    within: Duration,
) -> Result<(), String> {
    match &trigger.action {
        Action::Request(request) => {
            let request = request_of(request, target, values)?;
            call(client, request, within).await
        }
        Action::Command(argv) => {
            let argv = argv.iter().map(|argument| fill(argument, values)).collect::<Result<Vec<_>, _>>()?;
            command::run(&argv, within).await
        }
        Action::Send(_) => Err("a frame can only be sent over a WebSocket".to_owned()),
    }
}

fn request_of(api: &ApiRequest, target: &Target, values: &Values) -> Result<Request, String> {
    let base = target.url.as_ref().ok_or("the provider has no URL to send a request to")?;
    let url = below(base, base.path(), &fill_path(&api.path, values)?)?;
    let method =
        Method::from_bytes(api.method.as_bytes()).map_err(|_| format!("{:?} is no method", api.method))?;
    let mut headers = HeaderMap::new();
    for (name, value) in &api.headers {
        headers.append(header_name(name)?, header_value(name, &fill(value, values)?)?);
    }
    put_over(&mut headers, &target.headers)?;
    let mut request = Request::new(method, url);
    if let Some(body) = &api.body {
        headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(fill_json(body, values)?.to_string().into());
    }
    *request.headers_mut() = headers;
    Ok(request)
}

/// The headers of the target come over all others.
pub(crate) fn put_over(headers: &mut HeaderMap, over: &[(String, String)]) -> Result<(), String> {
    let named: Vec<(HeaderName, HeaderValue)> = over
        .iter()
        .map(|(name, value)| Ok((header_name(name)?, header_value(name, value)?)))
        .collect::<Result<_, String>>()?;
    for (name, _) in &named {
        headers.remove(name);
    }
    headers.extend(named.into_iter().map(|(name, value)| (Some(name), value)));
    Ok(())
}

async fn call(client: &Client, request: Request, within: Duration) -> Result<(), String> {
    let asked = format!("{} {}", request.method(), request.url().path());
    match wire::send(client, request, within, MAX_ANSWER).await {
        Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
        Ok(answer) => {
            let body = String::from_utf8_lossy(answer.body.as_deref().unwrap_or_default()).into_owned();
            let shown: String = body.trim().chars().take(EXCERPT).collect();
            Err(format!("{asked} was answered {} {shown}", answer.status))
        }
        Err(silence) => Err(format!("{asked}: {}", silence.reason)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use url::Url;

    fn api(path: &str) -> ApiRequest {
        let headers = vec![("X-Id".to_owned(), "${value:id}".to_owned())];
        ApiRequest {
            method: "PUT".to_owned(),
            path: path.to_owned(),
            headers,
            body: Some(json!("${value:id}")),
        }
    }

    fn made(path: &str) -> Request {
        let headers = vec![("X-Key".to_owned(), "${value:id}".to_owned())];
        let target = Target { headers, ..Target::http(Url::parse("http://h:1/base").unwrap()) };
        let values = [("id".to_owned(), json!("//elsewhere.test/?#"))].into();
        request_of(&api(path), &target, &values).unwrap()
    }

    #[test]
    fn a_request_goes_below_the_url_of_the_provider_whatever_the_values_are() {
        assert_eq!(made("/a?b=c").url().as_str(), "http://h:1/base/a?b=c");
        let url = "http://h:1/base/%2F%2Felsewhere.test%2F%3F%23";
        assert_eq!(made("${value:id}").url().as_str(), url);
        assert_eq!(made("//elsewhere.test/").url().as_str(), "http://h:1/base/elsewhere.test/");
    }

    #[test]
    fn headers_of_the_target_are_sent_as_they_are() {
        let request = made("/");
        assert_eq!(request.headers()["x-id"], "//elsewhere.test/?#");
        assert_eq!(request.headers()["x-key"], "${value:id}");
        assert_eq!(request.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(request.body().unwrap().as_bytes().unwrap(), br#""//elsewhere.test/?#""#);
    }

    #[test]
    fn without_a_url_there_is_nothing_to_ask() {
        let error = request_of(&api("/"), &Target::default(), &Values::new()).unwrap_err();
        assert!(error.contains("no URL"), "{error}");
    }
}
