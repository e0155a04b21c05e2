//! The requests that the promises are about.

use base64::Engine as _;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

pub fn client() -> Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder().timeout(std::time::Duration::from_secs(30)).build().unwrap()
}

/// A pact of one interaction from `consumer` to `Provider`. `Err` where the connection breaks.
pub async fn publish(
    client: &Client,
    base: &str,
    (consumer, number): (&str, &str),
    description: &str,
) -> reqwest::Result<(StatusCode, Value)> {
    let pact = json!({
        "consumer": { "name": consumer },
        "provider": { "name": "Provider" },
        "interactions": [{
            "description": description,
            "request": { "method": "GET", "path": "/" },
            "response": { "status": 200 },
        }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    });
    let body = json!({
        "pacticipantName": consumer,
        "pacticipantVersionNumber": number,
        "branch": "main",
        "contracts": [{
            "consumerName": consumer,
            "providerName": "Provider",
            "specification": "pact",
            "contentType": "application/json",
            "content": base64::engine::general_purpose::STANDARD.encode(pact.to_string()),
        }],
    });
    post(client, &format!("{base}/contracts/publish"), &body).await
}

pub async fn post(client: &Client, url: &str, body: &Value) -> reqwest::Result<(StatusCode, Value)> {
    let response = client.post(url).header("accept", "application/hal+json").json(body).send().await?;
    let status = response.status();
    Ok((status, serde_json::from_str(&response.text().await?).unwrap_or(Value::Null)))
}

/// Publishes a result of the pact of one version, and gives the address that it has from then on.
pub async fn verify(
    client: &Client,
    base: &str,
    (consumer, number): (&str, &str),
    provider_version: &str,
) -> reqwest::Result<String> {
    let (_, pact) = get(client, &format!("{base}{}", pact(consumer, number))).await?;
    let results = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    let result =
        json!({ "success": true, "providerApplicationVersion": provider_version, "testResults": [] });
    let (status, answer) = post(client, results, &result).await?;
    assert_eq!(status, 201, "{answer}");
    Ok(answer["_links"]["self"]["href"].as_str().unwrap().strip_prefix(base).unwrap().to_owned())
}

pub async fn get(client: &Client, url: &str) -> reqwest::Result<(StatusCode, Value)> {
    let response = client.get(url).header("accept", "application/hal+json").send().await?;
    let status = response.status();
    Ok((status, serde_json::from_str(&response.text().await?).unwrap_or(Value::Null)))
}

pub fn pact(consumer: &str, number: &str) -> String {
    format!("/pacts/provider/Provider/consumer/{consumer}/version/{number}")
}
