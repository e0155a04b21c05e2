//! A pact's request made ready to send: its URL below the target's, its headers under the target's.

use countersign_openapi::HttpRequest;
use pact_models::bodies::OptionalBody;
use pact_models::v4::http_parts::HttpRequest as PactRequest;
use reqwest::Method;
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};
use url::Url;

use crate::replay::Target;
use crate::wire::pairs;

/// A request as it goes over the wire.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub native: reqwest::Request,
    /// What is sent.
    pub sent: HttpRequest,
    /// The same without the path of the target: what the document is asked about.
    pub asked: HttpRequest,
}

/// Makes the request of a pact, generators applied, ready to send to `target`.
pub(crate) fn prepare(request: &PactRequest, target: &Target) -> Result<Prepared, String> {
    let method = Method::from_bytes(request.method.as_bytes())
        .map_err(|_| format!("{:?} is no HTTP method", request.method))?;
    let base = target.url.as_ref().ok_or("the provider has no URL to send it to")?;
    let url = url_of(request, base, base.path())?;
    let headers = headers_of(request, &target.headers)?;
    let body = body_of(request);
    let sent = HttpRequest {
        method: method.to_string(),
        path: url.path().to_owned(),
        query: url.query().map(str::to_owned),
        headers: pairs(&headers),
        body: body.clone(),
    };
    let asked = HttpRequest { path: url_of(request, base, "")?.path().to_owned(), ..sent.clone() };
    let mut native = reqwest::Request::new(method, url);
    *native.headers_mut() = headers;
    *native.body_mut() = body.map(Into::into);
    Ok(Prepared { native, sent, asked })
}

/// The pact's path below `base`, and its query.
fn url_of(request: &PactRequest, target: &Url, base: &str) -> Result<Url, String> {
    let mut url = below(target, base, &request.path)?;
    if let Some(query) = query_of(request) {
        let query = url.query().map(|before| format!("{before}&{query}")).unwrap_or(query);
        url.set_query(Some(&query));
    }
    Ok(url)
}

/// `path` below `base` on the host of `target`, whatever it looks like. It is joined as text, so that what it
/// has percent-encoded stays so.
pub(crate) fn below(target: &Url, base: &str, path: &str) -> Result<Url, String> {
    let mut root = target.clone();
    root.set_path("");
    root.set_query(None);
    root.set_fragment(None);
    let base = base.trim_end_matches('/');
    let below = path.trim_start_matches('/');
    let text = match (base, below) {
        (base, "") if !base.is_empty() => format!("{}{base}", root.as_str().trim_end_matches('/')),
        _ => format!("{}{base}/{below}", root.as_str().trim_end_matches('/')),
    };
    let mut url = Url::parse(&text).map_err(|error| format!("the path {path:?}: {error}"))?;
    url.set_fragment(None);
    Ok(url)
}

/// The pact keeps a query decoded. A parameter without `=` stays without one.
fn query_of(request: &PactRequest) -> Option<String> {
    let query = request.query.as_ref()?;
    let mut parameters: Vec<_> = query.iter().collect();
    parameters.sort();
    let pairs = parameters.into_iter().flat_map(|(name, values)| {
        values.iter().map(move |value| match value {
            Some(value) => format!("{}={}", encoded(name), encoded(value)),
            None => encoded(name),
        })
    });
    let query = pairs.collect::<Vec<_>>().join("&");
    (!query.is_empty()).then_some(query)
}

/// Percent-encodes all that could be taken for syntax; a comma stays, as it separates the items of
/// a parameter that is a list.
pub(crate) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' => {
                encoded.push(char::from(byte));
            }
            _ => write!(encoded, "%{byte:02X}").expect("writing to a String cannot fail"),
        }
    }
    encoded
}

/// The pact's headers, and over them those of the target. How long a body is, the client knows best.
fn headers_of(request: &PactRequest, over: &[(String, String)]) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    let mut of_pact: Vec<_> = request.headers.iter().flatten().collect();
    of_pact.sort();
    for (name, values) in of_pact {
        let key = header_name(name)?;
        if key == CONTENT_LENGTH || key == TRANSFER_ENCODING {
            continue;
        }
        for value in values {
            headers.append(&key, header_value(name, value)?);
        }
    }
    let mut replaced = Vec::new();
    for (name, value) in over {
        let key = header_name(name)?;
        if !replaced.contains(&key) {
            headers.remove(&key);
            replaced.push(key.clone());
        }
        headers.append(key, header_value(name, value)?);
    }
    Ok(headers)
}

pub(crate) fn header_name(name: &str) -> Result<HeaderName, String> {
    name.parse().map_err(|_| format!("{name:?} is no name of a header"))
}

/// Names the header alone: its value may be a secret.
pub(crate) fn header_value(name: &str, value: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_str(value)
        .or_else(|_| HeaderValue::from_bytes(value.as_bytes()))
        .map_err(|_| format!("the header {name:?} has a value that cannot be sent"))
}

/// `null` is a JSON body of four letters and, in any other media type, none.
fn body_of(request: &PactRequest) -> Option<Vec<u8>> {
    match &request.body {
        OptionalBody::Present(body, _, _) => Some(body.to_vec()),
        OptionalBody::Null if request.content_type().unwrap_or_default().is_json() => Some(b"null".to_vec()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn target(url: &str) -> Target {
        Target::http(Url::parse(url).unwrap())
    }

    fn sent(path: &str, base: &str) -> String {
        let request = PactRequest { path: path.to_owned(), ..PactRequest::default() };
        prepare(&request, &target(base)).unwrap().native.url().to_string()
    }

    #[test]
    fn a_path_of_the_target_stands_before_the_path_of_the_pact() {
        assert_eq!(sent("/shows/7", "http://h:1/api/v1/"), "http://h:1/api/v1/shows/7");
        assert_eq!(sent("/", "http://h:1/api"), "http://h:1/api");
        assert_eq!(sent("/", "http://h:1"), "http://h:1/");
        assert_eq!(sent("/a%2Fb c", "http://h:1"), "http://h:1/a%2Fb%20c");
    }

    #[test]
    fn a_path_cannot_lead_to_another_host() {
        for path in ["//elsewhere.test/x", "@elsewhere.test/", "/../../x", ":99/", "\\\\elsewhere.test"] {
            assert!(sent(path, "http://h:1").starts_with("http://h:1/"), "{path}");
        }
    }

    #[test]
    fn a_query_is_encoded_faithfully() {
        let value = |text: &str| Some(text.to_owned());
        let query = HashMap::from([
            ("q".to_owned(), vec![value("a b&c=d+é"), value("x,y")]),
            ("flag".to_owned(), vec![None]),
            ("empty".to_owned(), vec![value("")]),
        ]);
        let request = PactRequest { query: Some(query), ..PactRequest::default() };
        let prepared = prepare(&request, &target("http://h:1/api")).unwrap();
        assert_eq!(prepared.sent.query.as_deref(), Some("empty=&flag&q=a%20b%26c%3Dd%2B%C3%A9&q=x,y"));
        assert_eq!((prepared.sent.path.as_str(), prepared.asked.path.as_str()), ("/api", "/"));
    }

    #[test]
    fn headers_of_the_target_replace_those_of_the_pact() {
        let headers = HashMap::from([
            ("Authorization".to_owned(), vec!["Bearer example".to_owned()]),
            ("Content-Length".to_owned(), vec!["999".to_owned()]),
        ]);
        let request = PactRequest { headers: Some(headers), ..PactRequest::default() };
        let mut target = target("http://h:1");
        target.headers = vec![("authorization".to_owned(), "Bearer real".to_owned())];
        let sent = prepare(&request, &target).unwrap().sent;
        assert_eq!(sent.headers, [("authorization".to_owned(), "Bearer real".to_owned())]);
    }

    #[test]
    fn what_cannot_be_sent_is_named_without_its_value() {
        let headers = HashMap::from([("X-Key".to_owned(), vec!["line\nbreak".to_owned()])]);
        let request = PactRequest { headers: Some(headers), ..PactRequest::default() };
        let error = prepare(&request, &target("http://h:1")).unwrap_err();
        assert!(error.contains("X-Key") && !error.contains("break"), "{error}");
        let request = PactRequest { method: "GE T".to_owned(), ..PactRequest::default() };
        assert!(prepare(&request, &target("http://h:1")).unwrap_err().contains("GE T"));
    }
}
