//! Webhooks, by the official command.

use reqwest::Method;
use serde_json::json;

use super::program::Official;
use crate::receiver::{Receiver, Says, calling_here};
use crate::running::{calling, pact};

const UUID: &str = "696c5f93-1b7f-44bc-8d03-59440fcaa9a0";

#[tokio::test]
async fn webhooks_are_made_changed_and_removed() {
    let Some(official) = Official::with(calling("*.example.org")).await else { return };
    official.does("create-or-update-pacticipant --name Shop").await;
    official.does("create-or-update-pacticipant --name Orders").await;
    let call = "https://ci.example.org/build -X POST -d {} --contract-content-changed";
    official.does(&format!("create-webhook {call} --consumer Shop --provider Orders")).await;
    official.does(&format!("create-webhook {call} --provider Orders --description build")).await;
    official.does(&format!("create-webhook {call} --consumer-label mobile")).await;
    let stored = official.broker.get("/webhooks").await;
    assert_eq!(stored["_links"]["pb:webhooks"].as_array().unwrap().len(), 3, "{stored}");
    official.refuses(&format!("create-webhook {call} --consumer Nobody")).await;
    let elsewhere = call.replace("ci.example.org", "ci.example.net");
    let refused = official.refuses(&format!("create-webhook {elsewhere} --provider Orders")).await;
    assert!(format!("{refused:?}").contains("--webhook-host ci.example.net"), "{refused:?}");

    let kept = format!("create-or-update-webhook {call} --uuid {UUID} --provider Orders");
    official.does(&kept).await;
    official.does(&format!("{kept} --description again")).await;
    let webhook = official.broker.get(&format!("/webhooks/{UUID}")).await;
    assert_eq!(webhook["description"], json!("again"));
    official.does(&format!("delete-webhook --uuid {UUID}")).await;
    let (gone, _) = official.broker.ask(Method::GET, &format!("/webhooks/{UUID}"), None).await;
    assert_eq!(gone, 404);
}

#[tokio::test]
async fn a_webhook_is_tried_out_and_set_off() {
    let Some(official) = Official::with(calling_here()).await else { return };
    let mut receiver = Receiver::start(&[Says::Status(200), Says::Status(500)]).await;
    official.does("create-or-update-pacticipant --name Orders").await;
    let call = format!("{}/build -X POST -d {{}} --contract-published --provider Orders", receiver.url);
    official.does(&format!("create-or-update-webhook {call} --uuid {UUID}")).await;
    official.does(&format!("test-webhook --uuid {UUID}")).await;
    assert_eq!(receiver.next().await.uri, "/build");
    let said = official.broker(&format!("test-webhook --uuid {UUID}")).await;
    assert!(said.said.contains("500") || said.complained.contains("500"), "{said:?}");
    receiver.next().await;
    official.publishes(&pact(("Shop", "Orders"), "an order"), "-a 1 --branch main").await;
    assert_eq!(receiver.next().await.uri, "/build");
    official.refuses("test-webhook --uuid 00000000-0000-4000-8000-000000000000").await;
}
