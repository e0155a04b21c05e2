//! HAR 1.2 files, as browsers and proxies write them: read one entry at a time, so that a large one
//! takes no more memory than its largest entry.
//!
//! What differs from the wire is undone or left unjudged: header names of HTTP/2 (`:authority`) are no
//! headers, a body is there without its content coding, binary ones in base64, and browsers leave out
//! bodies that they did not keep, and cookies and credentials, where the file is "sanitized".

mod entry;
mod stream;

use std::io::Read;

use crate::recording::{Heard, Reading, RecordingError};

/// Reads a HAR file to its end and brings each exchange to the watch. An entry that cannot be understood
/// is remembered, and the reading goes on; what is no HAR file at all is an error.
pub fn hear(reader: impl Read, reading: &Reading<'_>) -> Result<Heard, RecordingError> {
    let mut heard = Heard::default();
    stream::read(reader, reading.limits.max_exchange, &mut |number, text| {
        heard.take(entry::item(number, text, reading), reading);
    })?;
    Ok(heard)
}
