//! Headers on their way through: those that concern one connection stay behind, and what a gateway says
//! of itself is added.

use std::net::IpAddr;

use http::header::{
    CONNECTION, CONTENT_LENGTH, FORWARDED, HOST, HeaderName, HeaderValue, PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION, TE, TRANSFER_ENCODING, UPGRADE, VIA,
};
use http::{HeaderMap, Uri};

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// How this gateway calls itself.
const PSEUDONYM: &str = "countersign";

/// Where a request came from and how the service wants to be called.
pub(super) struct Way<'w> {
    pub client: IpAddr,
    /// The service's own `Host`; none where it is to see the client's.
    pub host: Option<&'w HeaderValue>,
}

/// The headers with which a request goes on.
pub(super) fn onward(headers: &HeaderMap, uri: &Uri, upgrades: bool, way: &Way<'_>) -> HeaderMap {
    let mut onward = end_to_end(headers);
    // hyper gives the body as a whole; that it came in chunks is how it goes on.
    if headers.contains_key(TRANSFER_ENCODING) {
        onward.remove(CONTENT_LENGTH);
        onward.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    if upgrades {
        keep_upgrade(headers, &mut onward);
    } else if takes_trailers(headers) {
        onward.insert(TE, HeaderValue::from_static("trailers"));
        onward.insert(CONNECTION, HeaderValue::from_static("te"));
    }
    // The authority of a target in absolute form goes before the header (RFC 9112, 3.2.2).
    let asked = uri.authority().and_then(|it| HeaderValue::from_str(it.as_str()).ok());
    let asked = asked.or_else(|| headers.get(HOST).cloned());
    forwarded(&mut onward, asked.as_ref(), way.client);
    match (way.host, asked) {
        (Some(host), _) => onward.insert(HOST, host.clone()),
        (None, Some(asked)) => onward.insert(HOST, asked),
        (None, None) => None,
    };
    append(&mut onward, VIA, &format!("1.1 {PSEUDONYM}"));
    onward
}

/// The headers with which an answer goes back.
pub(super) fn back(headers: &HeaderMap, upgrades: bool) -> HeaderMap {
    let mut back = end_to_end(headers);
    if headers.contains_key(TRANSFER_ENCODING) {
        back.remove(CONTENT_LENGTH);
    }
    if upgrades {
        keep_upgrade(headers, &mut back);
    }
    back
}

/// Whether a request asks for another protocol on its connection.
pub(super) fn asks_to_upgrade(headers: &HeaderMap) -> bool {
    headers.contains_key(UPGRADE)
        && names(headers, CONNECTION).any(|name| name.eq_ignore_ascii_case("upgrade"))
}

/// Whether the body of a request comes in a way that nobody here undoes.
pub(super) fn is_coded_for_transfer(headers: &HeaderMap) -> bool {
    names(headers, TRANSFER_ENCODING).any(|coding| !coding.eq_ignore_ascii_case("chunked"))
}

/// A copy, in the same order, of all that is not about one connection.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let nominated: Vec<&str> = names(headers, CONNECTION).collect();
    let mut kept = HeaderMap::with_capacity(headers.len() + 6);
    for (name, value) in headers {
        let about_connection = [
            CONNECTION,
            KEEP_ALIVE,
            PROXY_AUTHENTICATE,
            PROXY_AUTHORIZATION,
            PROXY_CONNECTION,
            TE,
            TRANSFER_ENCODING,
            UPGRADE,
        ]
        .contains(name);
        // Nobody can have the length of a body or the host taken away by naming it.
        let needed = [CONTENT_LENGTH, HOST].contains(name);
        let named = !needed && nominated.iter().any(|token| name.as_str().eq_ignore_ascii_case(token));
        if !about_connection && !named {
            kept.append(name, value.clone());
        }
    }
    kept
}

fn keep_upgrade(from: &HeaderMap, to: &mut HeaderMap) {
    for value in from.get_all(UPGRADE) {
        to.append(UPGRADE, value.clone());
    }
    to.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
}

fn takes_trailers(headers: &HeaderMap) -> bool {
    names(headers, TE).any(|coding| coding.eq_ignore_ascii_case("trailers"))
}

/// The members of a list that stands in one header or several.
fn names(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|token| !token.is_empty())
}

/// Adds where a request came from.
fn forwarded(headers: &mut HeaderMap, host: Option<&HeaderValue>, client: IpAddr) {
    let node = match client {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("\"[{address}]\""),
    };
    let host_text = host.and_then(|host| host.to_str().ok()).filter(|host| !host.contains(['"', '\\']));
    let host_part = host_text.map_or(String::new(), |host| format!(";host=\"{host}\""));
    append(headers, FORWARDED, &format!("for={node}{host_part};proto=http"));
    append(headers, X_FORWARDED_FOR, &client.to_string());
    if let Some(host) = host {
        headers.entry(X_FORWARDED_HOST).or_insert_with(|| host.clone());
    }
    headers.entry(X_FORWARDED_PROTO).or_insert(HeaderValue::from_static("http"));
}

/// Adds `member` to the list that `name` is, in one line: some look at one alone.
fn append(headers: &mut HeaderMap, name: HeaderName, member: &str) {
    let mut list = Vec::new();
    for value in headers.get_all(&name) {
        list.extend_from_slice(value.as_bytes());
        list.extend_from_slice(b", ");
    }
    list.extend_from_slice(member.as_bytes());
    if let Ok(value) = HeaderValue::from_bytes(&list) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        map
    }

    fn lines(map: &HeaderMap) -> Vec<String> {
        map.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect()
    }

    #[test]
    fn what_concerns_the_connection_stays_behind() {
        let headers = map(&[
            ("host", "client.example"),
            ("accept", "a"),
            ("connection", "keep-alive, X-Own, content-length, host"),
            ("keep-alive", "timeout=5"),
            ("x-own", "1"),
            ("te", "gzip, trailers"),
            ("proxy-authorization", "Basic eA=="),
            ("content-length", "3"),
            ("accept", "b"),
            ("forwarded", "for=1.2.3.4"),
            ("x-forwarded-for", "1.2.3.4"),
            ("x-forwarded-proto", "https"),
        ]);
        let host = HeaderValue::from_static("service.example");
        let way = Way { client: "::1".parse().unwrap(), host: Some(&host) };
        let onward = onward(&headers, &Uri::from_static("/x"), false, &way);
        assert_eq!(
            lines(&onward),
            [
                "host: service.example",
                "accept: a",
                "accept: b",
                "content-length: 3",
                "forwarded: for=1.2.3.4, for=\"[::1]\";host=\"client.example\";proto=http",
                "x-forwarded-for: 1.2.3.4, ::1",
                "x-forwarded-proto: https",
                "te: trailers",
                "connection: te",
                "x-forwarded-host: client.example",
                "via: 1.1 countersign",
            ]
        );
    }

    #[test]
    fn two_lengths_never_go_on() {
        let headers = map(&[("host", "a"), ("content-length", "3"), ("transfer-encoding", "chunked")]);
        let way = Way { client: "127.0.0.1".parse().unwrap(), host: None };
        let onward = onward(&headers, &Uri::from_static("http://b:1/x"), false, &way);
        assert!(!onward.contains_key(CONTENT_LENGTH));
        assert_eq!(onward["transfer-encoding"], "chunked");
        assert_eq!(onward["host"], "b:1");
        assert!(!back(&headers, false).contains_key(CONTENT_LENGTH));
    }

    #[test]
    fn an_upgrade_is_known_by_both_its_headers() {
        let asks = map(&[("connection", "keep-alive, Upgrade"), ("upgrade", "websocket")]);
        assert!(asks_to_upgrade(&asks));
        assert!(!asks_to_upgrade(&map(&[("upgrade", "h2c")])));
        assert_eq!(lines(&back(&asks, true)), ["upgrade: websocket", "connection: Upgrade"]);
        assert!(is_coded_for_transfer(&map(&[("transfer-encoding", "gzip, chunked")])));
        assert!(!is_coded_for_transfer(&map(&[("transfer-encoding", "Chunked")])));
    }
}
