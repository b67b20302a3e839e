//! `show`: one operation or one plan, with its changes.

use std::collections::BTreeSet;

use clap::{Args, Subcommand};
use firstbell_roster::model::Kind;
use firstbell_sync::Hub;
use firstbell_sync::report::ChangeReport;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::text;
use firstbell_sync::words::number::list;

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
    /// Refuses a kind that no change is of.
    fn judge(&self) -> Result<(), Failure> {
        let Some(name) = &self.kind else { return Ok(()) };
        if Kind::FACTS.iter().any(|kind| kind.name().eq_ignore_ascii_case(name)) {
            return Ok(());
        }
        let kinds: Vec<_> = Kind::FACTS.iter().map(|kind| kind.name().to_owned()).collect();
        let hint = format!("Changes are of {}.", list(&kinds));
        Err(Failure::usage(format!("there are no changes of the kind `{name}`"), hint))
    }

    /// Refuses a school that is neither among those of the changes nor in the roster.
    async fn judge_school(
        &self,
        hub: &Hub,
        district: &str,
        mut schools: BTreeSet<String>,
    ) -> Result<(), Failure> {
        let Some(name) = &self.school else { return Ok(()) };
        schools.extend(hub.org_names(district).await?);
        if schools.iter().any(|school| school.eq_ignore_ascii_case(name)) {
            return Ok(());
        }
        let known: Vec<_> = schools.into_iter().filter(|school| !school.is_empty()).collect();
        let hint = match known.as_slice() {
            [] => "No school is known yet.".to_owned(),
            known => format!("The schools are {}.", list(known)),
        };
        Err(Failure::usage(format!("there is no school `{name}`"), hint))
    }

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
    changes.judge()?;
    session.with_hub(async |hub| {
        let (mut list, mut schools) = (session.printer.list(text::changes::one), BTreeSet::new());
        let mut take = list.taking(|one| note(&mut schools, one) && changes.take(one));
        hub.operation_changes(district, number, &mut take).await?;
        drop(take);
        changes.judge_school(hub, district, schools).await?;
        list.end("No changes.")
    })
}

fn list_plan(
    session: &Session,
    district: &str,
    number: i64,
    changes: &Changes,
) -> Result<Exit, Failure> {
    changes.judge()?;
    session.with_hub(async |hub| {
        let (mut list, mut schools) = (session.printer.list(text::changes::one), BTreeSet::new());
        let mut take = list.taking(|one| note(&mut schools, one) && changes.take(one));
        hub.plan_changes(district, number, &mut take).await?;
        drop(take);
        changes.judge_school(hub, district, schools).await?;
        list.end("No changes.")
    })
}

/// Keeps the school of a change among those that changes are at; always true.
fn note(schools: &mut BTreeSet<String>, change: &ChangeReport) -> bool {
    if !schools.contains(&change.school) {
        schools.insert(change.school.clone());
    }
    true
}
