//! The two databases behind one face: the only file that knows which one it talks to.
//!
//! The text of a statement exists once, with `$1` parameters, and runs on both. A [`Session`] is
//! one transaction; a [`Param`] and a [`Record`] carry the two types that columns have, 64-bit
//! integers and text. Rows go in bulk as one JSON parameter, read with `json_each`, which is a
//! function of SQLite and one that the first migration of PostgreSQL defines.

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use firstbell_roster::model::{DateTime, DistrictId};
use futures_util::TryStreamExt;
use sqlx::postgres::{PgPool, PgPoolOptions, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{
    AssertSqlSafe, ColumnIndex, Database, Encode, Postgres, Row, Sqlite, Transaction, Type,
};

use crate::error::DatabaseError;

/// An open database: of the installation, of one district, or (PostgreSQL) of both.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

/// One transaction; undone unless it is committed.
#[derive(Debug)]
pub(crate) enum Session {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

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

/// Which migrations a SQLite file gets.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SqliteFile {
    Hub,
    District,
}

const SQLITE_PAGE: u32 = 4096;
const SQLITE_BUSY: Duration = Duration::from_secs(30);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;

impl Db {
    /// Opens a file of SQLite, made where it is missing, and brings its schema up to date.
    pub(crate) async fn sqlite(path: &Path, file: SqliteFile) -> Result<Self, DatabaseError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .page_size(SQLITE_PAGE)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(SQLITE_BUSY)
            .pragma("secure_delete", "ON")
            .pragma("journal_size_limit", "67108864")
            .row_buffer_size(1024);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone().pragma("cache_size", "-262144"))
            .await?;
        match file {
            SqliteFile::Hub => sqlx::migrate!("migrations/sqlite_hub").run(&writer).await,
            SqliteFile::District => sqlx::migrate!("migrations/sqlite_district").run(&writer).await,
        }?;
        let readers = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS)
            .connect_lazy_with(options.pragma("query_only", "ON"));
        Ok(Self::Sqlite { writer, readers })
    }

    /// Connects to PostgreSQL and brings its schema up to date.
    pub(crate) async fn postgres(url: &str) -> Result<Self, DatabaseError> {
        let pool = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS).connect(url).await?;
        sqlx::migrate!("migrations/postgres").run(&pool).await?;
        Ok(Self::Postgres(pool))
    }

    /// A transaction that only reads, on one unchanging state of the database.
    pub(crate) async fn read(&self) -> Result<Session, DatabaseError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Session::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Session::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
            ),
        })
    }

    /// A transaction that writes. On SQLite it is the only one of its file.
    pub(crate) async fn write(&self) -> Result<Session, DatabaseError> {
        Ok(match self {
            Self::Sqlite { writer, .. } => {
                Session::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)
            }
            Self::Postgres(pool) => Session::Postgres(pool.begin().await?),
        })
    }

    /// Waits until every connection is closed.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

macro_rules! on {
    ($session:expr, $connection:ident => $body:expr) => {
        match $session {
            Session::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $body
            }
            Session::Postgres(transaction) => {
                let $connection = &mut **transaction;
                $body
            }
        }
    };
}

impl Session {
    /// Runs a statement and says how many rows it changed.
    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        params: Vec<Param<'_>>,
    ) -> Result<u64, DatabaseError> {
        Ok(on!(self, connection => {
            bind(sqlx::query(sql), params)?.execute(connection).await?.rows_affected()
        }))
    }

    /// All rows of a query that is known to have few.
    pub(crate) async fn all<T>(
        &mut self,
        sql: &'static str,
        params: Vec<Param<'_>>,
        mut read: impl FnMut(&Record) -> Result<T, DatabaseError>,
    ) -> Result<Vec<T>, DatabaseError> {
        let mut all = Vec::new();
        self.each(sql, params, |record| {
            all.push(read(record)?);
            Ok(())
        })
        .await?;
        Ok(all)
    }

    /// The only row of a query, if it has one.
    pub(crate) async fn one<T>(
        &mut self,
        sql: &'static str,
        params: Vec<Param<'_>>,
        read: impl FnMut(&Record) -> Result<T, DatabaseError>,
    ) -> Result<Option<T>, DatabaseError> {
        Ok(self.all(sql, params, read).await?.pop())
    }

    /// Hands over the rows of a query one by one, however many there are.
    pub(crate) async fn each(
        &mut self,
        sql: &'static str,
        params: Vec<Param<'_>>,
        mut take: impl FnMut(&Record) -> Result<(), DatabaseError>,
    ) -> Result<(), DatabaseError> {
        on!(self, connection => {
            let mut rows = bind(sqlx::query(sql), params)?.fetch(connection);
            while let Some(row) = rows.try_next().await? {
                take(&row.into())?;
            }
        });
        Ok(())
    }

    /// Drops the indexes of an empty table that is about to be filled, where building them
    /// afterwards costs less, and gives their definitions. The index of present rows stays.
    pub(crate) async fn defer_indexes(
        &mut self,
        table: &'static str,
    ) -> Result<Vec<String>, DatabaseError> {
        let Self::Sqlite(transaction) = self else {
            return Ok(Vec::new());
        };
        let indexes: Vec<(String, String)> = sqlx::query_as(
            "SELECT name, sql FROM sqlite_schema \
             WHERE type = 'index' AND tbl_name = $1 AND sql LIKE 'CREATE INDEX%' ORDER BY name",
        )
        .bind(table)
        .fetch_all(&mut **transaction)
        .await?;
        for (name, _) in &indexes {
            let drop = AssertSqlSafe(format!("DROP INDEX {name}"));
            sqlx::query(drop).execute(&mut **transaction).await?;
        }
        Ok(indexes.into_iter().map(|(_, definition)| definition).collect())
    }

    /// Builds the indexes that were dropped.
    pub(crate) async fn build_indexes(
        &mut self,
        definitions: Vec<String>,
    ) -> Result<(), DatabaseError> {
        for definition in definitions {
            let sql = AssertSqlSafe(definition);
            on!(self, connection => sqlx::query(sql).execute(connection).await.map(drop))?;
        }
        Ok(())
    }

    /// Makes everything since the beginning lasting, at once.
    pub(crate) async fn commit(self) -> Result<(), DatabaseError> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}

fn bind<'q, DB: Database>(
    query: Query<'q, DB, DB::Arguments>,
    params: Vec<Param<'_>>,
) -> Result<Query<'q, DB, DB::Arguments>, DatabaseError>
where
    for<'t> Option<i64>: Encode<'t, DB> + Type<DB>,
    for<'t> Option<String>: Encode<'t, DB> + Type<DB>,
{
    params.into_iter().try_fold(query, |query, param| match param {
        Param::Int(value) => Ok(query.bind(value)),
        Param::Text(value) => Ok(query.bind(value.map(storable).transpose()?)),
    })
}

/// PostgreSQL cannot keep the character NUL, so neither does SQLite here.
fn storable(text: Cow<'_, str>) -> Result<String, DatabaseError> {
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
