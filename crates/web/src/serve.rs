//! Answering requests until somebody asks to stop.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::console::Console;
use crate::router::router;

/// Answers on a listener until `stop` comes; what was begun is answered still, what is applied is
/// applied to its end, and then the connections to the database are closed.
pub async fn serve(
    console: Console,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let console = Arc::new(console);
    let app = router(Arc::clone(&console)).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, app).with_graceful_shutdown(stop).await?;
    console.finish_jobs().await;
    if let Some(console) = Arc::into_inner(console) {
        console.close().await;
    }
    Ok(())
}
