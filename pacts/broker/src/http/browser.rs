//! What a browser does that no other client does: it sends its reader's credentials with what others wrote,
//! and it opens addresses of the API that somebody was given.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, Method, Uri};
use percent_encoding::percent_decode_str;

use super::answer::Failure;
use super::request::base;
use super::server::Broker;
use crate::Model;
use crate::model::VersionId;
use crate::page::{self, Links};

/// Refuses a write that a page of another site made the browser send: a browser keeps the credentials of
/// basic authentication, and sends them whoever wrote the form. Every browser says where a request comes
/// from (W3C, Fetch Metadata), and no page can change that header; other clients do not send it.
pub async fn refuse_other_sites(request: Request, next: Next) -> Response {
    if writes(request.method()) && from_another_site(request.headers()) {
        return Failure::CrossSite.into_response();
    }
    next.run(request).await
}

fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn from_another_site(headers: &HeaderMap) -> bool {
    headers.get_all("sec-fetch-site").iter().any(|site| site.as_bytes().eq_ignore_ascii_case(b"cross-site"))
}

/// Leads a browser from an address of the API to the page of the same thing, where there is one. With
/// `.json` at its end the address stays what it is.
pub async fn lead_to_page(State(broker): State<Broker>, request: Request, next: Next) -> Response {
    if *request.method() != Method::GET || !page::wanted(request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let links = Links::new(&base(&broker, &parts));
    match broker.shelf.read(|model| page_of(model, &links, &parts.uri)).await {
        Ok(Some(at)) => Redirect::to(&at).into_response(),
        // Also where the model cannot be asked: whoever answers says so.
        Ok(None) | Err(_) => next.run(Request::from_parts(parts, body)).await,
    }
}

fn page_of(model: &Model, links: &Links, uri: &Uri) -> Option<String> {
    let path = uri.path().trim_matches('/').split('/');
    let names: Vec<_> =
        path.map(|name| percent_decode_str(name).decode_utf8()).collect::<Result<_, _>>().ok()?;
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names[..] {
        ["pacts", "provider", provider, "consumer", consumer, ref below @ ..] => match *below {
            ["version" | "versions", number] => Some(links.pact(consumer, provider, number)),
            ["pact-version", sha, "verification-results", number] => {
                Some(links.result(consumer, provider, sha, number.parse().ok()?))
            }
            ["pact-version", sha] => {
                let content = model.find_content(model.pair(consumer, provider)?, sha)?;
                let newest = model.version(*content.publications.iter().max()?);
                Some(links.pact(consumer, provider, &newest.number))
            }
            [] | ["latest" | "versions"] => Some(links.pair(consumer, provider)),
            // The badge is a picture, and no tag.
            ["latest", tag] if tag != "badge" => {
                Some(links.pair_of(consumer, provider, ("consumer_tag", tag)))
            }
            ["branch", branch] | ["branch", branch, "latest"] => {
                Some(links.pair_of(consumer, provider, ("consumer_branch", branch)))
            }
            _ => None,
        },
        ["matrix", "provider", provider, "consumer", consumer] => Some(links.pair(consumer, provider)),
        ["matrix" | "can-i-deploy"] => Some(format!("{}{}", links.deploy(), asked(uri.query())?)),
        ["pacticipants"] | ["pacts", "latest"] => Some(links.home()),
        ["pacticipants", name, ref below @ ..] => pacticipant(model, links, name, below),
        ["environments"] | ["environments", _] => Some(links.environments()),
        ["webhooks"] => Some(links.webhooks()),
        _ => None,
    }
}

/// What is below a pacticipant's address.
fn pacticipant(model: &Model, links: &Links, name: &str, below: &[&str]) -> Option<String> {
    match *below {
        [] | ["versions" | "branches"] => Some(links.pacticipant(name)),
        ["versions", number] | ["versions", number, "tags", _] | ["branches", _, "versions", number] => {
            Some(links.version(name, number))
        }
        ["branches", branch] | ["branches", branch, "versions"] => {
            Some(links.versions_of(name, ("branch", branch)))
        }
        ["branches", branch, "latest-version"] => {
            newest(model, links, model.find(name)?.latest_of_branch(branch))
        }
        ["latest-version"] => newest(model, links, model.find(name)?.latest()),
        ["latest-version", tag] => newest(model, links, model.find(name)?.latest_tagged(tag)),
        _ => None,
    }
}

fn newest(model: &Model, links: &Links, version: Option<VersionId>) -> Option<String> {
    let version = model.version(version?);
    Some(links.version(&model.pacticipant(version.pacticipant).name, &version.number))
}

/// The question as the page's form would send it. None where the page cannot ask it: an answer to another
/// question would be worse than one for programs.
fn asked(query: Option<&str>) -> Option<String> {
    let Some(query) = query.filter(|query| !query.is_empty()) else { return Some(String::new()) };
    let mut fields: Vec<(&str, String)> = Vec::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let field = match &*name {
            "pacticipant" | "q[][pacticipant]" => "pacticipant",
            "version" | "q[][version]" => "version",
            "environment" => "environment",
            // Of one version that is named it changes nothing.
            "latestby" => continue,
            _ => return None,
        };
        if fields.iter().any(|(known, _)| *known == field) {
            return None;
        }
        fields.push((field, value.into_owned()));
    }
    let whole = ["pacticipant", "version"].iter().all(|it| fields.iter().any(|(name, _)| name == it));
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    whole.then(|| format!("?{form}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Told;

    fn led(uri: &str) -> Option<String> {
        led_by(&Model::default(), uri)
    }

    fn led_by(model: &Model, uri: &str) -> Option<String> {
        page_of(model, &Links::new("https://host/base"), &uri.parse().unwrap())
    }

    #[test]
    fn an_address_of_the_api_has_the_page_of_the_same_thing() {
        for (api, page) in [
            ("/pacts/provider/P%2F1/consumer/C%20c", "/pacts/consumer/C%20c/provider/P%2F1"),
            ("/pacts/provider/P/consumer/C/latest", "/pacts/consumer/C/provider/P"),
            ("/matrix/provider/P/consumer/C", "/pacts/consumer/C/provider/P"),
            ("/pacts/provider/P/consumer/C/version/1%2F2", "/pacts/consumer/C/provider/P/version/1%2F2"),
            (
                "/pacts/provider/P/consumer/C/pact-version/ab/verification-results/3",
                "/pacts/consumer/C/provider/P/results/ab/3",
            ),
            ("/pacticipants/A/", "/pacticipants/A"),
            ("/pacticipants/A/versions/1", "/pacticipants/A/versions/1"),
            ("/pacticipants/A/versions/1/tags/prod", "/pacticipants/A/versions/1"),
            ("/pacticipants/A/branches", "/pacticipants/A"),
            ("/pacticipants/A/branches/feat%2Fx%20y", "/pacticipants/A?branch=feat%2Fx+y"),
            ("/pacticipants/A/branches/main/versions", "/pacticipants/A?branch=main"),
            ("/pacticipants/A/branches/main/versions/1", "/pacticipants/A/versions/1"),
            ("/pacts/provider/P/consumer/C/latest/prod", "/pacts/consumer/C/provider/P?consumer_tag=prod"),
            (
                "/pacts/provider/P/consumer/C/branch/a%26b/latest",
                "/pacts/consumer/C/provider/P?consumer_branch=a%26b",
            ),
            ("/environments/8f0b2e34-3ad4-4ee0-8a3d-0d1e7b1b7d10", "/environments"),
            ("/webhooks", "/webhooks"),
            ("/matrix", "/can-i-deploy"),
        ] {
            assert_eq!(led(api), Some(format!("/base/ui{page}")), "{api}");
        }
        assert_eq!(led("/pacticipants").as_deref(), Some("/base/"));
    }

    #[test]
    fn what_is_named_by_what_is_newest_of_it_leads_there() {
        let mut told = Told::default();
        told.pact("C", "1", "P", "ab").pact("C", "2", "P", "ab").pact("C", "3", "P", "cd");
        told.branch("C", "1", "main").branch("C", "2", "main");
        told.tell(
            serde_json::json!({ "event": "tag_added", "pacticipant": "C", "number": "1", "tag": "prod" }),
        );
        for (api, page) in [
            ("/pacts/provider/P/consumer/C/pact-version/ab", "/pacts/consumer/C/provider/P/version/2"),
            ("/pacticipants/C/latest-version", "/pacticipants/C/versions/3"),
            ("/pacticipants/C/latest-version/prod", "/pacticipants/C/versions/1"),
            ("/pacticipants/C/branches/main/latest-version", "/pacticipants/C/versions/2"),
        ] {
            assert_eq!(led_by(&told.model, api), Some(format!("/base/ui{page}")), "{api}");
        }
        for gone in [
            "/pacts/provider/P/consumer/C/pact-version/ef",
            "/pacts/provider/P/consumer/X/pact-version/ab",
            "/pacticipants/X/latest-version",
            "/pacticipants/C/latest-version/dev",
        ] {
            assert_eq!(led_by(&told.model, gone), None, "{gone}");
        }
    }

    #[test]
    fn what_has_no_page_stays_what_it_is() {
        for api in [
            "/",
            "/ui/environments",
            "/metrics",
            "/pacts/provider/P/consumer/C/latest/badge",
            "/pacts/provider/P/consumer/C/version/2/diff/previous-distinct",
            "/pacts/provider/P/consumer/C/pact-version/ab/verification-results/x",
            "/pacticipants/%FF",
        ] {
            assert_eq!(led(api), None, "{api}");
        }
    }

    #[test]
    fn a_question_is_led_on_only_where_the_page_asks_the_same() {
        let form = Some("/base/ui/can-i-deploy?pacticipant=A+b&version=1&environment=prod".to_owned());
        assert_eq!(led("/can-i-deploy?pacticipant=A%20b&version=1&environment=prod"), form);
        let raw = "/matrix?q[][pacticipant]=A%20b&q[][version]=1&latestby=cvp&environment=prod";
        assert_eq!(led(&raw.replace("[]", "%5B%5D")), form);
        for other in [
            "/can-i-deploy?pacticipant=A&version=1&to=prod",
            "/matrix?q%5B%5D%5Bpacticipant%5D=A&q%5B%5D%5Bbranch%5D=main",
            "/matrix?q%5B%5D%5Bpacticipant%5D=A&q%5B%5D%5Bversion%5D=1&q%5B%5D%5Bpacticipant%5D=B",
            "/matrix?environment=prod",
        ] {
            assert_eq!(led(other), None, "{other}");
        }
    }
}
