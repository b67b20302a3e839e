//! `history`: what each value of a person was, from when to when, and by whom.

use clap::Args;
use firstbell_sync::access::Scope;
use firstbell_sync::report::HistoryEntry;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::text;

/// List the values that a person had, from when to when, and where they came from
#[derive(Debug, Args)]
pub struct History {
    /// The district
    district: String,
    /// The person: sourcedId, another number, user name, e-mail or name
    person: String,
    /// One field, such as email
    field: Option<String>,
}

#[derive(Debug, Serialize)]
struct Values {
    district: String,
    person: String,
    entries: Vec<HistoryEntry>,
}

impl History {
    /// Asks and prints.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let Self { district, person, field } = self;
        let context = session.context("");
        let entries = session.with_hub(async |hub| {
            Ok(hub.history(&district, &person, field.as_deref(), &Scope::All, &context).await?)
        })?;
        let report = Values { district, person, entries };
        session.printer.show(&report, |report| text::why::history(&report.entries))?;
        Ok(Exit::Done)
    }
}
