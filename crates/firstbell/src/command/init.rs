//! `init`: a new installation.

use std::path::Path;

use clap::{Args, ValueEnum};
use firstbell_sync::access::Profile;
use firstbell_sync::{Hub, HubError};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::{self, Session};

/// Make a new installation in the home folder
#[derive(Debug, Args)]
pub struct Init {
    /// Who runs it: a district for itself, or a vendor for districts that are its customers, whose
    /// people its operators see only while a district lets them
    #[arg(long, value_enum, default_value_t = Runner::District)]
    profile: Runner,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Runner {
    District,
    Vendor,
}

#[derive(Debug, Serialize)]
struct Made<'a> {
    home: &'a Path,
    database: &'static str,
    profile: Profile,
}

impl Init {
    /// Makes the folder, the database and the key.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let home = session.configuration.home()?;
        let (url, key) = (session.configuration.database(), session.configuration.master_key()?);
        let given = key.is_some();
        let profile = match self.profile {
            Runner::District => Profile::District,
            Runner::Vendor => Profile::Vendor,
        };
        session::runtime()?.block_on(async {
            let hub = Hub::init(&home, url, key).await?;
            let kept = hub.access().set_profile(profile).await;
            hub.close().await;
            kept.map_err(|error| Failure::from(HubError::from(error)))
        })?;
        let database = if url.is_some() { "PostgreSQL" } else { "embedded" };
        session.printer.show(&Made { home: &home, database, profile }, |_| {
            text(&home, given, &session.configuration.call())
        })?;
        Ok(Exit::Done)
    }
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
