//! `log`: the operations of a district.

use clap::{Args, value_parser};
use firstbell_sync::report::OperationReport;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::text;

/// List the operations of a district, the newest first
#[derive(Debug, Args)]
pub struct Log {
    /// The district
    district: String,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = value_parser!(u32).range(1..))]
    limit: u32,
    /// Say whether any entry was altered after it was written
    #[arg(long)]
    verify: bool,
}

#[derive(Debug, Serialize)]
struct Operations {
    district: String,
    operations: Vec<OperationReport>,
}

impl Log {
    /// Lists or verifies.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let Self { district, limit, verify } = self;
        if verify {
            let report = session.with_hub(async |hub| Ok(hub.verify(&district).await?))?;
            session.printer.show(&report, text::log::verified)?;
            return Ok(if report.broken.is_none() { Exit::Done } else { Exit::Error });
        }
        let operations =
            session.with_hub(async |hub| Ok(hub.log(&district, limit.into()).await?))?;
        let report = Operations { district, operations };
        session.printer.show(&report, |report| text::log::list(&report.operations))?;
        Ok(Exit::Done)
    }
}
