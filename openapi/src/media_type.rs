//! Media types, media ranges, and which of a document's ranges a type belongs to.

use mime::{Mime, Name};

/// A media type as a `Content-Type` header has it, or a range as a `content` key or an `Accept`
/// header has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MediaType(Mime);

/// How the bytes of a body are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Json,
    Form,
    Multipart,
    Text,
    /// Read by nothing here.
    Other,
}

/// How the items of a body that is a sequence are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sequence {
    /// One on each line.
    JsonLines,
    /// Each after a record separator.
    JsonTexts,
    /// Server-sent events.
    Events,
}

impl MediaType {
    /// Reads `text`; none where it is no media type.
    pub fn parse(text: &str) -> Option<Self> {
        let text = if text.trim() == "*" { "*/*" } else { text.trim() };
        // RFC 9110 lets blanks stand on both sides of a semicolon, `mime` on one alone.
        let tight = || split_outside_quotes(text, ';').map(str::trim).collect::<Vec<_>>().join(";");
        // A parameter without a value says nothing, and `text/plain; utf-8` is met in the wild.
        let valued = || {
            let mut parts = split_outside_quotes(text, ';').map(str::trim);
            let kind = parts.next().unwrap_or_default().to_owned();
            parts.filter(|part| part.contains('=')).fold(kind, |kind, part| format!("{kind};{part}"))
        };
        text.parse().or_else(|_| tight().parse()).or_else(|_| valued().parse()).ok().map(Self)
    }

    /// The type without parameters, in lower case.
    pub fn essence(&self) -> &str {
        self.0.essence_str()
    }

    /// Whether both are of the same type, and written in the same syntax by their names.
    pub fn is_read_alike(&self, other: &Self) -> bool {
        fn syntax(media: &Mime) -> Name<'_> {
            media.suffix().unwrap_or(media.subtype())
        }
        self.0.type_() == other.0.type_() && syntax(&self.0) == syntax(&other.0)
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.0.get_param(name).map(|value| value.as_str())
    }

    pub fn encoding(&self) -> Encoding {
        let json = |name: Name<'_>| name == mime::JSON;
        match (self.0.type_().as_str(), self.0.subtype().as_str()) {
            (_, _) if json(self.0.subtype()) || self.0.suffix().is_some_and(json) => Encoding::Json,
            ("application", "x-www-form-urlencoded") => Encoding::Form,
            ("multipart", "form-data") => Encoding::Multipart,
            ("text", subtype) if subtype != "xml" && self.0.suffix() != Some(mime::XML) => Encoding::Text,
            _ => Encoding::Other,
        }
    }

    /// How this type writes a sequence of items; none where it does not, or nothing here reads it.
    pub fn sequence(&self) -> Option<Sequence> {
        match (self.essence(), self.0.suffix().map(|suffix| suffix.as_str())) {
            (
                "application/jsonl"
                | "application/jsonlines"
                | "application/x-jsonlines"
                | "application/ndjson"
                | "application/x-ndjson",
                _,
            ) => Some(Sequence::JsonLines),
            ("application/json-seq", _) | (_, Some("json-seq")) => Some(Sequence::JsonTexts),
            ("text/event-stream", _) => Some(Sequence::Events),
            _ => None,
        }
    }

    /// Whether no bytes at all are a body of this type: an empty text or file is one, empty JSON is
    /// none.
    pub fn may_be_empty(&self) -> bool {
        !matches!(self.encoding(), Encoding::Json | Encoding::Multipart)
    }

    fn is_range(&self) -> bool {
        self.0.subtype() == mime::STAR
    }

    /// How closely this range describes `actual`; none where it does not. The greatest is the most
    /// specific.
    ///
    /// A parameter of the range that `actual` has with another value excludes it; one that `actual`
    /// lacks only makes the match weaker, since many clients leave out what has a usual value.
    fn closeness(&self, actual: &Self) -> Option<usize> {
        let class = self.class(actual)?;
        let mut shared = 0;
        for (name, value) in self.0.params().filter(|(name, _)| *name != "q" && *name != mime::BOUNDARY) {
            match actual.0.get_param(name) {
                Some(other) if other.as_str().eq_ignore_ascii_case(value.as_str()) => shared += 1,
                Some(_) => return None,
                None => {}
            }
        }
        Some(class * 100 + shared)
    }

    fn class(&self, actual: &Self) -> Option<usize> {
        if self.0.essence_str() == actual.0.essence_str() {
            return Some(3);
        }
        let (same_type, any_type) = (self.0.type_() == actual.0.type_(), self.0.type_() == mime::STAR);
        match (self.0.subtype(), self.0.suffix()) {
            // `application/*+json`.
            (subtype, Some(suffix)) if subtype == mime::STAR => {
                (same_type && actual.0.suffix() == Some(suffix)).then_some(2)
            }
            (subtype, _) if subtype == mime::STAR && same_type => Some(1),
            (subtype, _) if subtype == mime::STAR && any_type => Some(0),
            _ => None,
        }
    }
}

/// The entry of `declared` that describes `actual` most closely; of equals, the first.
pub(crate) fn most_specific<'a, T>(
    declared: &'a [T],
    range: impl Fn(&T) -> Option<&MediaType>,
    actual: &MediaType,
) -> Option<&'a T> {
    let mut best: Option<(usize, &T)> = None;
    for entry in declared {
        let Some(closeness) = range(entry).and_then(|range| range.closeness(actual)) else { continue };
        if best.is_none_or(|(other, _)| closeness > other) {
            best = Some((closeness, entry));
        }
    }
    best.map(|(_, entry)| entry)
}

/// Whether an `Accept` header lets through any of `declared`. A range refused by `q=0` lets through
/// nothing that no other range takes; a header that cannot be read asks for nothing.
pub(crate) fn accepts<'a>(accept: &str, declared: impl IntoIterator<Item = &'a MediaType>) -> bool {
    let ranges: Vec<MediaType> = split_list(accept).into_iter().filter_map(MediaType::parse).collect();
    if ranges.is_empty() {
        return true;
    }
    let wanted =
        |range: &MediaType| range.parameter("q").and_then(|q| q.parse::<f64>().ok()).is_none_or(|q| q > 0.0);
    declared.into_iter().any(|offer| {
        let chosen = most_specific(&ranges, |range| Some(range), offer);
        // A document may declare a range of types, of which the client asks for one.
        let within = || {
            offer.is_range() && ranges.iter().any(|range| wanted(range) && offer.closeness(range).is_some())
        };
        chosen.map_or_else(within, wanted)
    })
}

/// The members of a header's list, split at the commas outside of quotes.
fn split_list(text: &str) -> Vec<&str> {
    split_outside_quotes(text, ',').filter(|member| !member.trim().is_empty()).collect()
}

fn split_outside_quotes(text: &str, delimiter: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |character| {
        quoted ^= character == '"';
        character == delimiter && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen<'a>(declared: &'a [&'a str], actual: &str) -> Option<&'a str> {
        let ranges: Vec<(&str, MediaType)> =
            declared.iter().map(|text| (*text, MediaType::parse(text).unwrap())).collect();
        most_specific(&ranges, |entry| Some(&entry.1), &MediaType::parse(actual).unwrap())
            .map(|entry| entry.0)
    }

    #[test]
    fn the_most_specific_range_wins() {
        let cases: &[(&[&str], &str, Option<&str>)] = &[
            (&["*/*", "application/*", "application/json"], "application/json", Some("application/json")),
            (&["*/*", "application/*"], "application/json", Some("application/*")),
            (&["*/*", "application/*"], "text/plain", Some("*/*")),
            (&["application/json"], "Application/JSON; charset=utf-8", Some("application/json")),
            (&["application/json"], "application/json ; charset=utf-8", Some("application/json")),
            (&["text/plain; utf-8"], "text/plain; utf-8", Some("text/plain; utf-8")),
            (&["text/plain; utf-8"], "text/plain", Some("text/plain; utf-8")),
            (&["a/b;v=\"1 ; 2\""], "a/b\t;\tv=\"1 ; 2\"", Some("a/b;v=\"1 ; 2\"")),
            (
                &["application/json; charset=UTF-8"],
                "application/json;charset=utf-8",
                Some("application/json; charset=UTF-8"),
            ),
            (
                &["application/json; charset=utf-8"],
                "application/json",
                Some("application/json; charset=utf-8"),
            ),
            (&["application/json; charset=utf-8"], "application/json; charset=latin1", None),
            (&["a/b;v=1", "a/b;v=2"], "a/b;v=2", Some("a/b;v=2")),
            (&["a/b;v=1", "a/b;v=2"], "a/b", Some("a/b;v=1")),
            (&["a/b", "a/b;v=2"], "a/b;v=2", Some("a/b;v=2")),
            (&["application/json"], "application/problem+json", None),
            (
                &["application/*+json", "application/*"],
                "application/problem+json",
                Some("application/*+json"),
            ),
            (&["application/*+json"], "application/json", None),
            (&["text/*"], "application/json", None),
        ];
        for (declared, actual, expected) in cases {
            assert_eq!(chosen(declared, actual), *expected, "{declared:?} {actual}");
        }
    }

    #[test]
    fn accept_lets_through_what_it_names() {
        let cases: &[(&str, &[&str], bool)] = &[
            ("application/json", &["application/json"], true),
            ("text/html, application/json;q=0.5", &["application/json"], true),
            ("text/html", &["application/json"], false),
            ("*", &["application/json"], true),
            ("*/*;q=0.1, text/html", &["application/json"], true),
            ("application/json;q=0, */*", &["application/json"], false),
            ("application/json;q=0, */*", &["application/json", "text/plain"], true),
            ("application/*", &["application/json"], true),
            ("image/png", &["image/*"], true),
            ("a/b;x=\"1,2\"", &["a/b;x=\"1,2\""], true),
            ("", &["application/json"], true),
            ("nonsense", &["application/json"], true),
        ];
        for (accept, declared, expected) in cases {
            let offers: Vec<MediaType> =
                declared.iter().map(|text| MediaType::parse(text).unwrap()).collect();
            assert_eq!(accepts(accept, &offers), *expected, "{accept} {declared:?}");
        }
    }

    #[test]
    fn a_type_says_how_its_body_is_read() {
        let cases = [
            ("application/json", Encoding::Json),
            ("application/vnd.api+json; version=1", Encoding::Json),
            ("text/json", Encoding::Json),
            ("application/x-www-form-urlencoded", Encoding::Form),
            ("multipart/form-data; boundary=x", Encoding::Multipart),
            ("text/vtt", Encoding::Text),
            ("text/xml", Encoding::Other),
            ("application/x-ndjson", Encoding::Other),
            ("image/png", Encoding::Other),
        ];
        for (text, encoding) in cases {
            assert_eq!(MediaType::parse(text).unwrap().encoding(), encoding, "{text}");
        }
    }
}
