//! `man`: manual pages, one a command.

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use serde::Serialize;

use crate::arguments::Arguments;
use crate::command::folder::{self, Filled};
use crate::exit::Exit;
use crate::failure::{Attempt, Failure};
use crate::session::Session;

/// Write manual pages to a folder
#[derive(Debug, Args)]
pub struct Man {
    /// The folder
    dir: PathBuf,
}

#[derive(Debug, Serialize)]
struct Written {
    dir: PathBuf,
}

impl Man {
    /// Writes `firstbell.1` and a page for each command.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let hint = "Check that you may write there.";
        folder::judge(
            &self.dir,
            Filled::Allowed,
            "Name a folder, or one that is still to be made.",
        )?;
        let what = format!("cannot write manual pages to `{}`", self.dir.display());
        std::fs::create_dir_all(&self.dir).attempt(&what, hint)?;
        clap_mangen::generate_to(Arguments::command(), &self.dir).attempt(&what, hint)?;
        let written = Written { dir: self.dir };
        session.printer.show(&written, |one| format!("Written to {}.", one.dir.display()))?;
        Ok(Exit::Done)
    }
}
