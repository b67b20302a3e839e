//! What can go wrong with any query, whatever it asks.

use firstbell_roster::model::{DistrictId, Kind};

/// A query that the database did not answer, or whose answer makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The database itself reports an error.
    #[error("the database refused a statement: {0}")]
    Query(#[from] sqlx::Error),
    /// No server answers, or it lets nobody in.
    #[error("the PostgreSQL database cannot be opened: {0}")]
    Unreachable(sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the schema of the database could not be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A text holds the character NUL.
    #[error("a text holds the character NUL, which PostgreSQL cannot keep")]
    Nul,
    /// A folder of the store could not be made.
    #[error("the folder `{folder}` could not be made")]
    Folder {
        /// The folder.
        folder: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// No district has this id.
    #[error("there is no district `{0}`")]
    NoDistrict(DistrictId),
    /// The kind has no table.
    #[error("`{0}` are not facts of a roster")]
    NotAFact(Kind),
    /// Present rows of the kind have no index of keys.
    #[error("present `{0}` are not found by their keys")]
    NotByKey(Kind),
    /// A column holds something that this program never writes.
    #[error("the column `{column}` of the table `{table}` holds a value that is not known here")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A row that must be there is not.
    #[error("the table `{table}` has no row `{row}`")]
    Missing {
        /// The table.
        table: &'static str,
        /// The number or id of the row.
        row: i64,
    },
}

impl DatabaseError {
    /// An error for a column whose value cannot be read.
    pub(crate) const fn unreadable(table: &'static str, column: &'static str) -> Self {
        Self::Unreadable { table, column }
    }
}
