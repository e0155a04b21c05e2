//! Interim answers: `100 Continue` comes when the service says so, and others come before the answer.

use tokio::sync::{mpsc, watch};

use crate::origin::Origin;
use crate::scene::{Proxied, run, settings};
use crate::wire::Wire;

const EXPECTING: &str =
    "PUT /vods/7 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";

#[test]
fn the_client_goes_on_when_the_service_says_so() {
    run(async {
        let (sender, mut heads) = mpsc::unbounded_channel();
        let origin = Origin::on_connection(move |mut wire| {
            let sender = sender.clone();
            async move {
                let head = wire.head().await.unwrap();
                sender.send(head).unwrap();
                wire.send("HTTP/1.1 100 Continue\r\n\r\n").await;
                let body = wire.bytes(5).await;
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}",
                    String::from_utf8(body).unwrap()
                );
                wire.send(answer).await;
                wire.closed().await;
            }
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        client.send(EXPECTING).await;
        // The service has the head before the client has sent a byte of the body.
        assert!(heads.recv().await.unwrap().contains("Expect: 100-continue"));
        assert_eq!(client.answer("PUT").await.start(), "HTTP/1.1 100 Continue");
        client.send("hello").await;
        assert_eq!(client.answer("PUT").await.text(), "hello");
    });
}

#[test]
fn a_service_that_refuses_is_heard_before_the_body_is_sent() {
    run(async {
        let origin = Origin::on_connection(|mut wire| async move {
            wire.head().await.unwrap();
            wire.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno").await;
            wire.closed().await;
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        client.send(EXPECTING).await;
        let answer = client.answer("PUT").await;
        assert_eq!((answer.start(), answer.text().as_str()), ("HTTP/1.1 413 Too Large", "no"));
        // Whether the body still comes nobody knows, so that the connection ends.
        client.closed().await;
        let (observed, failures) = proxy.stop().await;
        assert_eq!((observed.tally.judged, failures.len()), (1, 0));
    });
}

#[test]
fn a_service_that_says_nothing_gets_the_body_all_the_same() {
    run(async {
        let origin = Origin::answering(|request| {
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", request.body.len(), request.text())
                .into_bytes()
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        client.send(EXPECTING).await;
        assert_eq!(client.answer("PUT").await.start(), "HTTP/1.1 100 Continue");
        client.send("hello").await;
        assert_eq!(client.answer("PUT").await.text(), "hello");
        // A client that does not wait either is no trouble.
        client.send(format!("{EXPECTING}hello")).await;
        let mut answer = client.answer("PUT").await;
        if answer.start() == "HTTP/1.1 100 Continue" {
            answer = client.answer("PUT").await;
        }
        assert_eq!(answer.text(), "hello");
    });
}

#[test]
fn interim_answers_are_heard_before_the_answer_is_there() {
    run(async {
        let (heard, waiting) = watch::channel(false);
        let origin = Origin::on_connection(move |mut wire| {
            let mut waiting = waiting.clone();
            async move {
                wire.head().await.unwrap();
                wire.send("HTTP/1.1 102 Processing\r\n\r\n").await;
                wire.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nKeep-Alive: x\r\n\r\n").await;
                // The client has them while the answer is still being made.
                waiting.wait_for(|heard| *heard).await.unwrap();
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
                wire.closed().await;
            }
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        client.send("GET /vods/7 HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert_eq!(client.answer("GET").await.head, "HTTP/1.1 102 Processing");
        let hints = client.answer("GET").await;
        assert_eq!(hints.start(), "HTTP/1.1 103 Early Hints");
        assert_eq!((hints.header("link"), hints.header("keep-alive")), (vec!["</a.css>"], vec![]));
        heard.send(true).unwrap();
        let answer = client.answer("GET").await;
        assert_eq!((answer.start(), answer.text().as_str()), ("HTTP/1.1 200 OK", "ok"));
        let (observed, failures) = proxy.stop().await;
        assert_eq!((observed.tally.judged, failures.len()), (1, 0), "the answer is judged, once");
    });
}

#[test]
fn interim_answers_do_not_garble_what_follows() {
    run(async {
        let hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n";
        let origin = Origin::answering(move |request| {
            let target = request.start().split(' ').nth(1).unwrap().to_owned();
            let length = target.len();
            format!("{hints}HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{target}").into_bytes()
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        // All at once: the answers come in the order of the requests, each with its own before it.
        let asked: Vec<String> = (0..20).map(|at| format!("GET /{at} HTTP/1.1\r\nHost: a\r\n\r\n")).collect();
        client.send(asked.concat()).await;
        for at in 0..20 {
            for start in ["HTTP/1.1 103 Early Hints", "HTTP/1.1 102 Processing", "HTTP/1.1 200 OK"] {
                let answer = client.answer("GET").await;
                assert_eq!(answer.start(), start);
                if start.ends_with("OK") {
                    assert_eq!(answer.text(), format!("/{at}"));
                }
            }
        }
    });
}

#[test]
fn a_client_of_an_older_kind_hears_the_answer_alone() {
    run(async {
        let origin = Origin::answering(|_| {
            b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec()
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        client.send("GET /x HTTP/1.0\r\n\r\n").await;
        let answer = client.answer("GET").await;
        assert!(answer.start().ends_with("200 OK"), "{answer:?}");
        assert_eq!(answer.text(), "ok");
    });
}

#[test]
fn interim_answers_and_the_wish_for_the_body_go_together() {
    run(async {
        let origin = Origin::on_connection(|mut wire| async move {
            wire.head().await.unwrap();
            wire.send("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n").await;
            let body = String::from_utf8(wire.bytes(5).await).unwrap();
            wire.send(format!("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{body}")).await;
            wire.closed().await;
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        client.send(EXPECTING).await;
        assert_eq!(client.answer("PUT").await.start(), "HTTP/1.1 103 Early Hints");
        assert_eq!(client.answer("PUT").await.start(), "HTTP/1.1 100 Continue");
        client.send("hello").await;
        assert_eq!(client.answer("PUT").await.text(), "hello");
    });
}
