//! What a consumer sends when it sends the request of a pact: the example, with generators applied.
//! A generator that draws from a range is taken at both of its ends, so that the same pact always
//! gives the same verdict.

use countersign_openapi::HttpRequest;
use pact_models::generators::UuidFormat;
use pact_models::generators::{Generator, GeneratorCategory};
use pact_models::path_exp::{DocPath, PathToken};
use serde_json::{Value, json};

use crate::interaction::{Contents, Http};

/// An instant that every format can write.
const DATE: &str = "2024-02-29";

/// The requests to compare: the one of the pact, or where generators draw from ranges, one at each
/// end.
pub(crate) fn requests(http: &Http) -> Vec<HttpRequest> {
    let generators = &http.generators;
    if generators.is_empty() {
        return vec![http.request.clone()];
    }
    let low = generated(http, End::Low);
    let high = generated(http, End::High);
    if low == high { vec![low] } else { vec![low, high] }
}

/// The payloads that a message of the pact may be sent with, in the same way.
pub(crate) fn payloads(contents: &Contents) -> Vec<Value> {
    let Some(example) = contents.value() else { return Vec::new() };
    let generators = contents.generators.categories.get(&GeneratorCategory::BODY);
    let filled = |end: End| {
        let mut value = example.clone();
        for (path, generator) in generators.into_iter().flatten() {
            fill(&mut value, path.tokens(), generator, end);
        }
        value
    };
    let (low, high) = (filled(End::Low), filled(End::High));
    if low == high { vec![low] } else { vec![low, high] }
}

/// Which end of a range.
#[derive(Clone, Copy)]
enum End {
    Low,
    High,
}

fn generated(http: &Http, end: End) -> HttpRequest {
    let mut request = http.request.clone();
    let of = |category: &GeneratorCategory| http.generators.categories.get(category).into_iter().flatten();
    for (path, generator) in of(&GeneratorCategory::BODY) {
        if let Some(body) = request.body.as_deref().and_then(|body| fill_body(body, path, generator, end)) {
            request.body = Some(body);
        }
    }
    for (path, generator) in of(&GeneratorCategory::HEADER) {
        let name = path.first_field().unwrap_or_default();
        for (key, value) in &mut request.headers {
            if key.eq_ignore_ascii_case(name) {
                replace(value, generator, end);
            }
        }
    }
    for (_, generator) in of(&GeneratorCategory::PATH) {
        replace(&mut request.path, generator, end);
    }
    request
}

fn replace(text: &mut String, generator: &Generator, end: End) {
    match sample(generator, &Value::String(text.clone()), end) {
        Some(Value::String(sampled)) => *text = sampled,
        Some(sampled) => *text = sampled.to_string(),
        None => {}
    }
}

fn fill_body(body: &[u8], path: &DocPath, generator: &Generator, end: End) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(body).ok()?;
    fill(&mut value, path.tokens(), generator, end);
    Some(value.to_string().into_bytes())
}

/// Fills in every place that the path names.
fn fill(value: &mut Value, path: &[PathToken], generator: &Generator, end: End) {
    let Some((token, rest)) = path.split_first() else {
        if let Some(sampled) = sample(generator, value, end) {
            *value = sampled;
        }
        return;
    };
    match (token, value) {
        (PathToken::Root, value) => fill(value, rest, generator, end),
        (PathToken::Field(name), Value::Object(members)) => {
            if let Some(value) = members.get_mut(name) {
                fill(value, rest, generator, end);
            }
        }
        (PathToken::Index(index), Value::Array(elements)) => {
            if let Some(value) = elements.get_mut(*index) {
                fill(value, rest, generator, end);
            }
        }
        (PathToken::Star, Value::Object(members)) => {
            for value in members.values_mut() {
                fill(value, rest, generator, end);
            }
        }
        (PathToken::StarIndex | PathToken::Star, Value::Array(elements)) => {
            for value in elements {
                fill(value, rest, generator, end);
            }
        }
        _ => {}
    }
}

/// What a generator puts in place of `example`; none where the example is as good as any: what only
/// the provider's state or the mock server can know, and texts of a pattern.
fn sample(generator: &Generator, example: &Value, end: End) -> Option<Value> {
    let digits = |count: u16| "1".repeat(usize::from(count.min(1_000)));
    let form = |format: &Option<String>, standard: &str| {
        written(format.as_deref().unwrap_or(standard)).map(Value::String)
    };
    match generator {
        Generator::RandomInt(low, high) => {
            let number = match end {
                End::Low => low,
                End::High => high,
            };
            Some(if example.is_string() { json!(number.to_string()) } else { json!(number) })
        }
        Generator::Uuid(format) => Some(json!(uuid(format.unwrap_or_default()))),
        Generator::RandomDecimal(count) if example.is_string() => {
            Some(json!(format!("1.{}", digits(count.saturating_sub(1)))))
        }
        Generator::RandomHexadecimal(count) => Some(json!(digits(*count))),
        Generator::RandomString(count) => Some(json!("a".repeat(usize::from((*count).min(1_000))))),
        Generator::RandomBoolean => Some(json!(true)),
        Generator::Date(format, _) => form(format, "yyyy-MM-dd"),
        Generator::Time(format, _) => form(format, "HH:mm:ss"),
        Generator::DateTime(format, _) => form(format, "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"),
        _ => None,
    }
}

fn uuid(format: UuidFormat) -> &'static str {
    match format {
        UuidFormat::Simple => "e2490de53d1e4d2da66a8c5e5f1b0f4a",
        UuidFormat::LowerCaseHyphenated => "e2490de5-3d1e-4d2d-a66a-8c5e5f1b0f4a",
        UuidFormat::UpperCaseHyphenated => "E2490DE5-3D1E-4D2D-A66A-8C5E5F1B0F4A",
        UuidFormat::Urn => "urn:uuid:e2490de5-3d1e-4d2d-a66a-8c5e5f1b0f4a",
    }
}

/// One and the same instant in Pact's format; none where the format has no meaning.
fn written(format: &str) -> Option<String> {
    let tokens = pact_models::time_utils::parse_pattern(format).ok()?;
    let pattern = pact_models::time_utils::to_chrono_pattern(&tokens);
    let items: Vec<_> = chrono::format::StrftimeItems::new(&pattern).collect();
    if items.contains(&chrono::format::Item::Error) {
        return None;
    }
    let instant = chrono::DateTime::parse_from_rfc3339(&format!("{DATE}T13:37:09.123Z")).ok()?;
    Some(instant.format_with_items(items.iter()).to_string())
}
