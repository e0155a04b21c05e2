//! The official clients where the broker asks who they are.

use countersign_broker::http::{Accounts, Settings};
use countersign_broker::shelf::Shelf;
use countersign_broker::token;

use super::program::Official;
use super::verifier::{publish_shop, verify};

fn settings() -> Settings {
    let accounts = Accounts::default().with("writer", "w", true).with("reader", "r", false);
    Settings { accounts, ..Settings::default() }
}

#[tokio::test]
async fn a_name_and_a_password_are_asked_for() {
    let Some(official) = Official::with(settings()).await else { return };
    let make = "create-or-update-version -a Shop -e 1 --branch main";
    for wrong in ["", " -u writer -p r", " -u reader -p r"] {
        official.refuses(&format!("{make}{wrong}")).await;
    }
    official.does(&format!("{make} -u writer -p w")).await;
    let said = official.does("list-pacticipants -u reader -p r").await;
    assert!(said.contains("Shop"), "{said}");
}

#[tokio::test]
async fn a_token_lets_in_the_command_and_the_verifier() {
    let mut settings = Settings::default();
    settings.accounts.required = true;
    let Some(official) = Official::with(settings).await else { return };
    let shelf = Shelf::open(&crate::running::database(official.broker.folder.path()).await).await.unwrap();
    let issued = shelf.write("command", |draft| token::issue(draft, "ci", true)).await.unwrap();
    let token = &issued.token;
    official.refuses("list-pacticipants -k wrong").await;
    publish_shop(&official, &format!("-a 1 --branch main -k {token}")).await;
    let publishing = ["--publish", "--provider-version", "7", "--provider-branch", "main"];
    let asked = [publishing.as_slice(), &["--consumer-version-selectors", r#"{"mainBranch":true}"#]].concat();
    assert!(!verify(&official, &asked).await.success);
    let ended = verify(&official, &[asked.as_slice(), &["--token", token]].concat()).await;
    assert!(ended.success, "{ended:?}");
    let may =
        format!("can-i-deploy --pacticipant Shop --version 1 --pacticipant Orders --version 7 -k {token}");
    official.does(&may).await;
}
