//! Pages of a list, where a client asks for them.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::server::Broker;

/// A page's number (from 1) and its size, or everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging(Option<(usize, usize)>);

const SIZE: usize = 100;
/// More than this no page has, whatever is asked for.
const LARGEST: usize = 10_000;

impl Paging {
    fn read(query: &str) -> Self {
        let (mut number, mut size) = (None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.parse::<usize>().ok().filter(|it| *it > 0);
            match &*name {
                "pageNumber" | "page" => number = value,
                "pageSize" | "size" => size = value,
                _ => {}
            }
        }
        let asked = number.is_some() || size.is_some();
        Self(asked.then(|| (number.unwrap_or(1), size.unwrap_or(SIZE).min(LARGEST))))
    }

    /// For lists that are told in pages always.
    pub fn or_first(self) -> Self {
        Self(Some(self.0.unwrap_or((1, SIZE))))
    }

    pub fn of<T>(self, all: &[T]) -> &[T] {
        let Some((number, size)) = self.0 else { return all };
        let from = (number - 1).saturating_mul(size).min(all.len());
        &all[from..(from + size).min(all.len())]
    }

    /// Says which page it is, and where its neighbours are.
    pub fn tell(self, body: &mut Value, own: &str, total: usize) {
        let Some((number, size)) = self.0 else { return };
        let pages = total.div_ceil(size).max(1);
        body["page"] = json!({ "number": number, "size": size, "totalElements": total, "totalPages": pages });
        let page = |number: usize| json!({ "href": format!("{own}?pageNumber={number}&pageSize={size}") });
        if number > 1 {
            body["_links"]["previous"] = page(number - 1);
        }
        if number < pages {
            body["_links"]["next"] = page(number + 1);
        }
    }
}

impl FromRequestParts<Broker> for Paging {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Broker) -> Result<Self, Infallible> {
        Ok(Self::read(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_a_part() {
        let all = [1, 2, 3, 4, 5];
        assert_eq!(Paging::read("").of(&all), all);
        assert_eq!(Paging::read("pageNumber=2&pageSize=2").of(&all), [3, 4]);
        assert_eq!(Paging::read("pageNumber=9&pageSize=2").of(&all), [0; 0]);
        assert_eq!(Paging::read("pageNumber=18446744073709551615&pageSize=2").of(&all), [0; 0]);
        let mut body = json!({ "_links": {} });
        Paging::read("pageNumber=2&pageSize=2").tell(&mut body, "/a", 5);
        assert_eq!(body["page"]["totalPages"], 3);
        assert_eq!(body["_links"]["next"]["href"], "/a?pageNumber=3&pageSize=2");
    }
}
