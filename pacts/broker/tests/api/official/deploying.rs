//! Environments, deployments, releases, and whether one may go there, by the official command.

use serde_json::{Value, json};

use super::program::Official;
use crate::running::pact;

/// An environment's uuid, of what the command says.
async fn environment(official: &Official, options: &str) -> String {
    let said = official.does(&format!("create-environment {options} -o json")).await;
    let made: Value = serde_json::from_str(&said).unwrap();
    made["uuid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn environments_are_made_changed_and_removed() {
    let Some(official) = Official::start().await else { return };
    let uuid = environment(
        &official,
        "--name uat --display-name UAT --contact-name Ann --contact-email-address ann@example.org",
    )
    .await;
    official.refuses("create-environment --name uat").await;
    assert!(official.does("list-environments").await.contains(&uuid));
    assert!(official.does(&format!("describe-environment --uuid {uuid}")).await.contains("UAT"));
    official
        .does(&format!("update-environment --uuid {uuid} --name live --display-name Live --production"))
        .await;
    let changed = official.broker.get(&format!("/environments/{uuid}")).await;
    assert_eq!((&changed["name"], &changed["production"]), (&json!("live"), &json!(true)));
    official.does(&format!("delete-environment --uuid {uuid}")).await;
    official.refuses(&format!("describe-environment --uuid {uuid}")).await;
}

/// Publishes the result of a provider's version for the latest pact.
async fn verified(official: &Official, by: &str, success: bool) {
    let pact = official.broker.get("/pacts/provider/Orders/consumer/Shop/latest").await;
    let results = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    let result = json!({ "success": success, "providerApplicationVersion": by });
    assert_eq!(official.broker.post(results, result).await.0, 201);
}

#[tokio::test]
async fn what_is_verified_may_be_deployed() {
    let Some(official) = Official::start().await else { return };
    let uuid = environment(&official, "--name test").await;
    official.publishes(&pact(("Shop", "Orders"), "an order"), "-a 1 --branch main").await;
    let may = "can-i-deploy --pacticipant Shop --version 1 --to-environment test";
    official.refuses(may).await;
    verified(&official, "7", true).await;
    official.does("record-deployment -a Orders -e 7 --environment test").await;
    let said = official.does(may).await;
    assert!(said.contains("Computer says yes"), "{said}");
    official.does("record-deployment -a Shop -e 1 --environment test").await;
    let live = format!("/environments/{uuid}/deployed-versions/currently-deployed");
    assert_eq!(
        official.broker.get(&live).await["_embedded"]["deployedVersions"].as_array().unwrap().len(),
        2
    );
    let said = official.does("describe-version -a Orders --environment test --deployed -o json").await;
    assert!(said.contains("\"7\""), "{said}");

    verified(&official, "8", false).await;
    let next = "can-i-deploy --pacticipant Orders --version 8 --to-environment test";
    official.refuses(next).await;
    official.does(&format!("{next} --dry-run")).await;
    official.does(&format!("{next} --ignore Shop")).await;
    official.refuses("can-i-deploy --pacticipant Orders --version 99 --to-environment test").await;
    official.refuses("can-i-deploy --pacticipant Shop --version 1 --to-environment nowhere").await;
    official.refuses("can-i-deploy --pacticipant Nobody --version 1 --to-environment test").await;
}

#[tokio::test]
async fn versions_are_asked_for_by_number_tag_and_branch() {
    let Some(official) = Official::start().await else { return };
    official.publishes(&pact(("Shop", "Orders"), "an order"), "-a 1 --branch main --tag dev").await;
    verified(&official, "7", true).await;
    official.does("create-or-update-version -a Orders -e 7 --branch main --tag prod").await;
    for asked in [
        "--pacticipant Shop --version 1 --pacticipant Orders --version 7",
        "--pacticipant Shop --latest dev --pacticipant Orders --latest prod",
        "--pacticipant Shop --branch main --pacticipant Orders --main-branch",
        "--pacticipant Shop --version 1 --pacticipant Orders --latest",
        "--pacticipant Shop --version 1 --to prod",
        "--pacticipant Shop --version 1",
    ] {
        official.does(&format!("can-i-deploy {asked}")).await;
    }
    official.does("can-i-merge --pacticipant Shop --version 1").await;
    let said = official.does("can-i-deploy --pacticipant Shop --version 1 -o json").await;
    assert_eq!(serde_json::from_str::<Value>(&said).unwrap()["summary"]["deployable"], true);
    official.refuses("can-i-deploy --pacticipant Shop --version 1 --pacticipant Orders --version 6").await;
}

#[tokio::test]
async fn deployments_are_recorded_by_instance_and_ended() {
    let Some(official) = Official::start().await else { return };
    let uuid = environment(&official, "--name test").await;
    let live = format!("/environments/{uuid}/deployed-versions/currently-deployed");
    let count =
        async || official.broker.get(&live).await["_embedded"]["deployedVersions"].as_array().unwrap().len();
    for number in ["1", "2"] {
        official.does(&format!("create-or-update-version -a Shop -e {number} --branch main")).await;
    }
    official.refuses("record-deployment -a Shop -e 1 --environment nowhere").await;
    official.refuses("record-deployment -a Shop -e 9 --environment test").await;
    official.does("record-deployment -a Shop -e 1 --environment test --application-instance blue").await;
    official.does("record-deployment -a Shop -e 1 --environment test").await;
    official.does("record-deployment -a Shop -e 2 --environment test").await;
    assert_eq!(count().await, 2);
    official.does("record-undeployment -a Shop --environment test --application-instance blue").await;
    assert_eq!(count().await, 1);
    official.does("record-undeployment -a Shop --environment test").await;
    assert_eq!(count().await, 0);
}

#[tokio::test]
async fn releases_add_up_until_their_support_ends() {
    let Some(official) = Official::start().await else { return };
    let uuid = environment(&official, "--name shops").await;
    let supported = format!("/environments/{uuid}/released-versions/currently-supported");
    for number in ["1", "2"] {
        official.does(&format!("create-or-update-version -a App -e {number} --branch main")).await;
        official.does(&format!("record-release -a App -e {number} --environment shops")).await;
    }
    let released = async || {
        official.broker.get(&supported).await["_embedded"]["releasedVersions"].as_array().unwrap().len()
    };
    assert_eq!(released().await, 2);
    official.does("describe-version -a App --environment shops --released").await;
    official.does("record-support-ended -a App -e 1 --environment shops").await;
    assert_eq!(released().await, 1);
}
