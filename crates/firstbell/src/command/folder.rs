//! A folder that a command is to write to.

use std::io::ErrorKind;
use std::path::Path;

use crate::failure::Failure;

/// Whether files may stand in the folder already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    /// They may.
    Allowed,
    /// They are other ones than those that are to be written.
    Refused,
}

/// Refuses a path that is no folder, or leads through a file, and a folder that has files where it
/// may not.
pub fn judge(folder: &Path, filled: Filled, hint: &str) -> Result<(), Failure> {
    let shown = folder.display();
    match std::fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) if filled == Filled::Refused => {
            Err(Failure::usage(format!("`{shown}` is not empty"), hint))
        }
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            Err(Failure::usage(format!("`{shown}` is no folder"), hint))
        }
        // What else stands in the way, the writing meets.
        Ok(_) | Err(_) => Ok(()),
    }
}
