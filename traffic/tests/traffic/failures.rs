//! Services and clients that fail: who is told what, and what is counted.

use std::time::Duration;

use countersign_traffic::Unjudged;
use countersign_traffic::proxy::Settings;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

use crate::origin::Origin;
use crate::scene::{Proxied, run, settings};
use crate::wire::{Message, Wire};

/// So short that a service which says nothing is given up at once.
fn impatient() -> Settings {
    Settings { silence: Duration::from_millis(50), ..settings() }
}

fn is_ours(answer: &Message, status: u16, error: &str) {
    assert_eq!(answer.start().split(' ').nth(1), Some(status.to_string().as_str()), "{}", answer.text());
    assert_eq!(answer.header("proxy-status"), [format!("countersign; error={error}")]);
    assert!(answer.text().starts_with("countersign proxy: failed to "), "{}", answer.text());
}

#[test]
fn nobody_listens() {
    run(async {
        let proxy = Proxied::before(Origin::nowhere().await, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        let answer = client.get("/vods/7").await;
        is_ours(&answer, 502, "connection_refused");
        assert!(answer.text().contains("reach http://127.0.0.1:"), "{}", answer.text());
        // The connection of the client lasts.
        is_ours(&client.get("/vods/8").await, 502, "connection_refused");
        let (observed, failures) = proxy.stop().await;
        let (count, reason) = &failures[&Unjudged::UpstreamFailed];
        assert_eq!(*count, 2);
        assert!(reason.contains("refused"), "{reason}");
        assert_eq!(observed.tally.unjudged(Unjudged::UpstreamFailed), 2);
        assert_eq!(
            observed.operations.iter().map(|seen| seen.exchanges).sum::<u64>(),
            2,
            "they were asked for"
        );
    });
}

#[test]
fn a_name_that_leads_nowhere() {
    run(async {
        let trust = countersign_traffic::proxy::Trust::Machine;
        let proxy = Proxied::with("http://nowhere.invalid", &trust, settings()).await;
        is_ours(&Wire::connect(proxy.address).await.get("/").await, 502, "dns_error");
    });
}

#[test]
fn the_service_ends_before_it_answers() {
    run(async {
        let origin = Origin::on_connection(|mut wire| async move {
            wire.request().await;
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        is_ours(&Wire::connect(proxy.address).await.get("/vods/7").await, 502, "connection_terminated");
    });
}

#[test]
fn the_service_speaks_another_language() {
    run(async {
        let origin = Origin::on_connection(|mut wire| async move {
            wire.request().await;
            wire.send("SSH-2.0-OpenSSH\r\n\r\n").await;
            wire.closed().await;
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        is_ours(&Wire::connect(proxy.address).await.get("/vods/7").await, 502, "http_protocol_error");
    });
}

#[test]
fn a_kept_connection_that_was_closed_costs_nobody_an_answer() {
    run(async {
        // It answers once, and then closes as soon as it is asked again.
        let origin = Origin::on_connection(|mut wire| async move {
            wire.request().await;
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
            wire.request().await;
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        for _ in 0..5 {
            assert_eq!(client.get("/vods/7").await.text(), "ok");
        }
        let (_, failures) = proxy.stop().await;
        assert_eq!(failures.len(), 0, "{failures:?}");
    });
}

#[test]
fn an_answer_that_breaks_off_breaks_off_for_the_client() {
    run(async {
        for head in ["Content-Length: 100", "Transfer-Encoding: chunked"] {
            let origin = Origin::on_connection(move |mut wire| async move {
                wire.request().await;
                wire.send(format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n5\r\nhello\r\n")).await;
            })
            .await;
            let proxy = Proxied::before(origin.address, settings()).await;
            let answer = Wire::connect(proxy.address).await.get("/vods/7").await;
            assert!(answer.cut, "{answer:?}");
            let (observed, failures) = proxy.stop().await;
            assert_eq!(observed.tally.unjudged, [(Unjudged::UpstreamCut, 1)]);
            assert!(failures[&Unjudged::UpstreamCut].1.contains("ended its answer in its middle"));
        }
    });
}

#[test]
fn a_client_that_takes_nothing_is_given_up() {
    run(async {
        let (sender, mut given_up) = mpsc::unbounded_channel();
        let origin = Origin::on_connection(move |mut wire| {
            let sender = sender.clone();
            async move {
                wire.request().await;
                wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
                let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
                // It ends once the proxy has closed the connection.
                while wire.stream.write_all(chunk.as_bytes()).await.is_ok() {}
                sender.send(()).unwrap();
            }
        })
        .await;
        let proxy = Proxied::before(origin.address, impatient()).await;
        let mut client = Wire::connect(proxy.address).await;
        client.send("GET /vods/7 HTTP/1.1\r\nHost: a\r\n\r\n").await;
        given_up.recv().await.unwrap();
        let (observed, failures) = proxy.stop().await;
        assert_eq!(observed.tally.unjudged, [(Unjudged::ClientGone, 1)]);
        assert_eq!(failures.len(), 0, "the service did nothing wrong: {failures:?}");
    });
}

#[test]
fn a_service_that_says_nothing_is_given_up() {
    run(async {
        let origin = Origin::on_connection(|mut wire| async move {
            wire.closed().await;
        })
        .await;
        let proxy = Proxied::before(origin.address, impatient()).await;
        let mut client = Wire::connect(proxy.address).await;
        is_ours(&client.get("/vods/7").await, 504, "http_response_timeout");
        let (observed, _) = proxy.stop().await;
        assert_eq!(observed.tally.unjudged, [(Unjudged::UpstreamFailed, 1)]);
    });
}

#[test]
fn a_service_that_falls_silent_in_its_answer_is_given_up() {
    run(async {
        let origin = Origin::on_connection(|mut wire| async move {
            wire.request().await;
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello").await;
            wire.closed().await;
        })
        .await;
        let proxy = Proxied::before(origin.address, impatient()).await;
        let answer = Wire::connect(proxy.address).await.get("/vods/7").await;
        assert!(answer.cut && answer.text() == "hello", "{answer:?}");
        let (observed, failures) = proxy.stop().await;
        assert_eq!(observed.tally.unjudged, [(Unjudged::UpstreamCut, 1)]);
        assert!(failures[&Unjudged::UpstreamCut].1.contains("nothing came for"), "{failures:?}");
    });
}

#[test]
fn a_slow_service_is_waited_for_as_long_as_something_moves() {
    run(async {
        let origin = Origin::on_connection(|mut wire| async move {
            wire.request().await;
            wire.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n")
                .await;
            for byte in br#"{"id":7, "title": "t"}"# {
                wire.send([*byte]).await;
                // Whatever else runs on this machine has its turn in between.
                tokio::task::yield_now().await;
            }
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let answer = Wire::connect(proxy.address).await.get("/vods/7").await;
        assert_eq!(answer.text(), r#"{"id":7, "title": "t"}"#);
        let (observed, _) = proxy.stop().await;
        assert_eq!((observed.tally.judged, observed.tally.broken), (1, 0));
    });
}

#[test]
fn a_client_that_stalls_in_its_request_is_told_so() {
    run(async {
        let origin = Origin::answering(|_| b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()).await;
        let proxy = Proxied::before(origin.address, impatient()).await;
        let mut client = Wire::connect(proxy.address).await;
        client.send("PUT /vods/7 HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello").await;
        is_ours(&client.answer("PUT").await, 408, "http_request_error");
        let (observed, _) = proxy.stop().await;
        assert_eq!(observed.tally.unjudged, [(Unjudged::ClientGone, 1)]);
    });
}

#[test]
fn a_client_that_goes_away_takes_its_request_along() {
    run(async {
        let (sender, mut heard) = mpsc::unbounded_channel();
        let origin = Origin::on_connection(move |mut wire| {
            let sender = sender.clone();
            async move {
                wire.request().await;
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello").await;
                sender.send("asked").unwrap();
                // The proxy lets go of the service once nobody waits for the answer any more.
                wire.closed().await;
                sender.send("closed").unwrap();
            }
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        client.send("GET /vods/7 HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert_eq!(heard.recv().await, Some("asked"));
        client.head().await.unwrap();
        drop(client);
        // To write into a connection that is gone is how that is noticed; reading notices it too.
        assert_eq!(heard.recv().await, Some("closed"));
        let (observed, failures) = proxy.stop().await;
        assert_eq!(observed.tally.unjudged, [(Unjudged::ClientGone, 1)]);
        assert_eq!(failures.len(), 0);
    });
}

#[test]
fn a_client_that_breaks_off_its_request_is_no_failure_of_the_service() {
    run(async {
        let (sender, mut heard) = mpsc::unbounded_channel();
        let origin = Origin::on_connection(move |mut wire| {
            let sender = sender.clone();
            async move {
                wire.head().await;
                sender.send("asked").unwrap();
                wire.closed().await;
                sender.send("closed").unwrap();
            }
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        client.send("PUT /vods/7 HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello").await;
        assert_eq!(heard.recv().await, Some("asked"));
        drop(client);
        assert_eq!(heard.recv().await, Some("closed"));
        let (observed, _) = proxy.stop().await;
        assert_eq!(observed.tally.unjudged, [(Unjudged::ClientGone, 1)]);
    });
}

#[test]
fn what_is_nothing_to_pass_on_is_refused() {
    run(async {
        let origin = Origin::answering(|_| panic!("nobody asks the service")).await;
        let proxy = Proxied::before(origin.address, settings()).await;
        for request in [
            "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        ] {
            let mut client = Wire::connect(proxy.address).await;
            client.send(request).await;
            is_ours(&client.answer("POST").await, 501, "http_request_denied");
        }
        for (request, status) in [
            ("GET / HTTP/1.1\r\nbad header\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400),
            ("nonsense\r\n\r\n", 400),
        ] {
            let mut client = Wire::connect(proxy.address).await;
            client.send(request).await;
            let answer = client.answer("GET").await;
            assert!(answer.start().contains(&status.to_string()), "{request:?}: {answer:?}");
        }
    });
}
