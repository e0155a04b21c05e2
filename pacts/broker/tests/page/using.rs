//! The page in a browser: clicked through, by keyboard, in both colours and on a phone.

use private_browser::keys::{ENTER, TAB};
use private_browser::with;

use crate::scene::Scene;

/// Where pictures of the page are kept.
const PICTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../artefacts");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_network_to_the_mismatch_and_to_the_answer() {
    let scene = Scene::played().await;
    let base = scene.base.clone();
    with(PICTURES, |browser| async move {
        browser.resize(1200, 900, false).await;
        browser.open(&format!("{base}/")).await;
        assert_eq!(browser.text("h1").await, "Services");
        browser.picture("page-network").await;
        // A line of the picture is a way as well as the table is.
        browser.click("svg a.relation.broken text").await;
        assert_eq!(browser.text("h1").await, "orders and payments");
        browser.picture("page-matrix").await;
        browser.click("table.matrix a .verdict.broken").await;
        assert!(browser.text("main").await.contains("body $.id: expected a number"));
        browser.picture("page-result").await;
        browser.follow("7").await;
        assert_eq!(browser.text("h1").await, "Pact of orders 7 with payments");
        browser.open(&format!("{base}/ui/pacts/consumer/web/provider/orders/version/1.1")).await;
        browser.picture("page-pact").await;
        browser.follow("of orders 42").await;
        assert!(browser.text("main").await.contains("1 of 2 operations"));
        browser.picture("page-document").await;
        // A filter is a form, and needs no script.
        browser.open(&format!("{base}/ui/pacts/consumer/web/provider/orders")).await;
        browser.click("select[name=consumer_branch] option[value=main]").await;
        browser.submit("form.filter button").await;
        assert_eq!(
            browser.evaluate("return document.querySelectorAll('table.matrix tbody tr').length").await,
            2
        );
        let chosen = "return document.querySelector('select[name=consumer_branch]').value";
        assert_eq!(browser.evaluate(chosen).await, "main");
        browser.follow("Can I deploy?").await;
        browser.click("select[name=pacticipant] option[value=web]").await;
        browser.type_in("input[name=version]", "1.1").await;
        browser.click("select[name=environment] option[value=prod]").await;
        browser.submit("form.filter button").await;
        assert!(browser.text("#answer").await.contains("Yes"), "{}", browser.text("main").await);
        browser.picture("page-can-i-deploy").await;
        let (told, asked) = browser.told_and_asked().await;
        assert_eq!(told, [""; 0], "the console is silent: nothing was refused by the policy");
        let elsewhere: Vec<&String> =
            asked.iter().filter(|url| !url.starts_with(&base) && !url.starts_with("data:")).collect();
        assert_eq!(elsewhere, [""; 0]);
    })
    .await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keyboard_skips_to_the_content_and_sees_where_it_is() {
    let scene = Scene::played().await;
    let base = scene.base.clone();
    with(PICTURES, |browser| async move {
        browser.open(&format!("{base}/")).await;
        browser.press(TAB).await;
        assert_eq!(browser.evaluate("return document.activeElement.className").await, "skip");
        let seen = "const at = document.activeElement.getBoundingClientRect();
            return at.left >= 0 && getComputedStyle(document.activeElement).outlineStyle !== 'none'";
        assert_eq!(browser.evaluate(seen).await, true);
        browser.press(ENTER).await;
        assert_eq!(browser.evaluate("return document.activeElement.id").await, "main");
        browser.press(TAB).await;
        // The picture's links are for the mouse: the table below has them all.
        let inside = "return document.activeElement.closest('main') !== null && document.activeElement.closest('svg') === null";
        assert_eq!(browser.evaluate(inside).await, true);
    })
    .await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_light_and_dark_and_fits_a_phone() {
    let scene = Scene::played().await;
    let base = scene.base.clone();
    with(PICTURES, |browser| async move {
        let pages = [
            ("network", "/"),
            ("service", "/ui/pacticipants/orders"),
            ("version", "/ui/pacticipants/orders/versions/42"),
            ("matrix", "/ui/pacts/consumer/web/provider/orders"),
            ("pact", "/ui/pacts/consumer/web/provider/orders/version/1.1"),
            ("document", "/ui/pacticipants/orders/versions/42/document"),
            ("environments", "/ui/environments"),
            ("webhooks", "/ui/webhooks"),
            ("answer", "/ui/can-i-deploy?pacticipant=mobile&version=3&environment=prod"),
        ];
        let background = "return getComputedStyle(document.body).backgroundColor";
        for (name, at) in pages {
            browser.open(&format!("{base}{at}")).await;
            browser.resize(1200, 900, false).await;
            browser.prefer("light").await;
            let light = browser.evaluate(background).await;
            browser.prefer("dark").await;
            assert_ne!(browser.evaluate(background).await, light, "{name}");
            browser.picture(&format!("page-{name}-dark")).await;
            browser.prefer("light").await;
            browser.resize(360, 780, true).await;
            assert_eq!(browser.overhang().await, 0, "{name} is wider than a phone");
            browser.picture(&format!("page-{name}-phone")).await;
            // Contrast of every text against what is behind it (WCAG 2.2, 1.4.3: 4.5 to 1).
            for scheme in ["light", "dark"] {
                browser.prefer(scheme).await;
                assert_eq!(browser.pale_texts().await, [""; 0], "{name}, {scheme}");
            }
        }
    })
    .await;
    scene.end().await;
}
