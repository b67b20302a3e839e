//! What of the machine stands in the way, found in an error and its causes.

use std::error::Error;
use std::io;

/// What of the machine stands in the way of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// There is no room left.
    Full,
    /// Nothing may be written there, or this user may not.
    ReadOnly,
}

impl Obstacle {
    /// The obstacle that an error, or what caused it, tells of.
    pub fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut causes = std::iter::successors(Some(error), |error| Error::source(*error));
        causes.find_map(|cause| {
            let io = cause.downcast_ref::<io::Error>().and_then(Self::of_io);
            io.or_else(|| cause.downcast_ref::<sqlx::Error>().and_then(Self::of_database))
        })
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds are no obstacles")]
    fn of_io(error: &io::Error) -> Option<Self> {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(Self::Full),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Some(Self::ReadOnly)
            }
            _ => None,
        }
    }

    /// By the codes of SQLite (the low byte of the extended code) and of PostgreSQL (Appendix A).
    fn of_database(error: &sqlx::Error) -> Option<Self> {
        let code = error.as_database_error()?.code()?;
        if let "53100" | "25006" | "42501" = code.as_ref() {
            return Some(if code == "53100" { Self::Full } else { Self::ReadOnly });
        }
        // PostgreSQL's codes have five characters, SQLite's fewer.
        let code = Some(code).filter(|code| code.len() < 5)?.parse::<u32>().ok()?;
        match code & 0xff {
            13 => Some(Self::Full),
            8 | 14 => Some(Self::ReadOnly),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DatabaseError, DistrictError, SealedError};

    #[test]
    fn a_full_disk_is_found_behind_other_errors() {
        let source = io::Error::from(io::ErrorKind::StorageFull);
        let sealed = SealedError::File { path: "users.sealed".to_owned(), source };
        assert_eq!(Obstacle::of(&io::Error::other(sealed)), Some(Obstacle::Full));
        let source = io::Error::from(io::ErrorKind::ReadOnlyFilesystem);
        let folder = DatabaseError::Folder { folder: "oak".to_owned(), source };
        assert_eq!(Obstacle::of(&DistrictError::from(folder)), Some(Obstacle::ReadOnly));
        assert_eq!(Obstacle::of(&io::Error::other("something else")), None);
    }

    #[tokio::test]
    async fn a_database_that_cannot_be_written_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("no.db"));
        let error = sqlx::sqlite::SqlitePool::connect_with(options).await.unwrap_err();
        assert_eq!(Obstacle::of(&DatabaseError::from(error)), Some(Obstacle::ReadOnly));
    }
}
