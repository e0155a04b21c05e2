//! The order of nested keys, given back to a query.
//!
//! `q[][pacticipant]=Foo&q[][version]=1&q[][pacticipant]=Bar` is read in order: a pacticipant's version is
//! the one beside it. A V2 pact groups a query by key, so what it replays has lost that order.

use axum::extract::Request;
use axum::http::Uri;
use url::form_urlencoded::{Serializer, parse};

const PACTICIPANT: &str = "q[][pacticipant]";
const VERSION: &str = "q[][version]";

/// Puts each version beside a pacticipant, from the first on, and whatever else is said of a pacticipant
/// beside the last: the clients that such pacts are of ask so.
pub async fn restore(mut request: Request) -> Request {
    let uri = request.uri();
    let Some(query) = uri.query().filter(|query| query.contains("pacticipant")) else { return request };
    let address = format!("{}?{}", uri.path(), ordered(query));
    if let Ok(uri) = address.parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    request
}

fn ordered(query: &str) -> String {
    let pairs: Vec<(String, String)> = parse(query.as_bytes()).into_owned().collect();
    let of = |key: &'static str| {
        pairs.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    };
    let mut versions = of(VERSION);
    let mut told = Serializer::new(String::new());
    for pacticipant in of(PACTICIPANT) {
        told.append_pair(PACTICIPANT, pacticipant);
        if let Some(version) = versions.next() {
            told.append_pair(VERSION, version);
        }
    }
    let rest = pairs.iter().filter(|(name, _)| name != PACTICIPANT && name != VERSION);
    told.extend_pairs(rest).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Vec<String> {
        parse(ordered(query).as_bytes()).map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn a_version_stands_beside_its_pacticipant() {
        let query = "q[][pacticipant]=A+B&q[][pacticipant]=C&q[][version]=1&q[][version]=2&latestby=cvp";
        let told = [
            "q[][pacticipant]=A B",
            "q[][version]=1",
            "q[][pacticipant]=C",
            "q[][version]=2",
            "latestby=cvp",
        ];
        assert_eq!(read(query), told);
    }

    #[test]
    fn a_tag_is_of_the_last() {
        let query = "q[][latest]=true&q[][pacticipant]=A&q[][pacticipant]=B&q[][tag]=prod&q[][version]=1";
        let told = [
            "q[][pacticipant]=A",
            "q[][version]=1",
            "q[][pacticipant]=B",
            "q[][latest]=true",
            "q[][tag]=prod",
        ];
        assert_eq!(read(query), told);
    }
}
