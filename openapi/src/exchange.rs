//! One HTTP request and its answer, as plain values: what was sent and what came back.

/// A request as it goes over the wire. Header names keep the case they were written in and are
/// compared without it; a header that is sent twice stands twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpRequest {
    /// In capitals, such as `GET`.
    pub method: String,
    /// Path alone, percent-encoded as sent, such as `/api/vod/7`.
    pub path: String,
    /// Raw query without the `?`, percent-encoded as sent; `None` where there is none.
    pub query: Option<String>,
    pub headers: Vec<(String, String)>,
    /// `None` where nothing was sent, which is not the same as an empty body.
    pub body: Option<Vec<u8>>,
}

/// The answer to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpResponse {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
}

impl HttpRequest {
    /// The first value of the header `name`, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        values(&self.headers, name).next()
    }

    /// Every value of the header `name`, in the order they were sent.
    pub fn header_values(&self, name: &str) -> impl Iterator<Item = &str> {
        values(&self.headers, name)
    }

    /// All values of the header `name` as the one list that they make (RFC 9110).
    pub(crate) fn joined_header(&self, name: &str) -> Option<String> {
        joined(&self.headers, name)
    }
}

impl HttpResponse {
    /// The first value of the header `name`, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        values(&self.headers, name).next()
    }

    /// Every value of the header `name`, in the order they were sent.
    pub fn header_values(&self, name: &str) -> impl Iterator<Item = &str> {
        values(&self.headers, name)
    }

    /// All values of the header `name` as the one list that they make (RFC 9110).
    pub(crate) fn joined_header(&self, name: &str) -> Option<String> {
        joined(&self.headers, name)
    }
}

fn values<'a>(headers: &'a [(String, String)], name: &str) -> impl Iterator<Item = &'a str> {
    headers.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn joined(headers: &[(String, String)], name: &str) -> Option<String> {
    let values: Vec<&str> = values(headers, name).collect();
    (!values.is_empty()).then(|| values.join(","))
}
