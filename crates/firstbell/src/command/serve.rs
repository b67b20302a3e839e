//! `serve`: the console, until somebody stops it.

use std::net::SocketAddr;

use clap::Args;
use firstbell_sync::Hub;
use firstbell_web::{Address, Console, first_link, further_link};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::clock;
use crate::exit::Exit;
use crate::failure::{Attempt, Failure};
use crate::session::{self, Session};

/// Serve the console: pages for those who answer for the rosters
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen; beyond this machine only behind a proxy that ends TLS (see --url)
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8045")]
    listen: SocketAddr,
    /// Where people find it, such as <https://roster.example.org>, where a proxy stands before it
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Print a link for a further operator, for when the others have lost their passwords
    #[arg(long)]
    new_operator: bool,
}

#[derive(Debug, Serialize)]
struct Served<'a> {
    console: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_link: Option<&'a str>,
    #[serde(skip)]
    first: bool,
}

impl Serve {
    /// Answers until the process is asked to end.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let home = session.configuration.home()?;
        let (database, key) =
            (session.configuration.database(), session.configuration.master_key()?);
        session::log();
        session::runtime()?.block_on(async {
            let hub = Hub::open(&home, database, key, clock::now()).await?;
            self.serve(hub, session).await
        })
    }

    async fn serve(self, hub: Hub, session: &Session) -> Result<Exit, Failure> {
        let (listener, listening) = listen(self.listen).await?;
        let address = Address { url: self.url(listening)? };
        let mut link = first_link(&hub, &address, clock::now()).await.map_err(no_link)?;
        let first = link.is_some();
        if !first && self.new_operator {
            let further = further_link(&hub, &address, clock::now()).await;
            link = Some(further.map_err(no_link)?);
        }
        let console = Console::open(hub, address.clone(), clock::now).await;
        let console = console?;
        let served = Served { console: &address.url, operator_link: link.as_deref(), first };
        session.printer.show(&served, text)?;
        answer(console, listener).await
    }

    /// Where people find the console. What listens beyond this machine is reached through TLS.
    fn url(&self, listening: SocketAddr) -> Result<String, Failure> {
        let Some(url) = &self.url else {
            if listening.ip().is_loopback() {
                return Ok(format!("http://{listening}"));
            }
            return Err(Failure::usage(
                "passwords would cross the network for all to read",
                "Listen on 127.0.0.1 behind a proxy that ends TLS, or name the proxy's address with --url https://...",
            ));
        };
        let host = url.strip_prefix("https://").unwrap_or_default().trim_end_matches('/');
        let plain = !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']);
        if plain {
            return Ok(format!("https://{host}"));
        }
        Err(Failure::usage(
            format!("`{url}` is no address of a console"),
            "Give the scheme and the name alone, such as https://roster.example.org.",
        ))
    }
}

/// Listens, and says where.
pub async fn listen(at: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let (busy, hint) =
        (format!("cannot listen on {at}"), "Name another with --listen ADDRESS:PORT.");
    let listener = TcpListener::bind(at).await.attempt(&busy, hint)?;
    let listening = listener.local_addr().attempt(&busy, hint)?;
    Ok((listener, listening))
}

/// Answers until the process is asked to end.
pub async fn answer(console: Console, listener: TcpListener) -> Result<Exit, Failure> {
    firstbell_web::serve(console, listener, asked_to_stop())
        .await
        .attempt("the console stopped", "Start it again.")?;
    Ok(Exit::Done)
}

/// That no operator can be let in.
pub fn no_link<E>(_: E) -> Failure {
    let what = anyhow::anyhow!("cannot make a link for an operator");
    Failure::error(what, "Look at the installation with `firstbell doctor`.")
}

fn text(served: &Served<'_>) -> String {
    let console = served.console;
    let Some(link) = served.operator_link else { return format!("The console is at {console}") };
    let what = if served.first {
        "Nobody runs it yet. This link makes the first operator"
    } else {
        "This link makes a further operator"
    };
    format!("The console is at {console}\n\n{what}; it works once, for three days:\n  {link}")
}

/// Comes when the process is asked to end: what was begun is answered still.
async fn asked_to_stop() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => terminated.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(listen: &str, url: Option<&str>) -> Option<String> {
        let listen: SocketAddr = listen.parse().unwrap();
        Serve { listen, url: url.map(str::to_owned), new_operator: false }.url(listen).ok()
    }

    #[test]
    fn beyond_this_machine_it_is_reached_through_tls() {
        assert_eq!(url("127.0.0.1:8045", None).as_deref(), Some("http://127.0.0.1:8045"));
        assert_eq!(url("[::1]:8045", None).as_deref(), Some("http://[::1]:8045"));
        assert_eq!(url("0.0.0.0:8045", None), None);
        let named = url("0.0.0.0:8045", Some("https://roster.example.org/"));
        assert_eq!(named.as_deref(), Some("https://roster.example.org"));
        for wrong in ["http://roster.example.org", "roster.example.org", "https://a/b", "https://"]
        {
            assert_eq!(url("127.0.0.1:8045", Some(wrong)), None, "{wrong}");
        }
    }
}
