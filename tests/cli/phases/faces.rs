//! One report of phases, made by hand, on every face: what each of them makes of the same values.

use countersign::phases::model::PhaseReport;
use countersign::phases::{FACES, text};
use serde_json::{Value, json};

use super::{is_of_the_schema, rich};
use crate::report::browser::{told_and_asked, with};
use crate::report::page::FAINT;
use crate::report::schemas::is_junit;

fn rendered(report: &PhaseReport, file: &str) -> String {
    let face = FACES.iter().find(|it| it.file == file).unwrap();
    let mut text = Vec::new();
    (face.render)(report, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn as_text() {
    let mut out = Vec::new();
    text::render(&rich::report(), &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn as_json() {
    let json: Value = serde_json::from_str(&rendered(&rich::report(), "phases.json")).unwrap();
    is_of_the_schema(&json);
    assert_eq!(json["phases"][0]["areas"][0]["tests"][2]["outcome"], "flaky");
    assert_eq!(json["coverage"][0]["entries"][3]["state"], "not-asked");
}

#[test]
fn as_junit() {
    let texts = [rich::report(), rich::quiet()].map(|it| rendered(&it, "phases.xml"));
    is_junit(&texts.each_ref().map(String::as_str));
    insta::assert_snapshot!(texts[0]);
}

#[test]
fn as_html() {
    insta::assert_snapshot!(rendered(&rich::report(), "phases.html"));
}

#[test]
fn the_page_can_be_read_in_the_light_in_the_dark_and_on_a_phone() {
    with(&rendered(&rich::report(), "phases.html"), |browser| async move {
        browser.evaluate("for (const it of document.querySelectorAll('details')) it.open = true").await;
        let mut papers = Vec::new();
        for (scheme, width, mobile) in [("light", 1100, false), ("dark", 1100, false), ("dark", 360, true)] {
            browser.prefer(scheme).await;
            browser.resize(width, 800, mobile).await;
            assert_eq!(browser.evaluate(FAINT).await, json!([]), "{scheme} {width}");
            let wider = "return document.scrollingElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(browser.evaluate(wider).await, 0, "{width}: the page scrolls sideways");
            papers.push(browser.evaluate("return getComputedStyle(document.body).backgroundColor").await);
            browser.picture(&format!("phases-{scheme}-{width}")).await;
        }
        assert_ne!(papers[0], papers[1]);
        assert_eq!(told_and_asked(&browser).await, (vec![], vec![]));
    });
}

#[test]
fn the_page_is_told_to_whoever_does_not_see_it() {
    with(&rendered(&rich::report(), "phases.html"), |browser| async move {
        let jumps = "const levels = [...document.querySelectorAll('h1, h2, h3')].map((it) => +it.tagName[1]);
            return levels.filter((level, at) => at > 0 && level > levels[at - 1] + 1).length";
        assert_eq!(browser.evaluate(jumps).await, 0, "a heading skips a level");
        let twice = "const ids = [...document.querySelectorAll('[id]')].map((it) => it.id);
            return ids.filter((id, at) => ids.indexOf(id) !== at)";
        assert_eq!(browser.evaluate(twice).await, json!([]));
        browser.cdp("Accessibility.enable", json!({})).await;
        let tree = browser.cdp("Accessibility.getFullAXTree", json!({})).await;
        let of = |role: &str| {
            let nodes = tree["nodes"].as_array().unwrap().clone().into_iter();
            let role = role.to_owned();
            nodes.filter(move |it| it["role"]["value"] == *role).collect::<Vec<Value>>()
        };
        let images = of("image");
        let memory = images.iter().find(|it| it["name"]["value"] == "Memory: redis").unwrap();
        assert_eq!(memory["description"]["value"], "on average 52 MiB, at most 63 MiB after 11.5 s");
        assert_eq!(of("navigation")[0]["name"]["value"], "On this page");
        // A place that is named is there, and leads where it says.
        browser.click("nav a[href='#coverage']").await;
        let top = "return Math.abs(document.querySelector('#coverage').getBoundingClientRect().top) < 200";
        assert_eq!(browser.evaluate(top).await, true);
    });
}
