//! Lines of a log, one at a time and none without end.

use std::io::{self, BufRead};

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'l> {
    /// Without its line feed.
    Text {
        /// From 1.
        number: u64,
        bytes: &'l [u8],
    },
    TooLong {
        number: u64,
        limit: usize,
    },
}

/// Reads lines of at most `limit` bytes; what a longer one has is passed over.
pub struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    limit: usize,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub fn new(reader: R, limit: usize) -> Self {
        Self { reader, buffer: Vec::new(), limit, number: 0 }
    }

    /// The next line; none at the end.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let (mut any, mut too_long) = (false, false);
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                break;
            }
            any = true;
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            too_long |= self.buffer.len() + part.len() > self.limit;
            if !too_long {
                self.buffer.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        self.number += 1;
        let (number, limit) = (self.number, self.limit);
        if too_long {
            return Ok(Some(Line::TooLong { number, limit }));
        }
        // An editor on Windows puts this before the first line.
        let bytes = match (number, self.buffer.strip_prefix(b"\xef\xbb\xbf")) {
            (1, Some(rest)) => rest,
            _ => &self.buffer,
        };
        Ok(Some(Line::Text { number, bytes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_and_long_ones_passed_over() {
        let text = b"\xef\xbb\xbfone\n\ntoo long for it\nlast";
        // A small buffer, so that lines come in parts.
        let reader = io::BufReader::with_capacity(3, &text[..]);
        let mut lines = Lines::new(reader, 8);
        let mut found = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            found.push(match line {
                Line::Text { number, bytes } => (number, String::from_utf8(bytes.to_vec()).unwrap()),
                Line::TooLong { number, limit } => (number, format!("> {limit}")),
            });
        }
        let expected = [(1, "one"), (2, ""), (3, "> 8"), (4, "last")];
        assert_eq!(found, expected.map(|(number, text)| (number, text.to_owned())));
    }
}
