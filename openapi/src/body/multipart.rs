//! `multipart/form-data` (RFC 7578): parts that become the members of an object.

use serde_json::{Map, Value};

use super::Media;
use crate::judge::Judge;
use crate::media_type::{Encoding, MediaType};
use crate::parameter::coerce::{Kinds, Shape};
use crate::parameter::style::Wire;

/// Parts of one body, at most.
const MAX_PARTS: usize = 10_000;

/// One part: its name, its type, and its bytes.
struct Part<'b> {
    name: String,
    media_type: Option<MediaType>,
    bytes: &'b [u8],
}

/// The object that the parts of `bytes` make, or why they make none: a lowercase fragment.
pub(super) fn read(
    judge: &Judge<'_>,
    media: &Media,
    actual: &MediaType,
    bytes: &[u8],
) -> Result<Value, &'static str> {
    let boundary = actual.parameter("boundary").ok_or("its Content-Type has no `boundary`")?;
    let mut members: Map<String, Value> = Map::new();
    for part in parts(bytes, boundary)? {
        let value = part.value(judge, media);
        let listed = media.schema.as_ref().is_some_and(|schema| judge.takes_list(schema, &part.name));
        match (members.get_mut(&part.name), listed) {
            (Some(Value::Array(items)), true) => items.push(value),
            (Some(first), _) => *first = Value::Array(vec![first.take(), value]),
            (None, true) if !value.is_array() => drop(members.insert(part.name, Value::Array(vec![value]))),
            (None, _) => drop(members.insert(part.name, value)),
        }
    }
    Ok(Value::Object(members))
}

impl Part<'_> {
    /// JSON where the part says so or its schema is an object; text, coerced, elsewhere.
    fn value(&self, judge: &Judge<'_>, media: &Media) -> Value {
        let schema = media.schema.iter();
        let member: Vec<_> = schema.flat_map(|schema| Shape::new(judge).member(schema, &self.name)).collect();
        let own = member.iter().flat_map(|member| {
            let items = Shape::new(judge).items(member);
            if items.is_empty() { vec![member.clone()] } else { items }
        });
        let own: Vec<_> = own.collect();
        let object = own.iter().any(|schema| Shape::kinds(judge, schema).has(Kinds::OBJECT));
        let declared = media.fields.iter().find(|field| field.name == self.name);
        let declared = declared.and_then(|field| field.content_type.as_ref());
        let json = match self.media_type.as_ref().or(declared) {
            Some(media_type) => media_type.encoding() == Encoding::Json,
            None => object,
        };
        let text = String::from_utf8_lossy(self.bytes);
        if json && let Ok(value) = serde_json::from_str(&text) {
            return value;
        }
        judge.coerce(&Wire::text(text), &own)
    }
}

fn parts<'b>(bytes: &'b [u8], boundary: &str) -> Result<Vec<Part<'b>>, &'static str> {
    let delimiter = format!("\r\n--{boundary}");
    let (_, mut rest) = match bytes.strip_prefix(&delimiter.as_bytes()[2..]) {
        Some(rest) => (bytes, rest),
        None => split(bytes, delimiter.as_bytes()).ok_or("its boundary does not occur")?,
    };
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let (_, open) = split(rest, b"\r\n").ok_or("a boundary is not followed by a line's end")?;
        // A part without headers begins with the empty line at once.
        let (head, body) = match open.strip_prefix(b"\r\n") {
            Some(body) => (&open[..0], body),
            None => split(open, b"\r\n\r\n").ok_or("the headers of a part do not end")?,
        };
        let (content, next) = split(body, delimiter.as_bytes()).ok_or("its last boundary is missing")?;
        parts.push(part(head, content)?);
        if parts.len() > MAX_PARTS {
            return Err("it has too many parts");
        }
        rest = next;
    }
    Ok(parts)
}

fn part<'b>(head: &[u8], bytes: &'b [u8]) -> Result<Part<'b>, &'static str> {
    let head = String::from_utf8_lossy(head);
    let header = |wanted: &str| {
        let mut headers = head.lines().filter_map(|line| line.split_once(':'));
        headers
            .find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim().to_owned())
    };
    let disposition = header("content-disposition").ok_or("a part has no Content-Disposition")?;
    let name = parameter(&disposition, "name").ok_or("a part has no name")?;
    Ok(Part { name, media_type: header("content-type").as_deref().and_then(MediaType::parse), bytes })
}

/// The parameter `wanted` of a header such as `form-data; name="a b"; filename="c;d"`.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut quoted = false;
    let mut parameters = header.split(|character| {
        quoted ^= character == '"';
        character == ';' && !quoted
    });
    let value = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case(wanted).then_some(value.trim())
    })?;
    // Browsers write a quotation mark inside a name as `%22`.
    Some(value.trim_matches('"').replace("%22", "\""))
}

fn split<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((&bytes[..at], &bytes[at + mark.len()..]))
}
