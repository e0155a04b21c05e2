//! What a process prints: its last lines, for when it fails, the line that tells its address, and the
//! line that says that it is ready.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use regex::Regex;
use tokio::sync::watch;

/// The last lines that are shown, and bytes of one line: enough to see what went wrong, whatever it prints.
const LINES: usize = 20;
const LINE_BYTES: u64 = 2_000;

/// Bytes that are kept of what came before, for whoever asks what was said at some time.
const KEPT_BYTES: usize = 1024 * 1024;

/// How long the last lines of a process that has ended may take to arrive.
const DRAIN: Duration = Duration::from_millis(500);

/// The output of one process, both streams.
pub struct Output {
    tail: Arc<Mutex<Tail>>,
    found: watch::Receiver<Found>,
}

/// What is kept of it.
#[derive(Default)]
struct Tail {
    lines: VecDeque<Line>,
    bytes: usize,
}

/// A line, and when it came.
struct Line {
    at: SystemTime,
    text: String,
}

/// The lines that are looked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Its first group is the address.
    pub address: Option<Regex>,
    /// It says that the process is ready.
    pub ready: Option<Regex>,
}

/// What they told.
#[derive(Default)]
struct Found {
    address: Option<String>,
    ready: bool,
}

/// A reading thread's part of it.
#[derive(Clone)]
struct Reading {
    tail: Arc<Mutex<Tail>>,
    wanted: Wanted,
    found: watch::Sender<Found>,
}

impl Output {
    /// Reads `streams` to their end, looking for the lines that are `wanted`.
    pub fn read(streams: Vec<Box<dyn Read + Send>>, wanted: Wanted) -> Self {
        let (sender, found) = watch::channel(Found::default());
        let tail = Arc::<Mutex<Tail>>::default();
        let reading = Reading { tail: Arc::clone(&tail), wanted, found: sender };
        for stream in streams {
            let reading = reading.clone();
            thread::spawn(move || reading.run(stream));
        }
        Self { tail, found }
    }

    /// What the first group for the address matched. Where the output ends without it, the end of the
    /// process is the news, and this never comes.
    pub async fn address(&self) -> String {
        self.find(|found| found.address.clone()).await
    }

    /// Comes when the process has said that it is ready, and never where it does not.
    pub async fn ready(&self) {
        self.find(|found| found.ready.then_some(())).await;
    }

    async fn find<T>(&self, what: impl Fn(&Found) -> Option<T>) -> T {
        let mut found = self.found.clone();
        let there = found.wait_for(|found| what(found).is_some()).await.ok().and_then(|found| what(&found));
        match there {
            Some(there) => there,
            None => std::future::pending().await,
        }
    }

    /// The last lines, once the process has ended.
    pub async fn last_lines(&self) -> Vec<String> {
        // The channel closes when every reader has met the end. Where something that got away still
        // holds the stream, what is there has to do.
        let mut found = self.found.clone();
        let ended = async { while found.changed().await.is_ok() {} };
        let _ = tokio::time::timeout(DRAIN, ended).await;
        self.lines_so_far()
    }

    /// The last lines up to now.
    pub fn lines_so_far(&self) -> Vec<String> {
        self.last(LINES)
    }

    /// The last lines up to now, `count` at most.
    pub fn last(&self, count: usize) -> Vec<String> {
        let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let before = tail.lines.len().saturating_sub(count);
        tail.lines.iter().skip(before).map(|line| line.text.clone()).collect()
    }

    /// The last `count` lines, at most, of those that came in that time.
    pub fn between(&self, from: SystemTime, to: SystemTime, count: usize) -> Vec<String> {
        let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let then = tail.lines.iter().rev().filter(|line| (from..=to).contains(&line.at));
        let mut lines: Vec<String> = then.take(count).map(|line| line.text.clone()).collect();
        lines.reverse();
        lines
    }
}

impl Tail {
    fn push(&mut self, text: &str) {
        self.bytes += text.len();
        self.lines.push_back(Line { at: SystemTime::now(), text: text.to_owned() });
        // Empty lines take room, too.
        while self.bytes + self.lines.len() * size_of::<Line>() > KEPT_BYTES {
            let Some(first) = self.lines.pop_front() else { return };
            self.bytes -= first.text.len();
        }
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
        self.tail.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        let captures = self.wanted.address.as_ref().and_then(|pattern| pattern.captures(line));
        let address = captures.and_then(|captures| captures.get(1).or(captures.get(0)));
        let ready = self.wanted.ready.as_ref().is_some_and(|pattern| pattern.is_match(line));
        if address.is_some() || ready {
            self.found.send_modify(|found| {
                found.ready |= ready;
                found.address = found.address.take().or_else(|| address.map(|it| it.as_str().to_owned()));
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(text: &str, wanted: Wanted) -> Output {
        let stream: Box<dyn Read + Send> = Box::new(std::io::Cursor::new(text.to_owned()));
        Output::read(vec![stream], wanted)
    }

    fn wanted(address: &str, ready: Option<&str>) -> Wanted {
        let pattern = |text: &str| Regex::new(text).unwrap();
        Wanted { address: Some(pattern(address)), ready: ready.map(pattern) }
    }

    #[tokio::test]
    async fn finds_the_first_address_among_the_lines() {
        let text = "warming up\nlistening on http://a:1\nlistening on http://b:2\n";
        let output = output(text, wanted(r"on (http://\S+)", None));
        assert_eq!(output.address().await, "http://a:1");
    }

    #[tokio::test]
    async fn hears_that_it_is_ready_before_and_after_its_address() {
        for text in ["ready\nhttp://a:1\n", "http://a:1\nready\n"] {
            let output = output(text, wanted("http.*", Some("^ready$")));
            output.ready().await;
            assert_eq!(output.address().await, "http://a:1");
        }
    }

    #[tokio::test]
    async fn keeps_the_last_lines_and_cuts_endless_ones() {
        let text: Vec<String> = (1..=30).map(|n| format!("line {n}")).collect();
        let lines = output(&text.join("\n"), Wanted::default()).last_lines().await;
        assert_eq!(lines.len(), LINES);
        assert_eq!(lines.last().map(String::as_str), Some("line 30"));
        let endless = output(&"x".repeat(1_000_000), Wanted::default()).last_lines().await;
        assert!(endless.iter().all(|line| line.len() as u64 <= LINE_BYTES));
        assert_eq!(endless.len(), LINES);
    }

    #[tokio::test]
    async fn tells_what_was_said_at_a_time() {
        let before = SystemTime::now();
        let output = output("one\ntwo\nthree\n", Wanted::default());
        output.last_lines().await;
        let after = SystemTime::now();
        assert_eq!(output.between(before, after, 2), ["two", "three"]);
        assert!(output.between(after + Duration::from_secs(1), after + Duration::from_secs(2), 2).is_empty());
    }

    #[tokio::test]
    async fn what_it_keeps_is_bounded() {
        let output = output(&"\n".repeat(1_000_000), Wanted::default());
        output.last_lines().await;
        assert!(output.last(usize::MAX).len() * size_of::<Line>() <= KEPT_BYTES);
    }
}
