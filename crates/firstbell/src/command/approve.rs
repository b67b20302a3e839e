//! `approve`: a person lets a plan on hold through, or a part of it, or drops it.

mod list;

use std::path::PathBuf;

use clap::Args;
use firstbell_roster::model::Date;
use firstbell_sync::report::Status;
use firstbell_sync::{Approving, Criteria, Hub, Selection};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::text;
use firstbell_sync::words::number::count;

/// Apply a plan that is on hold after all, or a part of it, or drop it
#[derive(Debug, Args)]
pub struct Approve {
    /// The district
    district: String,
    /// The plan on hold; else the newest
    #[arg(long, value_name = "N")]
    plan: Option<i64>,
    /// Why; kept with the plan, and for what is applied in the log
    #[arg(long, value_name = "TEXT", required_unless_present = "write_list")]
    reason: Option<String>,
    /// Apply only changes like this, such as kind=users,action=end,school=NAME or record=SOURCEDID;
    /// given several times, changes like any of them; the rest goes on waiting
    #[arg(long, value_name = "LIKE", value_parser = Criteria::parse, conflicts_with = "drop")]
    only: Vec<Criteria>,
    /// Apply only the changes that are marked with yes in this list, and what they need, unless it is
    /// marked with no
    #[arg(long, value_name = "FILE", conflicts_with_all = ["drop", "only"])]
    list: Option<PathBuf>,
    /// Write the changes that wait as a CSV file, to be edited and given to --list; it holds names
    /// and values of people
    #[arg(long, value_name = "FILE", conflicts_with_all = ["drop", "only", "list", "until"])]
    write_list: Option<PathBuf>,
    /// Until the end of this date (YYYY-MM-DD) the very same changes pass if they come back, also
    /// beside others
    #[arg(long, value_name = "DATE", value_parser = date, conflicts_with = "drop")]
    until: Option<Date>,
    /// Drop the plan instead of applying it
    #[arg(long)]
    drop: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "a date is written as 2026-09-30".to_owned())
}

/// A list of changes that was written.
#[derive(Debug, Serialize)]
struct Written {
    district: String,
    plan: i64,
    changes: u64,
}

#[derive(Debug, Serialize)]
struct Dropped {
    district: String,
    dropped: i64,
}

impl Approve {
    /// Asks, approves or drops, and prints.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        if let Some(file) = &self.write_list {
            return self.write(session, file);
        }
        let reason = self.reason.as_deref().unwrap_or_default();
        if reason.trim().is_empty() {
            return Err(Failure::usage("the reason is empty", "Say why after --reason."));
        }
        let approving = self.approving()?;
        session.with_hub(async |hub| {
            if !self.yes && !self.agreed(session, hub, &approving).await? {
                session.printer.talk("Left on hold.");
                return Ok(Exit::Held);
            }
            let (district, context) = (&self.district, session.context(reason));
            if self.drop {
                let dropped = hub.drop_hold(district, self.plan, &context).await?;
                let dropped = Dropped { district: district.clone(), dropped };
                session.printer.show(&dropped, |one| {
                    format!("Dropped: plan {}. The roster goes on as it was.", one.dropped)
                })?;
                return Ok(Exit::Done);
            }
            session.show_run(&hub.approve_part(district, &approving, &context).await?)
        })
    }

    /// What is approved.
    fn approving(&self) -> Result<Approving, Failure> {
        let mut approving =
            Approving { plan: self.plan, only: None, until: self.until, looks: false };
        if let Some(file) = &self.list {
            let marked = list::Marked::read(file)?;
            if self.plan.is_some_and(|plan| plan != marked.plan) {
                let what = format!("the list is of plan {}", marked.plan);
                return Err(Failure::usage(
                    what,
                    "Leave out --plan, or write a list of that plan.",
                ));
            }
            (approving.plan, approving.only) = (Some(marked.plan), Some(marked.chosen));
        } else if !self.only.is_empty() {
            approving.only = Some(Selection::Like(self.only.clone()));
        }
        Ok(approving)
    }

    /// Writes the changes that wait.
    fn write(&self, session: &Session, file: &std::path::Path) -> Result<Exit, Failure> {
        session.with_hub(async |hub| {
            let plan = match self.plan {
                Some(plan) => Some(plan),
                None => hub.newest_hold(&self.district).await?.and_then(|hold| hold.plan),
            };
            let plan = plan.ok_or_else(|| self.nothing_waits())?;
            let mut list = list::List::create(file, plan)?;
            let mut failed = None;
            let mut take = |change| failed = failed.take().or_else(|| list.add(&change).err());
            hub.plan_changes(&self.district, plan, &mut take).await?;
            if let Some(failure) = failed {
                return Err(failure);
            }
            let written = Written { district: self.district.clone(), plan, changes: list.changes };
            list.end()?;
            let file = file.display();
            session.printer.show(&written, |one| {
                let changes = count(one.changes, "change", "changes");
                format!(
                    "Written: {changes} of plan {} to {file}. Mark with yes what is approved.",
                    one.plan
                )
            })?;
            Ok(Exit::Done)
        })
    }

    fn nothing_waits(&self) -> Failure {
        let district = &self.district;
        Failure::usage(
            format!("nothing of `{district}` is on hold"),
            format!("See `firstbell log {district}` for what was done."),
        )
    }

    /// Shows what waits and asks.
    async fn agreed(
        &self,
        session: &Session,
        hub: &Hub,
        approving: &Approving,
    ) -> Result<bool, Failure> {
        let hold = match self.plan {
            Some(number) => Some(hub.plan_report(&self.district, number).await?),
            None => hub.newest_hold(&self.district).await?,
        };
        let Some(hold) = hold else {
            return Err(self.nothing_waits());
        };
        if hold.status != Status::Held || hold.closed.is_some() {
            // It is refused, with what it is instead.
            return Ok(true);
        }
        let doing = if self.drop { "dropping" } else { "approving" };
        let unasked = || {
            let error = format!("{doing} needs a yes, and nobody can be asked here");
            Failure::usage(error, "Add --yes.")
        };
        if !session.printer.asks() {
            return Err(unasked());
        }
        session.printer.talk(&text::run::render(&hold, &session.configuration.call()));
        let number = hold.plan.unwrap_or_default();
        let verb = if self.drop {
            "Drop".to_owned()
        } else if approving.only.is_some() {
            let looking = Approving { looks: true, ..approving.clone() };
            let context = session.context("");
            let part = hub.approve_part(&self.district, &looking, &context).await?;
            session.printer.talk(&text::run::part(&part));
            format!("Approve and apply {} of", count(part.changes, "change", "changes"))
        } else {
            "Approve and apply".to_owned()
        };
        let answer = session.printer.ask(&format!("{verb} plan {number} of {}?", self.district));
        answer.ok_or_else(unasked)
    }
}
