//! `plans`: the plans of a district that wait.

use clap::Args;
use firstbell_sync::report::PlanReport;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::text;

/// List the plans that wait for a person or to be applied, the newest first
#[derive(Debug, Args)]
pub struct Plans {
    /// The district
    district: String,
}

#[derive(Debug, Serialize)]
struct Waiting {
    district: String,
    plans: Vec<PlanReport>,
}

impl Plans {
    /// Lists.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let district = self.district;
        let plans = session.with_hub(async |hub| Ok(hub.waiting_plans(&district).await?))?;
        let call = session.configuration.call();
        session.printer.show(&Waiting { district, plans }, |waiting| {
            text::plans::list(&waiting.district, &waiting.plans, &call)
        })?;
        Ok(Exit::Done)
    }
}
