//! A pact's request message as a list entry: what the pact does not name is as Celery's own publisher writes it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pact_models::v4::message_parts::MessageContents;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// A request, ready to be put on its list.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub queue: String,
    pub id: String,
    pub entry: String,
}

/// Members that stand elsewhere than among the headers.
const PROPERTIES: [&str; 6] =
    ["correlation_id", "reply_to", "delivery_mode", "priority", "body_encoding", "delivery_tag"];
const DELIVERY_INFO: [&str; 2] = ["exchange", "routing_key"];
const AROUND: [&str; 3] = ["contentType", "contentEncoding", "queue"];

/// Members that repeat the id of the task.
const SAME_AS_ID: [&str; 2] = ["correlation_id", "root_id"];

impl Published {
    /// The entry for `request`, on the list that it names or else on `queue`. `example` is the request as the
    /// pact writes it: what is its id there stays its id when a generator gives it another one.
    pub fn of(request: &MessageContents, example: &MessageContents, queue: &str) -> Self {
        let mut given: Map<String, Value> = request.metadata.clone().into_iter().collect();
        let text = |given: &Map<String, Value>, key: &str| given.get(key)?.as_str().map(str::to_owned);
        let queue = text(&given, "queue").unwrap_or_else(|| queue.to_owned());
        let id = text(&given, "id").unwrap_or_else(|| Uuid::new_v4().to_string());
        for key in SAME_AS_ID {
            let written = example.metadata.get(key);
            if written.is_some() && written == example.metadata.get("id") {
                given.insert(key.to_owned(), json!(id));
            }
        }
        let bytes = request.contents.value().unwrap_or_default();
        let encoding = given.get("body_encoding").cloned().unwrap_or_else(|| json!("base64"));
        let body = match encoding.as_str() {
            Some("base64") => STANDARD.encode(&bytes),
            _ => String::from_utf8_lossy(&bytes).into_owned(),
        };
        let or = |key: &str, value: &str| given.get(key).cloned().unwrap_or_else(|| json!(value));
        let entry = json!({
            "body": body,
            "content-encoding": or("contentEncoding", "utf-8"),
            "content-type": or("contentType", "application/json"),
            "headers": headers(&id, &given),
            "properties": properties(&id, &queue, &given),
        });
        Self { queue, id, entry: entry.to_string() }
    }

    /// Under which the result is stored and told.
    pub fn result_key(&self) -> String {
        format!("celery-task-meta-{}", self.id)
    }
}

fn headers(id: &str, given: &Map<String, Value>) -> Value {
    let headers = json!({
        "lang": "py", "task": null, "id": id, "shadow": null, "eta": null, "expires": null, "group": null,
        "group_index": null, "retries": 0, "timelimit": [null, null], "root_id": id, "parent_id": null,
        "origin": "countersign", "ignore_result": false, "replaced_task_nesting": 0, "stamped_headers": null,
        "stamps": {},
    });
    let elsewhere = [&PROPERTIES[..], &DELIVERY_INFO, &AROUND].concat();
    with(headers, given, &|key| !elsewhere.contains(&key))
}

fn properties(id: &str, queue: &str, given: &Map<String, Value>) -> Value {
    let info = json!({ "exchange": "", "routing_key": queue });
    let properties = json!({
        "correlation_id": id, "reply_to": Uuid::new_v4().to_string(), "delivery_mode": 2, "priority": 0,
        "body_encoding": "base64", "delivery_tag": Uuid::new_v4().to_string(),
        "delivery_info": with(info, given, &|key| DELIVERY_INFO.contains(&key)),
    });
    with(properties, given, &|key| PROPERTIES.contains(&key))
}

/// `object` with those members of `given` that `belong` there.
fn with(mut object: Value, given: &Map<String, Value>, belong: &dyn Fn(&str) -> bool) -> Value {
    if let Some(members) = object.as_object_mut() {
        let own = given.iter().filter(|(key, _)| belong(key));
        members.extend(own.map(|(key, value)| (key.clone(), value.clone())));
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::celery::envelope::open;

    fn message(metadata: &Value) -> MessageContents {
        MessageContents {
            contents: "[[],{},{}]".into(),
            metadata: metadata.as_object().unwrap().clone().into_iter().collect(),
            ..MessageContents::default()
        }
    }

    #[test]
    fn what_is_published_breaks_nothing_and_says_what_the_pact_says() {
        let metadata = json!({"task": "t", "queue": "urgent", "retries": 2, "priority": 3});
        let request = message(&metadata);
        let published = Published::of(&request, &request, "celery");
        assert_eq!(published.queue, "urgent");
        let opened = open(published.entry.as_bytes(), "urgent");
        assert!(opened.breaches.is_empty(), "{:?}", opened.breaches);
        let message = opened.message.unwrap();
        for (key, value) in metadata.as_object().unwrap() {
            assert_eq!(&message.metadata[key], value, "{key}");
        }
        assert_eq!(message.metadata["correlation_id"], message.metadata["id"]);
        assert_eq!(message.metadata["routing_key"], "urgent");
    }

    #[test]
    fn what_is_the_id_in_the_pact_is_the_id_of_every_replay() {
        let example = json!({"task": "t", "id": "a", "correlation_id": "a", "root_id": "other"});
        let mut request = example.clone();
        request["id"] = json!("fresh");
        let published = Published::of(&message(&request), &message(&example), "celery");
        let metadata = open(published.entry.as_bytes(), "celery").message.unwrap().metadata;
        assert_eq!((&metadata["correlation_id"], &metadata["root_id"]), (&json!("fresh"), &json!("other")));
        assert_eq!(published.result_key(), "celery-task-meta-fresh");
    }
}
