//! Interim answers: `100 Continue` comes when the service says so, and others do no harm.

use tokio::sync::mpsc;

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
fn other_interim_answers_do_not_garble_what_follows() {
    run(async {
        let hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n";
        let origin = Origin::answering(move |_| {
            format!("{hints}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").into_bytes()
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        for _ in 0..3 {
            let answer = client.get("/x").await;
            assert_eq!((answer.start(), answer.text().as_str()), ("HTTP/1.1 200 OK", "ok"));
        }
    });
}
