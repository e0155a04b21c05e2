//! Connections that become another protocol pass through, and are not judged.

use countersign_traffic::Unjudged;

use crate::origin::Origin;
use crate::scene::{Proxied, run, settings};
use crate::wire::Wire;

const ASKING: &str = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
const SWITCHING: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

#[test]
fn a_websocket_passes_through() {
    run(async {
        let origin = Origin::on_connection(|mut wire| async move {
            let head = wire.head().await.unwrap();
            assert!(
                head.contains("Upgrade: websocket") && head.to_lowercase().contains("connection: upgrade"),
                "{head}"
            );
            // The first frame comes with the answer, as services may send it.
            wire.send(format!("{SWITCHING}\x01\x00\x02")).await;
            let frame = wire.bytes(5).await;
            wire.send(frame.iter().rev().copied().collect::<Vec<u8>>()).await;
            wire.closed().await;
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        client.send(ASKING).await;
        let answer = client.answer("GET").await;
        assert_eq!(answer.start(), "HTTP/1.1 101 Switching Protocols");
        assert_eq!(answer.header("upgrade"), ["websocket"]);
        assert_eq!(answer.header("connection"), ["Upgrade"]);
        assert_eq!(answer.header("sec-websocket-accept"), ["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]);
        assert_eq!(client.bytes(3).await, b"\x01\x00\x02");
        client.send(b"\xff\x00\r\n\x07").await;
        assert_eq!(client.bytes(5).await, b"\x07\n\r\x00\xff");
        // The end comes while it is open: it is closed, not waited for.
        let draining = proxy.drain();
        client.closed().await;
        let (observed, failures) = draining.end().await;
        assert_eq!(observed.tally.unjudged, [(Unjudged::Upgraded, 1)]);
        assert_eq!(failures.len(), 0);
    });
}

#[test]
fn a_service_that_does_not_change_answers_as_ever() {
    run(async {
        let origin = Origin::of_json(200, &crate::scene::vod()).await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        client.send(ASKING.replace("/ws", "/vods/7")).await;
        assert_eq!(client.answer("GET").await.text(), crate::scene::vod().to_string());
        let (observed, _) = proxy.stop().await;
        assert_eq!((observed.tally.judged, observed.tally.broken), (1, 0));
    });
}

#[test]
fn a_change_that_nobody_asked_for_is_a_failure() {
    run(async {
        let origin = Origin::answering(|_| SWITCHING.as_bytes().to_vec()).await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let answer = Wire::connect(proxy.address).await.get("/vods/7").await;
        assert!(answer.start().contains("502"), "{answer:?}");
    });
}
