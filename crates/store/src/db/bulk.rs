//! Filling tables with many rows.

use std::borrow::Cow;

use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe};

use super::session::{Session, on};
use super::value::Param;
use crate::error::DatabaseError;

/// How many values go into one statement of SQLite.
const SQLITE_VALUES: usize = 16_000;

/// How many times fewer rows the next smaller statement of SQLite takes.
const SQLITE_STEP: usize = 8;

/// The statements that put rows into one table.
///
/// PostgreSQL reads all rows from one JSON parameter. SQLite would spend most of its time on that
/// JSON, so it gets the values one by one, some thousand in a statement; they are not numbered,
/// for it would look each number up in a list. What is left over goes into smaller statements:
/// each is handed to SQLite's own thread, at a cost above that of a row.
#[derive(Debug)]
pub(crate) struct Insert {
    columns: usize,
    /// How many rows a statement of SQLite takes, and the statement; the largest first, and the
    /// last takes one.
    sqlite: Vec<(usize, String)>,
    json: String,
}

/// An index that is built later.
#[derive(Debug)]
pub(crate) struct Deferred {
    name: String,
    definition: String,
    /// How the rows are spread over its keys, in the words of SQLite.
    spread: Option<String>,
}

impl Insert {
    /// The statements for a table with these columns; `true` stands for an integer.
    pub(crate) fn new(table: &str, columns: &[(String, bool)]) -> Self {
        let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let names = names.join(", ");
        // A row that does not fit ends the whole transaction, so SQLite need not be ready to take
        // back the rows of this one statement.
        let values_into = format!("INSERT OR FAIL INTO {table} ({names}) VALUES");
        let row = format!("({})", vec!["?"; columns.len()].join(", "));
        let most = SQLITE_VALUES / columns.len().max(1);
        let rows = std::iter::successors(Some(most.max(1)), |rows| {
            (*rows > 1).then(|| (rows / SQLITE_STEP).max(1))
        });
        let statement = |rows| format!("{values_into} {}", vec![row.as_str(); rows].join(", "));
        let value = |(place, (_, is_int)): (usize, &(String, bool))| {
            if *is_int {
                format!("CAST(w.value ->> {place} AS BIGINT)")
            } else {
                format!("w.value ->> {place}")
            }
        };
        let values: Vec<String> = columns.iter().enumerate().map(value).collect();
        Self {
            columns: columns.len(),
            sqlite: rows.map(|rows| (rows, statement(rows))).collect(),
            json: format!(
                "INSERT INTO {table} ({names}) SELECT {} FROM json_each($1) AS w",
                values.join(", ")
            ),
        }
    }
}

impl Session {
    /// Puts rows into a table: their values, row after row, in which nobody left a NUL.
    pub(crate) async fn insert(
        &mut self,
        insert: &'static Insert,
        values: Vec<Param<'static>>,
    ) -> Result<(), DatabaseError> {
        let Self::Sqlite(transaction) = self else {
            let rows = json(&values, insert.columns)?;
            return self.execute(&insert.json, vec![rows.into()]).await.map(drop);
        };
        let mut values = values.into_iter();
        for (rows, sql) in &insert.sqlite {
            let taken = rows * insert.columns;
            while taken > 0 && values.len() >= taken {
                let filled = fill(values.by_ref().take(taken))?;
                sqlx::query_with(sql.as_str(), filled).execute(&mut **transaction).await?;
            }
        }
        Ok(())
    }

    /// Drops the indexes of an empty table that is about to be filled, where building them
    /// afterwards costs less, and gives what they were. The index of present rows stays, for rows
    /// come in its order, and so do those of past rows, of which there are none.
    pub(crate) async fn defer_indexes(
        &mut self,
        table: &'static str,
    ) -> Result<Vec<Deferred>, DatabaseError> {
        let Self::Sqlite(transaction) = self else {
            return Ok(Vec::new());
        };
        let indexes: Vec<(String, String, Option<String>)> = sqlx::query_as(
            "SELECT i.name, i.sql, s.stat FROM sqlite_schema AS i \
             LEFT JOIN sqlite_stat1 AS s ON s.tbl = i.tbl_name AND s.idx = i.name \
             WHERE i.type = 'index' AND i.tbl_name = $1 AND i.sql LIKE 'CREATE INDEX%' \
             AND i.sql NOT LIKE '%IS NOT NULL' ORDER BY i.name",
        )
        .bind(table)
        .fetch_all(&mut **transaction)
        .await?;
        for (name, _, _) in &indexes {
            let drop = AssertSqlSafe(format!("DROP INDEX {name}"));
            sqlx::query(drop).execute(&mut **transaction).await?;
        }
        let deferred = indexes.into_iter();
        Ok(deferred
            .map(|(name, definition, spread)| Deferred { name, definition, spread })
            .collect())
    }

    /// Builds the indexes of a filled table that were dropped, and sees to it that the database
    /// knows how its rows are spread: SQLite is told again, PostgreSQL takes a sample.
    pub(crate) async fn build_indexes(
        &mut self,
        table: &'static str,
        deferred: Vec<Deferred>,
    ) -> Result<(), DatabaseError> {
        let Self::Sqlite(transaction) = self else {
            return self.analyze(table).await;
        };
        for index in deferred {
            let build = AssertSqlSafe(index.definition);
            sqlx::query(build).execute(&mut **transaction).await?;
            sqlx::query("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)")
                .bind(table)
                .bind(index.name)
                .bind(index.spread)
                .execute(&mut **transaction)
                .await?;
        }
        self.analyze("sqlite_schema").await
    }

    /// Takes a sample of a table; of SQLite's schema, reads what is written down of all tables.
    async fn analyze(&mut self, table: &'static str) -> Result<(), DatabaseError> {
        let analyze = AssertSqlSafe(format!("ANALYZE {table}"));
        on!(self, connection => sqlx::query(analyze).execute(connection).await.map(drop))?;
        Ok(())
    }
}

/// The values of one statement of SQLite, in their order.
fn fill(
    values: impl ExactSizeIterator<Item = Param<'static>>,
) -> Result<SqliteArguments, DatabaseError> {
    let mut filled = SqliteArguments::default();
    filled.reserve(values.len(), 0);
    for value in values {
        match value {
            Param::Int(int) => filled.add(int),
            Param::Text(text) => filled.add(text.map(Cow::into_owned)),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(filled)
}

/// Rows as one JSON array of arrays.
fn json(values: &[Param<'_>], columns: usize) -> Result<String, DatabaseError> {
    let mut json = Vec::new();
    for (place, value) in values.iter().enumerate() {
        json.extend_from_slice(match (place, place % columns) {
            (0, _) => b"[[",
            (_, 0) => b"],[",
            _ => b",",
        });
        let written = match value {
            Param::Int(int) => serde_json::to_writer(&mut json, int),
            Param::Text(text) => serde_json::to_writer(&mut json, text),
        };
        written.map_err(|_| DatabaseError::Nul)?;
    }
    json.extend_from_slice(b"]]");
    String::from_utf8(json).map_err(|_| DatabaseError::Nul)
}
