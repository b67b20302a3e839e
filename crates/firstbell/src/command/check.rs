//! `check`: what is wrong with a delivery, without a database.

mod baseline;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use firstbell_roster::model::{Settings, Severity};
use firstbell_sync::check;
use firstbell_sync::report::CheckReport;

use crate::command::config;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::session::Session;
use crate::text;
use baseline::Baseline;

/// Say what is wrong with a delivery; nothing is stored and nothing is sent
#[derive(Debug, Args)]
pub struct Check {
    /// A folder with OneRoster CSV files, or a zip of them
    path: PathBuf,
    /// End with 1 on findings of at least this severity
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: FailOn,
    /// End with 1 only if more is wrong than this file, from an earlier check, agrees to
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write to this file how often each check found something, to agree on it for --baseline
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    /// Check with the settings in this file, and count what its scope leaves out
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Notice,
}

impl From<FailOn> for Severity {
    fn from(least: FailOn) -> Self {
        match least {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Notice => Self::Notice,
        }
    }
}

impl Check {
    /// Checks, prints, and compares with the baseline.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let settings = match &self.settings {
            Some(file) => config::read(file).map_err(Failure::into_usage)?,
            None => Settings::default(),
        };
        let baseline = self.baseline.as_deref().map(Baseline::read).transpose();
        // With 1, a check says that something is worse.
        let baseline = baseline.map_err(Failure::into_usage)?;
        let progress = Progress::begin(session.printer);
        let report = check::check(&self.path, &settings, &|what, done| progress.tell(what, done))
            .map_err(Failure::unreadable)?;
        drop(progress);
        session.printer.show(&report, text::check::render)?;
        if let Some(file) = &self.write_baseline {
            Baseline::of(&report).write(file)?;
            let file = file.display();
            session
                .printer
                .talk(&format!("What was found is agreed on in {file}, for --baseline."));
        }
        let least = Severity::from(self.fail_on);
        Ok(match baseline {
            Some(baseline) => compare(session, &baseline, &report, least),
            None => Exit::of_check(&report, least),
        })
    }
}

/// Says what is worse than agreed.
fn compare(session: &Session, agreed: &Baseline, report: &CheckReport, least: Severity) -> Exit {
    let worse = agreed.worse(report, least);
    if worse.is_empty() {
        session.printer.talk("Nothing is worse than the baseline has agreed.");
        return Exit::Done;
    }
    session.printer.talk("Worse than the baseline has agreed:");
    for line in worse {
        session.printer.talk(&text::wrap(&line, "  ", "    ").join("\n"));
    }
    Exit::Error
}
