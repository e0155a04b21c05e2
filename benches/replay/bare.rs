//! The limit: the same requests by the same client, one after another, with nothing checked.

use std::time::Duration;

pub fn replay(url: &str, count: usize) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::runtime::Runtime::new().expect("a runtime starts").block_on(async {
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build()
            .expect("a client can be built");
        for id in 0..count {
            let answer = client
                .get(format!("{url}/orders/{id}"))
                .header("Accept", "application/json")
                .send()
                .await
                .expect("the server answers");
            let body = answer.bytes().await.expect("the server answers in full");
            assert!(!body.is_empty(), "the server answers with a body");
        }
    });
}
