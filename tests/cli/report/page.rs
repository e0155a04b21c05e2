//! The page as a person meets it, in a real browser.

use countersign::report::Format;
use private_browser::Browser;
use serde_json::json;

use super::browser::{told_and_asked, with};
use super::rendered;
use super::rich;

/// The kinds of every item that can be seen.
const SEEN: &str = "return [...document.querySelectorAll('.item')]
    .filter((it) => it.checkVisibility() && !(it.closest('details') && !it.closest('details').open))
    .map((it) => it.dataset.kinds)";

/// Every text whose colour stands out less from what is behind it than WCAG asks for (4.5 : 1), with how
/// much it does.
pub const FAINT: &str = r"
const channel = (it) => ((it /= 255) <= 0.03928 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
const light = (rgb) => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
const behind = (element) => {
  for (; element; element = element.parentElement) {
    const colour = numbers(getComputedStyle(element).backgroundColor);
    if (colour.length === 3 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const faint = [];
let texts = 0;
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('script, .unseen, .skip')) continue;
  texts += 1;
  const [one, other] = [light(numbers(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
  const ratio = (one + 0.05) / (other + 0.05);
  if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${walker.currentNode.data.trim()}`);
}
return texts > 50 ? faint : ['there are hardly any texts'];
";

fn page() -> String {
    rendered(&rich::report(), Format::Html)
}

async fn seen(browser: &Browser) -> Vec<String> {
    serde_json::from_value(browser.evaluate(SEEN).await).unwrap()
}

#[test]
fn a_search_shows_what_holds_every_word_that_was_typed() {
    with(&page(), |browser| async move {
        let all = seen(&browser).await.len();
        browser.press("/").await;
        browser.press("X-Team tools").await;
        assert_eq!(seen(&browser).await, ["accepted"]);
        assert_eq!(
            browser.evaluate("return document.getElementById('count').textContent").await,
            "1 is shown"
        );
        let headings =
            "return [...document.querySelectorAll('.group h2')].filter((it) => it.checkVisibility()).length";
        assert_eq!(browser.evaluate(headings).await, 1);
        browser.press(" hovercraft").await;
        assert_eq!(seen(&browser).await.len(), 0);
        assert_eq!(
            browser.evaluate("return document.getElementById('nothing').checkVisibility()").await,
            true
        );
        browser.press("\u{e00c}").await;
        // What a drawer holds stays open once it was searched.
        assert!(seen(&browser).await.len() >= all);
    });
}

#[test]
fn a_click_shows_one_kind_and_another_shows_all_again() {
    with(&page(), |browser| async move {
        let all = seen(&browser).await;
        for kind in ["broken", "unknown", "warning", "note", "accepted", "kept"] {
            browser.click(&format!("label[for=show-{kind}]")).await;
            let shown = seen(&browser).await;
            let label =
                format!("return +document.querySelector('label[for=show-{kind}] .count').textContent");
            assert_eq!(browser.evaluate(&label).await, shown.len(), "{kind}: {shown:?}");
            assert!(
                !shown.is_empty() && shown.iter().all(|it| it.split(' ').any(|it| it == kind)),
                "{shown:?}"
            );
        }
        browser.click("label[for=show-all]").await;
        assert!(seen(&browser).await.len() >= all.len());
    });
}

#[test]
fn without_scripts_everything_is_there_and_the_filters_work() {
    with(&page(), |browser| async move {
        browser.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        browser.open(&browser.address().await).await;
        let field = "return document.getElementById('q').checkVisibility()";
        assert_eq!(browser.evaluate(field).await, false, "a search that cannot work is not offered");
        let all = seen(&browser).await.len();
        browser.click("label[for=show-note]").await;
        assert_eq!(seen(&browser).await, ["note"]);
        browser.click("label[for=show-all]").await;
        assert_eq!(seen(&browser).await.len(), all);
    });
}

#[test]
fn it_can_be_read_in_the_light_in_the_dark_and_on_a_phone() {
    with(&page(), |browser| async move {
        let paper = "return getComputedStyle(document.body).backgroundColor";
        let mut papers = Vec::new();
        for (scheme, width, mobile) in
            [("light", 1100, false), ("dark", 1100, false), ("light", 360, true), ("dark", 360, true)]
        {
            browser.prefer(scheme).await;
            browser.resize(width, 800, mobile).await;
            assert_eq!(browser.evaluate(FAINT).await, json!([]), "{scheme} {width}");
            let wider = "return document.scrollingElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(browser.evaluate(wider).await, 0, "{width}: the page scrolls sideways");
            papers.push(browser.evaluate(paper).await);
            browser.picture(&format!("report-{scheme}-{width}")).await;
        }
        assert_ne!(papers[0], papers[1]);
        assert_eq!(papers[0], papers[2]);
    });
}

#[test]
fn it_says_nothing_on_the_console_and_asks_for_nothing_else() {
    with(&page(), |browser| async move {
        browser.click("details.rule summary").await;
        browser.click("label[for=show-kept]").await;
        assert_eq!(told_and_asked(&browser).await, (vec![], vec![]));
        // A policy that lets anything pass would prove nothing.
        let stray = "const image = document.createElement('img');
            document.body.append(image);
            return new Promise((done) => {
                document.addEventListener('securitypolicyviolation', (event) => done(event.blockedURI));
                image.src = 'http://127.0.0.1:9/stray.png';
            })";
        assert_eq!(browser.evaluate(stray).await, "http://127.0.0.1:9/stray.png");
        let (told, _) = told_and_asked(&browser).await;
        assert!(told.iter().any(|it| it.contains("Content Security Policy")), "{told:?}");
    });
}

#[test]
fn keyboards_and_screen_readers_find_their_way() {
    with(&page(), |browser| async move {
        browser.press("\u{e004}").await;
        let focused = "return document.activeElement.className";
        assert_eq!(browser.evaluate(focused).await, "skip");
        let landmarks = "return ['header', 'main', 'footer', '[role=search]', 'h1'].map((it) => document.querySelectorAll('body > ' + it + ', header > ' + it).length)";
        assert_eq!(browser.evaluate(landmarks).await, json!([1, 1, 1, 1, 1]));
        let jumps = "const levels = [...document.querySelectorAll('h1, h2, h3')].map((it) => +it.tagName[1]);
            return levels.filter((level, at) => at > 0 && level > levels[at - 1] + 1).length";
        assert_eq!(browser.evaluate(jumps).await, 0, "a heading skips a level");
        let twice = "const ids = [...document.querySelectorAll('[id]')].map((it) => it.id);
            return ids.filter((id, at) => ids.indexOf(id) !== at)";
        assert_eq!(browser.evaluate(twice).await, json!([]));
        browser.cdp("Accessibility.enable", json!({})).await;
        let tree = browser.cdp("Accessibility.getFullAXTree", json!({})).await;
        let named = |role: &str| -> Vec<String> {
            let nodes = tree["nodes"].as_array().unwrap().iter().filter(|it| it["role"]["value"] == role);
            nodes.map(|it| it["name"]["value"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(named("searchbox"), ["Search"]);
        assert!(named("radio").contains(&"Could not tell 2".to_owned()), "{:?}", named("radio"));
        assert!(named("list").contains(&"Who is wrong".to_owned()), "{:?}", named("list"));
    });
}
