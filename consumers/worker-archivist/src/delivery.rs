//! A task as a worker takes it.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value};

use crate::malformed::Malformed;

/// As lenient as Python's about what a sender leaves out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical)
        .with_decode_allow_trailing_bits(true),
);

/// A task message, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    pub exchange: String,
    pub routing_key: String,
    /// Such as `transcription.run_whisper`.
    pub task: String,
    pub id: String,
    pub args: Vec<Value>,
    pub kwargs: Map<String, Value>,
    /// Not to be started before.
    pub eta: Option<DateTime<Utc>>,
    /// Not to be started after.
    pub expires: Option<DateTime<Utc>>,
    /// How often it has been tried already.
    pub retries: u32,
    pub time_limit: TimeLimit,
    /// Whether the final result is not to be stored.
    pub ignore_result: bool,
}

/// How long a task may run, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimeLimit {
    pub soft: Option<f64>,
    pub hard: Option<f64>,
}

impl Delivery {
    /// Bytes of a message, at most: a task names its work and does not carry it.
    pub const MAX_BYTES: usize = 1024 * 1024;

    /// Reads an entry as it stands on a list: Celery's protocol 2, or 1 where the headers name no task. What a
    /// worker of Celery 5 executes is read; what kills it, or what it drops, is told.
    pub fn read(raw: &[u8]) -> Result<Self, Malformed> {
        if raw.len() > Self::MAX_BYTES {
            return Err(Malformed::TooLarge(Self::MAX_BYTES));
        }
        let value: Value = serde_json::from_slice(raw).map_err(|_| Malformed::NotJson)?;
        let Value::Object(message) = value else { return Err(Malformed::NotAnObject) };
        let (exchange, routing_key) = address(&message)?;
        let body = body(&message)?;
        let empty = Map::new();
        let headers = message.get("headers").and_then(Value::as_object).unwrap_or(&empty);
        let mut delivery = match (headers.get("task"), body) {
            (task, Value::Object(body)) if task.is_none() || body.contains_key("args") => {
                first(headers, body)?
            }
            (Some(task), body) => second(task, headers, body)?,
            (None, _) => return Err(Malformed::NoTask),
        };
        (delivery.exchange, delivery.routing_key) = (exchange, routing_key);
        Ok(delivery)
    }
}

/// Exchange and routing key; whatever of the properties a worker cannot do without has to be there.
fn address(message: &Map<String, Value>) -> Result<(String, String), Malformed> {
    let member = |of: &Value, name: &'static str| of.get(name).cloned().ok_or(Malformed::NoProperty(name));
    let properties = message.get("properties").ok_or(Malformed::NoProperty("delivery_info"))?;
    let info = member(properties, "delivery_info")?;
    let exchange = member(&info, "exchange")?;
    let routing_key = member(&info, "routing_key")?;
    member(properties, "delivery_tag")?;
    let text = |value: Value| value.as_str().unwrap_or_default().to_owned();
    Ok((text(exchange), text(routing_key)))
}

fn body(message: &Map<String, Value>) -> Result<Value, Malformed> {
    let body = message.get("body").and_then(Value::as_str).ok_or(Malformed::NoBody)?;
    let encoding = message.get("properties").and_then(|it| it.get("body_encoding")).unwrap_or(&Value::Null);
    let bytes = match encoding {
        Value::Null => Cow::Borrowed(body.as_bytes()),
        Value::String(name) if name.is_empty() || name.eq_ignore_ascii_case("utf-8") => {
            Cow::Borrowed(body.as_bytes())
        }
        Value::String(name) if name == "base64" => {
            Cow::Owned(BASE64.decode(body).map_err(|_| Malformed::NotBase64)?)
        }
        other => return Err(Malformed::BodyEncoding(words(other))),
    };
    match message.get("content-type").and_then(Value::as_str) {
        None => return Err(Malformed::NoContentType),
        Some("application/json") => {}
        Some(other) => return Err(Malformed::ContentType(other.chars().take(80).collect())),
    }
    serde_json::from_slice(&bytes).map_err(|_| Malformed::BodyNotJson)
}

/// Protocol 2: headers about the task, and a body of arguments.
fn second(task: &Value, headers: &Map<String, Value>, body: Value) -> Result<Delivery, Malformed> {
    let task = task.as_str().ok_or(Malformed::NoTask)?.to_owned();
    let id = headers.get("id").and_then(Value::as_str).ok_or(Malformed::NoId)?.to_owned();
    let Value::Array(parts) = body else { return Err(Malformed::BodyShape) };
    let Ok([args, kwargs, _embed]) = <[Value; 3]>::try_from(parts) else {
        return Err(Malformed::BodyShape);
    };
    let header = |name| headers.get(name).unwrap_or(&Value::Null);
    Ok(Delivery {
        exchange: String::new(),
        routing_key: String::new(),
        task,
        id,
        args: arguments(args)?,
        kwargs: keywords(kwargs)?,
        eta: moment("eta", header("eta"))?,
        expires: moment("expires", header("expires"))?,
        retries: retries(header("retries"))?,
        time_limit: time_limit(header("timelimit")),
        ignore_result: header("ignore_result").as_bool().unwrap_or(false),
    })
}

/// Protocol 1: everything in the body. Where headers say it too, they have the last word.
fn first(headers: &Map<String, Value>, mut body: Map<String, Value>) -> Result<Delivery, Malformed> {
    body.extend(headers.clone());
    let text = |value: Option<Value>| value.and_then(|it| it.as_str().map(str::to_owned));
    let task = text(body.remove("task")).ok_or(Malformed::NoTask)?;
    let id = text(body.remove("id")).ok_or(Malformed::NoId)?;
    let mut take = |name: &str| body.remove(name).unwrap_or(Value::Null);
    Ok(Delivery {
        exchange: String::new(),
        routing_key: String::new(),
        task,
        id,
        args: arguments(take("args"))?,
        kwargs: keywords(take("kwargs"))?,
        eta: moment("eta", &take("eta"))?,
        expires: moment("expires", &take("expires"))?,
        retries: retries(&take("retries"))?,
        time_limit: time_limit(&take("timelimit")),
        ignore_result: take("ignore_result").as_bool().unwrap_or(false),
    })
}

/// A text in place of the list is spread, one character an argument, as Python does.
fn arguments(value: Value) -> Result<Vec<Value>, Malformed> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(list) => Ok(list),
        Value::String(text) => Ok(text.chars().map(|c| Value::from(c.to_string())).collect()),
        _ => Err(Malformed::Arguments("arguments", "list")),
    }
}

fn keywords(value: Value) -> Result<Map<String, Value>, Malformed> {
    match value {
        Value::Null => Ok(Map::new()),
        Value::Object(map) => Ok(map),
        _ => Err(Malformed::Arguments("keyword arguments", "object")),
    }
}

/// A time without a zone is one in UTC, as Celery writes it.
fn moment(name: &'static str, value: &Value) -> Result<Option<DateTime<Utc>>, Malformed> {
    let Some(text) = value.as_str() else {
        return if value.is_null() { Ok(None) } else { Err(Malformed::Header(name, words(value))) };
    };
    let zoned = DateTime::parse_from_rfc3339(text).map(|time| time.with_timezone(&Utc));
    let plain = || text.parse::<NaiveDateTime>().map(|time| time.and_utc());
    zoned.or_else(|_| plain()).map(Some).map_err(|_| Malformed::Header(name, words(value)))
}

fn retries(value: &Value) -> Result<u32, Malformed> {
    match value {
        Value::Null => Ok(0),
        value => value
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| Malformed::Header("retries", words(value))),
    }
}

/// The header has the hard limit first.
fn time_limit(value: &Value) -> TimeLimit {
    let seconds = |index: usize| value.get(index).and_then(Value::as_f64).filter(|limit| *limit > 0.0);
    TimeLimit { hard: seconds(0), soft: seconds(1) }
}

fn words(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().take(80).collect()
}
