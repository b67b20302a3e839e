//! `approve`: a person lets a plan on hold through, or drops it.

use clap::Args;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Apply a plan that is on hold after all, or drop it
#[derive(Debug, Args)]
pub struct Approve {
    /// The district
    district: String,
    /// The plan on hold; else the newest
    #[arg(long, value_name = "N")]
    plan: Option<i64>,
    /// Why; kept in the log
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Drop the plan instead of applying it
    #[arg(long)]
    drop: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Approve {
    /// Asks, approves or drops, and prints.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        if !self.agreed(session)? {
            session.printer.talk("Left on hold.");
            return Ok(Exit::Held);
        }
        let (district, context) = (&self.district, session.context(&self.reason));
        let result = session.with_hub(async |hub| {
            Ok(if self.drop {
                hub.drop_hold(district, self.plan, &context).await?
            } else {
                hub.approve(district, self.plan, &context).await?
            })
        });
        session.show_run(&result.map_err(Failure::refused_is_held)?)
    }

    fn agreed(&self, session: &Session) -> Result<bool, Failure> {
        if self.yes {
            return Ok(true);
        }
        let plan = self.plan.map_or("the newest plan on hold".to_owned(), |n| format!("plan {n}"));
        let verb = if self.drop { "Drop" } else { "Approve and apply" };
        session.printer.ask(&format!("{verb} {plan} of {}?", self.district)).ok_or_else(|| {
            Failure::usage("approving needs a yes, and nobody can be asked here", "Add --yes.")
        })
    }
}
