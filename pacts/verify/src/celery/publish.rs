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

impl Published {
    /// The entry for `request`, on the list that it names or else on `queue`.
    pub fn of(request: &MessageContents, queue: &str) -> Self {
        let given = |key: &str| request.metadata.get(key).cloned();
        let text = |key: &str| given(key).and_then(|value| value.as_str().map(str::to_owned));
        let queue = text("queue").unwrap_or_else(|| queue.to_owned());
        let id = text("id").unwrap_or_else(|| Uuid::new_v4().to_string());
        let bytes = request.contents.value().unwrap_or_default();
        let encoding = given("body_encoding").unwrap_or_else(|| json!("base64"));
        let body = if encoding == "base64" {
            STANDARD.encode(&bytes)
        } else {
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let mut headers = json!({
            "lang": "py", "task": null, "id": id, "shadow": null, "eta": null, "expires": null, "group": null,
            "group_index": null, "retries": 0, "timelimit": [null, null], "root_id": id, "parent_id": null,
            "origin": "countersign", "ignore_result": false,
        });
        let elsewhere =
            |key: &str| PROPERTIES.contains(&key) || DELIVERY_INFO.contains(&key) || AROUND.contains(&key);
        let own = request.metadata.iter().filter(|(key, _)| !elsewhere(key));
        merge(&mut headers, own);
        let mut info = json!({"exchange": "", "routing_key": queue});
        merge(&mut info, request.metadata.iter().filter(|(key, _)| DELIVERY_INFO.contains(&key.as_str())));
        let mut properties = json!({
            "correlation_id": id, "reply_to": Uuid::new_v4().to_string(), "delivery_mode": 2, "priority": 0,
            "body_encoding": encoding, "delivery_tag": Uuid::new_v4().to_string(), "delivery_info": info,
        });
        merge(&mut properties, request.metadata.iter().filter(|(key, _)| PROPERTIES.contains(&key.as_str())));
        let entry = json!({
            "body": body,
            "content-encoding": given("contentEncoding").unwrap_or_else(|| json!("utf-8")),
            "content-type": given("contentType").unwrap_or_else(|| json!("application/json")),
            "headers": headers,
            "properties": properties,
        });
        Self { queue, id, entry: entry.to_string() }
    }

    /// Under which the result is stored and told.
    pub fn result_key(&self) -> String {
        format!("celery-task-meta-{}", self.id)
    }
}

fn merge<'a>(into: &mut Value, members: impl Iterator<Item = (&'a String, &'a Value)>) {
    let members: Map<String, Value> = members.map(|(key, value)| (key.clone(), value.clone())).collect();
    if let Some(into) = into.as_object_mut() {
        into.extend(members);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::celery::open;

    #[test]
    fn what_is_published_breaks_nothing_and_says_what_the_pact_says() {
        let metadata = json!({"task": "t", "queue": "urgent", "retries": 2, "priority": 3});
        let request = MessageContents {
            contents: "[[],{},{}]".into(),
            metadata: metadata.as_object().unwrap().clone().into_iter().collect(),
            ..MessageContents::default()
        };
        let published = Published::of(&request, "celery");
        assert_eq!(published.queue, "urgent");
        let opened = open(published.entry.as_bytes(), "urgent");
        assert_eq!(opened.violations, []);
        let message = opened.message.unwrap();
        for (key, value) in metadata.as_object().unwrap() {
            assert_eq!(&message.metadata[key], value, "{key}");
        }
        assert_eq!(message.metadata["correlation_id"], message.metadata["id"]);
        assert_eq!(message.metadata["routing_key"], "urgent");
    }
}
