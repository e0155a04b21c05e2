//! A client of the made-up orders service, as small as a client can be.

use std::time::Duration;

use countersign_consumer::prelude::Url;

pub async fn get(url: &Url, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let client = reqwest::Client::builder()
        // Loading the system's certificates is most of a client's cost, and no test here speaks TLS.
        .tls_certs_only([])
        .timeout(Duration::from_secs(30))
        .build()
        .expect("nothing in it can fail");
    let mut request = client.get(url.join(path).expect("a test writes its own paths"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("the mock provider answers")
}
