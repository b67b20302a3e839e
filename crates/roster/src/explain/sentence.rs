//! The answer and what happens next, as sentences for one reader.

mod administrator;
mod teacher;
pub(super) mod words;

use super::Reader;
use super::cause::Cause;
use super::path::Path;

/// What is the case.
pub fn sentence(cause: Cause, path: &Path<'_>, also: &[Cause], reader: Reader) -> String {
    match reader {
        Reader::Administrator => administrator::sentence(cause, path, also),
        Reader::Teacher => teacher::sentence(cause, path),
    }
}

/// What happens next, or what to do; empty where nothing is to be done.
pub fn next(cause: Cause, path: &Path<'_>, reader: Reader) -> String {
    match reader {
        Reader::Administrator => administrator::next(cause, path),
        Reader::Teacher => teacher::next(cause, path),
    }
}
