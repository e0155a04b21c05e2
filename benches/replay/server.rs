//! The trivial provider: every order exists and looks alike.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::serve::ListenerExt;

use crate::load;

/// Starts the server on a free port, on a thread of its own, for as long as the process lives.
pub fn start() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.set_nonblocking(true).expect("a listener can be made non-blocking");
    let address = listener.local_addr().expect("a bound listener has an address");
    std::thread::spawn(move || {
        tokio::runtime::Runtime::new().expect("a runtime starts").block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a bound listener");
            let listener = listener.tap_io(|stream| {
                stream.set_nodelay(true).expect("a fresh connection takes options");
            });
            let routes = Router::new().route("/orders/{id}", get(order));
            axum::serve(listener, routes).await.expect("the server runs until the process ends");
        });
    });
    address
}

async fn order(Path(id): Path<usize>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], load::order(id).to_string())
}
