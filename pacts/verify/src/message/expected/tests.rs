//! What we say of a message is what Pact's own verifier says of it.

use std::panic::RefUnwindSafe;
use std::path::Path;
use std::sync::Once;

use pact_models::bodies::OptionalBody;
use pact_models::content_types::ContentType;
use pact_models::interaction::Interaction as PactInteraction;
use pact_models::message::Message;
use pact_models::v4::async_message::AsynchronousMessage;

use super::*;
use crate::interaction::Content;

/// An interaction as the official matching takes it.
type Whole = Box<dyn PactInteraction + Send + Sync + RefUnwindSafe>;

/// The rest of a pact around one message.
fn pact(specification: &str, message: &Value) -> Pact {
    let list = if specification == "4.0" { "interactions" } else { "messages" };
    let json = json!({
        "consumer": {"name": "ui"}, "provider": {"name": "shop"}, list: [message],
        "metadata": {"pactSpecification": {"version": specification}},
    });
    Pact::parse(Path::new("pacts/ui-shop.json"), &json.to_string()).unwrap()
}

/// The same message in either specification.
fn spelled(specification: &str, contents: &Value, metadata: &Value, rules: &Value) -> Value {
    if specification == "4.0" {
        return json!({
            "type": "Asynchronous/Messages", "description": "d", "metadata": metadata, "matchingRules": rules,
            "contents": {"content": contents, "contentType": "application/json", "encoded": false},
        });
    }
    json!({"description": "d", "metaData": metadata, "matchingRules": rules, "contents": contents})
}

fn actual(contents: &str, content_type: &str, metadata: &Value) -> MessageContents {
    MessageContents {
        contents: OptionalBody::Present(
            contents.to_owned().into(),
            Some(ContentType::parse(content_type).unwrap()),
            None,
        ),
        metadata: metadata.as_object().unwrap().clone().into_iter().collect(),
        ..MessageContents::default()
    }
}

/// How many mismatches the official matching of whole messages finds.
async fn official(specification: &str, message: &Value, actual: &MessageContents, pact: &Pact) -> usize {
    let came = AsynchronousMessage { contents: actual.clone(), ..AsynchronousMessage::default() };
    let (expected, came): (Whole, Whole) = if specification == "4.0" {
        (AsynchronousMessage::from_json(message, 0).unwrap().boxed(), came.boxed())
    } else {
        let expected = Message::from_json(0, message, &PactSpecification::V3).unwrap();
        (expected.boxed(), came.as_message().unwrap().boxed())
    };
    pact_matching::match_message(&expected, &came, pact.shell()).await.len()
}

async fn ours(actual: &MessageContents, pact: &Pact) -> Vec<Failure> {
    let interaction = &pact.interactions()[0];
    let Content::Asynchronous(content) = interaction.content() else { panic!("{interaction:?}") };
    let secrets = Secrets::default();
    let expected = Expected {
        pact,
        interaction,
        secrets: &secrets,
        message: &content.message,
        specification: content.specification,
        contents: content.contents_pointer(),
        metadata: JsonPointer::root().join(content.metadata),
    };
    expected.failures(actual).await.unwrap()
}

#[tokio::test]
async fn we_keep_and_break_what_the_official_matching_keeps_and_breaks() {
    static CATALOGUE: Once = Once::new();
    CATALOGUE.call_once(pact_matching::matchingrules::configure_core_catalogue);
    let json_type = json!({"contentType": "application/json"});
    let rule = |kind: &str| json!({"combine": "AND", "matchers": [{"match": kind}]});
    let of_id = json!({"body": {"$.id": rule("integer")}});
    let of_key = json!({"metadata": {"key": rule("type")}});
    let of_key_path = json!({"metadata": {"$.key": rule("type")}});
    let keyed = |key: Value| json!({"contentType": "application/json", "key": key});
    let (json, text) = ("application/json", "text/plain");
    let whole = json!({"id": 1});
    for (metadata, rules, contents, content_type, came) in [
        (&json_type, &json!({}), r#"{"id":1}"#, json, &json_type),
        (&json_type, &json!({}), r#"{"id":1,"more":2}"#, json, &json_type),
        (&json_type, &json!({}), r#"{"id":2}"#, json, &json_type),
        (&json_type, &json!({}), "{}", json, &json_type),
        (&json_type, &json!({}), "[]", json, &json_type),
        (&json_type, &json!({}), "broken", json, &json_type),
        (&json_type, &json!({}), "hello", text, &json!({"contentType": "text/plain"})),
        (&json_type, &of_id, r#"{"id":7}"#, json, &json_type),
        (&json_type, &of_id, r#"{"id":7.5}"#, json, &json_type),
        (&json_type, &of_id, r#"{"id":"7"}"#, json, &json_type),
        (&keyed(json!("a")), &json!({}), r#"{"id":1}"#, json, &keyed(json!("a"))),
        (&keyed(json!("a")), &json!({}), r#"{"id":1}"#, json, &keyed(json!("b"))),
        (&keyed(json!("a")), &json!({}), r#"{"id":1}"#, json, &json_type),
        (&keyed(json!(null)), &json!({}), r#"{"id":1}"#, json, &keyed(json!(null))),
        (&keyed(json!("a")), &of_key, r#"{"id":1}"#, json, &keyed(json!("b"))),
        (&keyed(json!("a")), &of_key, r#"{"id":1}"#, json, &keyed(json!(3))),
        (&keyed(json!("a")), &of_key_path, r#"{"id":1}"#, json, &keyed(json!("b"))),
        (&keyed(json!([1, {"a": 2}])), &json!({}), r#"{"id":2}"#, json, &keyed(json!([1, {"a": 3}]))),
    ] {
        for specification in ["3.0.0", "4.0"] {
            let message = spelled(specification, &whole, metadata, rules);
            let (pact, came) = (pact(specification, &message), actual(contents, content_type, came));
            let theirs = official(specification, &message, &came, &pact).await;
            let ours = ours(&came, &pact).await;
            assert_eq!(ours.is_empty(), theirs == 0, "{specification} {message} {came}: {ours:#?}");
        }
    }
}
