//! `undo`: takes an operation back, as a new operation.

use clap::Args;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Take an operation back; what has changed since is left alone, and named
#[derive(Debug, Args)]
pub struct Undo {
    /// The district
    district: String,
    /// The operation; else the newest
    #[arg(long, value_name = "N")]
    operation: Option<i64>,
    /// Why; kept in the log
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Undo {
    /// Asks where somebody can be asked, undoes, and prints.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let which = match self.operation {
            Some(number) => format!("operation {number}"),
            None => "the newest operation".to_owned(),
        };
        let question = format!("Take back {which} of {}?", self.district);
        if !self.yes && session.printer.ask(&question) == Some(false) {
            session.printer.talk("Nothing was undone.");
            return Ok(Exit::Done);
        }
        let context = session.context(&self.reason);
        let report = session
            .with_hub(async |hub| Ok(hub.undo(&self.district, self.operation, &context).await?))?;
        session.show_run(&report)
    }
}
