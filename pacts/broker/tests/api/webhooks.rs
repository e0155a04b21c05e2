//! Webhooks are described, set off, and called.

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::receiver::{Receiver, Says, calling_here, shelved, until, until_settled};
use crate::running::{Running, calling, contracts, pact};

const UUID: &str = "/webhooks/696c5f93-1b7f-44bc-8d03-59440fcaa9a0";

fn described() -> Value {
    json!({
        "description": "a webhook",
        "events": [{ "name": "contract_content_changed" }],
        "request": {
            "method": "POST", "url": "https://webhook", "body": { "some": "body" },
            "headers": { "Foo": "bar", "Authorization": "hush1" }, "username": "me", "password": "hush2",
        },
    })
}

#[tokio::test]
async fn a_webhook_is_described_changed_and_deleted() {
    let broker = Running::with(calling("webhook")).await;
    let (status, made) = broker.put(UUID, described()).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["request"]["body"], json!({ "some": "body" }));
    assert!(!made.to_string().contains("hush"), "{made}");
    assert_eq!(broker.put(UUID, made).await.0, 200);
    assert_eq!(broker.get("/webhooks").await["_links"]["pb:webhooks"][0]["title"], "a webhook");
    assert_eq!(broker.ask(Method::DELETE, UUID, None).await.0, 204);
    assert_eq!(broker.ask(Method::GET, UUID, None).await.0, 404);
}

#[tokio::test]
async fn a_webhook_belongs_to_applications_that_exist() {
    let broker = Running::with(calling("webhook")).await;
    let pair = "/webhooks/provider/Pricing%20Service/consumer/Condor";
    assert_eq!(broker.post(pair, described()).await.0, 404);
    let mut body = described();
    body["consumer"] = json!({ "name": "Condor" });
    let (status, answer) = broker.post("/webhooks", body).await;
    assert_eq!((status.as_u16(), answer["errors"]["consumer.name"].is_array()), (400, true), "{answer}");
    for name in ["Condor", "Pricing Service"] {
        broker.post("/pacticipants", json!({ "name": name })).await;
    }
    let (status, made) = broker.post(pair, described()).await;
    assert_eq!((status.as_u16(), &made["consumer"]["name"]), (201, &json!("Condor")), "{made}");
    let mut label = described();
    (label["provider"], label["request"]["body"]) = (json!({ "label": "web" }), json!("<xml></xml>"));
    let (status, made) = broker.post("/webhooks", label).await;
    assert_eq!((status.as_u16(), &made["request"]["body"]), (201, &json!("<xml></xml>")), "{made}");
    let listed = |of: Value| of["_embedded"]["webhooks"].as_array().unwrap().len();
    assert_eq!(listed(broker.get(pair).await), 1);
    assert_eq!(listed(broker.get("/webhooks/consumer/Condor").await), 1);
    assert_eq!(listed(broker.get("/webhooks").await), 2);
    let about = "/pacts/provider/Pricing%20Service/consumer/Condor/webhooks";
    assert_eq!(listed(broker.get(about).await), 1);
    let mut nowhere = described();
    nowhere["request"].as_object_mut().unwrap().remove("url");
    let (status, answer) = broker.post(about, nowhere).await;
    assert_eq!((status.as_u16(), answer["errors"]["request.url"].is_array()), (400, true), "{answer}");
}

#[tokio::test]
async fn a_host_that_nobody_allowed_is_refused_with_the_way_out() {
    let broker = Running::start().await;
    let (status, answer) = broker.put(UUID, described()).await;
    let told = answer["errors"]["request.url"][0].as_str().unwrap_or_default();
    assert!(status == 400 && told.contains("--webhook-host webhook"), "{answer}");
    assert_eq!(broker.ask(Method::GET, UUID, None).await.0, 404);
}

/// As one that was made before the list was.
#[tokio::test]
async fn a_host_that_is_not_allowed_any_more_is_not_called() {
    let mut receiver = Receiver::start(&[]).await;
    let (broker, shelf) = shelved(TempDir::new().unwrap(), calling_here()).await;
    assert_eq!(broker.post("/webhooks", receiver.webhook(&["contract_published"])).await.0, 201);
    let folder = broker.stop().await;
    shelf.close().await;
    let mut settings = calling_here();
    settings.calls.targets.private_hosts = vec!["elsewhere.test".to_owned()];
    let (broker, shelf) = shelved(folder, settings).await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    until_settled(&shelf).await;
    let status = broker.get("/pacts/provider/Bar/consumer/Foo/webhooks/status").await;
    assert_eq!(status["summary"]["failed"], 1, "{status}");
    assert_eq!(receiver.left(), 0);
}

#[tokio::test]
async fn a_publication_calls_with_everything_filled_in_and_nothing_told() {
    let mut receiver = Receiver::start(&[]).await;
    let (broker, shelf) = shelved(TempDir::new().unwrap(), calling_here()).await;
    let mut body = receiver.webhook(&["contract_content_changed"]);
    body["request"]["headers"] =
        json!({ "X-Api-Token": "hush1", "X-Branch": "${pactbroker.consumerVersionBranch}" });
    body["request"]["username"] = "me".into();
    body["request"]["password"] = "hush2".into();
    body["request"]["url"] =
        format!("{}/call?v=${{pactbroker.consumerVersionNumber}}&token=hush3", receiver.url).into();
    body["request"]["body"] =
        json!({ "pact": "${pactbroker.pactUrl}", "state": "${pactbroker.githubVerificationStatus}" });
    let (_, made) = broker.post("/webhooks", body).await;
    // Who changes it sends back what was shown.
    broker.put(made["_links"]["self"]["href"].as_str().unwrap(), made.clone()).await;
    broker.publish(("Foo", "1 a", "Bar"), "a").await;
    let call = receiver.next().await;
    assert_eq!(call.uri, "/call?v=1%20a&token=hush3");
    assert_eq!(call.headers["x-branch"], "main");
    assert_eq!(call.headers["x-api-token"], "hush1");
    assert_eq!(call.headers["authorization"], "Basic bWU6aHVzaDI=");
    let sent: Value = serde_json::from_str(&call.body).unwrap();
    assert_eq!(sent["state"], "pending");
    // The address is one that the broker itself answers.
    broker.get(sent["pact"].as_str().unwrap()).await;
    until_settled(&shelf).await;
    let at = "/pacts/provider/Bar/consumer/Foo/version/1%20a/triggered-webhooks";
    let triggered = broker.get(at).await["_embedded"]["triggeredWebhooks"][0].clone();
    assert_eq!((&triggered["status"], &triggered["attemptsMade"]), (&json!("success"), &json!(1)));
    let logs = triggered["_links"]["pb:logs"]["href"].as_str().unwrap();
    let logs = broker.send(Method::GET, logs, None).await.text().await.unwrap();
    assert!(logs.contains("HTTP/1.1 200") && logs.contains("**********"), "{logs}");
    assert!(!logs.contains("hush") && !logs.contains("bWU6aHVzaDI="), "{logs}");
    let audit = broker.get("/audit").await.to_string();
    assert!(audit.contains("webhook_claimed") && !audit.contains("hush"), "{audit}");
}

#[tokio::test]
async fn a_call_that_fails_is_made_again_until_it_is_given_up() {
    let fails = [Says::Status(500), Says::Status(302), Says::Status(503)];
    let mut receiver = Receiver::start(&fails).await;
    let (broker, shelf) = shelved(TempDir::new().unwrap(), calling_here()).await;
    broker.post("/webhooks", receiver.webhook(&["contract_published"])).await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    until_settled(&shelf).await;
    assert_eq!(receiver.left(), 3);
    let status = broker.get("/pacts/provider/Bar/consumer/Foo/webhooks/status").await;
    assert_eq!(status["summary"], json!({ "successful": 0, "failed": 1, "retrying": 0, "notRun": 0 }));
    let logs = status["_links"]["pb:error-logs"][0]["href"].as_str().unwrap();
    let logs = broker.send(Method::GET, logs, None).await.text().await.unwrap();
    assert!(logs.contains("HTTP/1.1 302") && logs.contains("is not called again"), "{logs}");
    // The next one finds a receiver that has recovered.
    broker.publish(("Foo", "2", "Bar"), "b").await;
    until_settled(&shelf).await;
    let status = broker.get("/pacts/provider/Bar/consumer/Foo/webhooks/status").await;
    assert_eq!(status["summary"]["successful"], 1);
}

#[tokio::test]
async fn a_result_calls_by_its_outcome() {
    let mut receiver = Receiver::start(&[]).await;
    let (broker, _) = shelved(TempDir::new().unwrap(), calling_here()).await;
    let events = [
        "provider_verification_published",
        "provider_verification_failed",
        "provider_verification_succeeded",
    ];
    let mut body = receiver.webhook(&events);
    body["request"]["body"] = json!({
        "event": "${pactbroker.eventName}", "version": "${pactbroker.providerVersionNumber}",
        "branch": "${pactbroker.providerVersionBranch}", "build": "${pactbroker.buildUrl}",
        "states": "${pactbroker.githubVerificationStatus} ${pactbroker.gitlabVerificationStatus} \
                   ${pactbroker.bitbucketVerificationStatus} ${pactbroker.azureDevOpsVerificationStatus}",
        "result": "${pactbroker.verificationResultUrl}",
    });
    broker.post("/webhooks", body).await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    broker.put("/pacticipants/Bar/branches/trunk/versions/7", json!({})).await;
    let pact = broker.get("/pacts/provider/Bar/consumer/Foo/latest").await;
    let results = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    let result = json!({ "success": false, "providerApplicationVersion": "7", "buildUrl": "https://ci/1" });
    assert_eq!(broker.post(results, result).await.0, 201);
    let mut told = Vec::new();
    for _ in 0..2 {
        let sent: Value = serde_json::from_str(&receiver.next().await.body).unwrap();
        assert_eq!((&sent["version"], &sent["branch"]), (&json!("7"), &json!("trunk")));
        assert_eq!(sent["build"], "https://ci/1");
        assert_eq!(sent["states"], "failure failed FAILED failed");
        assert_eq!(broker.get(sent["result"].as_str().unwrap()).await["success"], false);
        told.push(sent["event"].as_str().unwrap().to_owned());
    }
    told.sort();
    assert_eq!(told, ["provider_verification_failed", "provider_verification_published"]);
}

#[tokio::test]
async fn a_pact_that_waits_for_versions_calls_for_each() {
    let mut receiver = Receiver::start(&[]).await;
    let (broker, shelf) = shelved(TempDir::new().unwrap(), calling_here()).await;
    let mut body = receiver.webhook(&["contract_requiring_verification_published"]);
    body["request"]["body"] =
        json!(["${pactbroker.providerVersionNumber}", "${pactbroker.providerVersionDescriptions}"]);
    broker.post("/webhooks", body).await;
    let (_, prod) = broker.post("/environments", json!({ "name": "prod", "production": true })).await;
    for number in ["1", "2"] {
        broker.put(&format!("/pacticipants/Bar/branches/main/versions/{number}"), json!({})).await;
    }
    let prod = prod["uuid"].as_str().unwrap();
    let deploy = format!("/pacticipants/Bar/versions/1/deployed-versions/environment/{prod}");
    assert_eq!(broker.post(&deploy, json!({})).await.0, 201);
    broker.publish(("Foo", "1", "Bar"), "a").await;
    let mut calls = [receiver.next().await.body, receiver.next().await.body];
    calls.sort();
    assert_eq!(
        calls,
        [r#"["1","currently deployed to prod"]"#, r#"["2","latest version from branch main"]"#]
    );
    until_settled(&shelf).await;
    // What 2 has verified waits for 1 alone.
    let pact = broker.get("/pacts/provider/Bar/consumer/Foo/latest").await;
    let results = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    broker.post(results, json!({ "success": true, "providerApplicationVersion": "2" })).await;
    broker.publish(("Foo", "2", "Bar"), "a").await;
    assert_eq!(receiver.next().await.body, r#"["1","currently deployed to prod"]"#);
    until_settled(&shelf).await;
    assert_eq!(receiver.left(), 0);
}

#[tokio::test]
async fn what_is_not_public_is_not_called_by_default() {
    let mut receiver = Receiver::start(&[]).await;
    let mut settings = calling_here();
    settings.calls.targets.private_hosts.clear();
    settings.calls.targets.hosts.push("*".to_owned());
    let (broker, shelf) = shelved(TempDir::new().unwrap(), settings).await;
    let (status, answer) = broker.post("/webhooks", receiver.webhook(&["contract_published"])).await;
    assert_eq!((status.as_u16(), answer["errors"]["request.url"].is_array()), (400, true), "{answer}");
    // A name tells where it leads only when it is looked up.
    let mut named = receiver.webhook(&["contract_published"]);
    named["request"]["url"] = receiver.url.replace("127.0.0.1", "localhost").into();
    assert_eq!(broker.post("/webhooks", named).await.0, 201);
    broker.publish(("Foo", "1", "Bar"), "a").await;
    until_settled(&shelf).await;
    let status = broker.get("/pacts/provider/Bar/consumer/Foo/webhooks/status").await;
    assert_eq!(status["summary"]["failed"], 1, "{status}");
    assert_eq!(status["_embedded"]["triggeredWebhooks"][0]["attemptsMade"], 1);
    assert_eq!(receiver.left(), 0);
}

#[tokio::test]
async fn a_broker_that_is_killed_during_a_call_makes_it_after_its_restart() {
    let mut receiver = Receiver::start(&[Says::Nothing]).await;
    let mut settings = calling_here();
    settings.calls.claim = std::time::Duration::from_millis(500);
    let (broker, shelf) = shelved(TempDir::new().unwrap(), settings.clone()).await;
    broker.post("/webhooks", receiver.webhook(&["contract_published"])).await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    receiver.next().await;
    let folder = broker.kill().await;
    shelf.close().await;
    let (_again, shelf) = shelved(folder, settings).await;
    receiver.next().await;
    until_settled(&shelf).await;
    let succeeded = |model: &countersign_broker::Model| {
        model.triggered().all(|it| it.attempts.len() == 1 && it.attempts[0].success)
    };
    assert!(shelf.read(succeeded).await.unwrap());
}

#[tokio::test]
async fn of_two_brokers_over_one_database_one_makes_each_call() {
    let mut receiver = Receiver::start(&[]).await;
    let folder = TempDir::new().unwrap();
    let beside = TempDir::new().unwrap();
    let path = folder.path().join("broker.db");
    let (one, shelf) = shelved(folder, calling_here()).await;
    std::os::unix::fs::symlink(&path, beside.path().join("broker.db")).unwrap();
    // Or the database of a server, where the tests run on one.
    let _ = std::fs::copy(path.with_file_name("database"), beside.path().join("database"));
    let (other, _) = shelved(beside, calling_here()).await;
    one.post("/webhooks", receiver.webhook(&["contract_published"])).await;
    for number in 1..=8 {
        let to = if number % 2 == 0 { &one } else { &other };
        let body = contracts(("Foo", &number.to_string()), &pact(("Foo", "Bar"), "a"));
        assert_eq!(to.post("/contracts/publish", body).await.0, 200);
    }
    // Both are woken by what they write themselves; the last write here wakes this one.
    one.post("/pacticipants", json!({ "name": "Last" })).await;
    for _ in 0..8 {
        receiver.next().await;
    }
    one.post("/pacticipants", json!({ "name": "Very last" })).await;
    let audit = one.get("/audit?limit=1000").await;
    let entries = audit["_embedded"]["entries"].as_array().unwrap();
    let claims = entries.iter().filter(|it| it["event"]["event"] == "webhook_claimed").count();
    assert_eq!((claims, receiver.left()), (8, 0));
    until(&shelf, |model| model.triggered().count() == 8).await;
}

#[tokio::test]
async fn a_webhook_is_tried_out() {
    let mut receiver = Receiver::start(&[]).await;
    let (broker, _) = shelved(TempDir::new().unwrap(), calling_here()).await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    let mut body = receiver.webhook(&["contract_published"]);
    body["request"]["body"] =
        json!({ "of": "${pactbroker.consumerName} ${pactbroker.consumerVersionNumber}" });
    body["request"]["headers"] = json!({ "Authorization": "Bearer hush1" });
    let (_, made) = broker.post("/webhooks", body.clone()).await;
    let execute = made["_links"]["pb:execute"]["href"].as_str().unwrap();
    let (status, done) = broker.post(execute, json!({})).await;
    assert_eq!((status.as_u16(), &done["success"]), (200, &json!(true)), "{done}");
    assert_eq!(done["request"]["body"]["of"], "Foo 1");
    assert_eq!(done["response"]["status"], 200);
    let call = receiver.next().await;
    assert_eq!(
        (call.body.as_str(), &call.headers["authorization"]),
        (r#"{"of":"Foo 1"}"#, &"Bearer hush1".parse().unwrap())
    );
    let (_, described) = broker.post("/webhooks/execute", body).await;
    assert_eq!(described["success"], true);
    assert!(!format!("{done}{described}").contains("hush"), "{done}");
}
