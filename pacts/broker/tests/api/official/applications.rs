//! Pacts, applications, their versions, branches and tags, by the official command.

use serde_json::{Value, json};

use super::program::Official;
use crate::running::pact;

#[tokio::test]
async fn pacts_are_published_listed_and_fetched() {
    let Some(official) = Official::start().await else { return };
    let mut orders = pact(("Shop", "Orders"), "an order");
    orders["interactions"][0]["providerStates"] = json!([{ "name": "there are orders" }]);
    let said = official.publishes(&orders, "-a 1.0 --branch feat-x --tag dev --build-url http://ci/1").await;
    assert!(said.contains("Shop"), "{said}");
    let version = official.broker.get("/pacticipants/Shop/versions/1.0").await;
    assert_eq!(version["buildUrl"], "http://ci/1");
    assert_eq!(version["_embedded"]["tags"][0]["name"], "dev");

    let said = official.does("list-latest-pact-versions").await;
    for name in ["Shop", "Orders", "1.0"] {
        assert!(said.contains(name), "{said}");
    }
    let pacts: Value =
        serde_json::from_str(&official.does("list-latest-pact-versions -o json").await).unwrap();
    assert_eq!(pacts["pacts"][0]["_embedded"]["consumer"]["name"], "Shop", "{pacts}");

    for narrowed in ["", " --latest", " --consumer Shop", " --consumer Shop --latest"] {
        let line = format!("get-pacts --provider Orders --branch feat-x{narrowed}");
        let said = official.does(&line).await;
        assert!(said.contains("Shop"), "{line}: {said}");
    }
    let to = official.broker.folder.path().join("fetched");
    let download = format!("--download --download-dir {}", to.display());
    official.does(&format!("get-pacts --provider Orders --branch feat-x --latest {download}")).await;
    assert_eq!(std::fs::read_dir(to).unwrap().count(), 1);

    official.does("create-or-update-pacticipant --name Shop --main-branch feat-x").await;
    official.does("create-environment --name test").await;
    official.does("record-deployment -a Shop -e 1.0 --environment test").await;
    for of in ["", " --branch feat-x", " --environment test", " --json"] {
        let said = official.does(&format!("provider-states list --provider Orders{of}")).await;
        assert!(said.contains("there are orders"), "{of}: {said}");
    }
}

#[tokio::test]
async fn what_was_published_is_not_changed() {
    let Some(official) = Official::start().await else { return };
    let file = official.broker.folder.path().join("pact.json");
    official.publishes(&pact(("Shop", "Orders"), "an order"), "-a 1 --branch main").await;
    official.publishes(&pact(("Shop", "Orders"), "an order"), "-a 1 --branch main").await;
    std::fs::write(&file, pact(("Shop", "Orders"), "another").to_string()).unwrap();
    let line = format!("publish {} -a 1 --branch main", file.display());
    official.refuses(&line).await;
    official.does(&format!("{line} --merge")).await;
    let merged = official.broker.get("/pacts/provider/Orders/consumer/Shop/version/1").await;
    assert_eq!(merged["interactions"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn applications_are_described_and_changed() {
    let Some(official) = Official::start().await else { return };
    let named = "create-or-update-pacticipant --name Shop --display-name Till --main-branch trunk";
    official.does(named).await;
    official.does("create-or-update-pacticipant --name Shop --repository-url http://code/shop").await;
    let shop = official.broker.get("/pacticipants/Shop").await;
    assert_eq!((&shop["displayName"], &shop["mainBranch"]), (&json!("Till"), &json!("trunk")));
    assert_eq!(shop["repositoryUrl"], "http://code/shop");
    assert!(official.does("describe-pacticipant --name Shop").await.contains("Shop"));
    assert!(official.does("list-pacticipants").await.contains("Shop"));
    official.refuses("describe-pacticipant --name Nobody").await;
}

#[tokio::test]
async fn versions_have_branches_and_tags() {
    let Some(official) = Official::start().await else { return };
    official.does("create-or-update-version -a Shop -e 1 --branch feat-x --tag dev").await;
    official.does("create-or-update-version -a Shop -e 2 --branch main").await;
    official.does("create-version-tag -a Shop -e 1 -t prod").await;
    official.refuses("create-version-tag -a Shop -e 9 -t prod").await;
    official.does("create-version-tag -a Shop -e 3 -t prod --auto-create-version").await;
    for (asked, number) in [("-e 1", "1"), ("--latest", "3"), ("--latest dev", "1"), ("-l prod", "3")] {
        let said = official.does(&format!("describe-version -a Shop {asked} -o json")).await;
        let version: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(version["number"], number, "{asked}");
    }
    official.does("delete-version-tag -a Shop -e 3 -t prod").await;
    let said = official.does("describe-version -a Shop -l prod -o json").await;
    assert_eq!(serde_json::from_str::<Value>(&said).unwrap()["number"], "1");
    official.refuses("describe-version -a Shop -e 9").await;

    official.does("delete-branch -a Shop --branch feat-x").await;
    let (gone, _) =
        official.broker.ask(reqwest::Method::GET, "/pacticipants/Shop/branches/feat-x", None).await;
    assert_eq!(gone, 404);
    official.refuses("delete-branch -a Shop --branch feat-x --error-when-not-found true").await;
}
