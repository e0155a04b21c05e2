//! Pacts by every name that they have, beside each other, and gone.

use reqwest::Method;
use serde_json::{Value, json};

use crate::running::{Running, contracts, pact};

const PAIR: &str = "/pacts/provider/Bar/consumer/Foo";

/// Foo has 1 and 2 on main (2 is tagged dev), and 3 on feat/x; 3 has the content of 2.
async fn three_versions() -> Running {
    let broker = Running::start().await;
    for (number, branch, description) in [("1", "main", "a"), ("2", "main", "b"), ("3", "feat/x", "b")] {
        let mut contracts = contracts(("Foo", number), &pact(("Foo", "Bar"), description));
        contracts["branch"] = branch.into();
        assert_eq!(broker.post("/contracts/publish", contracts).await.0, 200);
    }
    broker.put("/pacticipants/Foo/versions/2/tags/dev", json!({})).await;
    broker
}

/// The numbers of the versions that are linked.
fn numbers(links: &Value) -> Vec<&str> {
    let hrefs = links.as_array().unwrap().iter().map(|link| link["href"].as_str().unwrap());
    hrefs.map(|href| href.rsplit('/').next().unwrap()).collect()
}

#[tokio::test]
async fn the_pacts_between_two_are_listed() {
    let broker = three_versions().await;
    for (below, expected) in [
        ("versions", vec!["3", "2", "1"]),
        ("tag/dev", vec!["2"]),
        ("branch/versions", vec!["2", "1"]),
        ("branch/latest/versions", vec!["2"]),
        ("branch/feat%2Fx", vec!["3"]),
        ("branch/main/latest/versions", vec!["2"]),
        ("branch/none", vec![]),
    ] {
        let list = broker.get(&format!("{PAIR}/{below}")).await;
        for name in ["pb:pacts", "pact-versions", "pb:pact-versions"] {
            assert_eq!(numbers(&list["_links"][name]), expected, "{below} {name}");
        }
        let own = list["_links"]["self"]["href"].as_str().unwrap();
        assert_eq!(own, format!("{}{PAIR}/{below}", broker.base));
    }
    let page = broker.get(&format!("{PAIR}/versions?pageNumber=2&pageSize=2")).await;
    assert_eq!(numbers(&page["_links"]["pb:pacts"]), ["1"]);
    assert_eq!(page["page"]["totalElements"], 3);
    for (below, expected) in
        [("latest", "3"), ("latest/dev", "2"), ("latest-untagged", "3"), ("branch/main/latest", "2")]
    {
        let response = broker.send(Method::GET, &format!("{PAIR}/{below}"), None).await;
        assert_eq!(response.headers()["x-pact-consumer-version"], expected, "{below}");
    }
    assert_eq!(broker.ask(Method::GET, "/pacts/provider/Foo/consumer/Bar/versions", None).await.0, 404);
}

#[tokio::test]
async fn the_pacts_of_a_provider_are_listed() {
    let broker = three_versions().await;
    broker.publish(("Baz", "9", "Bar"), "a").await;
    for (below, expected) in [
        ("", vec!["3", "2", "1", "9"]),
        ("/latest", vec!["3", "9"]),
        ("/latest/dev", vec!["2"]),
        ("/tag/dev", vec!["2"]),
        ("/branch", vec!["2", "1", "9"]),
        ("/branch/latest", vec!["2", "9"]),
        ("/branch/feat%2Fx", vec!["3"]),
        ("/branch/main/latest", vec!["2", "9"]),
    ] {
        let list = broker.get(&format!("/pacts/provider/Bar{below}")).await;
        // The verifier follows the name of the first days.
        for name in ["pb:pacts", "pacts"] {
            assert_eq!(numbers(&list["_links"][name]), expected, "{below} {name}");
        }
    }
    assert_eq!(broker.ask(Method::GET, "/pacts/provider/Nobody/latest", None).await.0, 404);
}

#[tokio::test]
async fn pacts_are_deleted_together() {
    let broker = three_versions().await;
    let (status, answer) = broker.ask(Method::DELETE, &format!("{PAIR}/branch/main"), None).await;
    assert_eq!((status.as_u16(), answer["_links"]["index"].is_object()), (200, true));
    let left = broker.get(&format!("{PAIR}/versions")).await;
    assert_eq!(numbers(&left["_links"]["pb:pacts"]), ["3"]);
    // The versions themselves stay.
    broker.get("/pacticipants/Foo/versions/1").await;
}

#[tokio::test]
async fn a_pact_is_held_against_the_one_before() {
    let broker = three_versions().await;
    let third = format!("{PAIR}/version/3");
    let response = broker.send(Method::GET, &format!("{third}/previous-distinct"), None).await;
    assert_eq!(response.headers()["x-pact-consumer-version"], "1");
    assert_eq!(broker.ask(Method::GET, &format!("{PAIR}/version/1/previous-distinct"), None).await.0, 404);
    let diff = broker.get(&format!("{third}/diff/previous-distinct")).await;
    assert_eq!((&diff["before"], &diff["after"]), (&json!("1"), &json!("3")));
    assert_eq!(diff["differences"].as_array().unwrap().len(), 2, "{diff}");
    assert_eq!(broker.get(&format!("{third}/diff/version/2")).await["differences"], json!([]));
    assert_eq!(broker.ask(Method::GET, &format!("{third}/diff/version/none"), None).await.0, 404);

    let sha = |number: &str| {
        let address = format!("{PAIR}/version/{number}");
        let broker = &broker;
        async move {
            let pact = broker.get(&address).await;
            pact["_links"]["pb:pact-version"]["name"].as_str().unwrap().to_owned()
        }
    };
    let address = format!("{PAIR}/pact-version/{}/diff/pact-version/{}", sha("3").await, sha("1").await);
    assert_eq!(broker.get(&address).await["differences"], diff["differences"]);
    let text = reqwest::Client::builder().timeout(std::time::Duration::from_secs(30)).build().unwrap();
    let text =
        text.get(format!("{}{address}", broker.base)).header("accept", "text/plain").send().await.unwrap();
    assert_eq!(text.headers()["content-type"], "text/plain;charset=utf-8");
    let text = text.text().await.unwrap();
    assert!(text.starts_with("  \"b\"\n+   : {") && text.contains("  \"a\"\n-   : {"), "{text}");
}

#[tokio::test]
async fn integrations_and_their_standing_are_told() {
    let broker = three_versions().await;
    let list = broker.get("/integrations").await;
    let one = &list["_embedded"]["integrations"][0];
    assert_eq!((&one["consumer"]["name"], &one["verificationStatus"]), (&json!("Foo"), &json!("never")));
    let item = &broker.get("/dashboard").await["items"][0];
    assert_eq!(
        (&item["consumer"]["version"]["number"], &item["latestVerificationResult"]),
        (&json!("3"), &Value::Null)
    );

    let pact = broker.get(&format!("{PAIR}/version/1")).await;
    let results = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    broker.post(results, json!({"success": true, "providerApplicationVersion": "7"})).await;
    assert_eq!(broker.get("/dashboard").await["items"][0]["verificationStatus"], "stale");
    let items = broker.get("/dashboard/provider/Bar/consumer/Foo").await;
    let standing: Vec<&Value> = items["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["consumer"]["version"]["number"])
        .collect();
    assert_eq!(standing, ["3", "2"]);

    let own = one["_links"]["self"]["href"].as_str().unwrap();
    assert_eq!(broker.ask(Method::DELETE, own, None).await.0, 204);
    assert_eq!(broker.ask(Method::DELETE, own, None).await.0, 404);
    assert_eq!(broker.get("/integrations").await["_embedded"]["integrations"], json!([]));
    broker.publish(("Foo", "4", "Bar"), "a").await;
    assert_eq!(broker.ask(Method::DELETE, "/integrations", None).await.0, 204);
    assert_eq!(broker.get("/pacts/latest").await["pacts"], json!([]));
}

#[tokio::test]
async fn a_network_can_be_drawn_from_a_table() {
    let broker = Running::start().await;
    broker.publish(("Foo", "1", "Bar, \"the\""), "a").await;
    broker.publish(("Foo", "1", "Baz"), "a").await;
    broker.publish(("Alone", "1", "Else"), "a").await;
    let table = async |address: &str| broker.send(Method::GET, address, None).await.text().await.unwrap();
    let group = "1,Foo,1,1,0,1,2,3\n2,\"Bar, \"\"the\"\"\",1,1,0,2,0,0\n3,Baz,1,1,0,3,0,0\n";
    assert_eq!(table("/groups/Baz").await, group);
    assert_eq!(table("/relationships").await, format!("{group}4,Alone,1,1,0,4,5,0\n5,Else,1,1,0,5,0,0\n"));
    assert_eq!(broker.ask(Method::GET, "/groups/Nobody", None).await.0, 404);
}
