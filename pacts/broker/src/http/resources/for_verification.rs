//! `/pacts/provider/P/for-verification`: which pacts the provider's build has to verify.

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::get;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::http::answer::{Answer, Answered};
use crate::http::href::{Hrefs, titled};
use crate::http::request::{Json, Names};
use crate::http::server::Broker;
use crate::model::Model;
use crate::selectors::{Ask, Chosen, Metadata, choose, notices, short};

pub fn routes() -> Router<Broker> {
    Router::new().route("/pacts/provider/{provider}/for-verification", get(by_query).post(by_body))
}

async fn by_body(
    State(broker): State<Broker>,
    Names(provider): Names<String>,
    hrefs: Hrefs,
    Json(body): Json,
) -> Answered {
    answer(&broker, &hrefs, &provider, &body).await
}

async fn by_query(
    State(broker): State<Broker>,
    Names(provider): Names<String>,
    hrefs: Hrefs,
    RawQuery(query): RawQuery,
) -> Answered {
    answer(&broker, &hrefs, &provider, &from_query(query.as_deref().unwrap_or_default())).await
}

async fn answer(broker: &Broker, hrefs: &Hrefs, provider: &str, body: &Value) -> Answered {
    let ask = Ask::read(body)?;
    let chosen = |model: &Model| {
        let chosen = choose(model, provider, &ask)?;
        Ok(chosen.iter().map(|chosen| shown(model, hrefs, chosen, ask.pending)).collect())
    };
    let pacts: Result<Vec<Value>, crate::Refusal> = broker.shelf.read(chosen).await?;
    let own = hrefs.at(&["/pacts/provider", provider, "/for-verification"]);
    Ok(Answer::ok(&json!({
        "_embedded": { "pacts": pacts? },
        "_links": { "self": titled(own, "Pacts to be verified", provider) },
    })))
}

fn shown(model: &Model, hrefs: &Hrefs, chosen: &Chosen<'_>, pending: bool) -> Value {
    let pair = chosen.publication.pair;
    let (consumer, provider) =
        (&model.pacticipant(pair.consumer).name, &model.pacticipant(pair.provider).name);
    let number = &model.version(chosen.publication.version).number;
    let metadata = Metadata {
        consumer_version: Some(number.clone()),
        pending: pending && chosen.standing.is_pending(),
        wip: chosen.wip,
    };
    let below = ["/pact-version", &chosen.content.sha, "/metadata", &metadata.encode()];
    let href = hrefs.pair(provider, consumer, &below);
    let told: Vec<Value> = notices(model, chosen, &href, pending)
        .into_iter()
        .map(|notice| json!({ "when": notice.when, "text": notice.text }))
        .collect();
    let mut properties = json!({ "pending": metadata.pending, "notices": told });
    if chosen.wip {
        properties["wip"] = true.into();
    }
    let name = format!("Pact between {consumer} ({number}) and {provider}");
    json!({
        "shortDescription": short(chosen),
        "verificationProperties": properties,
        "_links": { "self": { "href": href, "name": name } },
    })
}

/// The query of a GET says the same as the body of a POST, as Rack nests it and with underscores:
/// `consumer_version_selectors[][tag]=dev&include_pending_status=true`. A selector starts where a field of
/// it repeats.
fn from_query(query: &str) -> Value {
    let mut body = Map::new();
    let mut selectors: Vec<Map<String, Value>> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = value.into_owned();
        if let Some(field) = name.strip_prefix("consumer_version_selectors[][") {
            let field = camel(field.trim_end_matches(']'));
            if selectors.last().is_none_or(|last| last.contains_key(&field)) {
                selectors.push(Map::new());
            }
            let said = said(&field, value);
            selectors.last_mut().expect("one was just there").insert(field, said);
        } else if let Some(list) = name.strip_suffix("[]") {
            let list = body.entry(camel(list)).or_insert_with(|| json!([]));
            if let Value::Array(list) = list {
                list.push(value.into());
            }
        } else if !name.contains('[') {
            let field = camel(&name);
            let said = said(&field, value);
            body.entry(field).or_insert(said);
        }
    }
    if !selectors.is_empty() {
        body.insert("consumerVersionSelectors".to_owned(), selectors.into());
    }
    Value::Object(body)
}

/// A flag where the field is one; any other field holds a text, whatever it looks like.
fn said(field: &str, value: String) -> Value {
    const FLAGS: [&str; 8] = [
        "latest",
        "mainBranch",
        "matchingBranch",
        "fallbackToMainBranch",
        "deployed",
        "released",
        "deployedOrReleased",
        "includePendingStatus",
    ];
    match value.as_str() {
        "true" if FLAGS.contains(&field) => true.into(),
        "false" if FLAGS.contains(&field) => false.into(),
        _ => value.into(),
    }
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_what_a_body_says() {
        let query = "consumer_version_selectors[][tag]=true&consumer_version_selectors[][latest]=true\
                     &consumer_version_selectors[][tag]=b&consumer_version_selectors%5B%5D%5Bfallback_tag%5D=c\
                     &provider_version_tags[]=x&provider_version_tags[]=y&include_pending_status=true";
        assert_eq!(
            from_query(query),
            json!({
                "consumerVersionSelectors": [{"tag": "true", "latest": true}, {"tag": "b", "fallbackTag": "c"}],
                "providerVersionTags": ["x", "y"],
                "includePendingStatus": true,
            })
        );
        // A list and a text of the same name contradict each other; neither makes a fault of ours.
        assert_eq!(from_query("a[]=1&a=2"), json!({"a": ["1"]}));
        assert_eq!(from_query("a=2&a[]=1"), json!({"a": "2"}));
    }
}
