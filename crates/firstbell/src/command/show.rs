//! `show`: one operation or one plan, with its changes.

use clap::{Args, Subcommand};
use firstbell_sync::report::ChangeReport;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::text;

/// Show an operation or a plan
#[derive(Debug, Args)]
pub struct Show {
    /// The district
    district: String,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Show an operation of the log
    Operation {
        /// Its number
        number: i64,
    },
    /// Show a plan, or each of its changes with the values before and after
    Plan {
        /// Its number
        number: i64,
        /// List the changes, one by one
        #[arg(long)]
        changes: bool,
        #[command(flatten)]
        filter: Filter,
    },
}

#[derive(Debug, Args)]
struct Filter {
    /// Only changes at this school, by name
    #[arg(long, value_name = "NAME", requires = "changes")]
    school: Option<String>,
    /// Only changes of this kind, such as users or enrollments
    #[arg(long, value_name = "KIND", requires = "changes")]
    kind: Option<String>,
}

impl Filter {
    fn takes(&self, change: &ChangeReport) -> bool {
        let school = self.school.as_deref();
        let kind = self.kind.as_deref();
        school.is_none_or(|name| change.school.eq_ignore_ascii_case(name))
            && kind.is_none_or(|name| change.kind.name().eq_ignore_ascii_case(name))
    }
}

impl Show {
    /// Shows it.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let Self { district, what } = self;
        match what {
            What::Operation { number } => operation(session, &district, number),
            What::Plan { number, changes: false, .. } => plan(session, &district, number),
            What::Plan { number, changes: true, filter } => {
                changes(session, &district, number, &filter)
            }
        }
    }
}

fn operation(session: &Session, district: &str, number: i64) -> Result<Exit, Failure> {
    let report = session.with_hub(async |hub| Ok(hub.operation(district, number).await?))?;
    session.printer.show(&report, text::log::one)?;
    Ok(Exit::Done)
}

fn plan(session: &Session, district: &str, number: i64) -> Result<Exit, Failure> {
    let report = session.with_hub(async |hub| Ok(hub.plan_report(district, number).await?))?;
    session.printer.show(&report, text::run::render)?;
    Ok(Exit::Done)
}

fn changes(session: &Session, district: &str, number: i64, filter: &Filter) -> Result<Exit, Failure> {
    let mut printed = Ok(());
    session.with_hub(async |hub| {
        let mut print = |change: ChangeReport| {
            if printed.is_ok() && filter.takes(&change) {
                printed = session.printer.item(&change, text::changes::one);
            }
        };
        Ok(hub.plan_changes(district, number, &mut print).await?)
    })?;
    printed.map(|()| Exit::Done)
}
