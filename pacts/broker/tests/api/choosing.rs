//! Which pacts a provider's build is given to verify.

use reqwest::Method;
use serde_json::{Value, json};

use crate::running::Running;

const ADDRESS: &str = "/pacts/provider/Bar/for-verification";

fn pacts(answer: &Value) -> &Vec<Value> {
    answer["_embedded"]["pacts"].as_array().unwrap()
}

#[tokio::test]
async fn a_verifier_is_given_links_that_it_can_follow() {
    let broker = Running::start().await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    let index = broker.get("/").await;
    let templated = index["_links"]["pb:provider-pacts-for-verification"]["href"].as_str().unwrap();
    let own = broker.get(&templated.replace("{provider}", "Bar")).await;
    let own = own["_links"]["self"]["href"].as_str().unwrap();
    let ask = json!({
        "consumerVersionSelectors": [{"mainBranch": true}],
        "includePendingStatus": true,
        "providerVersionBranch": "main",
    });
    let (status, answer) = broker.post(own, ask.clone()).await;
    assert_eq!(status, 200, "{answer}");
    let pact = &pacts(&answer)[0];
    assert_eq!(pact["shortDescription"], "latest from branch main");
    assert_eq!(pact["verificationProperties"]["pending"], true);
    assert!(pact["verificationProperties"]["notices"].as_array().unwrap().len() > 1);
    let document = broker.get(pact["_links"]["self"]["href"].as_str().unwrap()).await;
    assert_eq!(document["consumer"]["name"], "Foo");

    // What is verified from the branch is pending no more.
    broker.put("/pacticipants/Bar/branches/main/versions/7", json!({})).await;
    let results = document["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    let (status, _) = broker.post(results, json!({"success": true, "providerApplicationVersion": "7"})).await;
    assert_eq!(status, 201);
    let (_, answer) = broker.post(own, ask).await;
    assert_eq!(pacts(&answer)[0]["verificationProperties"]["pending"], false);
}

#[tokio::test]
async fn work_in_progress_stays_so_however_often_it_is_verified() {
    let broker = Running::start().await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    broker.put("/pacticipants/Bar/branches/main/versions/7", json!({})).await;
    let ask = json!({
        "consumerVersionSelectors": [{"branch": "none"}],
        "includePendingStatus": true,
        "includeWipPactsSince": "2020-01-01",
        "providerVersionBranch": "main",
    });
    for _ in 0..2 {
        let (_, answer) = broker.post(ADDRESS, ask.clone()).await;
        let pact = &pacts(&answer)[0];
        assert_eq!(pact["verificationProperties"]["wip"], true, "{answer}");
        let document = broker.get(pact["_links"]["self"]["href"].as_str().unwrap()).await;
        let results = document["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
        let (_, result) =
            broker.post(results, json!({"success": true, "providerApplicationVersion": "7"})).await;
        assert_eq!(result["wip"], true);
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_told() {
    let broker = Running::start().await;
    assert_eq!(broker.ask(Method::GET, ADDRESS, None).await.0, 404);
    broker.publish(("Foo", "1", "Bar"), "a").await;
    let (status, answer) =
        broker.post(ADDRESS, json!({"consumerVersionSelectors": [{"environment": "x"}]})).await;
    assert_eq!(status, 400);
    let message = answer["errors"]["consumerVersionSelectors"][0].as_str().unwrap();
    assert_eq!(message, "environment with name 'x' does not exist (at index 0)");
    let (status, answer) =
        broker.post(ADDRESS, json!({"consumerVersionSelectors": [{"branch": "none"}]})).await;
    assert_eq!((status.as_u16(), pacts(&answer).len()), (200, 0));
    let query = format!(
        "{ADDRESS}?consumer_version_selectors[][latest]=true&consumer_version_selectors[][consumer]=Foo"
    );
    assert_eq!(pacts(&broker.get(&query).await).len(), 1);
}

#[tokio::test]
async fn the_states_that_consumers_need_are_told() {
    let broker = Running::start().await;
    for (consumer, number, branch, states) in [
        ("Foo", "1", "main", json!([{"name": "s"}, {"name": "t", "params": {"id": 1}}])),
        ("Foo", "2", "feat/x", json!([{"name": "u"}])),
        ("Baz", "1", "main", json!([{"name": "s"}])),
    ] {
        let mut pact = crate::running::pact((consumer, "Bar"), "a");
        pact["interactions"][0]["providerStates"] = states;
        let mut contracts = crate::running::contracts((consumer, number), &pact);
        contracts["branch"] = branch.into();
        assert_eq!(broker.post("/contracts/publish", contracts).await.0, 200);
    }
    let states = broker.get("/pacts/provider/Bar/provider-states").await;
    assert_eq!(
        states["providerStates"],
        json!([{"name": "s", "consumers": ["Baz", "Foo"]}, {"name": "t", "consumers": ["Foo"], "params": {"id": 1}}])
    );
    let of_branch = broker.get("/pacts/provider/Bar/provider-states/branch/feat%2Fx").await;
    assert_eq!(of_branch["providerStates"], json!([{"name": "u", "consumers": ["Foo"]}]));

    let (_, environment) = broker.post("/environments", json!({"name": "test", "production": false})).await;
    let uuid = environment["uuid"].as_str().unwrap();
    let deploy = format!("/pacticipants/Foo/versions/2/deployed-versions/environment/{uuid}");
    assert_eq!(broker.post(&deploy, json!({})).await.0, 201);
    for environment in ["test", uuid] {
        let address = format!("/pacts/provider/Bar/provider-states/environment/{environment}");
        assert_eq!(broker.get(&address).await["providerStates"], of_branch["providerStates"]);
    }
    let nowhere = "/pacts/provider/Bar/provider-states/environment/none";
    assert_eq!(broker.ask(Method::GET, nowhere, None).await.0, 404);
}
