//! The collector on suites of its own, each against a folder of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod orders;

use std::fs;
use std::path::Path;

use countersign_consumer::prelude::*;
use countersign_consumer::{
    CollectError, CollisionKind, CommittedError, Difference, Fragment, NamedTest, OnDifference, PactNames,
    PactTest, Suite, settle,
};
use orders::get;
use serde_json::{Value, json};

const FIRST: NamedTest = NamedTest { name: "first", run: |pact| Box::pin(first(pact)) };
const SECOND: NamedTest = NamedTest { name: "second", run: |pact| Box::pin(second(pact)) };
const FAILING: NamedTest = NamedTest { name: "failing", run: |pact| Box::pin(failing(pact)) };

async fn first(pact: PactTest) -> Fragment {
    pact.interaction("a request for an order", |mut i| {
        i.given_with_params(
            "an order exists",
            &json!({"id": 1, "by": "post", "at": [1, 2], "of": {"b": 1, "a": 2}}),
        );
        i.request.path("/orders/1").header("x-second", "2").header("x-first", "1");
        i.response.json_body(
            json_pattern!({"id": integer(1), "lines": list_of(json_pattern!({"sku": like!("A")}))}),
        );
        i
    })
    .exercise(|url| async move {
        let answer = get(&url, "/orders/1", &[("x-first", "1"), ("x-second", "2")]).await;
        assert_eq!(answer.json::<Value>().await.unwrap()["id"], 1);
    })
    .await
}

async fn second(pact: PactTest) -> Fragment {
    pact.interaction("a list of orders", |mut i| {
        i.request.path("/orders").query_param("page", "0");
        i.response.json_body(json_pattern!({"next": "1"}));
        i
    })
    .interaction("its second page", |mut i| {
        i.request.path("/orders").query_param("page", "1");
        i.response.json_body(json_pattern!({"next": null}));
        i
    })
    .exercise(|url| async move {
        get(&url, "/orders?page=0", &[]).await;
        get(&url, "/orders?page=1", &[]).await;
    })
    .await
}

async fn failing(pact: PactTest) -> Fragment {
    pact.interaction("an order that the client cannot read", |mut i| {
        i.request.path("/orders/2");
        i
    })
    .exercise(|url| async move {
        let status = get(&url, "/orders/2", &[]).await.status();
        assert_eq!(status, 500, "the client expected trouble");
    })
    .await
}

async fn order(pact: PactTest, description: &'static str, id: u32, key: Option<&str>) -> Fragment {
    let key = key.map(str::to_owned);
    pact.interaction(description, |mut i| {
        i.given_with_params("an order exists", &json!({"id": id}));
        if let Some(key) = key {
            i.with_key(key);
        }
        i.request.path(format!("/orders/{id}"));
        i
    })
    .exercise(move |url| async move {
        get(&url, &format!("/orders/{id}"), &[]).await;
    })
    .await
}

fn names() -> PactNames {
    PactNames::new("web", "orders").unwrap()
}

fn collide(one: NamedTest, other: NamedTest) -> (CollisionKind, String) {
    let folder = tempfile::tempdir().unwrap();
    let failed = Suite::new(names(), folder.path(), &[one, other]).check(OnDifference::Rewrite).unwrap_err();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "a collision writes nothing");
    let text = failed.to_string();
    match failed {
        CollectError::Collision { collision, .. } => (collision.kind, text),
        other => panic!("not a collision: {other}"),
    }
}

#[test]
fn a_missing_pact_is_written_once_and_kept_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let suite = Suite::new(names(), folder.path().join("pacts"), &[FIRST, SECOND]);

    let written = suite.check(OnDifference::Rewrite).unwrap_err();
    assert!(written.to_string().contains("it has been rewritten: review and commit it"), "{written}");
    let file = folder.path().join("pacts/web-orders.json");
    let bytes = fs::read(&file).unwrap();

    suite.check(OnDifference::Rewrite).unwrap();
    suite.check(OnDifference::Report).unwrap();
    assert_eq!(fs::read(&file).unwrap(), bytes);
}

#[test]
fn the_order_of_tests_does_not_change_a_byte() {
    let there = Suite::new(names(), ".", &[FIRST, SECOND]).generate().unwrap();
    let back = Suite::new(names(), ".", &[SECOND, FIRST]).generate().unwrap();
    assert_eq!(String::from_utf8(there.clone()).unwrap(), String::from_utf8(back).unwrap());

    let pact: Value = serde_json::from_slice(&there).unwrap();
    let interactions = pact["interactions"].as_array().unwrap();
    let descriptions: Vec<&str> = interactions.iter().filter_map(|one| one["description"].as_str()).collect();
    assert_eq!(descriptions, ["a list of orders", "a request for an order", "its second page"]);
    assert_eq!(pact["metadata"], json!({"pactSpecification": {"version": "4.0"}}));
    assert_eq!(interactions[0]["comments"]["testname"], "second");
    assert_eq!(interactions[1]["providerStates"][0]["params"]["id"], 1);
}

#[test]
fn suites_that_run_side_by_side_leave_one_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let expected = Suite::new(names(), folder.path(), &[FIRST, SECOND]).generate().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let suite = Suite::new(names(), folder.path(), &[FIRST, SECOND]);
                // The first to come reports what it has written, the others may find it in place.
                let _ = suite.check(OnDifference::Rewrite);
                assert_eq!(fs::read(folder.path().join("web-orders.json")).unwrap(), expected);
            });
        }
    });
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays behind");
}

#[test]
fn a_test_that_panics_leaves_the_file_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web-orders.json");
    fs::write(&file, "the committed pact").unwrap();
    let failed =
        Suite::new(names(), folder.path(), &[FIRST, FAILING]).check(OnDifference::Rewrite).unwrap_err();
    assert_eq!(fs::read_to_string(&file).unwrap(), "the committed pact");
    let CollectError::Failed { failed, .. } = failed else { panic!("not about the test: {failed}") };
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].name, "failing");
    assert!(failed[0].message.contains("the client expected trouble"), "{}", failed[0].message);
}

#[test]
fn a_build_server_is_shown_the_difference_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web-orders.json");
    let suite = Suite::new(names(), folder.path(), &[FIRST]);
    let generated = String::from_utf8(suite.generate().unwrap()).unwrap();
    let stale = generated.replace("/orders/1", "/orders/one");
    fs::write(&file, &stale).unwrap();

    let failed = suite.check(OnDifference::Report).unwrap_err();
    assert_eq!(fs::read_to_string(&file).unwrap(), stale);
    let text = failed.to_string();
    assert!(text.contains("run the tests without CI=true"), "{text}");
    let CollectError::Committed(CommittedError::Stale { difference, rewritten: false, .. }) = failed else {
        panic!("not about the committed file: {text}")
    };
    let Difference::Line { number, committed, generated: fresh } = difference else { panic!("{difference}") };
    let place = generated.lines().position(|line| line.contains("/orders/1")).unwrap() + 1;
    assert_eq!(number, place);
    assert_eq!(committed.unwrap(), r#""path": "/orders/one""#);
    assert_eq!(fresh.unwrap(), r#""path": "/orders/1""#);
}

#[test]
fn a_missing_pact_on_a_build_server_stays_missing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web-orders.json");
    let failed = settle(&file, b"{}\n", OnDifference::Report).unwrap_err();
    assert!(matches!(
        failed,
        CommittedError::Stale { difference: Difference::Missing, rewritten: false, .. }
    ));
    assert!(!file.exists());
}

#[test]
fn a_file_that_ends_early_or_late_is_stale() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web-orders.json");
    for (committed, expected) in [("a\n", "b"), ("a\nb\nc\n", "c"), ("a\nb", "<end of file>")] {
        fs::write(&file, committed).unwrap();
        let failed = settle(&file, b"a\nb\n", OnDifference::Report).unwrap_err().to_string();
        assert!(failed.contains(expected), "{failed}");
    }
}

#[test]
fn a_place_that_cannot_be_read_or_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let a_folder = settle(folder.path(), b"{}", OnDifference::Rewrite).unwrap_err();
    assert!(matches!(a_folder, CommittedError::Read { .. }), "{a_folder}");
    let occupied = folder.path().join("occupied");
    fs::write(&occupied, "").unwrap();
    let below = settle(&occupied.join("web-orders.json"), b"{}", OnDifference::Rewrite).unwrap_err();
    assert!(below.to_string().contains("web-orders.json"), "{below}");
}

#[cfg(unix)]
#[test]
fn a_written_pact_can_be_read_by_everybody() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web-orders.json");
    settle(&file, b"{}\n", OnDifference::Rewrite).unwrap_err();
    let mode = fs::metadata(Path::new(&file)).unwrap().permissions().mode();
    assert_eq!(mode & 0o444, 0o444);
}

#[test]
fn the_same_description_in_the_same_states_collides() {
    let one = NamedTest { name: "one", run: |pact| Box::pin(order(pact, "an order", 1, None)) };
    let twin = NamedTest { name: "twin", run: |pact| Box::pin(order(pact, "an order", 1, None)) };
    let (kind, text) = collide(one, twin);
    assert_eq!(kind, CollisionKind::DescriptionAndStates);
    assert!(text.contains("test one") && text.contains("test twin"), "{text}");
}

#[test]
fn the_same_description_with_other_parameters_does_not_collide() {
    let one = NamedTest { name: "one", run: |pact| Box::pin(order(pact, "an order", 1, None)) };
    let other = NamedTest { name: "other", run: |pact| Box::pin(order(pact, "an order", 2, None)) };
    let pact = Suite::new(names(), ".", &[one, other]).generate().unwrap();
    let pact: Value = serde_json::from_slice(&pact).unwrap();
    assert_eq!(pact["interactions"].as_array().unwrap().len(), 2);
}

#[test]
fn the_same_request_in_the_same_states_collides() {
    let one = NamedTest { name: "one", run: |pact| Box::pin(order(pact, "an order", 1, None)) };
    let other = NamedTest { name: "other", run: |pact| Box::pin(order(pact, "that order again", 1, None)) };
    assert_eq!(collide(one, other).0, CollisionKind::RequestAndStates);
}

#[test]
fn the_same_key_collides() {
    let one = NamedTest { name: "one", run: |pact| Box::pin(order(pact, "an order", 1, Some("k"))) };
    let other = NamedTest { name: "other", run: |pact| Box::pin(order(pact, "another order", 2, Some("k"))) };
    assert_eq!(collide(one, other).0, CollisionKind::Key);
}

#[test]
fn a_suite_without_tests_is_not_an_empty_pact() {
    let folder = tempfile::tempdir().unwrap();
    let failed = Suite::new(names(), folder.path(), &[]).check(OnDifference::Rewrite).unwrap_err();
    assert!(matches!(failed, CollectError::NoTests { .. }), "{failed}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
