//! `init`: a new installation.

use std::path::Path;

use firstbell_sync::Hub;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::{self, Session};

#[derive(Debug, Serialize)]
struct Made<'a> {
    home: &'a Path,
    database: &'static str,
}

/// Makes the folder, the database and the key.
pub fn run(session: &Session) -> Result<Exit, Failure> {
    let home = session.configuration.home()?;
    let (url, key) = (session.configuration.database(), session.configuration.master_key()?);
    let given = key.is_some();
    session::runtime()?.block_on(async {
        Hub::init(&home, url, key).await?.close().await;
        Ok::<_, Failure>(())
    })?;
    let database = if url.is_some() { "PostgreSQL" } else { "embedded" };
    session.printer.show(&Made { home: &home, database }, |_| {
        text(&home, given, &session.configuration.call())
    })?;
    Ok(Exit::Done)
}

fn text(home: &Path, given: bool, call: &str) -> String {
    let home = home.display();
    let key = if given { "The key in FIRSTBELL_MASTER_KEY" } else { "The file master.key in it" };
    format!(
        "Ready: an empty installation in {home}.\n\
         {key} opens everything that is kept: back it up, apart from the rest.\n\n\
         Next:\n  {call} district add oak --name \"Oak USD\""
    )
}
