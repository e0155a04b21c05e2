//! What may be uploaded: a kind is known by the ending of its name, and has to be what the first bytes say.

/// The endings that are taken, and what each stands for.
const KINDS: [(&str, Format); 11] = [
    ("mp4", Format::IsoMedia),
    ("m4v", Format::IsoMedia),
    ("mov", Format::IsoMedia),
    ("m4a", Format::IsoMedia),
    ("mkv", Format::Matroska),
    ("webm", Format::Matroska),
    ("mpg", Format::Mpeg),
    ("mp3", Format::Mp3),
    ("wav", Format::Wave),
    ("srt", Format::SubRip),
    ("vtt", Format::WebVtt),
];

/// Bytes of a file that tell what it is.
pub const HEAD: usize = 8 * 1024;

/// One format may go by several endings: players tell them apart by their bytes alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    IsoMedia,
    Matroska,
    Mpeg,
    Mp3,
    Wave,
    SubRip,
    WebVtt,
}

/// What the ending of a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(Format);

impl Kind {
    pub fn of_name(name: &str) -> Option<Self> {
        let (stem, ending) = name.rsplit_once('.')?;
        let known = KINDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(ending));
        known.filter(|_| !stem.is_empty()).map(|(_, format)| Self(*format))
    }

    /// Not what only stands beside a recording.
    pub fn is_recording(self) -> bool {
        !matches!(self.0, Format::SubRip | Format::WebVtt)
    }

    /// Whether a file that begins like this is of this kind. `head` is the whole file, or [`HEAD`] bytes of it.
    pub fn begins(self, head: &[u8]) -> bool {
        match self.0 {
            Format::SubRip => plain_text(head).is_some_and(|text| text.contains("-->")),
            Format::WebVtt => plain_text(head).is_some_and(|text| text.starts_with("WEBVTT")),
            format => recognise(head) == Some(format),
        }
    }

    /// The endings of all kinds, for whoever has to choose another file.
    pub fn endings() -> Vec<&'static str> {
        KINDS.iter().map(|(ending, _)| *ending).collect()
    }
}

fn recognise(head: &[u8]) -> Option<Format> {
    match infer::get(head).map(|kind| kind.mime_type()) {
        Some("video/mp4" | "video/x-m4v" | "video/quicktime" | "audio/m4a") => Some(Format::IsoMedia),
        Some("video/x-matroska" | "video/webm") => Some(Format::Matroska),
        Some("video/mpeg") => Some(Format::Mpeg),
        Some("audio/mpeg") => Some(Format::Mp3),
        Some("audio/x-wav") => Some(Format::Wave),
        // New brands come up every year; pictures, which have brands of their own, were told apart above.
        None if head.get(4..8) == Some(b"ftyp") => Some(Format::IsoMedia),
        _ => None,
    }
}

/// The text, without the mark of its byte order; a character that `head` cuts through is left out.
fn plain_text(head: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(cut) if cut.error_len().is_none() && head.len() == HEAD => {
            std::str::from_utf8(&head[..cut.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    (!text.contains('\0')).then(|| text.strip_prefix('\u{feff}').unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matroska() -> Vec<u8> {
        let mut head = b"\x1a\x45\xdf\xa3\x42\x82\x88matroska".to_vec();
        head.resize(300, 0);
        head
    }

    #[test]
    fn a_file_is_what_both_its_name_and_its_bytes_say() {
        let (mp4, wave, mkv) = (b"\0\0\0\x20ftypisom\0\0\x02\0", b"RIFF\x24\0\0\0WAVEfmt ", matroska());
        for (name, head, taken) in [
            ("a.mp4", &mp4[..], true),
            ("A.MP4", mp4, true),
            ("a.mov", mp4, true),
            ("a.m4a", b"\0\0\0\x20ftypnew!\0\0\0\0", true),
            ("a.mp4", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", false),
            ("a.mkv", &mkv, true),
            ("a.webm", &mkv, true),
            ("a.mp4", &mkv, false),
            ("a.wav", wave, true),
            ("a.mp3", wave, false),
            ("a.mp3", b"ID3\x04\0\0\0\0\0\0", true),
            ("a.mp4", b"#!/bin/sh\nexit\n", false),
            ("a.mp4", b"", false),
            ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello\n", true),
            ("a.srt", b"just text", false),
            ("a.vtt", b"\xef\xbb\xbfWEBVTT\n\n", true),
            ("a.vtt", b"WEBVTT\0", false),
            ("a.vtt", b"WEBVTT \xff", false),
        ] {
            assert_eq!(Kind::of_name(name).unwrap().begins(head), taken, "{name} {head:?}");
        }
    }

    #[test]
    fn text_may_be_cut_within_a_character_and_only_by_the_window() {
        let mut head = b"WEBVTT ".to_vec();
        head.resize(HEAD - 1, b'a');
        head.push(0xc3);
        assert!(Kind::of_name("a.vtt").unwrap().begins(&head));
        assert!(!Kind::of_name("a.vtt").unwrap().begins(b"WEBVTT \xc3"));
    }

    #[test]
    fn other_endings_are_no_kind() {
        for name in ["a.exe", "a", ".mp4", "mp4", "a.mp4.sh", "a.mp4 ", ""] {
            assert_eq!(Kind::of_name(name), None, "{name}");
        }
    }
}
