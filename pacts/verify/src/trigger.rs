//! Makes the running provider send a message: by its own API, or by a program.

use std::process::Stdio;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Request};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;
use tokio::process::{Child, Command};

use crate::replay::Target;
use crate::states::Values;
use crate::transport::{Action, ApiRequest, Trigger};
use crate::wire;

/// Bytes of an answer to a trigger, at most.
const MAX_ANSWER: usize = 1024 * 1024;

/// Pulls a trigger; the error says why nothing may have been sent.
pub(crate) async fn pull(
    trigger: &Trigger,
    target: &Target,
    client: &Client,
    values: &Values,
    within: Duration,
) -> Result<(), String> {
    match &trigger.action {
        Action::Request(request) => call(request, target, client, values, within).await,
        Action::Command(argv) => run(argv, values, within).await,
        Action::Send(_) => Err("a frame can only be sent over a WebSocket".to_owned()),
    }
}

async fn call(
    api: &ApiRequest,
    target: &Target,
    client: &Client,
    values: &Values,
    within: Duration,
) -> Result<(), String> {
    let base = target.url.as_ref().ok_or("the provider has no URL to send a request to")?;
    let url = base.join(&fill(&api.path, values)?).map_err(|error| format!("its path is none: {error}"))?;
    let method =
        Method::from_bytes(api.method.as_bytes()).map_err(|_| format!("{:?} is no method", api.method))?;
    let mut request = Request::new(method, url);
    let mut headers = HeaderMap::new();
    for (name, value) in api.headers.iter().chain(&target.headers) {
        let wrong = || format!("its header {name:?} cannot be sent");
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        headers.insert(name, HeaderValue::from_str(&fill(value, values)?).map_err(|_| wrong())?);
    }
    if let Some(body) = &api.body {
        headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(fill_value(body, values)?.to_string().into());
    }
    *request.headers_mut() = headers;
    match wire::send(client, request, within, MAX_ANSWER).await {
        Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
        Ok(answer) => {
            let body = String::from_utf8_lossy(answer.body.as_deref().unwrap_or_default()).into_owned();
            let shown: String = body.chars().take(300).collect();
            Err(format!("{} {} was answered {} {shown}", api.method, api.path, answer.status))
        }
        Err(silence) => Err(format!("{} {}: {}", api.method, api.path, silence.reason)),
    }
}

async fn run(argv: &[String], values: &Values, within: Duration) -> Result<(), String> {
    let argv: Vec<String> = argv.iter().map(|argument| fill(argument, values)).collect::<Result<_, _>>()?;
    let (program, arguments) = argv.split_first().ok_or("its command is empty")?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.process_group(0).kill_on_drop(true);
    let child = command.spawn().map_err(|error| format!("`{program}` cannot be run: {error}"))?;
    let mut group = Group(child);
    match tokio::time::timeout(within, group.0.wait()).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("`{program}` ended with {status}")),
        Ok(Err(error)) => Err(format!("`{program}` cannot be waited for: {error}")),
        Err(_) => Err(format!("`{program}` took longer than {within:?}")),
    }
}

/// A program and all that it started; gone when this is dropped.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        let leader = self.0.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(leader) = leader {
            // It fails where all of them have ended.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

/// A text with the values of provider states in place of `${value:NAME}`.
fn fill(text: &str, values: &Values) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${value:") {
        let (name, after) = after.split_once('}').ok_or_else(|| format!("{text:?} has no closing brace"))?;
        filled.push_str(before);
        match known(name, values)? {
            Value::String(value) => filled.push_str(value),
            value => filled.push_str(&value.to_string()),
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// A text that is nothing but a placeholder becomes the value itself.
fn fill_value(value: &Value, values: &Values) -> Result<Value, String> {
    match value {
        Value::String(text) => {
            let alone = text.strip_prefix("${value:").and_then(|it| it.strip_suffix('}'));
            match alone.filter(|name| !name.contains(['$', '}'])) {
                Some(name) => known(name, values).cloned(),
                None => fill(text, values).map(Value::from),
            }
        }
        Value::Array(items) => items.iter().map(|item| fill_value(item, values)).collect(),
        Value::Object(members) => {
            let filled = |(key, value): (&String, &Value)| Ok((key.clone(), fill_value(value, values)?));
            members.iter().map(filled).collect::<Result<_, String>>().map(Value::Object)
        }
        other => Ok(other.clone()),
    }
}

fn known<'a>(name: &str, values: &'a Values) -> Result<&'a Value, String> {
    values.get(name).ok_or_else(|| format!("no provider state of the interaction gives a value {name:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_of_states_are_filled_in() {
        let values: Values = [("id".to_owned(), json!(7)), ("token".to_owned(), json!("t"))].into();
        assert_eq!(fill("/vods/${value:id}?${value:token}", &values).unwrap(), "/vods/7?t");
        let body = json!({"vod_id": "${value:id}", "all": ["a ${value:id}"]});
        assert_eq!(fill_value(&body, &values).unwrap(), json!({"vod_id": 7, "all": ["a 7"]}));
        assert!(fill("${value:other}", &values).unwrap_err().contains("\"other\""));
    }
}
