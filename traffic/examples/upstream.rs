//! A service that costs next to nothing, for measuring what a proxy before it costs. `scripts/bench-proxy` starts it.
//!
//! `upstream ANSWERS` reads a JSON object of targets and bodies, says on standard output where it listens, and answers
//! `GET` until its standard input is closed. It knows the requests of a benchmark, and no others: none with a body.

use std::collections::HashMap;
use std::io::{self, Read as _, Write as _};
use std::sync::Arc;
use std::{env, fs, process, thread};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The whole answer to each target, head and all.
type Answers = HashMap<String, Vec<u8>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let file =
        env::args().nth(1).ok_or_else(|| io::Error::other("failed to start: name a file of answers"))?;
    let answers = Arc::new(answers(&file)?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(io::stdout(), "listening on http://{}", listener.local_addr()?)?;
    // Whoever started it may be killed, and this must not live on.
    thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        process::exit(0);
    });
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(serve(stream, Arc::clone(&answers)));
    }
}

fn answers(file: &str) -> io::Result<Answers> {
    let read: HashMap<String, Value> = serde_json::from_slice(&fs::read(file)?)?;
    let whole = read.into_iter().map(|(target, body)| (target, ok(&body.to_string())));
    Ok(whole.collect())
}

fn ok(body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// Answers one request after another; a client that goes away ends it.
async fn serve(mut stream: TcpStream, answers: Arc<Answers>) -> io::Result<()> {
    const NONE: &[u8] = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    stream.set_nodelay(true)?;
    let mut heads = Vec::new();
    loop {
        while let Some(end) = heads.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&heads[..end]).into_owned();
            heads.drain(..end + 4);
            let target = head.split(' ').nth(1).unwrap_or_default();
            stream.write_all(answers.get(target).map_or(NONE, Vec::as_slice)).await?;
            if head.to_ascii_lowercase().contains("connection: close") {
                return Ok(());
            }
        }
        if stream.read_buf(&mut heads).await? == 0 {
            return Ok(());
        }
    }
}
