//! Content codings: what `Content-Encoding` says was done to a body is undone before it is judged.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::exchange::Absence;

/// Codings one after another that are undone, at most. Nobody means more.
const MAX_CODINGS: usize = 4;

/// The content of `body`, which `headers` say is coded; of at most `limit` bytes.
pub(crate) fn decode(body: Vec<u8>, headers: &[(String, String)], limit: usize) -> Result<Vec<u8>, Absence> {
    let codings: Vec<&str> = headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"))
        .flat_map(|(_, value)| value.split(','))
        .map(str::trim)
        .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
        .collect();
    if codings.len() > MAX_CODINGS {
        return Err(Absence::Coding);
    }
    // Nothing in a coding is nothing: an answer to HEAD, a 304.
    if body.is_empty() {
        return Ok(body);
    }
    // The last coding was put on last.
    codings.into_iter().rev().try_fold(body, |body, coding| undo(&body, coding, limit))
}

fn undo(body: &[u8], coding: &str, limit: usize) -> Result<Vec<u8>, Absence> {
    match coding.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => whole(MultiGzDecoder::new(body), limit),
        // The coding is a zlib stream, and some send a bare deflate stream all the same (RFC 9110, 8.4.1.2).
        "deflate" => match whole(ZlibDecoder::new(body), limit) {
            Err(Absence::Coding) => whole(DeflateDecoder::new(body), limit),
            done => done,
        },
        _ => Err(Absence::Coding),
    }
}

/// All that `reader` gives, unless it is more than `limit`: a small body may stand for a huge one.
fn whole(reader: impl Read, limit: usize) -> Result<Vec<u8>, Absence> {
    let mut content = Vec::new();
    let one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(one_more).read_to_end(&mut content).map_err(|_| Absence::Coding)?;
    if content.len() > limit { Err(Absence::TooLarge) } else { Ok(content) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn coded(coding: &str) -> Vec<(String, String)> {
        vec![("CONTENT-ENCODING".to_owned(), coding.to_owned())]
    }

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn codings_are_undone_last_first() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(b"hello").unwrap();
        let zlib = zlib.finish().unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::default());
        bare.write_all(b"hello").unwrap();
        let bare = bare.finish().unwrap();
        for (body, coding) in [
            (b"hello".to_vec(), ""),
            (b"hello".to_vec(), "identity"),
            (gzip(b"hello"), "gzip"),
            (gzip(b"hello"), "X-GZIP"),
            (zlib.clone(), "deflate"),
            (bare, "deflate"),
            (gzip(&zlib), "deflate, gzip"),
        ] {
            assert_eq!(decode(body, &coded(coding), 100), Ok(b"hello".to_vec()), "{coding}");
        }
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        assert_eq!(decode(gzip(&vec![0; 1_000_000]), &coded("gzip"), 1_000), Err(Absence::TooLarge));
    }

    #[test]
    fn what_cannot_be_undone_says_so() {
        assert_eq!(decode(b"hello".to_vec(), &coded("gzip"), 9), Err(Absence::Coding));
        assert_eq!(decode(b"hello".to_vec(), &coded("br"), 9), Err(Absence::Coding));
        assert_eq!(decode(b"hello".to_vec(), &coded("gzip,gzip,gzip,gzip,gzip"), 9), Err(Absence::Coding));
        assert_eq!(decode(Vec::new(), &coded("br"), 9), Ok(Vec::new()));
    }
}
