//! The two databases behind one face: the only place that knows which one it talks to.
//!
//! The text of a statement exists once, with `$1` parameters, and runs on both. A [`Session`] is
//! one transaction; a [`Param`] and a [`Record`] carry the two types that columns have, 64-bit
//! integers and text. A list goes into a statement as one JSON parameter, read with `json_each`,
//! which is a function of SQLite and one that the first migration of PostgreSQL defines.

mod bulk;
mod session;
mod statement;
mod value;

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use sqlx::Connection;
use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::error::DatabaseError;
pub(crate) use bulk::{Deferred, Insert};
pub(crate) use session::Session;
pub(crate) use statement::{LIST, Listing};
pub(crate) use value::{Param, Record, params};

/// Makes a file that only its owner can read, where it is missing; SQLite gives the files that it
/// puts beside it the same permissions. What stands in the way is told when SQLite opens it.
fn make_own(path: &Path) {
    let _ = OpenOptions::new().append(true).create_new(true).mode(0o600).open(path);
}

/// An open database: of the installation, of one district, or (PostgreSQL) of both.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
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
        make_own(path);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .page_size(SQLITE_PAGE)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(SQLITE_BUSY)
            .pragma("secure_delete", "ON")
            .pragma("journal_size_limit", "67108864")
            .row_buffer_size(4096);
        let writer = without_upkeep(SqlitePoolOptions::new())
            .max_connections(1)
            .connect_with(options.clone().pragma("cache_size", "-65536"))
            .await?;
        match file {
            SqliteFile::Hub => sqlx::migrate!("migrations/sqlite_hub").run(&writer).await,
            SqliteFile::District => sqlx::migrate!("migrations/sqlite_district").run(&writer).await,
        }?;
        let readers = without_upkeep(SqlitePoolOptions::new())
            .max_connections(SQLITE_READERS)
            .connect_lazy_with(options.pragma("query_only", "ON").pragma("cache_size", "-4096"));
        Ok(Self::Sqlite { writer, readers })
    }

    /// Connects to PostgreSQL and brings its schema up to date.
    pub(crate) async fn postgres(url: &str) -> Result<Self, DatabaseError> {
        // One connection says at once why there is none.
        let one = PgConnection::connect(url).await.map_err(DatabaseError::Unreachable)?;
        one.close().await?;
        let pool = without_upkeep(PgPoolOptions::new()).max_connections(POSTGRES_CONNECTIONS);
        let pool = pool.connect(url).await?;
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

/// Connections live as long as their pool. The task that would close idle ones (sqlx-core 0.9.0)
/// spins without end where it counts them while one is between two hands: the count falls below
/// zero for a moment, and the task goes that often round.
fn without_upkeep<DB: sqlx::Database>(options: PoolOptions<DB>) -> PoolOptions<DB> {
    options.max_lifetime(None).idle_timeout(None)
}
