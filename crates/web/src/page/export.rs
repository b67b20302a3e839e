//! The whole roster as a zip of OneRoster CSV, sent as it is read: nothing of it is kept.

use std::io::{self, Write};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use serde::Deserialize;
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Sender, channel};

use crate::console::Shared;
use crate::fault::Fault;
use crate::gate::{Place, Visitor};

/// As of which operation, and in which format.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    as_of: Option<i64>,
    #[serde(default)]
    format: String,
}

/// How many pieces wait for the browser before the export waits for it.
const PIECES: usize = 16;

/// How much is sent at once, in bytes.
const PIECE: usize = 1 << 16;

/// How long the export waits for a browser that is slower, before it looks again.
const PAUSE: Duration = Duration::from_millis(2);

/// The zip.
pub async fn show(
    State(console): State<Shared>,
    visitor: Visitor,
    place: Place,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let format = match wanted.format.as_str() {
        "" | "oneroster-1.1" => "oneroster-1.1",
        "oneroster-1.2" => "oneroster-1.2",
        _ => return Err(Fault::NotFound),
    };
    let newest = console.hub.newest_operation(&place.district).await?;
    let as_of = wanted.as_of.unwrap_or(newest);
    if !(0..=newest).contains(&as_of) {
        return Err(Fault::NotFound);
    }
    let note = format!("as of operation {as_of}, {format}");
    console.note(&visitor, Some(place.district.id), "roster.export", &note).await?;
    let slug = place.district.slug.clone();
    let name = format!("attachment; filename=\"{slug}-{as_of}-{format}.zip\"");
    let (pieces, sent) = channel(PIECES);
    let (of, runtime) = (Shared::clone(&console), Handle::current());
    // It waits for the browser, which no thread that answers others may do.
    tokio::task::spawn_blocking(move || {
        let out = Pieces { to: pieces.clone(), piece: Vec::with_capacity(PIECE) };
        let done = runtime.block_on(of.hub.export_zip(&slug, format, out, Some(as_of)));
        if let Err(error) = done {
            tracing::warn!(kind = error.kind(), "an export ended before its end");
            // What was sent is no whole zip; the browser is to hear of that.
            let _ = pieces.blocking_send(Err(io::Error::other("the export stopped")));
        }
    });
    let body = Body::from_stream(unfold(sent, async |mut sent| Some((sent.recv().await?, sent))));
    Ok(([(CONTENT_TYPE, "application/zip".to_owned()), (CONTENT_DISPOSITION, name)], body)
        .into_response())
}

/// Sends what is written in pieces.
struct Pieces {
    to: Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

impl Pieces {
    fn send(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let mut next = Ok(Bytes::from(std::mem::take(&mut self.piece)));
        loop {
            match self.to.try_send(next) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Closed(_)) => return Err(io::ErrorKind::BrokenPipe.into()),
                Err(TrySendError::Full(back)) => {
                    std::thread::sleep(PAUSE);
                    next = back;
                }
            }
        }
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}
