//! A pact that was written is read back by Pact's own crates with every rule in force.

mod orders;

use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactNames, PactTest, merge};
use orders::get;
use pact_matching::{match_request, match_response};
use pact_models::pact::load_pact_from_json;
use pact_models::v4::http_parts::{HttpRequest, HttpResponse};
use serde_json::json;

async fn tagged_orders() -> Fragment {
    PactTest::new(names(), "tagged_orders")
        .interaction("orders by tag", |mut i| {
            i.request.path("/orders").query_values("tag[]", one_of(&["new", "paid"], "new"));
            let order = json_pattern!({"id": integer(1), "note": null_or(like!("gift"))});
            i.response
                .matching_status(HttpStatus::Success, 200)
                .json_body(json_pattern!({"orders": list_of(order), "links": array_contains([json_pattern!({"rel": "next"})])}));
            i
        })
        .exercise(|url| async move {
            get(&url, "/orders?tag[]=paid", &[]).await;
        })
        .await
}

fn names() -> PactNames {
    PactNames::new("web", "orders").expect("they are names")
}

fn answer(status: u16, body: &serde_json::Value) -> HttpResponse {
    let json = json!({"status": status, "body": {"content": body, "contentType": "application/json", "encoded": false}});
    HttpResponse::from_json(&json).expect("it is an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_survives_the_file() {
    let bytes = merge(&names(), [tagged_orders().await]).expect("one interaction cannot collide");
    let json = serde_json::from_slice(&bytes).expect("a pact is JSON");
    let pact = load_pact_from_json("web-orders.json", &json).expect("Pact reads it");
    let any = pact.interactions().remove(0);
    let interaction = any.as_v4_http().expect("it is HTTP");

    let good = json!({"orders": [{"id": 7, "note": null}], "links": [{"rel": "self"}, {"rel": "next"}]});
    for (status, body, kept) in [
        (201, good.clone(), true),
        (404, good.clone(), false),
        (200, json!({"orders": [{"id": 7, "note": 7}], "links": [{"rel": "next"}]}), false),
        (200, json!({"orders": [], "links": [{"rel": "self"}]}), false),
        (200, json!({"orders": [], "links": [{"rel": "next"}]}), true),
    ] {
        let mismatches = match_response(interaction.response.clone(), answer(status, &body), &pact, &any)
            .await
            .expect("it can be judged");
        assert_eq!(mismatches.is_empty(), kept, "{status} {body}: {mismatches:?}");
    }

    for (tag, kept) in [("paid", true), ("lost", false)] {
        let sent = json!({"method": "GET", "path": "/orders", "query": {"tag[]": [tag]}});
        let sent = HttpRequest::from_json(&sent).expect("it is a request");
        let result =
            match_request(interaction.request.clone(), sent, &pact, &any).await.expect("it can be judged");
        assert_eq!(result.all_matched(), kept, "{tag}: {result:?}");
    }
}
