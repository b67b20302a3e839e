//! The commands, one file each.

mod apply;
mod approve;
mod check;
mod completions;
mod config;
mod delivery;
mod demo;
mod diff;
mod district;
mod doctor;
mod export;
mod folder;
mod history;
mod init;
mod log;
mod man;
mod plan;
mod plans;
mod reference;
mod serve;
mod show;
mod sync;
mod undo;
mod why;

use clap::Subcommand;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(demo::Demo),
    Check(check::Check),
    Init(init::Init),
    Serve(serve::Serve),
    District(district::District),
    Config(config::Config),
    Plan(plan::Plan),
    Plans(plans::Plans),
    Sync(sync::Sync),
    Apply(apply::Apply),
    Approve(approve::Approve),
    Undo(undo::Undo),
    Log(log::Log),
    Show(show::Show),
    Diff(diff::Diff),
    Export(export::Export),
    Why(why::Why),
    History(history::History),
    /// Look over the installation and say what needs attention
    Doctor,
    Completions(completions::Completions),
    Man(man::Man),
    #[command(hide = true)]
    Reference(reference::Reference),
}

impl Command {
    /// Does it.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        match self {
            Self::Demo(command) => command.run(session),
            Self::Check(command) => command.run(session),
            Self::Init(command) => command.run(session),
            Self::Serve(command) => command.run(session),
            Self::District(command) => command.run(session),
            Self::Config(command) => command.run(session),
            Self::Plan(command) => command.run(session),
            Self::Plans(command) => command.run(session),
            Self::Sync(command) => command.run(session),
            Self::Apply(command) => command.run(session),
            Self::Approve(command) => command.run(session),
            Self::Undo(command) => command.run(session),
            Self::Log(command) => command.run(session),
            Self::Show(command) => command.run(session),
            Self::Diff(command) => command.run(session),
            Self::Export(command) => command.run(session),
            Self::Why(command) => command.run(session),
            Self::History(command) => command.run(session),
            Self::Doctor => doctor::run(session),
            Self::Completions(command) => command.run(session),
            Self::Man(command) => command.run(session),
            Self::Reference(command) => command.run(session),
        }
    }
}
