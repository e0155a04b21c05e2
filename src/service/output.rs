//! What a provider prints: its last lines, for when it fails, and the line that tells its address.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use regex::Regex;
use tokio::sync::watch;

/// Lines that are kept, and bytes of one line: enough to see what went wrong, whatever it prints.
const LINES: usize = 20;
const LINE_BYTES: u64 = 2_000;

/// How long the last lines of a process that has ended may take to arrive.
const DRAIN: Duration = Duration::from_millis(500);

/// The output of one process, both streams.
pub struct Output {
    tail: Arc<Mutex<VecDeque<String>>>,
    address: watch::Receiver<Option<String>>,
}

/// A reading thread's part of it.
#[derive(Clone)]
struct Reading {
    tail: Arc<Mutex<VecDeque<String>>>,
    pattern: Option<Regex>,
    address: watch::Sender<Option<String>>,
}

impl Output {
    /// Reads `streams` to their end, looking for the line that `pattern` matches.
    pub fn read(streams: Vec<Box<dyn Read + Send>>, pattern: Option<Regex>) -> Self {
        let (sender, address) = watch::channel(None);
        let tail = Arc::default();
        let reading = Reading { tail: Arc::clone(&tail), pattern, address: sender };
        for stream in streams {
            let reading = reading.clone();
            thread::spawn(move || reading.run(stream));
        }
        Self { tail, address }
    }

    /// What the pattern's first group matched; `None` once the output has ended without it.
    pub async fn address(&self) -> Option<String> {
        let mut address = self.address.clone();
        let found = address.wait_for(Option::is_some).await.ok()?;
        found.clone()
    }

    /// The last lines, once the process has ended.
    pub async fn last_lines(&self) -> Vec<String> {
        // The channel closes when every reader has met the end. Where something that got away still
        // holds the stream, what is there has to do.
        let mut address = self.address.clone();
        let ended = async { while address.changed().await.is_ok() {} };
        let _ = tokio::time::timeout(DRAIN, ended).await;
        self.lines_so_far()
    }

    /// The last lines up to now.
    pub fn lines_so_far(&self) -> Vec<String> {
        let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.iter().cloned().collect()
    }
}

impl Reading {
    fn run(self, stream: impl Read) {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        loop {
            line.clear();
            // Longer lines come in pieces.
            match stream.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => self.take(String::from_utf8_lossy(&line).trim_end()),
            }
        }
    }

    fn take(&self, line: &str) {
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        if tail.len() == LINES {
            tail.pop_front();
        }
        tail.push_back(line.to_owned());
        drop(tail);
        let captures = self.pattern.as_ref().and_then(|pattern| pattern.captures(line));
        if let Some(found) = captures.and_then(|captures| captures.get(1).or(captures.get(0))) {
            self.address.send_if_modified(|address| {
                let first = address.is_none();
                address.get_or_insert_with(|| found.as_str().to_owned());
                first
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(text: &str, pattern: Option<&str>) -> Output {
        let stream: Box<dyn Read + Send> = Box::new(std::io::Cursor::new(text.to_owned()));
        Output::read(vec![stream], pattern.map(|pattern| Regex::new(pattern).unwrap()))
    }

    #[tokio::test]
    async fn finds_the_first_address_among_the_lines() {
        let text = "warming up\nlistening on http://a:1\nlistening on http://b:2\n";
        let output = output(text, Some(r"on (http://\S+)"));
        assert_eq!(output.address().await.as_deref(), Some("http://a:1"));
    }

    #[tokio::test]
    async fn says_when_no_address_will_come() {
        assert_eq!(output("nothing\n", Some("http")).address().await, None);
    }

    #[tokio::test]
    async fn keeps_the_last_lines_and_cuts_endless_ones() {
        let text: Vec<String> = (1..=30).map(|n| format!("line {n}")).collect();
        let lines = output(&text.join("\n"), None).last_lines().await;
        assert_eq!(lines.len(), LINES);
        assert_eq!(lines.last().map(String::as_str), Some("line 30"));
        let endless = output(&"x".repeat(1_000_000), None).last_lines().await;
        assert!(endless.iter().all(|line| line.len() as u64 <= LINE_BYTES));
        assert_eq!(endless.len(), LINES);
    }
}
