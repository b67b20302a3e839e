//! The values that go into statements and come out of them.

use std::borrow::Cow;

use firstbell_roster::model::{DateTime, DistrictId};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Row};

use crate::error::DatabaseError;

/// A value that goes into a statement.
#[derive(Debug)]
pub(crate) enum Param<'a> {
    Int(Option<i64>),
    Text(Option<Cow<'a, str>>),
}

/// A row that comes out of a statement.
pub(crate) enum Record {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// PostgreSQL cannot keep the character NUL, so neither does SQLite here.
pub(super) fn storable(text: Cow<'_, str>) -> Result<String, DatabaseError> {
    if text.contains('\0') {
        return Err(DatabaseError::Nul);
    }
    Ok(text.into_owned())
}

impl From<i64> for Param<'_> {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Param<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<DistrictId> for Param<'_> {
    fn from(district: DistrictId) -> Self {
        Self::Int(Some(district.0))
    }
}

impl From<DateTime> for Param<'_> {
    fn from(instant: DateTime) -> Self {
        Self::Int(Some(instant.0))
    }
}

impl<'a> From<&'a str> for Param<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Some(Cow::Borrowed(value)))
    }
}

impl<'a> From<Option<&'a str>> for Param<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Self::Text(value.map(Cow::Borrowed))
    }
}

impl From<String> for Param<'_> {
    fn from(value: String) -> Self {
        Self::Text(Some(Cow::Owned(value)))
    }
}

impl From<Option<String>> for Param<'_> {
    fn from(value: Option<String>) -> Self {
        Self::Text(value.map(Cow::Owned))
    }
}

/// The values of a statement in the order of their numbers.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Param::from($value)),*] };
}
pub(crate) use params;

impl From<SqliteRow> for Record {
    fn from(row: SqliteRow) -> Self {
        Self::Sqlite(row)
    }
}

impl From<PgRow> for Record {
    fn from(row: PgRow) -> Self {
        Self::Postgres(row)
    }
}

/// The name or the place of a column in a [`Record`].
pub(crate) trait Place: ColumnIndex<SqliteRow> + ColumnIndex<PgRow> {}
impl<T: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>> Place for T {}

impl Record {
    /// An integer that is always there.
    pub(crate) fn int(&self, at: impl Place) -> Result<i64, DatabaseError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(at),
            Self::Postgres(row) => row.try_get(at),
        }?)
    }

    /// An integer that may be absent.
    pub(crate) fn maybe_int(&self, at: impl Place) -> Result<Option<i64>, DatabaseError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(at),
            Self::Postgres(row) => row.try_get(at),
        }?)
    }

    /// Text that is always there.
    pub(crate) fn text(&self, at: impl Place) -> Result<String, DatabaseError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(at),
            Self::Postgres(row) => row.try_get(at),
        }?)
    }

    /// Text that may be absent.
    pub(crate) fn maybe_text(&self, at: impl Place) -> Result<Option<String>, DatabaseError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(at),
            Self::Postgres(row) => row.try_get(at),
        }?)
    }
}
