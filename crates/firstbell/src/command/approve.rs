//! `approve`: a person lets a plan on hold through, or drops it.

use clap::Args;
use firstbell_sync::Hub;
use firstbell_sync::report::Status;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::text;

/// Apply a plan that is on hold after all, or drop it
#[derive(Debug, Args)]
pub struct Approve {
    /// The district
    district: String,
    /// The plan on hold; else the newest
    #[arg(long, value_name = "N")]
    plan: Option<i64>,
    /// Why; kept with the plan, and for what is applied in the log
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Drop the plan instead of applying it
    #[arg(long)]
    drop: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

#[derive(Debug, Serialize)]
struct Dropped {
    district: String,
    dropped: i64,
}

impl Approve {
    /// Asks, approves or drops, and prints.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        if self.reason.trim().is_empty() {
            return Err(Failure::usage("the reason is empty", "Say why after --reason."));
        }
        session.with_hub(async |hub| {
            if !self.yes && !self.agreed(session, hub).await? {
                session.printer.talk("Left on hold.");
                return Ok(Exit::Held);
            }
            let (district, context) = (&self.district, session.context(&self.reason));
            if self.drop {
                let dropped = hub.drop_hold(district, self.plan, &context).await?;
                let dropped = Dropped { district: district.clone(), dropped };
                session.printer.show(&dropped, |one| {
                    format!("Dropped: plan {}. The roster goes on as it was.", one.dropped)
                })?;
                return Ok(Exit::Done);
            }
            session.show_run(&hub.approve(district, self.plan, &context).await?)
        })
    }

    /// Shows what waits and asks.
    async fn agreed(&self, session: &Session, hub: &Hub) -> Result<bool, Failure> {
        let hold = match self.plan {
            Some(number) => Some(hub.plan_report(&self.district, number).await?),
            None => hub.newest_hold(&self.district).await?,
        };
        let Some(hold) = hold else {
            let district = &self.district;
            return Err(Failure::usage(
                format!("nothing of `{district}` is on hold"),
                format!("See `firstbell log {district}` for what was done."),
            ));
        };
        if hold.status != Status::Held || hold.closed.is_some() {
            // It is refused, with what it is instead.
            return Ok(true);
        }
        session.printer.talk(&text::run::render(&hold, &session.configuration.call()));
        let number = hold.plan.unwrap_or_default();
        let verb = if self.drop { "Drop" } else { "Approve and apply" };
        let answer = session.printer.ask(&format!("{verb} plan {number} of {}?", self.district));
        let doing = if self.drop { "dropping" } else { "approving" };
        answer.ok_or_else(|| {
            let error = format!("{doing} needs a yes, and nobody can be asked here");
            Failure::usage(error, "Add --yes.")
        })
    }
}
