//! Percent-encoding (RFC 3986) as it is met in paths, queries, cookies and forms.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The text that `raw` encodes. Bytes that are no UTF-8 become U+FFFD, so that a schema judges
/// them as the stray characters they are.
pub(crate) fn decode(raw: &str) -> Cow<'_, str> {
    percent_decode_str(raw).decode_utf8_lossy()
}

/// Like [`decode`], with `+` for a space, as queries and forms write it.
pub(crate) fn decode_form(raw: &str) -> String {
    if raw.contains('+') { decode(&raw.replace('+', " ")).into_owned() } else { decode(raw).into_owned() }
}

/// A path segment, decoded, that still knows which of its bytes came from where: delimiters of a
/// parameter's style count only where they were sent unencoded.
#[derive(Debug)]
pub(crate) struct Segment<'a> {
    raw: &'a str,
    bytes: Vec<u8>,
    /// For each decoded byte its place in `raw`; none where nothing was encoded.
    origins: Option<Vec<usize>>,
}

impl<'a> Segment<'a> {
    pub fn new(raw: &'a str) -> Self {
        if !raw.contains('%') {
            return Self { raw, bytes: raw.as_bytes().to_vec(), origins: None };
        }
        let source = raw.as_bytes();
        let (mut bytes, mut origins, mut at) = (Vec::new(), Vec::new(), 0);
        while at < source.len() {
            origins.push(at);
            let (byte, width) = match source.get(at..at + 3).and_then(escape) {
                Some(byte) => (byte, 3),
                None => (source[at], 1),
            };
            bytes.push(byte);
            at += width;
        }
        Self { raw, bytes, origins: Some(origins) }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What was sent for the decoded bytes from `start` up to `end`.
    pub fn raw(&self, start: usize, end: usize) -> &'a str {
        let origin = |index: usize| match &self.origins {
            None => index,
            Some(origins) => origins.get(index).copied().unwrap_or(self.raw.len()),
        };
        // A cut inside a character that was sent unencoded would be no text.
        self.raw.get(origin(start)..origin(end)).unwrap_or_default()
    }
}

/// The byte that `%XY` stands for.
fn escape(text: &[u8]) -> Option<u8> {
    let [b'%', high, low] = text else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? * 16 + digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_gives_back_what_was_sent() {
        let segment = Segment::new("a%2Cb,%zzé");
        assert_eq!(segment.bytes(), "a,b,%zzé".as_bytes());
        assert_eq!(segment.raw(0, 3), "a%2Cb");
        assert_eq!(segment.raw(3, segment.bytes().len()), ",%zzé");
    }

    #[test]
    fn a_form_writes_spaces_as_plus() {
        assert_eq!(decode_form("a+b%2Bc"), "a b+c");
        assert_eq!(decode("a+b%20c"), "a+b c");
    }
}
