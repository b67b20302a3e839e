//! A delivery that a command is fed with, and how it is to be taken.

use clap::Args;
use firstbell_sync::RunOptions;

use crate::failure::Failure;

/// A delivery and how it is to be taken.
#[derive(Debug, Args)]
pub struct Delivery {
    /// The district
    pub district: String,
    /// Take a delivery that is older than the newest, or the same as an earlier one
    #[arg(long)]
    again: bool,
    /// Take a delivery that looks like another district's, for this reason
    #[arg(long, value_name = "REASON")]
    override_identity: Option<String>,
    /// Take people whose ids look issued anew, and whose names, roles and grades agree, for the same
    /// people, and classes and courses whose ids look so for the same; such a plan waits for approval
    #[arg(long)]
    rekey: bool,
    /// Say where the time went
    #[arg(long)]
    timings: bool,
}

impl Delivery {
    /// How the delivery is to be run; an override needs a reason that says something.
    pub fn options<'a>(
        &self,
        progress: &'a (dyn Fn(&str, u64) + Sync),
    ) -> Result<RunOptions<'a>, Failure> {
        if self.override_identity.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
            return Err(Failure::usage(
                "the reason is empty",
                "Say after --override-identity why the delivery is this district's.",
            ));
        }
        Ok(RunOptions {
            again: self.again,
            override_identity: self.override_identity.clone(),
            timings: self.timings,
            settings: None,
            rekey: self.rekey,
            progress,
        })
    }
}
