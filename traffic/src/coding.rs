//! Content codings: what `Content-Encoding` says was done to a body is undone before it is judged.

use std::io::Read;

use brotli_decompressor::Decompressor;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ruzstd::decoding::StreamingDecoder;

use crate::exchange::Absence;

/// Codings one after another that are undone, at most. Nobody means more.
const MAX_CODINGS: usize = 4;

/// How far back a body in `zstd` may refer, in bytes: as far as anybody has to be able to (RFC 9659, 3).
const ZSTD_WINDOW: u64 = 8 * 1024 * 1024;

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

/// Bytes that are read at a time where a decoder wants to be told.
const BUFFER: usize = 4096;

fn undo(body: &[u8], coding: &str, limit: usize) -> Result<Vec<u8>, Absence> {
    match coding.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => whole(MultiGzDecoder::new(body), limit),
        // The coding is a zlib stream, and some send a bare deflate stream all the same (RFC 9110, 8.4.1.2).
        "deflate" => match whole(ZlibDecoder::new(body), limit) {
            Err(Absence::Coding) => whole(DeflateDecoder::new(body), limit),
            done => done,
        },
        "br" if !has_large_window(body) => whole(Decompressor::new(body, BUFFER), limit),
        "zstd" => frames(body, limit),
        _ => Err(Absence::Coding),
    }
}

/// Whether a body in `br` asks for a window of up to 1 GiB. The coding has none that large (RFC 7932, 9.1: this
/// pattern is reserved), and the memory for one is taken before a byte is read.
fn has_large_window(body: &[u8]) -> bool {
    body.first().is_some_and(|first| first & 0x7f == 0x11)
}

/// The content of every frame of a body in `zstd`.
fn frames(mut body: &[u8], limit: usize) -> Result<Vec<u8>, Absence> {
    let mut content = Vec::new();
    while !body.is_empty() {
        let frame = StreamingDecoder::new_with_max_window_size(&mut body, ZSTD_WINDOW);
        let frame = frame.map_err(|_| Absence::Coding)?;
        content.append(&mut whole(frame, limit - content.len())?);
    }
    Ok(content)
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

    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    /// "hello" in `br`, as Node.js writes it.
    const BROTLI: &[u8] = &[0x0b, 0x02, 0x80, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x03];
    /// A million zeros in `br`.
    const BROTLI_BOMB: &[u8] =
        &[0x5b, 0x3f, 0x42, 0x8f, 0x7f, 0x02, 0x20, 0x1e, 0x0b, 0x04, 0xf2, 0x73, 0x1e, 0x00];
    /// "hello" with a window of 1 GiB.
    const BROTLI_LARGE: &[u8] = &[0x11, 0x1e, 0x08, 0x00, 0x02, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x03];

    fn coded(coding: &str) -> Vec<(String, String)> {
        vec![("CONTENT-ENCODING".to_owned(), coding.to_owned())]
    }

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(content: &[u8]) -> Vec<u8> {
        compress_to_vec(content, CompressionLevel::Fastest)
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
            (BROTLI.to_vec(), "br"),
            (gzip(BROTLI), "br, gzip"),
            (zstd(b"hello"), "zstd"),
            ([zstd(b"hel"), zstd(b"lo")].concat(), "zstd"),
        ] {
            assert_eq!(decode(body, &coded(coding), 100), Ok(b"hello".to_vec()), "{coding}");
        }
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        let zeros = vec![0; 1_000_000];
        for (body, coding) in [(gzip(&zeros), "gzip"), (BROTLI_BOMB.to_vec(), "br"), (zstd(&zeros), "zstd")] {
            assert_eq!(decode(body.clone(), &coded(coding), 1_000), Err(Absence::TooLarge), "{coding}");
            assert_eq!(decode(body, &coded(coding), 1_000_000), Ok(zeros.clone()), "{coding}");
        }
        let both = [zstd(&zeros), zstd(b"x")].concat();
        assert_eq!(decode(both, &coded("zstd"), 1_000_000), Err(Absence::TooLarge), "all frames together");
    }

    #[test]
    fn no_memory_is_taken_for_a_window_that_a_coding_does_not_have() {
        assert_eq!(decode(BROTLI_LARGE.to_vec(), &coded("br"), 1_000), Err(Absence::Coding));
        // The head of a frame that may refer 16 MiB back, and a last block of nothing.
        let far = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 14 << 3, 0x01, 0x00, 0x00];
        assert_eq!(decode(far.to_vec(), &coded("zstd"), 1_000), Err(Absence::Coding));
        let near = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 13 << 3, 0x01, 0x00, 0x00];
        assert_eq!(decode(near.to_vec(), &coded("zstd"), 1_000), Ok(Vec::new()));
    }

    #[test]
    fn what_cannot_be_undone_says_so() {
        assert_eq!(decode(b"hello".to_vec(), &coded("gzip"), 9), Err(Absence::Coding));
        assert_eq!(decode(b"hello".to_vec(), &coded("br"), 9), Err(Absence::Coding));
        assert_eq!(decode(b"hello".to_vec(), &coded("zstd"), 9), Err(Absence::Coding));
        assert_eq!(decode(b"hello".to_vec(), &coded("compress"), 9), Err(Absence::Coding));
        assert_eq!(decode(BROTLI[..7].to_vec(), &coded("br"), 9), Err(Absence::Coding), "cut");
        assert_eq!(decode(zstd(b"hello")[..10].to_vec(), &coded("zstd"), 9), Err(Absence::Coding), "cut");
        assert_eq!(decode(b"hello".to_vec(), &coded("gzip,gzip,gzip,gzip,gzip"), 9), Err(Absence::Coding));
        assert_eq!(decode(Vec::new(), &coded("br"), 9), Ok(Vec::new()));
    }
}
