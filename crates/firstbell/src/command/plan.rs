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
use crate::text;

/// Show what a delivery would change, and why; nothing changes
#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    delivery: Delivery,
    /// The delivery: a folder with OneRoster CSV files, or a zip of them
    #[arg(long, value_name = "PATH", required_unless_present = "settings")]
    feed: Option<PathBuf>,
    /// Plan with the settings in this file instead of the district's; such a plan can be applied
    /// once they are the district's. Without --feed, say what of the last delivery these settings
    /// would newly leave out and take
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
}

impl Plan {
    /// Plans and prints.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let settings = self.settings.as_deref().map(config::proved).transpose()?;
        let Some(feed) = &self.feed else {
            return self.compare(session, &settings.unwrap_or_default());
        };
        let context = session.context("");
        let progress = Progress::begin(session.printer);
        let tell = |what: &str, done| progress.tell(what, done);
        let options = RunOptions { settings, ..self.delivery.options(&tell)? };
        let district = &self.delivery.district;
        let report = session
            .with_hub(async |hub| Ok(hub.plan(district, feed, &options, &context).await?))?;
        drop(progress);
        session.show_run(&report)
    }

    /// Tries settings on the last delivery.
    fn compare(&self, session: &Session, settings: &str) -> Result<Exit, Failure> {
        let context = session.context("");
        let district = &self.delivery.district;
        let report = session
            .with_hub(async |hub| Ok(hub.compare_scope(district, settings, &context).await?))?;
        session.printer.show(&report, text::scope::render)?;
        Ok(Exit::Done)
    }
}
