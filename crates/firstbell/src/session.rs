//! One call of the program: where it prints, what it works on, and who calls.

use std::io::IsTerminal;
use std::process::ExitCode;

use firstbell_roster::model::text::clean;
use firstbell_sync::report::RunReport;
use firstbell_sync::{Context, Hub};
use tokio::runtime::{Builder, Runtime};

use crate::clock;
use crate::configuration::Configuration;
use crate::exit::Exit;
use crate::failure::{Attempt, Failure};
use crate::printer::Printer;
use crate::text;

/// What every command is given.
#[derive(Debug)]
pub struct Session {
    /// Where it prints.
    pub printer: Printer,
    /// Where things are.
    pub configuration: Configuration,
    /// The name given with `--by`.
    pub by: Option<String>,
}

impl Session {
    /// Ends the program with what a command came to.
    pub fn finish(&self, outcome: Result<Exit, Failure>) -> ExitCode {
        let exit = outcome.unwrap_or_else(|failure| {
            let failure = failure.calling(&self.configuration.call());
            self.printer.fail(&failure);
            failure.exit
        });
        exit.into()
    }

    /// Opens the installation, works on it and closes it.
    pub fn with_hub<T>(
        &self,
        work: impl AsyncFnOnce(&Hub) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let home = self.configuration.home()?;
        let (database, key) = (self.configuration.database(), self.configuration.master_key()?);
        runtime()?.block_on(async {
            let hub = Hub::open(&home, database, key, clock::now()).await?;
            let result = work(&hub).await;
            hub.close().await;
            result
        })
    }

    /// Who acts now, and why.
    pub fn context(&self, reason: &str) -> Context {
        Context {
            now: clock::now(),
            identity: whoami::username().unwrap_or_else(|_| "unknown".to_owned()),
            by: self.by.as_deref().map(one_line).filter(|name| !name.is_empty()),
            reason: one_line(reason),
        }
    }

    /// Prints what a run came to.
    pub fn show_run(&self, report: &RunReport) -> Result<Exit, Failure> {
        self.printer
            .show(report, |report| text::run::render(report, &self.configuration.call()))?;
        Ok(Exit::of_status(report.status))
    }
}

/// What a person gave, as it is kept: on one line, without marks that a terminal would obey.
fn one_line(given: &str) -> String {
    clean(given).0.into_owned()
}

/// Lets what is logged go to the error output: for people on a terminal, else as JSON, one a line.
pub fn log() {
    let log = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::INFO)
        .with_target(false);
    if std::io::stderr().is_terminal() {
        log.init();
    } else {
        log.json().init();
    }
}

/// What asynchronous work runs on.
pub fn runtime() -> Result<Runtime, Failure> {
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .attempt("cannot start working", "Check how many threads and files this user may have.")
}
