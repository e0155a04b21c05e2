//! Bounds hold: memory, bodies, heads, connections, the queue.

use std::fs;

use countersign_traffic::proxy::Settings;
use countersign_traffic::{Partial, Unjudged};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use crate::origin::{Origin, json_answer};
use crate::scene::{Proxied, run, settings, vod};
use crate::wire::Wire;

#[test]
fn a_body_beyond_the_limit_passes_and_is_told() {
    run(async {
        let body = json!({ "id": 7, "title": "x".repeat(2_000) });
        let answer = json_answer(200, &body);
        let origin = Origin::answering(move |_| answer.clone()).await;
        let proxy = Proxied::before(origin.address, Settings { max_body: 1_000, ..settings() }).await;
        let mut client = Wire::connect(proxy.address).await;
        assert_eq!(client.get("/vods/7?x=1").await.text(), body.to_string());
        let (observed, _) = proxy.stop().await;
        assert_eq!(observed.tally.partial, [(Partial::BodyTooLarge, 1)]);
        // All but the body is judged.
        assert_eq!((observed.tally.judged, observed.deviations.len()), (1, 1));
    });
}

#[test]
fn what_there_is_no_memory_for_is_counted_and_passes() {
    run(async {
        let origin = Origin::of_json(200, &vod()).await;
        let proxy = Proxied::before(origin.address, Settings { max_memory: 10, ..settings() }).await;
        let mut client = Wire::connect(proxy.address).await;
        assert_eq!(client.get("/vods/7").await.text(), vod().to_string());
        let (observed, _) = proxy.stop().await;
        assert_eq!(observed.tally.unjudged, [(Unjudged::NoMemory, 1)]);
    });
}

#[test]
fn what_does_not_fit_the_queue_is_counted_and_passes() {
    run(async {
        let origin = Origin::of_json(200, &vod()).await;
        let proxy = Proxied::before(origin.address, Settings { queue: 0, ..settings() }).await;
        let mut client = Wire::connect(proxy.address).await;
        assert_eq!(client.get("/vods/7").await.text(), vod().to_string());
        let (observed, _) = proxy.stop().await;
        assert_eq!(observed.tally.unjudged, [(Unjudged::QueueFull, 1)]);
    });
}

#[test]
fn a_sample_leaves_out_what_it_leaves_out_and_every_operation_is_seen_all_the_same() {
    run(async {
        let origin = Origin::of_json(200, &vod()).await;
        let proxy = Proxied::before(origin.address, Settings { sample: 0.25, ..settings() }).await;
        let mut client = Wire::connect(proxy.address).await;
        for _ in 0..1_000 {
            client.get("/vods/7").await;
        }
        let (observed, _) = proxy.stop().await;
        let left_out = observed.tally.unjudged(Unjudged::NotSampled);
        assert_eq!(left_out + observed.tally.judged, 1_000);
        // Fourteen standard deviations from the middle.
        assert!((50..=450).contains(&observed.tally.judged), "{}", observed.tally.judged);
        assert_eq!(observed.operations.iter().map(|seen| seen.exchanges).sum::<u64>(), 1_000);
    });
}

#[test]
fn heads_without_end_are_refused() {
    run(async {
        let origin = Origin::answering(|request| {
            let more = if request.start().contains("/large") { 100_000 } else { 10 };
            format!("HTTP/1.1 200 OK\r\nX-Large: {}\r\nContent-Length: 0\r\n\r\n", "x".repeat(more))
                .into_bytes()
        })
        .await;
        let proxy = Proxied::before(origin.address, Settings { max_head: 20_000, ..settings() }).await;
        let mut client = Wire::connect(proxy.address).await;
        assert!(client.get("/small").await.start().contains("200"));
        let answer = client.get("/large").await;
        assert!(answer.start().contains("502"), "{answer:?}");
        assert_eq!(answer.header("proxy-status"), ["countersign; error=http_response_header_section_size"]);
        let large = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Large: {}\r\n\r\n", "x".repeat(100_000));
        // It may close the connection before it has read everything.
        let _ = client.stream.write_all(large.as_bytes()).await;
        let answer = client.answer("GET").await;
        assert!(answer.cut || answer.start().contains("431"), "{answer:?}");
    });
}

#[test]
fn no_more_connections_than_allowed_are_served_at_a_time() {
    run(async {
        let origin = Origin::of_json(200, &vod()).await;
        let proxy = Proxied::before(origin.address, Settings { max_connections: 1, ..settings() }).await;
        let mut first = Wire::connect(proxy.address).await;
        first.get("/vods/1").await;
        let mut second = Wire::connect(proxy.address).await;
        second.send("GET /vods/2 HTTP/1.1\r\nHost: a\r\n\r\n").await;
        // While the first one lasts, the second is not served.
        for _ in 0..10 {
            first.get("/vods/1").await;
        }
        assert_eq!(proxy.watch.tally().exchanges, 11);
        drop(first);
        assert_eq!(second.answer("GET").await.text(), vod().to_string());
    });
}

#[test]
fn a_thousand_connections_at_once_are_all_answered() {
    run(async {
        let (sender, mut asked) = mpsc::unbounded_channel();
        let (release, released) = tokio::sync::watch::channel(false);
        let origin = Origin::on_connection(move |mut wire| {
            let (sender, mut released) = (sender.clone(), released.clone());
            async move {
                wire.request().await;
                sender.send(()).unwrap();
                // Nobody is answered before everybody has asked.
                released.wait_for(|released| *released).await.unwrap();
                wire.send(json_answer(200, &vod())).await;
                wire.closed().await;
            }
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut clients = Vec::new();
        for number in 0..1_000 {
            let mut client = Wire::connect(proxy.address).await;
            client.send(format!("GET /vods/{number} HTTP/1.1\r\nHost: a\r\n\r\n")).await;
            clients.push(client);
        }
        for _ in 0..1_000 {
            asked.recv().await.unwrap();
        }
        release.send(true).unwrap();
        for client in &mut clients {
            assert_eq!(client.answer("GET").await.text(), vod().to_string());
        }
        drop(clients);
        let (observed, failures) = proxy.stop().await;
        assert_eq!((observed.tally.judged, observed.tally.broken, failures.len()), (1_000, 0, 0));
    });
}

/// Bytes of memory of this process, now.
fn resident() -> Option<usize> {
    let pages = fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = pages.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

#[test]
fn a_huge_body_takes_no_memory() {
    const SIZE: usize = 256 * 1024 * 1024;
    run(async {
        let origin = Origin::on_connection(|mut wire| async move {
            wire.head().await.unwrap();
            let (mut reading, mut writing) = wire.stream.split();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {SIZE}\r\n\r\n");
            writing.write_all(head.as_bytes()).await.unwrap();
            // What comes goes back at once.
            tokio::io::copy(&mut reading, &mut writing).await.unwrap();
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        let before = resident();
        client.send(format!("PUT /vods/7 HTTP/1.1\r\nHost: a\r\nContent-Length: {SIZE}\r\n\r\n")).await;
        client.head().await.unwrap();
        let (mut reading, mut writing) = client.stream.split();
        let sending = async {
            let block = vec![7; 1024 * 1024];
            for _ in 0..SIZE / block.len() {
                writing.write_all(&block).await.unwrap();
            }
        };
        let receiving = async {
            let (mut block, mut left, mut most) = (vec![0; 1024 * 1024], SIZE, 0);
            while left > 0 {
                let count = reading.read(&mut block).await.unwrap();
                assert!(count > 0 && block[..count].iter().all(|byte| *byte == 7));
                left -= count;
                most = most.max(resident().unwrap_or(0));
            }
            most
        };
        let (most, ()) = tokio::join!(receiving, sending);
        let grown = most.saturating_sub(before.unwrap_or(0));
        assert!(grown < 32 * 1024 * 1024, "{} MiB more for a body of 256 MiB", grown / 1024 / 1024);
    });
}
