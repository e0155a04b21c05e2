//! A person at work, in a browser, against an Archivist that really runs.

use private_browser::{Browser, with};

use crate::station::{PASSWORD, Station, archived};

pub const PICTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../artefacts");

pub async fn sign_in(browser: &Browser, base: &str) {
    browser.open(&format!("{base}/")).await;
    browser.type_in("#username", "admin").await;
    browser.type_in("#password", PASSWORD).await;
    browser.submit("#sign-in").await;
}

pub async fn shows(browser: &Browser, what: &str) {
    let text = browser.text("main").await;
    assert!(text.contains(what), "{what}: {text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_in_and_looking_for_a_recording() {
    let Some(station) = Station::open() else { return };
    let colleague = station.colleague().await;
    for (title, path) in [("Harbor Council", "council/a.mp4"), ("<b>Bake-off</b>", "silent.mp4")] {
        archived(&colleague, title, path).await;
    }
    let base = station.base.clone();
    with(PICTURES, |browser| async move {
        // Whoever is not signed in signs in first, and comes back to where they wanted to go.
        browser.open(&format!("{base}/vods?q=harbor")).await;
        assert_eq!(browser.text("h1").await, "Sign in");
        browser.type_in("#username", "admin").await;
        browser.type_in("#password", "a-wrong-one").await;
        browser.submit("#sign-in").await;
        shows(&browser, "You are not signed in.").await;
        let typed = "return document.getElementById('username').value";
        assert_eq!(browser.evaluate(typed).await, "admin", "what was typed is kept");
        browser.type_in("#password", PASSWORD).await;
        browser.submit("#sign-in").await;
        assert_eq!(browser.address().await, format!("{base}/vods?q=harbor"));
        shows(&browser, "1 recording found").await;
        assert_eq!(browser.evaluate("return document.cookie").await, "", "no script reads the session");
        // The filter is a form.
        browser.clear("#q").await;
        browser.submit("form.filter button").await;
        shows(&browser, "2 recordings").await;
        shows(&browser, "<b>Bake-off</b>").await;
        browser.click("#status option[value=failed]").await;
        browser.submit("form.filter button").await;
        shows(&browser, "0 recordings found").await;
        browser.submit("#sign-out").await;
        shows(&browser, "You are signed out.").await;
        browser.open(&format!("{base}/vods")).await;
        assert_eq!(browser.text("h1").await, "Sign in");
        let (told, asked) = browser.told_and_asked().await;
        // A refused sign-in is an answer of 401, and Chromium says so.
        let told: Vec<_> = told.iter().filter(|line| !line.contains("401")).collect();
        assert_eq!(told, [""; 0], "nothing was refused by the policy");
        let elsewhere = asked.iter().filter(|url| !url.starts_with(&base) && !url.starts_with("data:"));
        assert_eq!(elsewhere.count(), 0, "{asked:?}");
    })
    .await;
    station.close();
}
