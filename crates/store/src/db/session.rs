//! One transaction.

use std::time::Duration;

use futures_util::{FutureExt, Stream, TryStreamExt};
use sqlx::query::Query;
use sqlx::{Database, Encode, Postgres, Sqlite, Transaction, Type};

use super::statement::Sql;
use super::value::{Param, Record, storable};
use crate::error::DatabaseError;

/// One transaction; undone unless it is committed.
#[derive(Debug)]
pub(crate) enum Session {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
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
pub(super) use on;

impl Session {
    /// Runs a statement and says how many rows it changed.
    pub(crate) async fn execute(
        &mut self,
        sql: impl Into<Sql>,
        params: Vec<Param<'_>>,
    ) -> Result<u64, DatabaseError> {
        let sql = sql.into().of(self);
        Ok(on!(self, connection => {
            bind(sqlx::query(sql), params)?.execute(connection).await?.rows_affected()
        }))
    }

    /// All rows of a query that is known to have few.
    pub(crate) async fn all<T>(
        &mut self,
        sql: impl Into<Sql>,
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
        sql: impl Into<Sql>,
        params: Vec<Param<'_>>,
        read: impl FnMut(&Record) -> Result<T, DatabaseError>,
    ) -> Result<Option<T>, DatabaseError> {
        Ok(self.all(sql, params, read).await?.pop())
    }

    /// Hands over the rows of a query one by one, however many there are.
    pub(crate) async fn each(
        &mut self,
        sql: impl Into<Sql>,
        params: Vec<Param<'_>>,
        mut take: impl FnMut(&Record) -> Result<(), DatabaseError>,
    ) -> Result<(), DatabaseError> {
        let sql = sql.into().of(self);
        on!(self, connection => {
            let rows = bind(sqlx::query(sql), params)?.fetch(connection);
            hand_over(rows, |row| take(&row.into())).await
        })
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

/// Fills in the values of a statement in the order of their numbers.
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

/// How many rows are taken over before the first of them is looked at.
const BURST: usize = 2_048;
/// After so many rows a query is a long one.
const MANY: usize = 1_000;
const PAUSE: Duration = Duration::from_millis(1);

/// Hands over the rows of a query as they come.
///
/// SQLite works on a thread of its own. Were each row taken as soon as it is there, the two threads
/// would wake each other for every one of millions, which costs more than to read them. So rows
/// are taken in bursts, and a reader that has to wait in a long query lets some gather first.
async fn hand_over<Row>(
    mut rows: impl Stream<Item = Result<Row, sqlx::Error>> + Unpin,
    mut take: impl FnMut(Row) -> Result<(), DatabaseError>,
) -> Result<(), DatabaseError> {
    let mut burst = Vec::new();
    let mut taken = 0;
    loop {
        let next = match rows.try_next().now_or_never() {
            Some(next) => next?,
            None if !burst.is_empty() => {
                taken += burst.len();
                burst.drain(..).try_for_each(&mut take)?;
                continue;
            }
            None if taken < MANY => rows.try_next().await?,
            None => {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let Some(row) = next else {
            return burst.drain(..).try_for_each(&mut take);
        };
        burst.push(row);
        if burst.len() >= BURST {
            taken += burst.len();
            burst.drain(..).try_for_each(&mut take)?;
        }
    }
}
