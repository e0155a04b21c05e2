//! The end: what is under way comes to its end, nothing new begins, and everything is judged.

use std::time::Duration;

use countersign_traffic::Unjudged;
use countersign_traffic::proxy::Settings;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};

use crate::origin::{Origin, json_answer};
use crate::scene::{Proxied, run, settings, vod};
use crate::wire::Wire;

/// A service that answers once it is let.
async fn held() -> (Origin, mpsc::UnboundedReceiver<()>, watch::Sender<bool>) {
    let (sender, asked) = mpsc::unbounded_channel();
    let (release, released) = watch::channel(false);
    let origin = Origin::on_connection(move |mut wire| {
        let (sender, mut released) = (sender.clone(), released.clone());
        async move {
            while wire.request().await.is_some() {
                sender.send(()).unwrap();
                // Where the test is over, nobody waits for the answer.
                if released.wait_for(|released| *released).await.is_ok() {
                    wire.send(json_answer(200, &vod())).await;
                }
            }
        }
    })
    .await;
    (origin, asked, release)
}

#[test]
fn what_is_under_way_is_answered_and_judged() {
    run(async {
        let (origin, mut asked, release) = held().await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let address = proxy.address;
        let mut idle = Wire::connect(address).await;
        let mut clients = Vec::new();
        for number in 0..5 {
            let mut client = Wire::connect(address).await;
            client.send(format!("GET /vods/{number} HTTP/1.1\r\nHost: a\r\n\r\n")).await;
            asked.recv().await.unwrap();
            clients.push(client);
        }
        let draining = proxy.drain();
        // Whoever asks for nothing is let go, and nobody new is let in.
        idle.closed().await;
        assert!(TcpStream::connect(address).await.is_err());
        release.send(true).unwrap();
        for client in &mut clients {
            let answer = client.answer("GET").await;
            assert_eq!(answer.text(), vod().to_string());
            client.closed().await;
        }
        let (observed, failures) = draining.end().await;
        assert_eq!((observed.tally.judged, observed.tally.broken, failures.len()), (5, 0, 0));
    });
}

#[test]
fn a_second_wish_cuts_what_is_under_way() {
    run(async {
        let (origin, mut asked, _release) = held().await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        client.send("GET /vods/7 HTTP/1.1\r\nHost: a\r\n\r\n").await;
        asked.recv().await.unwrap();
        let (observed, _) = proxy.drain().cut().await;
        assert!(client.answer("GET").await.cut);
        assert_eq!(observed.tally.unjudged, [(Unjudged::Stopped, 1)]);
    });
}

#[test]
fn nobody_is_waited_for_without_end() {
    run(async {
        let (origin, mut asked, _release) = held().await;
        let settings = Settings { grace: Duration::from_millis(50), ..settings() };
        let proxy = Proxied::before(origin.address, settings).await;
        let mut client = Wire::connect(proxy.address).await;
        client.send("GET /vods/7 HTTP/1.1\r\nHost: a\r\n\r\n").await;
        asked.recv().await.unwrap();
        let (observed, _) = proxy.stop().await;
        assert_eq!(observed.tally.unjudged, [(Unjudged::Stopped, 1)]);
    });
}
