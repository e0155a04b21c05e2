//! Bodies that are sequences of items, each judged for itself (`itemSchema` of 3.2): JSON Lines, JSON
//! text sequences (RFC 7464) and server-sent events.

use serde_json::{Map, Value};

use super::{Media, Side};
use crate::judge::Judge;
use crate::media_type::{MediaType, Sequence};
use crate::pointer::JsonPointer;
use crate::schema::SchemaError;

/// Items of one body, at most.
const MAX_ITEMS: usize = 1_000_000;
/// Errors of all items that are told, at most.
const MAX_ERRORS: usize = 1_000;

/// The list of the items of `bytes`, or why they make none; `None` where nothing here reads sequences
/// of this type.
pub(super) fn read(actual: &MediaType, bytes: &[u8]) -> Option<Result<Value, String>> {
    let text = || String::from_utf8_lossy(bytes);
    Some(match actual.sequence()? {
        Sequence::JsonLines => json_items(text().split('\n')),
        // Each text begins with a record separator; one that was cut off is told of.
        Sequence::JsonTexts => json_items(text().split('\u{1e}')),
        Sequence::Events => Ok(events(&text())),
    })
}

fn json_items<'t>(texts: impl Iterator<Item = &'t str>) -> Result<Value, String> {
    let mut items = Vec::new();
    for text in texts.map(str::trim).filter(|text| !text.is_empty()) {
        if items.len() == MAX_ITEMS {
            return Err(format!("has more than {MAX_ITEMS} items"));
        }
        let item = serde_json::from_str(text);
        items.push(item.map_err(|error| format!("is no sequence of JSON: item {}: {error}", items.len()))?);
    }
    Ok(Value::Array(items))
}

/// The events of a stream, as objects of their fields, by the rules of the HTML standard: what is
/// unknown is overlooked, and so is an event without data.
fn events(text: &str) -> Value {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let mut events = Vec::new();
    let (mut event, mut data) = (Map::new(), Vec::new());
    // What no empty line ends has not come to its end.
    for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
        if line.is_empty() {
            if !data.is_empty() && events.len() < MAX_ITEMS {
                event.insert("data".to_owned(), data.join("\n").into());
                events.push(Value::Object(std::mem::take(&mut event)));
            }
            event.clear();
            data.clear();
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => data.push(value),
            "event" => drop(event.insert(field.to_owned(), value.into())),
            "id" if !value.contains('\0') => drop(event.insert(field.to_owned(), value.into())),
            "retry" => {
                let time = Some(value).filter(|value| value.bytes().all(|byte| byte.is_ascii_digit()));
                if let Some(time) = time.and_then(|time| time.parse::<u64>().ok()) {
                    event.insert(field.to_owned(), time.into());
                }
            }
            _ => {}
        }
    }
    Value::Array(events)
}

impl Judge<'_> {
    /// What the items of `value` break, where they are judged for themselves.
    pub(super) fn item_errors(
        &self,
        side: Side,
        media: &Media,
        actual: &MediaType,
        value: &Value,
    ) -> Vec<SchemaError> {
        let (Some(schema), Some(_), Value::Array(items)) = (&media.item_schema, actual.sequence(), value)
        else {
            return Vec::new();
        };
        let errors = items.iter().enumerate().flat_map(|(index, item)| {
            let at = JsonPointer::root().index(index);
            let errors = self.schemas.check(schema, item, side.direction);
            errors.into_iter().map(move |error| SchemaError { instance: at.append(&error.instance), ..error })
        });
        errors.take(MAX_ERRORS).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn items_are_read() {
        let read = |kind: &str, text: &str| read(&MediaType::parse(kind).unwrap(), text.as_bytes()).unwrap();
        assert_eq!(read("application/jsonl", "{\"a\":1}\n\n[2]\n"), Ok(json!([{"a": 1}, [2]])));
        assert_eq!(read("application/x-ndjson", "1\r\n2"), Ok(json!([1, 2])));
        assert_eq!(read("application/geo+json-seq", "\u{1e}{}\n\u{1e}1\n"), Ok(json!([{}, 1])));
        assert!(read("application/jsonl", "1\n{\n").unwrap_err().contains("item 1"));
        let stream =
            "retry: 10\r\n: a comment\r\ndata: a\r\ndata:b\r\nevent: x\r\nother: y\r\n\r\nid: 7\n\ndata: c";
        assert_eq!(
            read("text/event-stream", stream),
            Ok(json!([{"retry": 10, "data": "a\nb", "event": "x"}]))
        );
    }

    #[test]
    fn other_types_are_no_sequences() {
        for kind in ["application/json", "multipart/mixed; boundary=x", "text/plain"] {
            assert_eq!(read(&MediaType::parse(kind).unwrap(), b""), None, "{kind}");
        }
    }
}
