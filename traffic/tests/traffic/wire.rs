//! HTTP/1.1 by hand: bytes as they stand on the wire, for tests that have to see each of them.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One side of a connection.
pub struct Wire {
    pub stream: TcpStream,
    /// What was read and belongs to the next message.
    ahead: Vec<u8>,
}

/// A message as it was received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Start line and headers, without the empty line.
    pub head: String,
    /// The body, out of its chunks.
    pub body: Vec<u8>,
    /// Header lines after the last chunk.
    pub trailers: Vec<String>,
    /// Whether the connection ended before the message did.
    pub cut: bool,
}

impl Message {
    pub fn start(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// Every value of a header, in any case.
    pub fn header(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// How the end of a body is known.
enum Framing {
    None,
    Length(usize),
    Chunks,
    End,
}

impl Wire {
    pub async fn connect(address: SocketAddr) -> Self {
        Self::new(TcpStream::connect(address).await.unwrap())
    }

    pub fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        Self { stream, ahead: Vec::new() }
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Sends a request that has no body, and reads the answer.
    pub async fn get(&mut self, path: &str) -> Message {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: client.example\r\n\r\n")).await;
        self.answer("GET").await
    }

    /// The next request; none where the connection ends.
    pub async fn request(&mut self) -> Option<Message> {
        let head = self.head().await?;
        let framing = match framing(&head) {
            Framing::End => Framing::None,
            known => known,
        };
        Some(self.body(head, framing).await)
    }

    /// The next answer to a request of this method, an interim one too.
    pub async fn answer(&mut self, method: &str) -> Message {
        let Some(head) = self.head().await else { return Message { cut: true, ..Message::default() } };
        let status = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let bodiless = method == "HEAD" || status.starts_with('1') || ["204", "304"].contains(&&*status);
        let framing = if bodiless { Framing::None } else { framing(&head) };
        self.body(head, framing).await
    }

    /// Start line and headers; none where the connection ends before.
    pub async fn head(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.ahead.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                let rest = self.ahead.split_off(end + 4);
                let head = std::mem::replace(&mut self.ahead, rest);
                return Some(String::from_utf8_lossy(&head[..end]).into_owned());
            }
            if self.read_more().await == 0 {
                return None;
            }
        }
    }

    /// Waits until the other side has closed the connection, whatever it still sends.
    pub async fn closed(&mut self) {
        while self.read_more().await > 0 {}
    }

    /// Exactly so many bytes.
    pub async fn bytes(&mut self, count: usize) -> Vec<u8> {
        self.exactly(count).await.expect("the connection lasts")
    }

    async fn body(&mut self, head: String, framing: Framing) -> Message {
        let mut message = Message { head, ..Message::default() };
        match framing {
            Framing::None => {}
            Framing::Length(length) => {
                let whole = self.exactly(length).await;
                message.cut = whole.is_none();
                message.body = whole.unwrap_or_else(|| std::mem::take(&mut self.ahead));
            }
            Framing::Chunks => message.cut = self.chunks(&mut message).await.is_none(),
            Framing::End => {
                self.closed().await;
                message.body = std::mem::take(&mut self.ahead);
            }
        }
        message
    }

    async fn chunks(&mut self, message: &mut Message) -> Option<()> {
        loop {
            let size = usize::from_str_radix(self.line().await?.trim(), 16).expect("a size");
            if size == 0 {
                break;
            }
            message.body.extend(self.exactly(size).await?);
            assert_eq!(self.line().await?, "");
        }
        loop {
            let line = self.line().await?;
            if line.is_empty() {
                return Some(());
            }
            message.trailers.push(line);
        }
    }

    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.ahead.windows(2).position(|bytes| bytes == b"\r\n") {
                let rest = self.ahead.split_off(end + 2);
                let line = std::mem::replace(&mut self.ahead, rest);
                return Some(String::from_utf8(line[..end].to_vec()).unwrap());
            }
            if self.read_more().await == 0 {
                return None;
            }
        }
    }

    async fn exactly(&mut self, count: usize) -> Option<Vec<u8>> {
        while self.ahead.len() < count {
            if self.read_more().await == 0 {
                return None;
            }
        }
        let rest = self.ahead.split_off(count);
        Some(std::mem::replace(&mut self.ahead, rest))
    }

    /// How many bytes came; 0 at the end, be it a reset.
    async fn read_more(&mut self) -> usize {
        self.stream.read_buf(&mut self.ahead).await.unwrap_or(0)
    }
}

fn framing(head: &str) -> Framing {
    let message = Message { head: head.to_owned(), ..Message::default() };
    if message.header("transfer-encoding").iter().any(|value| value.eq_ignore_ascii_case("chunked")) {
        return Framing::Chunks;
    }
    match message.header("content-length").first() {
        Some(length) => Framing::Length(length.parse().expect("a length")),
        None => Framing::End,
    }
}

/// `body` in chunks of these sizes, over and over, with `trailers` behind them.
pub fn chunked(body: &[u8], sizes: &[usize], trailers: &str) -> Vec<u8> {
    let (mut framed, mut rest, mut sizes) = (Vec::new(), body, sizes.iter().cycle());
    while !rest.is_empty() {
        let size = (*sizes.next().expect("there is a size")).clamp(1, rest.len());
        let (chunk, more) = rest.split_at(size);
        framed.extend(format!("{size:x}\r\n").into_bytes());
        framed.extend(chunk);
        framed.extend(b"\r\n");
        rest = more;
    }
    framed.extend(format!("0\r\n{trailers}\r\n").into_bytes());
    framed
}
