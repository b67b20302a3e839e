//! `completions`: what a shell needs to complete commands.

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use serde::Serialize;

use crate::arguments::Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Print what a shell needs to complete commands
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

#[derive(Debug, Serialize)]
struct Script {
    shell: String,
    script: String,
}

impl Completions {
    /// Prints the script.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "firstbell", &mut script);
        let script = String::from_utf8_lossy(&script).into_owned();
        let script = Script { shell: self.shell.to_string(), script };
        session.printer.show(&script, |one| one.script.clone())?;
        Ok(Exit::Done)
    }
}
