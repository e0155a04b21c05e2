//! Which rows are shown, and in which order.

use super::told::Told;
use crate::Refusal;
use crate::matrix::{Query, answer, rows};

fn shown(told: &Told, raw: &str) -> Vec<String> {
    told.said(&rows(&told.model, &Query::parse(raw).unwrap()).unwrap())
}

fn told() -> Told {
    let mut told = Told::default();
    told.pact(("web", "1"), "api", "s1").pact(("web", "2"), "api", "s2").pact(("web", "3"), "api", "s3");
    told.verified("web", "s1", ("api", "1"), false).verified("web", "s1", ("api", "1"), true);
    told.verified("web", "s1", ("api", "2"), true).verified("web", "s2", ("api", "2"), false);
    told
}

#[test]
fn latestby_says_which_results_have_a_row() {
    let told = told();
    let both = "q[][pacticipant]=web&q[][pacticipant]=api";
    let last = ["web 3>api -=unknown", "web 2>api 2=broken", "web 1>api 2=kept", "web 1>api 1=kept"];
    assert_eq!(shown(&told, &format!("{both}&latestby=cvpv")), last);
    assert_eq!(shown(&told, &format!("{both}&latestby=cvp")), last[..3]);
    let every = [&last[..], &["web 1>api 1=broken"]].concat();
    assert_eq!(shown(&told, both), every);
}

#[test]
fn a_selected_provider_version_has_its_row_whether_it_verified_or_not() {
    let told = told();
    let asked = "q[][pacticipant]=web&q[][pacticipant]=api&q[][version]=1&latestby=cvpv";
    let expected = ["web 3>api 1=unknown", "web 2>api 1=unknown", "web 1>api 1=kept"];
    assert_eq!(shown(&told, asked), expected);
    let one = "q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=api&q[][version]=2&latestby=cvpv";
    assert_eq!(shown(&told, one), ["web 1>api 2=kept"]);
    let two = "q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=web&q[][version]=2&q[][pacticipant]=api&latestby=cvp";
    assert_eq!(shown(&told, two), ["web 2>api 2=broken", "web 1>api 2=kept"]);
}

#[test]
fn one_name_alone_asks_for_everybody_it_has_a_pact_with() {
    let mut told = told();
    told.pact(("api", "2"), "mail", "m1").verified("api", "m1", ("mail", "1"), true);
    told.pact(("app", "1"), "mail", "a1");
    let asked = "q[][pacticipant]=api&q[][version]=2&latestby=cvpv";
    let expected = ["api 2>mail 1=kept", "web 3>api 2=unknown", "web 2>api 2=broken", "web 1>api 2=kept"];
    assert_eq!(shown(&told, asked), expected);
}

#[test]
fn several_names_without_a_target_are_asked_about_each_other_only() {
    let mut told = told();
    told.pact(("web", "1"), "mail", "m1").pact(("app", "1"), "api", "a1");
    let named = "q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=api&q[][version]=1&latestby=cvpv";
    assert_eq!(shown(&told, named), ["web 1>api 1=kept"]);
    let expected = ["app 1>api 1=unknown", "web 1>api 1=kept", "web 1>mail -=unknown"];
    assert_eq!(shown(&told, &format!("{named}&latest=true")), expected);
}

#[test]
fn a_wish_is_all_that_it_says() {
    let mut told = told();
    told.branch(("web", "1"), "x").branch(("web", "2"), "x").tag(("web", "1"), "t").tag(("web", "3"), "t");
    told.deployed(("web", "2"), "prod");
    let ask = |wish: &str| {
        let rows = shown(
            &told,
            &format!("q[][pacticipant]=web&{wish}&q[][pacticipant]=api&q[][version]=2&latestby=cvpv"),
        );
        rows.iter().map(|row| row[4..5].to_owned()).collect::<String>()
    };
    assert_eq!(ask("q[][branch]=x"), "21");
    assert_eq!(ask("q[][branch]=x&q[][latest]=true"), "2");
    assert_eq!(ask("q[][branch]=x&q[][tag]=t&q[][latest]=true"), "1");
    assert_eq!(ask("q[][tag]=t"), "31");
    assert_eq!(ask("q[][latest]=true"), "3");
    assert_eq!(ask("q[][environment]=prod"), "2");
    assert_eq!(ask("q[][environment]=prod&q[][tag]=t"), "");
}

#[test]
fn rows_are_filtered_and_paged() {
    let told = told();
    let both = "q[][pacticipant]=web&q[][pacticipant]=api&latestby=cvpv";
    assert_eq!(shown(&told, &format!("{both}&success[]=true&success[]=")).len(), 3);
    assert_eq!(shown(&told, &format!("{both}&success=false")), ["web 2>api 2=broken"]);
    let query = Query::parse(&format!("{both}&pageSize=3&pageNumber=2")).unwrap();
    let answer = answer(&told.model, &query).unwrap();
    assert_eq!((answer.total, answer.rows.len()), (4, 1));
    assert!(shown(&told, &format!("{both}&pageSize=3&pageNumber=99999999999")).is_empty());
    let ignoring =
        shown(&told, &format!("{both}&success=false&ignore[][pacticipant]=web&ignore[][version]=2"));
    assert_eq!(ignoring, ["web 2>api 2=broken ignored"]);
    // What is ignored comes last.
    let ignoring = shown(&told, &format!("{both}&ignore[][pacticipant]=web&ignore[][version]=3"));
    assert_eq!(ignoring.last().unwrap(), "web 3>api -=unknown ignored");
}

#[test]
fn more_rows_than_can_be_answered_are_refused() {
    let mut told = Told::default();
    for number in 0..320 {
        let number = number.to_string();
        told.pact(("web", &number), "api", "s").verified("web", "s", ("api", &number), true);
    }
    let ask = |rest: &str| {
        let query = Query::parse(&format!("q[][pacticipant]=web&q[][pacticipant]=api{rest}")).unwrap();
        answer(&told.model, &query).map(|answer| answer.total)
    };
    let Err(Refusal::Wrong(messages)) = ask("&latestby=cvpv") else { panic!("320 x 320 rows were answered") };
    assert!(messages[0].contains("name versions"));
    assert_eq!(ask("&latestby=cvp"), Ok(320));
    assert_eq!(ask("&q[][version]=7&latestby=cvpv"), Ok(320));
}
