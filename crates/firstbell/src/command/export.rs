//! `export`: the roster as OneRoster CSV, as of any operation.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::command::folder::{self, Filled};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::text;

/// Write the roster as OneRoster CSV files
#[derive(Debug, Args)]
pub struct Export {
    /// The district
    district: String,
    /// The version of OneRoster
    #[arg(long)]
    format: Format,
    /// The folder to write to, a new or an empty one
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write into a folder that is not empty, over an earlier export
    #[arg(long)]
    force: bool,
    /// The roster as it was after this operation; else as it is
    #[arg(long, value_name = "N")]
    as_of: Option<i64>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    #[value(name = "oneroster-1.1")]
    OneRoster11,
    #[value(name = "oneroster-1.2")]
    OneRoster12,
}

impl Format {
    const fn name(self) -> &'static str {
        match self {
            Self::OneRoster11 => "oneroster-1.1",
            Self::OneRoster12 => "oneroster-1.2",
        }
    }
}

impl Export {
    /// Writes the files and prints what was written.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let Self { district, format, out, force, as_of } = self;
        let filled = if force { Filled::Allowed } else { Filled::Refused };
        let hint = "Name a new or empty folder, or add --force to write over an earlier export.";
        folder::judge(&out, filled, hint)?;
        let report = session
            .with_hub(async |hub| Ok(hub.export(&district, format.name(), &out, as_of).await?))?;
        session.printer.show(&report, text::log::export)?;
        Ok(Exit::Done)
    }
}
