//! What a browser asks by itself, and what it is made to ask by others.

use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::json;

use crate::pages::BROWSER;
use crate::scene::Scene;

#[tokio::test]
async fn a_page_of_another_site_changes_nothing() {
    let scene = Scene::empty().await;
    let status = async |method: Method, site: &str| {
        let request = scene.client.request(method, scene.url("/pacticipants/A"));
        let request = request.basic_auth("writer", Some("w")).header("sec-fetch-site", site);
        request.json(&json!({})).send().await.unwrap().status().as_u16()
    };
    for method in [Method::PUT, Method::POST, Method::PATCH, Method::DELETE] {
        assert_eq!(status(method.clone(), "cross-site").await, 403, "{method}");
    }
    assert_eq!(status(Method::GET, "cross-site").await, 404, "nothing was made");
    assert_eq!(status(Method::PUT, "same-origin").await, 201);
    assert_eq!(status(Method::GET, "cross-site").await, 200, "a link from elsewhere leads here");
    assert_eq!(status(Method::DELETE, "none").await, 204, "the reader did it");
    scene.end().await;
}

#[tokio::test]
async fn an_address_of_the_api_opens_the_page_and_serves_programs_as_ever() {
    let scene = Scene::played().await;
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let ask = async |at: &str, accept: &str| {
        let answer = client.get(scene.url(at)).header("accept", accept).send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).map_or("", |it| it.to_str().unwrap()).to_owned();
        (answer.status().as_u16(), header("location"), header("content-type"))
    };
    for api in [
        "/pacts/provider/orders/consumer/web",
        "/pacts/provider/orders/consumer/web/latest",
        "/pacts/provider/orders/consumer/web/version/1.1",
        "/pacticipants",
        "/pacticipants/orders",
        "/pacticipants/orders/versions/42",
        "/pacticipants/orders/latest-version",
        "/pacticipants/web/branches/main",
        "/pacts/provider/orders/consumer/web/branch/main/latest",
        "/environments",
        "/webhooks",
        "/matrix?q[][pacticipant]=web&q[][version]=1.1&latestby=cvp&environment=prod",
        "/can-i-deploy?pacticipant=web&version=1.1&environment=prod",
    ] {
        let (status, page, _) = ask(api, BROWSER).await;
        assert_eq!(status, 303, "{api}");
        let (status, _, kind) = ask(&page, BROWSER).await;
        assert_eq!((status, kind.as_str()), (200, "text/html;charset=utf-8"), "{api} leads to {page}");
        for accept in ["application/hal+json", "*/*"] {
            let (status, to, kind) = ask(api, accept).await;
            assert_eq!((to.as_str(), kind.contains("html")), ("", false), "{api} for {accept}: {status}");
        }
    }
    // The page leads to the pact itself, and not round to the page.
    let (status, _, kind) = ask("/pacts/provider/orders/consumer/web/version/1.1.json", BROWSER).await;
    assert_eq!((status, kind.as_str()), (200, "application/hal+json;charset=utf-8"));
    scene.end().await;
}
