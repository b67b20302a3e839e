//! `sync`: plans a delivery and applies the plan, unless a limit holds it.

use std::path::PathBuf;

use clap::Args;

use crate::command::delivery::Delivery;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::session::Session;

/// Plan a delivery and apply the plan, unless a limit holds it for a person
#[derive(Debug, Args)]
pub struct Sync {
    #[command(flatten)]
    delivery: Delivery,
    /// The delivery: a folder with OneRoster CSV files, or a zip of them
    #[arg(long, value_name = "PATH")]
    feed: PathBuf,
}

impl Sync {
    /// Plans, applies and prints.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let context = session.context("");
        let progress = Progress::begin(session.printer);
        let tell = |what: &str, done| progress.tell(what, done);
        let options = self.delivery.options(&tell)?;
        let (district, feed) = (&self.delivery.district, &self.feed);
        let report = session
            .with_hub(async |hub| Ok(hub.sync(district, feed, &options, &context).await?))?;
        drop(progress);
        session.show_run(&report)
    }
}
