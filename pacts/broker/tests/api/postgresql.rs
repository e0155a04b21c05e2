//! Several instances on one database of a PostgreSQL server, and a server that is lost. Where PostgreSQL is not
//! installed the tests say so and do nothing, and fail in CI.

use countersign_broker::http::{Broker, Settings, serve};
use countersign_broker::shelf::Shelf;
use private_postgresql::PrivatePostgresql;
use reqwest::Method;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::running::{Running, SERVER, contracts, create, pact};

async fn instance(url: &str) -> Running {
    let shelf = Shelf::open(&url.parse().unwrap()).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    Running::around(TempDir::new().unwrap(), base, |shutdown| async {
        serve(listener, Broker::new(shelf, Settings::default()), shutdown).await.unwrap();
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_see_what_the_other_wrote() {
    let Some(mut server) = PrivatePostgresql::for_test() else { return };
    server.start();
    let url = create(&server.url()).await;
    let (one, other) = (instance(&url).await, instance(&url).await);
    for number in ["1", "3"] {
        one.publish(("Foo", number, "Bar"), number).await;
        other.get(&format!("/pacts/provider/Bar/consumer/Foo/version/{number}")).await;
        let next = format!("{number}-other");
        other.publish(("Foo", &next, "Bar"), &next).await;
        one.get(&format!("/pacts/provider/Bar/consumer/Foo/version/{next}")).await;
    }
    one.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_contents_sent_to_two_instances_one_stands() {
    let Some(mut server) = PrivatePostgresql::for_test() else { return };
    server.start();
    let url = create(&server.url()).await;
    let (one, other) = (instance(&url).await, instance(&url).await);
    let client = reqwest::Client::builder().timeout(std::time::Duration::from_secs(30)).build().unwrap();
    let mut publishers = JoinSet::new();
    for at in 0..50 {
        let base = if at % 2 == 0 { &one.base } else { &other.base };
        let body = contracts(("Foo", "1"), &pact(("Foo", "Bar"), &format!("content {at}")));
        let request = client.post(format!("{base}/contracts/publish")).json(&body);
        publishers.spawn(async move { request.send().await.unwrap().status().as_u16() });
    }
    let mut answers = publishers.join_all().await;
    answers.sort_unstable();
    assert_eq!((answers[0], &answers[1..]), (200, &[409; 49][..]));
    one.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_lost_and_back_is_noticed() {
    let Some(mut server) = PrivatePostgresql::for_test() else { return };
    server.start();
    let url = create(&server.url()).await;
    let broker = instance(&url).await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    server.stop();
    let there = "/pacts/provider/Bar/consumer/Foo/version/1";
    assert_eq!(broker.ask(Method::GET, there, None).await.0, 503);
    let more = contracts(("Foo", "2"), &pact(("Foo", "Bar"), "b"));
    assert_eq!(broker.post("/contracts/publish", more.clone()).await.0, 503);
    server.start();
    broker.get(there).await;
    assert_eq!(broker.post("/contracts/publish", more).await.0, 200);
    broker.stop().await;
}

/// The tests of this program, again, each in a database of the server.
#[tokio::test(flavor = "multi_thread")]
async fn everything_else_holds_on_postgresql_too() {
    let Some(mut server) = PrivatePostgresql::for_test() else { return };
    server.start();
    let own = std::env::current_exe().unwrap();
    let done = tokio::process::Command::new(own)
        .args(["--skip", "postgresql", "--skip", "official"])
        .env(SERVER, server.url())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let told = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{told}\n{}", String::from_utf8_lossy(&done.stderr));
    assert!(!told.contains("running 0 tests"), "{told}");
}
