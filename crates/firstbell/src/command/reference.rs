//! `reference`: the pages of the documentation that are made from the code.

use std::path::PathBuf;

use clap::Args;

use crate::exit::Exit;
use crate::failure::{Attempt, Failure};
use crate::reference;
use crate::session::Session;

/// Write the reference pages of the documentation to a folder
#[derive(Debug, Args)]
pub struct Reference {
    /// The folder
    dir: PathBuf,
}

impl Reference {
    /// Writes one file a page.
    pub fn run(self, session: &Session) -> Result<Exit, Failure> {
        let hint = "Check that you may write there.";
        std::fs::create_dir_all(&self.dir)
            .attempt(format!("cannot make `{}`", self.dir.display()), hint)?;
        for (name, text) in reference::pages()? {
            let path = self.dir.join(name);
            std::fs::write(&path, text)
                .attempt(format!("cannot write `{}`", path.display()), hint)?;
        }
        session.printer.talk(&format!("Written to {}.", self.dir.display()));
        Ok(Exit::Done)
    }
}
