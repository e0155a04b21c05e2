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
    match page_of(&links, &parts.uri) {
        Some(at) => Redirect::to(&at).into_response(),
        None => next.run(Request::from_parts(parts, body)).await,
    }
}

fn page_of(links: &Links, uri: &Uri) -> Option<String> {
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
            [] | ["latest" | "versions"] => Some(links.pair(consumer, provider)),
            _ => None,
        },
        ["matrix", "provider", provider, "consumer", consumer] => Some(links.pair(consumer, provider)),
        ["matrix" | "can-i-deploy"] => Some(format!("{}{}", links.deploy(), asked(uri.query())?)),
        ["pacticipants"] | ["pacts", "latest"] => Some(links.home()),
        ["pacticipants", name] | ["pacticipants", name, "versions"] => Some(links.pacticipant(name)),
        ["pacticipants", name, "versions", number] => Some(links.version(name, number)),
        ["environments"] | ["environments", _] => Some(links.environments()),
        ["webhooks"] => Some(links.webhooks()),
        _ => None,
    }
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

    fn led(uri: &str) -> Option<String> {
        page_of(&Links::new("https://host/base"), &uri.parse().unwrap())
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
            ("/environments/8f0b2e34-3ad4-4ee0-8a3d-0d1e7b1b7d10", "/environments"),
            ("/webhooks", "/webhooks"),
            ("/matrix", "/can-i-deploy"),
        ] {
            assert_eq!(led(api), Some(format!("/base/ui{page}")), "{api}");
        }
        assert_eq!(led("/pacticipants").as_deref(), Some("/base/"));
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
