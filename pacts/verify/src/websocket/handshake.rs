//! Opens a WebSocket over the client that all requests go through, so that it is bound, encrypted and
//! silent about secrets in the same way.

use reqwest::header::{
    CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use reqwest::{Method, Request, Response, StatusCode, Upgraded};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::message::Turn;
use crate::outcome::Cause;
use crate::request::{below, header_value};
use crate::trigger::put_over;
use crate::values::fill;
use crate::wire;

pub(super) type Socket = WebSocketStream<Upgraded>;

/// Opens the socket at `path` of the provider.
pub(super) async fn open(turn: &Turn<'_>, path: &str, protocols: &[String]) -> Result<Socket, Cause> {
    let offered =
        protocols.iter().map(|protocol| fill(protocol, &turn.values)).collect::<Result<Vec<_>, _>>();
    let offered = offered.map_err(Cause::NoAnswer)?;
    let key = generate_key();
    let request = request(turn, path, &offered, &key)
        .map_err(|reason| Cause::NoAnswer(format!("the socket cannot be opened: {reason}")))?;
    let within = turn.run.watch.for_request();
    let upgrading = async {
        let response = turn.run.client.execute(request).await.map_err(|error| {
            let silence = wire::silence(&error);
            if silence.refused {
                turn.run.watch.refused(&silence.reason);
            }
            silence.reason
        })?;
        let response = accepted(response, &offered, &key).await?;
        response.upgrade().await.map_err(|error| wire::silence(&error).reason)
    };
    let upgraded = match timeout(within, upgrading).await {
        Ok(upgraded) => upgraded.map_err(Cause::NoAnswer)?,
        Err(_) => return Err(Cause::NoAnswer(format!("the socket was not opened within {within:?}"))),
    };
    let largest = Some(turn.run.settings.max_body);
    let config = WebSocketConfig::default().max_message_size(largest).max_frame_size(largest);
    Ok(WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config)).await)
}

fn request(turn: &Turn<'_>, path: &str, protocols: &[String], key: &str) -> Result<Request, String> {
    let target = turn.run.target;
    let base = target.url.as_ref().ok_or("the provider has no URL")?;
    let mut request = Request::new(Method::GET, below(base, base.path(), path)?);
    let headers = request.headers_mut();
    if !protocols.is_empty() {
        let name = SEC_WEBSOCKET_PROTOCOL.as_str();
        headers.insert(SEC_WEBSOCKET_PROTOCOL, header_value(name, &protocols.join(", "))?);
    }
    put_over(headers, &target.headers)?;
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    headers.insert(SEC_WEBSOCKET_KEY, header_value(SEC_WEBSOCKET_KEY.as_str(), key)?);
    Ok(request)
}

/// The answer, where it opens the socket; a client has to make sure of that (RFC 6455, section 4.1).
async fn accepted(response: Response, offered: &[String], key: &str) -> Result<Response, String> {
    let status = response.status();
    if status != StatusCode::SWITCHING_PROTOCOLS {
        let path = response.url().path().to_owned();
        let body = wire::excerpt(response).await;
        return Err(format!("the handshake at {path} was answered {status}{body}"));
    }
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    if header(SEC_WEBSOCKET_ACCEPT) != Some(derive_accept_key(key.as_bytes()).as_str()) {
        return Err("the handshake was accepted without the proof that it was understood".to_owned());
    }
    match header(SEC_WEBSOCKET_PROTOCOL) {
        Some(chosen) if !offered.iter().any(|it| it == chosen) => {
            Err("the handshake was accepted with a subprotocol that was not offered".to_owned())
        }
        _ => Ok(response),
    }
}
