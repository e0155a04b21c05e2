//! Many who write at once.

use std::collections::BTreeMap;

use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::asking::{client, get, pact, publish};
use crate::process::Process;

const PUBLISHERS: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn of_many_contents_for_one_version_one_stands() {
    let folder = TempDir::new().unwrap();
    let process = Process::start(&folder.path().join("broker.db"));
    let client = client();
    let mut publishers = JoinSet::new();
    for at in 0..PUBLISHERS {
        let (client, base) = (client.clone(), process.base.clone());
        publishers.spawn(async move {
            (at, publish(&client, &base, ("Consumer", "1"), &format!("content {at}")).await.unwrap())
        });
    }
    let answers: BTreeMap<_, _> = publishers.join_all().await.into_iter().collect();
    let winners: Vec<_> = answers.iter().filter(|(_, (status, _))| *status == 200).collect();
    assert_eq!(winners.len(), 1, "{answers:?}");
    for (status, answer) in answers.values().filter(|(status, _)| *status != 200) {
        assert_eq!(*status, 409, "{answer}");
        assert!(answer["error"].as_str().unwrap().contains("version 1 of Consumer"), "{answer}");
    }
    let (_, stands) = get(&client, &format!("{}{}", process.base, pact("Consumer", "1"))).await.unwrap();
    assert_eq!(stands["interactions"][0]["description"], format!("content {}", winners[0].0));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_versions_at_once_all_stand() {
    let folder = TempDir::new().unwrap();
    let process = Process::start(&folder.path().join("broker.db"));
    let client = client();
    let mut publishers = JoinSet::new();
    for at in 0..PUBLISHERS {
        let (client, base) = (client.clone(), process.base.clone());
        publishers.spawn(async move {
            let answer = publish(&client, &base, ("Consumer", &at.to_string()), "the same").await.unwrap();
            assert_eq!(answer.0, 200, "{}", answer.1);
        });
    }
    publishers.join_all().await;
    for at in 0..PUBLISHERS {
        let path = pact("Consumer", &at.to_string());
        assert_eq!(get(&client, &format!("{}{path}", process.base)).await.unwrap().0, 200);
    }
}
