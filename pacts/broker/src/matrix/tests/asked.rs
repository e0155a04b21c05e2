//! What a query string or a route asks, and what is refused.

use super::told::{Told, selector};
use crate::Refusal;
use crate::matrix::{LatestBy, Page, Query, Wish, answer};

fn number(number: &str) -> Wish {
    Wish { version: Some(number.to_owned()), ..Wish::default() }
}

fn wrong(query: Result<Query, Refusal>) -> Vec<String> {
    let told = Told::default();
    match query.and_then(|query| answer(&told.model, &query).map(|_| ())) {
        Err(Refusal::Wrong(messages)) => messages,
        other => panic!("{other:?} is no list of messages"),
    }
}

#[test]
fn the_command_line_client_is_understood() {
    let query = Query::parse(
        "q[][pacticipant]=A&q[][version]=1&q[][pacticipant]=B&q[][latest]=true&q[][branch]=feat%2Fx\
         &ignore[][pacticipant]=C&ignore[][version]=3&ignore[][pacticipant]=D\
         &latestby=cvp&success[]=true&success[]=&environment=&mainBranch=true&latest=true&limit=7",
    )
    .unwrap();
    let on_branch = Wish { branch: Some("feat/x".to_owned()), latest: true, ..Wish::default() };
    assert_eq!(query.selectors, [selector("A", number("1")), selector("B", on_branch)]);
    assert_eq!(query.ignore, [selector("C", number("3")), selector("D", Wish::default())]);
    assert_eq!(query.target, Wish { main_branch: true, latest: true, ..Wish::default() });
    assert_eq!(query.latest_by, Some(LatestBy::ConsumerVersionProvider));
    assert_eq!(query.success, [Some(true), None]);
    assert_eq!(query.page, Page { number: 1, size: 7 });
}

#[test]
fn can_i_deploy_asks_one_version_to_one_place() {
    let query = Query::can_i_deploy("pacticipant=A&version=1&environment=prod").unwrap();
    assert_eq!(query.selectors, [selector("A", number("1"))]);
    assert_eq!(query.target, Wish { environment: Some("prod".to_owned()), ..Wish::default() });
    let query = Query::can_i_deploy("pacticipant=A&version=1&to=prod").unwrap();
    assert_eq!(query.target, Wish { tag: Some("prod".to_owned()), latest: true, ..Wish::default() });
    let query = Query::can_i_deploy("pacticipant=A&version=1").unwrap();
    assert_eq!(query.target, Wish { latest: true, ..Wish::default() });

    let Err(Refusal::Invalid(fields)) = Query::can_i_deploy("pacticipant=A") else {
        panic!("it has no version")
    };
    assert_eq!(fields[0].0, "version");
}

#[test]
fn what_is_not_there_is_refused_by_name() {
    let messages = wrong(Query::parse("q[][pacticipant]=Wiffle&q[][version]=1&environment=moon"));
    assert!(messages[0].contains("Wiffle") && messages[1].contains("moon"), "{messages:?}");
    assert!(wrong(Query::can_i_deploy("pacticipant=A&version=1"))[0].contains("\"A\""));
    assert!(wrong(Query::parse("latestby=cvpv"))[0].contains("at least one pacticipant"));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    assert!(wrong(Query::parse("q[][version]=1"))[0].contains("names no pacticipant"));
    assert!(wrong(Query::parse("q[][pacticipant]=A&q[][verison]=1"))[0].contains("verison"));
    assert!(wrong(Query::parse("q[][pacticipant]=A&latestby=x"))[0].contains("cvpv"));
    assert!(wrong(Query::parse("q[][pacticipant]=A&limit=-1"))[0].contains("limit"));
    assert!(
        wrong(Query::parse("q[][pacticipant]=A&ignore[][pacticipant]=B&ignore[][tag]=x"))[0]
            .contains("ignored")
    );
    let both = wrong(Query::parse("q[][pacticipant]=A&q[][version]=1&q[][latest]=true"));
    assert!(both.iter().any(|message| message.contains("version and latest")), "{both:?}");
    for other in ["tag=x", "latest=true"] {
        let both = wrong(Query::parse(&format!("q[][pacticipant]=A&environment=e&{other}")));
        assert!(both.iter().any(|message| message.contains("as target: give one")), "{both:?}");
    }
    let many = "q[][pacticipant]=A&".repeat(501);
    assert!(wrong(Query::parse(&many))[0].contains("more than 500"));
}
