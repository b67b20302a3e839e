//! Whether the console lives, whether it can work, and what it counted.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::console::Shared;
use crate::fault::Fault;

/// It lives.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// It can work: its database answers.
pub async fn ready(State(console): State<Shared>) -> Response {
    match console.access.has_accounts().await {
        Ok(_) => "ok\n".into_response(),
        Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

/// What was counted, as Prometheus reads it; for this machine alone, and not through a proxy.
pub async fn metrics(
    State(console): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let proxied = ["forwarded", "x-forwarded-for"].iter().any(|name| headers.contains_key(*name));
    if proxied || !peer.ip().is_loopback() {
        return Err(Fault::NotFound);
    }
    let kind = (CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    Ok(([kind], console.metrics.render()).into_response())
}
