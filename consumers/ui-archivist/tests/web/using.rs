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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_a_recording_to_its_captions_while_it_is_watched() {
    let Some(station) = Station::open() else { return };
    let base = station.base.clone();
    let with_worker = std::sync::Arc::new(station);
    let station = std::sync::Arc::clone(&with_worker);
    with(PICTURES, |browser| async move {
        browser.resize(1200, 900, false).await;
        sign_in(&browser, &base).await;
        browser.follow("Add a recording").await;
        browser.type_in("#title", "Harbor Council").await;
        browser.type_in("#file_path", "../outside.mp4").await;
        browser.type_in("#description", "Regular session, chamber A.").await;
        browser.submit("#save").await;
        shows(&browser, "The recording was not added.").await;
        assert!(!browser.text("#file_path-wrong").await.is_empty());
        let kept = "return document.getElementById('description').value";
        assert_eq!(browser.evaluate(kept).await, "Regular session, chamber A.");
        browser.picture("ui-form-refused").await;
        browser.clear("#file_path").await;
        browser.type_in("#file_path", "council/a.mp4").await;
        browser.submit("#save").await;
        shows(&browser, "The recording is in the archive.").await;
        shows(&browser, "pending").await;
        browser.submit("#transcribe").await;
        shows(&browser, "The transcription is queued.").await;
        shows(&browser, "queued").await;
        browser.until("return document.documentElement.dataset.live === 'on'").await;
        // From here on nobody touches the page: it gets further by itself.
        browser.evaluate("window.untouched = true").await;
        let _worker = station.worker();
        browser.until("return document.getElementById('transcription') !== null").await;
        assert_eq!(browser.evaluate("return window.untouched").await, true);
        assert!(browser.text("#status").await.contains("completed"));
        assert_eq!(browser.text("#said").await, "Harbor Council: completed.");
        browser.picture("ui-recording").await;
        browser.click("#transcription").await;
        shows(&browser, "La r\u{e9}union est ouverte.").await;
        shows(&browser, "0:04").await;
        browser.submit("#summarize").await;
        shows(&browser, "The summary is made.").await;
        browser.picture("ui-transcription").await;
        let saved = "return fetch(document.querySelector('a[download]').href).then(it => it.text())";
        assert!(browser.evaluate(saved).await.as_str().unwrap().starts_with("Scenarist_SCC V1.0"));
        // What is done with it is asked about first.
        browser.follow("Harbor Council").await;
        browser.follow("Delete").await;
        browser.submit("#delete").await;
        shows(&browser, "The recording is deleted from the archive.").await;
        shows(&browser, "0 recordings").await;
    })
    .await;
    std::sync::Arc::into_inner(with_worker).expect("the browser is done").close();
}
