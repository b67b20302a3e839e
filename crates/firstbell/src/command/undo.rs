//! `undo`: takes an operation back, as a new operation.

use clap::Args;
use firstbell_sync::report::RunReport;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::text;

/// Take an operation back; what has changed since is left alone, and named
///
/// On a terminal it asks first. Limits do not hold an undo, but it says what they think; above a
/// limit, where nobody can be asked, it needs --yes, the operation's number, or --json.
#[derive(Debug, Args)]
pub struct Undo {
    /// The district
    district: String,
    /// The operation; else the newest
    #[arg(long, value_name = "N")]
    operation: Option<i64>,
    /// Why; kept in the log
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Undo {
    /// Asks where somebody can be asked, undoes, and prints.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let context = session.context(&self.reason);
        session.with_hub(async |hub| {
            let mut operation = self.operation;
            if !self.yes && !session.printer.json {
                let shown = hub.undo_preview(&self.district, operation, &context).await?;
                if !self.agreed(session, &shown)? {
                    session.printer.talk("Nothing was undone.");
                    return Ok(Exit::Done);
                }
                // What was shown is what is taken back, whatever is newest by then.
                operation = shown.undoes;
            }
            session.show_run(&hub.undo(&self.district, operation, &context).await?)
        })
    }

    /// Shows what an undo would come to, and asks.
    fn agreed(&self, session: &Session, shown: &RunReport) -> Result<bool, Failure> {
        if shown.changes == 0 {
            return Ok(true);
        }
        let above = !shown.guard.reasons.is_empty();
        let number = shown.undoes.unwrap_or_default();
        let question = format!("Take back operation {number} of {}?", self.district);
        if above || session.printer.asks() {
            session.printer.talk(&text::run::undo_preview(shown));
        }
        match session.printer.ask(&question) {
            Some(answer) => Ok(answer),
            None if !above || self.operation.is_some() => Ok(true),
            None => Err(Failure::usage(
                "an undo above a limit needs a yes, and nobody can be asked here",
                format!("Add --yes, or name it with --operation {number}."),
            )),
        }
    }
}
