//! `diff`: what changed between two operations.

use clap::Args;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::text;

/// List what changed from one operation to another, with --json one object a line
#[derive(Debug, Args)]
pub struct Diff {
    /// The district
    district: String,
    /// The roster as it was after this operation
    from: i64,
    /// The roster as it was after that one
    to: i64,
}

impl Diff {
    /// Prints one change after the other.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        session.with_hub(async |hub| {
            let mut list = session.printer.list(text::changes::one);
            hub.diff(&self.district, self.from, self.to, &mut list.taking(|_| true)).await?;
            list.end("No changes between the two.")
        })
    }
}
