//! The segments of files that are being uploaded. They stay until the upload is done, and all of
//! them together have a bound.

use std::collections::BTreeMap;

use axum::body::Bytes;

use crate::refusal::Refusal;

/// Bytes of one segment, at most. The vendor's own client sends no larger ones.
pub const MAX_SEGMENT_BYTES: usize = 5 * 1024 * 1024;

/// Bytes of all segments of all uploads, at most.
const MAX_TOTAL_BYTES: usize = 256 * 1024 * 1024;

/// Segments by upload and by their place in the file.
#[derive(Debug)]
pub(crate) struct Segments {
    uploads: BTreeMap<i32, BTreeMap<i32, Bytes>>,
    held: usize,
    capacity: usize,
}

impl Default for Segments {
    fn default() -> Self {
        Self::with_capacity(MAX_TOTAL_BYTES)
    }
}

impl Segments {
    fn with_capacity(capacity: usize) -> Self {
        Self { uploads: BTreeMap::new(), held: 0, capacity }
    }

    /// Keeps a segment; one that is sent again takes the place of the first.
    pub(crate) fn put(&mut self, upload: i32, segment: i32, bytes: Bytes) -> Result<(), Refusal> {
        let before =
            self.uploads.get(&upload).and_then(|segments| segments.get(&segment)).map_or(0, Bytes::len);
        let held = self.held - before + bytes.len();
        if held > self.capacity {
            return Err(Refusal::Full { what: "segments" });
        }
        self.held = held;
        self.uploads.entry(upload).or_default().insert(segment, bytes);
        Ok(())
    }

    /// Whether the upload has every segment of `total`, and they make up `size` bytes.
    pub(crate) fn are_whole(&self, upload: i32, total: i32, size: i64) -> bool {
        let none = BTreeMap::new();
        let segments = self.uploads.get(&upload).unwrap_or(&none);
        // Only segments within the total are ever kept, so counting them is enough.
        usize::try_from(total).is_ok_and(|total| segments.len() == total)
            && i64::try_from(length(segments)).is_ok_and(|length| length == size)
    }

    pub(crate) fn forget(&mut self, upload: i32) {
        if let Some(segments) = self.uploads.remove(&upload) {
            self.held -= length(&segments);
        }
    }
}

fn length(segments: &BTreeMap<i32, Bytes>) -> usize {
    segments.values().map(Bytes::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_when_every_segment_and_every_byte_is_there() {
        let mut segments = Segments::default();
        segments.put(77, 0, Bytes::from_static(b"Scenarist")).unwrap();
        assert!(!segments.are_whole(77, 2, 14));
        segments.put(77, 1, Bytes::from_static(b"_SCC")).unwrap();
        assert!(!segments.are_whole(77, 2, 14));
        segments.put(77, 1, Bytes::from_static(b" V1.0")).unwrap();
        assert!(segments.are_whole(77, 2, 14));
    }

    #[test]
    fn what_is_forgotten_makes_room() {
        let mut segments = Segments::with_capacity(4);
        segments.put(1, 0, Bytes::from_static(b"abc")).unwrap();
        assert_eq!(segments.put(2, 0, Bytes::from_static(b"de")), Err(Refusal::Full { what: "segments" }));
        segments.put(1, 0, Bytes::from_static(b"ab")).unwrap();
        segments.put(2, 0, Bytes::from_static(b"de")).unwrap();
        segments.forget(1);
        segments.put(2, 1, Bytes::from_static(b"fg")).unwrap();
    }
}
