//! Every page that a link leads to, as text.

use std::collections::{BTreeMap, BTreeSet};

use crate::scene::{HOSTILE, SECRET, Scene};

pub const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

struct Got {
    status: u16,
    content_type: String,
    policy: String,
    text: String,
}

async fn get(scene: &Scene, at: &str) -> Got {
    let answer = scene.client.get(scene.url(at)).header("accept", BROWSER).send().await.unwrap();
    let header = |name: &str| answer.headers().get(name).map_or("", |it| it.to_str().unwrap()).to_owned();
    let (status, content_type) = (answer.status().as_u16(), header("content-type"));
    let policy = header("content-security-policy");
    Got { status, content_type, policy, text: answer.text().await.unwrap() }
}

/// The values of an attribute, with what HTML writes for the ampersand taken back.
fn values<'t>(html: &'t str, attribute: &str) -> impl Iterator<Item = String> + 't {
    let start = format!(" {attribute}=\"");
    let length = start.len();
    let starts: Vec<usize> = html.match_indices(&start).map(|(at, _)| at + length).collect();
    starts.into_iter().map(move |at| html[at..].split('"').next().unwrap().replace("&amp;", "&"))
}

/// Every page, by its address: those that links lead to from the first one, and from those.
async fn every_page(scene: &Scene) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut open = vec!["/".to_owned()];
    let mut seen: BTreeSet<String> = open.iter().cloned().collect();
    while let Some(at) = open.pop() {
        let got = get(scene, &at).await;
        assert_eq!(got.status, 200, "{at}: {}", got.text);
        if !got.content_type.starts_with("text/html") {
            continue;
        }
        assert!(got.policy.starts_with("default-src 'none'; style-src 'self';"), "{at}: {}", got.policy);
        for link in values(&got.text, "href") {
            let link = link.split('#').next().unwrap().to_owned();
            if link.starts_with('/') && seen.insert(link.clone()) {
                open.push(link);
            }
        }
        pages.insert(at, got.text);
    }
    pages
}

#[tokio::test]
async fn every_page_is_whole_and_asks_nobody_else() {
    let scene = Scene::played().await;
    let pages = every_page(&scene).await;
    assert!(pages.len() > 20, "only {:?}", pages.keys());
    for (at, html) in &pages {
        for part in ["<html lang=\"en\">", "<title>", "<h1>", "<main id=\"main\"", "class=\"skip\"", "<nav "]
        {
            assert_eq!(html.matches(part).count().min(1), 1, "{at} lacks {part}");
        }
        assert_eq!(html.matches("<h1>").count(), 1, "{at}");
        assert!(!html.contains("<script") && !html.contains(" style=\""), "{at} has a script or a style");
        assert!(!html.contains(SECRET), "{at} tells a secret");
        for attribute in ["src", "action", "href"] {
            for value in values(html, attribute) {
                let own = value.starts_with(['/', '#', '?']) && !value.starts_with("//");
                let told = attribute == "href" && value == "https://ci.example/1";
                assert!(own || told || value == "data:,", "{at}: {attribute}={value}");
            }
        }
        // A header of a table says which way it speaks.
        assert_eq!(
            html.matches("<th").count(),
            html.matches("<th scope=").count() + html.matches("<thead").count(),
            "{at}"
        );
    }
    let hostile = pages.keys().filter(|at| at.contains("%3Cscript%3E")).count();
    assert!(hostile >= 3, "{hostile} pages of a name that wants to be markup");
    scene.end().await;
}

#[tokio::test]
async fn what_is_on_the_shelf_is_told() {
    let scene = Scene::played().await;
    let page = async |at: &str| get(&scene, at).await.text;
    let pact = page("/ui/pacts/consumer/web/provider/orders/version/1.1").await;
    for told in [
        "Given ",
        "there is an order",
        "GET /orders/1?deep=true",
        "body id",
        "a whole number",
        "cancels an order",
        "new",
        "Version before: 1.0",
    ] {
        assert!(pact.contains(told), "{told}");
    }
    let document = page("/ui/pacticipants/orders/versions/42/document").await;
    for told in [
        "1 interaction",
        "DELETE /orders/1",
        "the path is there, the method is not",
        "1 of 2 operations",
        "no pact uses it",
    ] {
        assert!(document.contains(told), "{told}: {document}");
    }
    let environments = page("/ui/environments").await;
    assert!(environments.contains("production") && environments.contains(">42</a>"));
    let webhooks = page("/ui/webhooks").await;
    for told in ["Tell the builds", "https://hooks.example/…", "contract content changed", "status 503"] {
        assert!(webhooks.contains(told), "{told}: {webhooks}");
    }
    let call = page("/ui/webhooks/calls/22222222-2222-4222-8222-222222222222").await;
    for told in ["contract content changed", "Attempt 1", "POST https://hooks.example/**", "HTTP/1.1 503"] {
        assert!(call.contains(told), "{told}: {call}");
    }
    let asked = page("/ui/can-i-deploy?pacticipant=orders&version=7&environment=").await;
    assert!(asked.contains("Could not tell") || asked.contains("No</span>"), "{asked}");
    let nobody = page("/ui/can-i-deploy?pacticipant=nobody&version=7&environment=prod").await;
    assert!(nobody.contains("This cannot be answered"), "{nobody}");
    assert!(!pact.contains(HOSTILE));
    scene.end().await;
}

#[tokio::test]
async fn clients_get_json_and_browsers_get_pages_of_what_went_wrong_too() {
    let scene = Scene::empty().await;
    let index =
        scene.client.get(scene.url("/")).header("accept", "application/hal+json").send().await.unwrap();
    assert!(index.headers()["content-type"].to_str().unwrap().starts_with("application/hal+json"));
    let empty = get(&scene, "/").await;
    assert!(empty.text.contains("Nothing is published yet"), "{}", empty.text);
    let missing = get(&scene, "/ui/pacticipants/%3Cb%3E").await;
    assert_eq!((missing.status, missing.content_type.as_str()), (404, "text/html;charset=utf-8"));
    assert!(missing.text.contains("there is no service &lt;b&gt;."), "{}", missing.text);
    assert!(missing.policy.contains("default-src 'none'"));
    scene.end().await;
}
