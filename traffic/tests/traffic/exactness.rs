//! Not a byte is changed: bodies in every framing, targets, names of headers, reason phrases.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use tokio::sync::mpsc;

use crate::origin::Origin;
use crate::scene::{Proxied, run, settings};
use crate::wire::{Message, Wire, chunked};

/// Bytes that nobody could guess, of every value.
fn noise(count: usize) -> Vec<u8> {
    let state = RandomState::new();
    (0..count.div_ceil(8) as u64).flat_map(|index| state.hash_one(index).to_le_bytes()).take(count).collect()
}

/// Sends back the body of each request, in chunks where it came in chunks, with its trailers.
fn echo(request: &Message) -> Vec<u8> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n";
    if request.header("transfer-encoding").is_empty() {
        let mut answer = format!("{head}Content-Length: {}\r\n\r\n", request.body.len()).into_bytes();
        answer.extend(&request.body);
        return answer;
    }
    let mut trailers = request.trailers.join("\r\n");
    trailers.push_str(if trailers.is_empty() { "" } else { "\r\n" });
    let declared = if trailers.is_empty() { "" } else { "Trailer: X-Sum, X-More\r\n" };
    let mut answer = format!("{head}{declared}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
    answer.extend(chunked(&request.body, &[3, 70_000, 1, 4096], &trailers));
    answer
}

#[test]
fn bodies_of_every_size_in_every_framing() {
    run(async {
        let (sender, mut received) = mpsc::unbounded_channel();
        let origin = Origin::answering(move |request| {
            sender.send(request.clone()).unwrap();
            echo(request)
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        let sizes = [0, 1, 2, 100, 8_191, 8_192, 8_193, 65_535, 65_536, 65_537, 1_000_000, 3_000_000];
        for size in sizes {
            for framing in ["length", "chunks of one size", "chunks of many sizes"] {
                let body = noise(size);
                let mut request = b"POST /echo HTTP/1.1\r\nHost: a\r\n".to_vec();
                match framing {
                    "length" => {
                        request.extend(format!("Content-Length: {size}\r\n\r\n").into_bytes());
                        request.extend(&body);
                    }
                    "chunks of one size" => {
                        request.extend(b"Transfer-Encoding: chunked\r\n\r\n");
                        request.extend(chunked(&body, &[1000], ""));
                    }
                    _ => {
                        request.extend(b"Transfer-Encoding: chunked\r\n\r\n");
                        request.extend(chunked(&body, &[1, 9_000, 2, 131_072], ""));
                    }
                }
                let (mut reading, mut writing) = tokio::io::split(client.stream);
                let sending = tokio::spawn(async move {
                    tokio::io::AsyncWriteExt::write_all(&mut writing, &request).await.unwrap();
                    writing
                });
                let mut answer = Vec::new();
                // Both at once: neither side may wait for the other to take all.
                while !is_whole(&answer) {
                    assert_ne!(
                        tokio::io::AsyncReadExt::read_buf(&mut reading, &mut answer).await.unwrap(),
                        0
                    );
                }
                client = Wire::new(reading.unsplit(sending.await.unwrap()));
                let answered = read(answer).await;
                assert_eq!(received.recv().await.unwrap().body, body, "{framing} of {size}, on its way");
                assert_eq!(answered.body, body, "{framing} of {size}, on its way back");
                assert_eq!(answered.header("content-length").is_empty(), framing != "length");
            }
        }
        let (observed, failures) = proxy.stop().await;
        assert_eq!((observed.tally.exchanges, failures.len()), (sizes.len() as u64 * 3, 0));
    });
}

/// Whether an answer of [`echo`] without trailers is complete.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    match head.split("content-length: ").nth(1) {
        Some(length) => bytes.len() >= end + 4 + length.lines().next().unwrap().parse::<usize>().unwrap(),
        None => bytes.ends_with(b"\r\n0\r\n\r\n") || bytes[end + 4..].starts_with(b"0\r\n\r\n"),
    }
}

/// Parses bytes that were read already, over a connection of their own.
async fn read(bytes: Vec<u8>) -> Message {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut wire = Wire::connect(listener.local_addr().unwrap()).await;
    let (mut sender, _) = listener.accept().await.unwrap();
    let sending = tokio::spawn(async move { tokio::io::AsyncWriteExt::write_all(&mut sender, &bytes).await });
    let message = wire.answer("GET").await;
    sending.await.unwrap().unwrap();
    message
}

#[test]
fn trailers_go_both_ways() {
    run(async {
        let (sender, mut received) = mpsc::unbounded_channel();
        let origin = Origin::answering(move |request| {
            sender.send(request.clone()).unwrap();
            echo(request)
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        let head = "POST /x HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: TE\r\nTrailer: X-Sum, X-More\r\nTransfer-Encoding: chunked\r\n\r\n";
        client.send(head).await;
        client.send(chunked(b"hello", &[2], "X-Sum: 5\r\nX-More: a, b\r\n")).await;
        let answer = client.answer("POST").await;
        let request = received.recv().await.unwrap();
        let lower = |lines: &[String]| lines.iter().map(|line| line.to_lowercase()).collect::<Vec<_>>();
        assert_eq!(lower(&request.trailers), ["x-sum: 5", "x-more: a, b"]);
        assert_eq!(lower(&answer.trailers), ["x-sum: 5", "x-more: a, b"]);
        assert_eq!((request.body.as_slice(), answer.body.as_slice()), (&b"hello"[..], &b"hello"[..]));
        assert_eq!(request.header("te"), ["trailers"]);
    });
}

#[test]
fn heads_go_on_as_they_were_written() {
    run(async {
        let (sender, mut received) = mpsc::unbounded_channel();
        let origin = Origin::answering(move |request| {
            sender.send(request.clone()).unwrap();
            b"HTTP/1.1 299 Sehr Wohl!\r\nX-MiXeD: \tv  w \r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\nKeep-Alive: timeout=9\r\nConnection: X-Hop\r\nX-Hop: 1\r\ncontent-LENGTH: 2\r\n\r\nok".to_vec()
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        let target = "//a%2Fb/%7e;p=1,{x}?x=%20&y=a+b&&z[]=%C3%a9|'";
        client
            .send(format!(
                "get-IT {target} HTTP/1.1\r\nHost: client.example\r\nX-CamelCase: One\r\nx-camelCase: Two\r\nAccept-ENCODING: gzip\r\nConnection: close, X-Private\r\nX-Private: 1\r\nX-Last: {}\r\n\r\n",
                "v".repeat(5_000)
            ))
            .await;
        let answer = client.answer("GET").await;
        assert_eq!(answer.start(), "HTTP/1.1 299 Sehr Wohl!");
        let request = received.recv().await.unwrap();
        assert_eq!(request.start(), format!("get-IT {target} HTTP/1.1"));
        let lines: Vec<&str> = request.head.lines().skip(1).map(|line| &line[..line.len().min(60)]).collect();
        let address = origin.address;
        assert_eq!(
            lines,
            [
                format!("Host: {address}"),
                "X-CamelCase: One".to_owned(),
                "x-camelCase: Two".to_owned(),
                "Accept-ENCODING: gzip".to_owned(),
                format!("X-Last: {}", "v".repeat(52)),
                "forwarded: for=127.0.0.1;host=\"client.example\";proto=http".to_owned(),
                "x-forwarded-for: 127.0.0.1".to_owned(),
                "x-forwarded-host: client.example".to_owned(),
                "x-forwarded-proto: http".to_owned(),
                "via: 1.1 countersign".to_owned(),
            ]
        );
        assert_eq!(
            answer.head.lines().collect::<Vec<_>>(),
            [
                "HTTP/1.1 299 Sehr Wohl!",
                "X-MiXeD: v  w",
                "set-cookie: a=1",
                "Set-Cookie: b=2",
                "content-LENGTH: 2",
                "Connection: close",
            ]
        );
        assert_eq!(answer.text(), "ok");
    });
}

#[test]
fn the_host_of_the_client_is_kept_where_that_is_asked_for() {
    run(async {
        let origin = Origin::answering(|request| {
            let host = request.header("host").join("|");
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{host}", host.len()).into_bytes()
        })
        .await;
        let settings = countersign_traffic::proxy::Settings { preserve_host: true, ..settings() };
        let proxy = Proxied::before(origin.address, settings).await;
        let mut client = Wire::connect(proxy.address).await;
        assert_eq!(client.get("/").await.text(), "client.example");
        // A target in absolute form says more than the header.
        client.send("GET http://other.example:81/x HTTP/1.1\r\nHost: client.example\r\n\r\n").await;
        assert_eq!(client.answer("GET").await.text(), "other.example:81");
    });
}

#[test]
fn answers_without_a_body_keep_what_they_say_of_one() {
    run(async {
        let origin = Origin::answering(|request| {
            let answer = match request.start().split(' ').nth(1).unwrap() {
                "/head" => "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1234\r\n\r\n",
                "/head-chunked" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "/304" => "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 1234\r\n\r\n",
                "/204" => "HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n",
                "/205" => "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n",
                "/zero" => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "/zero-chunked" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                other => panic!("{other}"),
            };
            answer.as_bytes().to_vec()
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        // All over one connection: a byte too many or too few would garble what follows.
        let mut client = Wire::connect(proxy.address).await;
        for (method, path, head) in [
            ("HEAD", "/head", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1234"),
            ("HEAD", "/head-chunked", "HTTP/1.1 200 OK"),
            ("GET", "/304", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 1234"),
            ("GET", "/204", "HTTP/1.1 204 No Content\r\nX-A: 1"),
            ("GET", "/205", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0"),
            ("GET", "/zero", "HTTP/1.1 200 OK\r\nContent-Length: 0"),
            ("GET", "/zero-chunked", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked"),
        ] {
            client.send(format!("{method} {path} HTTP/1.1\r\nHost: a\r\n\r\n")).await;
            let answer = client.answer(method).await;
            assert_eq!(answer.head.to_lowercase(), head.to_lowercase(), "{path}");
            assert_eq!((answer.body.len(), answer.cut), (0, false), "{path}");
        }
    });
}

#[test]
fn old_clients_and_old_services_are_understood() {
    run(async {
        let origin = Origin::on_connection(|mut wire| async move {
            wire.request().await.unwrap();
            wire.send("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end").await;
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        // A body that ends with its connection goes on in chunks, where the client knows chunks.
        let mut client = Wire::connect(proxy.address).await;
        for _ in 0..2 {
            let answer = client.get("/x").await;
            assert_eq!((answer.text().as_str(), answer.start()), ("until the end", "HTTP/1.1 200 OK"));
        }
        let mut old = Wire::connect(proxy.address).await;
        old.send("GET /x HTTP/1.0\r\n\r\n").await;
        let answer = old.answer("GET").await;
        assert_eq!(answer.text(), "until the end");
        assert!(answer.header("transfer-encoding").is_empty());
    });
}

#[test]
fn requests_that_are_sent_ahead_are_answered_in_their_order() {
    run(async {
        let origin = Origin::answering(|request| {
            let path = request.start().split(' ').nth(1).unwrap().to_owned();
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{path}", path.len()).into_bytes()
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        let request = |number| format!("GET /{number} HTTP/1.1\r\nHost: a\r\n\r\n");
        let all: Vec<String> = (0..50).map(request).collect();
        client.send(all.concat()).await;
        for number in 0..50 {
            assert_eq!(client.answer("GET").await.text(), format!("/{number}"));
        }
    });
}
