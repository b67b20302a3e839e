//! `apply`: makes exactly the plan that was reviewed.

use clap::Args;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Make the changes of a plan, exactly as they were shown
#[derive(Debug, Args)]
pub struct Apply {
    /// The district
    district: String,
    /// The plan; else the newest
    #[arg(long, value_name = "N")]
    plan: Option<i64>,
}

impl Apply {
    /// Applies and prints.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let context = session.context("");
        let report = session
            .with_hub(async |hub| Ok(hub.apply(&self.district, self.plan, &context).await?))?;
        session.show_run(&report)
    }
}
