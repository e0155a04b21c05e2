//! A client of the made-up orders service, as small as a client can be.

use std::time::Duration;

use countersign_consumer::prelude::Url;

pub async fn get(url: &Url, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let client = reqwest::Client::builder()
        // Loading the system's certificates is most of a client's cost, and no test here speaks TLS.
        .tls_certs_only([])
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap();
    let mut request = client.get(url.join(path).unwrap());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}
