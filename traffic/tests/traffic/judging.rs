//! Live traffic is judged beside its way: what is wrong is found, and what is right is not touched.

use std::io::Write;

use countersign_traffic::Partial;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use crate::origin::{Origin, answer, json_answer};
use crate::scene::{Proxied, run, settings, told, vod};
use crate::wire::Wire;

#[test]
fn all_kinds_of_deviations_are_found() {
    run(async {
        let origin = Origin::answering(|request| match request.start().split(' ').nth(1).unwrap() {
            "/vods/1" => json_answer(218, &vod()),
            "/vods/2" => json_answer(200, &json!({ "id": "two", "title": "t" })),
            "/vods/3" => json_answer(200, &json!({ "id": 3 })),
            "/vods/4" => answer(200, "text/html", "<p>"),
            _ => json_answer(200, &vod()),
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        for number in 1..=10 {
            client.get(&format!("/vods/{number}")).await;
        }
        let (observed, failures) = proxy.stop().await;
        let found: Vec<String> = told(&observed).into_iter().map(|(line, _)| line).collect();
        assert_eq!(
            found,
            [
                "Error response.status.unknown GET /vods/{id} ResponseStatus",
                "Error response.body.incompatible GET /vods/{id} ResponseBody(JsonPointer(\"\"))",
                "Error response.body.incompatible GET /vods/{id} ResponseBody(JsonPointer(\"/id\"))",
                "Error response.content-type.incompatible GET /vods/{id} ResponseHeader(\"Content-Type\")",
            ]
        );
        assert_eq!((observed.tally.judged, observed.tally.broken, failures.len()), (10, 4, 0));
        let unseen = observed.operations.iter().filter(|seen| seen.exchanges == 0);
        let mut unseen: Vec<&str> = unseen.map(|seen| seen.operation.id.as_deref().unwrap()).collect();
        unseen.sort_unstable();
        assert_eq!(unseen, ["change", "remove", "reset"]);
    });
}

#[test]
fn requests_are_judged_too() {
    run(async {
        let origin = Origin::answering(|_| b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()).await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        let put = |headers: &str, body: &str| {
            let length = body.len();
            format!("PUT /vods/7 HTTP/1.1\r\nHost: a\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
        };
        let typed = "Content-Type: application/json\r\n";
        let signed = format!("Authorization: Bearer x\r\n{typed}");
        for request in [
            put(&signed, &vod().to_string()),
            put(typed, &vod().to_string()),
            put(&signed, "{}"),
            put(&signed, ""),
        ] {
            client.send(request).await;
            assert!(client.answer("PUT").await.start().contains("204"));
        }
        let (observed, _) = proxy.stop().await;
        let found: Vec<String> = told(&observed).into_iter().map(|(line, _)| line).collect();
        assert_eq!(
            found,
            [
                "Error request.body.incompatible PUT /vods/{id} RequestBody(JsonPointer(\"\"))",
                "Error request.body.incompatible PUT /vods/{id} RequestBody(JsonPointer(\"\"))",
                "Error request.authorization.missing PUT /vods/{id} RequestHeader(\"Authorization\")",
            ]
        );
        assert_eq!(observed.tally.broken, 3);
    });
}

#[test]
fn codings_are_undone_for_the_judge_alone() {
    run(async {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(json!({ "id": "x", "title": "t" }).to_string().as_bytes()).unwrap();
        let coded = gzip.finish().unwrap();
        let sent = coded.clone();
        let origin = Origin::answering(move |request| {
            let claimed = [("/vods/1", "gzip"), ("/vods/2", "br"), ("/vods/3", "dcz")];
            let coding = claimed.iter().find(|(path, _)| request.start().contains(path)).unwrap().1;
            let mut answer = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n", sent.len()).into_bytes();
            answer.extend(&sent);
            answer
        })
        .await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let mut client = Wire::connect(proxy.address).await;
        assert_eq!(client.get("/vods/1").await.body, coded);
        assert_eq!(client.get("/vods/2").await.body, coded);
        assert_eq!(client.get("/vods/3").await.body, coded);
        let (observed, _) = proxy.stop().await;
        assert_eq!(told(&observed).len(), 1);
        assert_eq!(observed.deviations[0].first.origin.number, 1);
        assert_eq!(observed.tally.partial, [(Partial::BodyCoding, 2)], "wrongly claimed, and unknown");
    });
}

#[test]
fn an_administrator_sees_how_it_is() {
    run(async {
        let origin = Origin::of_json(218, &vod()).await;
        let proxy = Proxied::before(origin.address, settings()).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(proxy.admin.clone().serve(listener));
        let mut client = Wire::connect(proxy.address).await;
        client.get("/vods/7").await;
        drop(client);
        let watch = std::sync::Arc::clone(&proxy.watch);
        let (observed, _) = proxy.stop().await;
        assert_eq!(observed.tally, watch.tally());

        let mut admin = Wire::connect(address).await;
        assert_eq!(admin.get("/health").await.text(), "ok\n");
        let page = admin.get("/metrics").await.text();
        for line in [
            "countersign_exchanges_total 1",
            "countersign_exchanges_judged_total 1",
            "countersign_exchanges_broken_total 1",
            "countersign_violations_total{id=\"response.status.unknown\",severity=\"error\"} 1",
            "countersign_operations 4",
            "countersign_operations_seen 1",
            "countersign_queue_length 0",
        ] {
            assert!(page.lines().any(|it| it == line), "no {line} in\n{page}");
        }
        assert!(admin.get("/").await.start().contains("404"));
        admin.send("POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").await;
        assert!(admin.answer("POST").await.start().contains("405"));
        serving.abort();
    });
}
