//! What can go wrong when a delivery is written.

use std::io;
use std::path::{Path, PathBuf};

/// A delivery could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// Days are counted from 1.
    #[error("day `0` does not exist: the first delivery is day 1")]
    NoSuchDay,
    /// The demonstration district needs enough students to fill twelve schools.
    #[error("`{students}` students are too few for the demo profile: ask for at least {least}")]
    TooFewStudents {
        /// The number asked for.
        students: usize,
        /// The least number that works.
        least: usize,
    },
    /// The truth could not be written as JSON.
    #[error("cannot write the truth as JSON")]
    Truth(#[from] serde_json::Error),
    /// The folder could not be packed.
    #[error("cannot pack `{}`", path.display())]
    Pack {
        /// The zip file.
        path: PathBuf,
        /// What the packer said.
        #[source]
        source: zip::result::ZipError,
    },
}

/// Ties an I/O error to its path.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Write { path, source }
}
