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
    /// Show an operation of the log, or each of its changes
    Operation {
        /// Its number
        number: i64,
        #[command(flatten)]
        changes: Changes,
    },
    /// Show a plan, or each of its changes
    Plan {
        /// Its number
        number: i64,
        #[command(flatten)]
        changes: Changes,
    },
}

#[derive(Debug, Args)]
struct Changes {
    /// List the changes with their values, with --json one object a line
    #[arg(long = "changes", id = "changes")]
    listed: bool,
    /// Only changes at this school, by name
    #[arg(long, value_name = "NAME", requires = "changes")]
    school: Option<String>,
    /// Only changes of this kind, such as users or enrollments
    #[arg(long, value_name = "KIND", requires = "changes")]
    kind: Option<String>,
}

impl Changes {
    fn take(&self, change: &ChangeReport) -> bool {
        let (school, kind) = (self.school.as_deref(), self.kind.as_deref());
        school.is_none_or(|name| change.school.eq_ignore_ascii_case(name))
            && kind.is_none_or(|name| change.kind.name().eq_ignore_ascii_case(name))
    }
}

impl Show {
    /// Shows it.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let district = &self.district;
        match self.what {
            What::Operation { number, changes } if changes.listed => {
                list_operation(session, district, number, &changes)
            }
            What::Plan { number, changes } if changes.listed => {
                list_plan(session, district, number, &changes)
            }
            What::Operation { number, .. } => operation(session, district, number),
            What::Plan { number, .. } => plan(session, district, number),
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
    session.show_run(&report)?;
    Ok(Exit::Done)
}

fn list_operation(
    session: &Session,
    district: &str,
    number: i64,
    changes: &Changes,
) -> Result<Exit, Failure> {
    session.with_hub(async |hub| {
        let mut list = session.printer.list(text::changes::one);
        hub.operation_changes(district, number, &mut list.taking(|one| changes.take(one))).await?;
        list.end("No changes.")
    })
}

fn list_plan(
    session: &Session,
    district: &str,
    number: i64,
    changes: &Changes,
) -> Result<Exit, Failure> {
    let context = session.context("");
    session.with_hub(async |hub| {
        let mut list = session.printer.list(text::changes::one);
        hub.plan_changes(district, number, &context, &mut list.taking(|one| changes.take(one)))
            .await?;
        list.end("No changes.")
    })
}
