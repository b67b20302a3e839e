//! `check`: what is wrong with a delivery, without a database.

mod baseline;
mod files;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use firstbell_roster::model::{Settings, Severity};
use firstbell_sync::check::{CheckedDelivery, Values};
use firstbell_sync::report::CheckReport;
use firstbell_sync::{accept, date_at};
use serde::Serialize;

use crate::clock;
use crate::command::config;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::session::Session;
use crate::text;
use baseline::{Baseline, Worse};
use files::Files;

/// Say what is wrong with a delivery; nothing is stored and nothing is sent
#[derive(Debug, Args)]
pub struct Check {
    /// A folder with OneRoster CSV files, or a zip of them
    path: PathBuf,
    /// End with 1 on findings of at least this severity, and on those of which the verdict is
    /// "Not ready" whatever it is
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: FailOn,
    /// Tell what is worse than this file, from an earlier check, agrees to, and end with 1 only if
    /// something of at least the severity of --fail-on is
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write to this file how often each check found something, to agree on it for --baseline
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    /// Check with the settings in this file, and count what its scope leaves out
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    files: Files,
    /// Show what stands at up to five places of each finding, which may be personal data; in text
    /// alone, not with --json, and nothing of columns that no feature uses
    #[arg(long)]
    show_values: bool,
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
        self.judge(session)?;
        let settings = match &self.settings {
            Some(file) => config::read(file).map_err(Failure::into_usage)?,
            None => Settings::default(),
        };
        let baseline = self.baseline.as_deref().map(Baseline::read).transpose();
        // With 1, a check says that something is worse.
        let baseline = baseline.map_err(Failure::into_usage)?;
        let delivery = self.read(&settings, session)?;
        let mut report = delivery.report();
        accept(&mut report.findings, &settings, date_at(&settings, clock::now()));
        let worse = baseline.map(|agreed| agreed.worse(&report));
        let shown = if self.show_values { text::findings::PLACES } else { 0 };
        let values = delivery.values(shown).map_err(Failure::unreadable)?;
        let told = self.write(&delivery, &report)?;
        let checked = Checked { report, worse };
        session.printer.show(&checked, |checked| checked.text(&values))?;
        for told in told {
            session.printer.talk(&told);
        }
        Ok(checked.exit(session, self.fail_on))
    }

    /// Refuses what does not go together, before anything is read.
    fn judge(&self, session: &Session) -> Result<(), Failure> {
        if self.show_values && session.printer.json {
            return Err(Failure::usage(
                "--show-values cannot be used with --json",
                "Leave out one of the two; JSON names places and never holds what stands there.",
            ));
        }
        if let Some(file) = &self.write_baseline {
            files::outside(file, &self.path)?;
        }
        self.files.judge(&self.path)
    }

    /// Writes what was asked for; returns what to say of it.
    fn write(
        &self,
        delivery: &CheckedDelivery,
        report: &CheckReport,
    ) -> Result<Vec<String>, Failure> {
        let mut told = self.files.write(delivery)?;
        if let Some(file) = &self.write_baseline {
            Baseline::of(report).write(file)?;
            let file = file.display();
            told.push(format!("What was found is agreed on in {file}, for --baseline."));
        }
        Ok(told)
    }

    fn read(&self, settings: &Settings, session: &Session) -> Result<CheckedDelivery, Failure> {
        let progress = Progress::begin(session.printer);
        let today = date_at(settings, clock::now());
        CheckedDelivery::read(&self.path, settings, today, &|what, done| progress.tell(what, done))
            .map_err(Failure::unreadable)
    }
}

/// What was found, and what of it is worse than agreed where a baseline was given.
#[derive(Debug, Serialize)]
struct Checked {
    #[serde(flatten)]
    report: CheckReport,
    #[serde(rename = "worse_than_baseline", skip_serializing_if = "Option::is_none")]
    worse: Option<Vec<Worse>>,
}

impl Checked {
    fn text(&self, values: &Values) -> String {
        let text = text::check::render(&self.report, values);
        let Some(worse) = &self.worse else { return text };
        if worse.is_empty() {
            return format!("{text}\nNothing is worse than the baseline has agreed.");
        }
        let lines: Vec<_> =
            worse.iter().flat_map(|one| text::wrap(&one.line(), "  ", "    ")).collect();
        text + &text::section("Worse than the baseline has agreed:", &lines)
    }

    /// How the check ends; says so where the text alone would not let one expect it.
    fn exit(&self, session: &Session, fail_on: FailOn) -> Exit {
        let least = Severity::from(fail_on);
        let exit = match &self.worse {
            Some(worse) if worse.iter().any(|one| one.severity >= least || one.stops) => {
                Exit::Error
            }
            Some(worse) => {
                if !worse.is_empty() {
                    session.printer.talk("Ends with 0: --fail-on counts nothing of what is worse.");
                }
                Exit::Done
            }
            None => Exit::of_check(&self.report, least),
        };
        let failed_on = match fail_on {
            FailOn::Error => "",
            FailOn::Warning => "warnings",
            FailOn::Notice => "notices",
        };
        if exit == Exit::Error && self.worse.is_none() && !failed_on.is_empty() {
            session.printer.talk(&format!("Ends with 1: {failed_on} count too, by --fail-on."));
        }
        exit
    }
}
