//! The commands, one file each.

mod check;
mod completions;
mod config;
mod delivery;
mod district;
mod init;
mod man;
mod plan;
mod reference;
mod sync;

use clap::Subcommand;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    Check(check::Check),
    /// Make a new installation in the home folder
    Init,
    District(district::District),
    Config(config::Config),
    Plan(plan::Plan),
    Sync(sync::Sync),
    Completions(completions::Completions),
    #[command(hide = true)]
    Man(man::Man),
    #[command(hide = true)]
    Reference(reference::Reference),
}

impl Command {
    /// Does it.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        match self {
            Self::Check(command) => command.run(session),
            Self::Init => init::run(session),
            Self::District(command) => command.run(session),
            Self::Config(command) => command.run(session),
            Self::Plan(command) => command.run(session),
            Self::Sync(command) => command.run(session),
            Self::Completions(command) => command.run(session),
            Self::Man(command) => command.run(session),
            Self::Reference(command) => command.run(session),
        }
    }
}
