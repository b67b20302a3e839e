//! `plan`: what a delivery would change, and why; nothing changes.

use std::path::PathBuf;

use clap::Args;
use firstbell_sync::RunOptions;

use crate::command::config;
use crate::command::delivery::Delivery;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::session::Session;

/// Show what a delivery would change, and why; nothing changes
#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    delivery: Delivery,
    /// Plan with the settings in this file instead of the district's; such a plan can be applied
    /// once they are the district's
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
}

impl Plan {
    /// Plans and prints.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let settings = self.settings.as_deref().map(config::text).transpose()?;
        let context = session.context("");
        let progress = Progress::begin(session.printer);
        let tell = |what: &str, done| progress.tell(what, done);
        let options = RunOptions { settings, ..self.delivery.options(&tell) };
        let Delivery { district, feed, .. } = &self.delivery;
        let report = session
            .with_hub(async |hub| Ok(hub.plan(district, feed, &options, &context).await?))?;
        drop(progress);
        session.show_run(&report)
    }
}
