//! A task as it looks on the wire: Celery's message protocol 2 in kombu's JSON envelope for Redis.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::task::Task;

/// Characters of what people read of the arguments; Celery cuts there as well.
const REPR: usize = 1024;

/// The text of a list entry. `reply_to` is the publisher's own id.
pub(crate) fn of(task: &Task, reply_to: &str) -> String {
    let id = task.id.as_str();
    let body = json!([
        task.args,
        task.kwargs,
        {"callbacks": null, "errbacks": null, "chain": null, "chord": null},
    ]);
    json!({
        "body": STANDARD.encode(body.to_string()),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {
            "lang": "py",
            "task": task.name.as_str(),
            "id": id,
            "shadow": null,
            "eta": null,
            "expires": task.expires.map(|time| time.to_rfc3339()),
            "group": null,
            "group_index": null,
            "retries": 0,
            "timelimit": [null, null],
            "root_id": id,
            "parent_id": null,
            "argsrepr": cut(&tuple(&task.args)),
            "kwargsrepr": cut(&dict(&task.kwargs)),
            "origin": format!("gen{}@archivist", std::process::id()),
            "ignore_result": false,
            "replaced_task_nesting": 0,
            "stamped_headers": null,
            "stamps": {},
        },
        "properties": {
            "correlation_id": id,
            "reply_to": reply_to,
            "delivery_mode": 2,
            "delivery_info": {"exchange": "", "routing_key": task.queue.as_str()},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": Uuid::new_v4().to_string(),
        },
    })
    .to_string()
}

/// As Python writes a tuple: with a comma where it has one element only.
fn tuple(values: &[Value]) -> String {
    match values {
        [one] => format!("({},)", repr(one)),
        many => format!("({})", many.iter().map(repr).collect::<Vec<_>>().join(", ")),
    }
}

fn dict(members: &Map<String, Value>) -> String {
    let members: Vec<String> =
        members.iter().map(|(name, value)| format!("{}: {}", text(name), repr(value))).collect();
    format!("{{{}}}", members.join(", "))
}

fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(string) => text(string),
        Value::Array(items) => format!("[{}]", items.iter().map(repr).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => dict(members),
    }
}

/// Python quotes with the other quote where that saves it from escaping.
fn text(string: &str) -> String {
    let quote = if string.contains('\'') && !string.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(string.len() + 2);
    out.push(quote);
    for c in string.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_ascii_control() => {
                out.push_str("\\x");
                out.extend(
                    [u32::from(c) >> 4, u32::from(c) & 15]
                        .map(|digit| char::from_digit(digit, 16))
                        .into_iter()
                        .flatten(),
                );
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

fn cut(text: &str) -> String {
    text.chars().take(REPR).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_shown_as_python_shows_them() {
        assert_eq!(tuple(&[json!("/mnt/a.mp4")]), "('/mnt/a.mp4',)");
        assert_eq!(tuple(&[json!(["a", "b/c"])]), "(['a', 'b/c'],)");
        assert_eq!(tuple(&[json!(1), json!(null), json!(true)]), "(1, None, True)");
        assert_eq!(tuple(&[]), "()");
        assert_eq!(tuple(&[json!("it's")]), "(\"it's\",)");
        assert_eq!(tuple(&[json!("a'\"\n")]), "('a\\'\"\\n',)");
        let Value::Object(members) = json!({"vod_id": 5}) else { unreachable!("it is an object") };
        assert_eq!(dict(&members), "{'vod_id': 5}");
    }
}
