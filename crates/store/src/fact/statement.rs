//! The statements over a table of facts, written once for all kinds.
//!
//! Nine tables with the same fourteen columns and then their own would make ninety statements that
//! differ in a list of columns; a mistake in one of them would be found by nobody. So the lists
//! come from the roster's table of columns and the statements from here. The tables themselves are
//! written out in the migrations, and a test compares the two.

use std::collections::BTreeMap;

use firstbell_roster::model::Kind;

use super::table::{Fact, SYSTEM};
use crate::db::{Insert, LIST, Listing};

/// The statements over one table. `$1` is the district in all of them.
#[derive(Debug)]
pub(crate) struct Statements {
    /// Begins rows.
    pub(crate) insert: Insert,
    /// Ends the present rows of the ids in `$5`: `$2` the operation, `$3` the one that the
    /// boundary stands for, `$4` the reason.
    pub(crate) close: String,
    /// The ids among `$2` that have a present row.
    pub(crate) present_ids: String,
    /// The present versions of the ids in `$2`.
    pub(crate) present: Listing,
    /// The past versions of the ids in `$2`, newest first for each.
    pub(crate) past: Listing,
    /// All versions of the subject `$2`, oldest first.
    pub(crate) history: Listing,
    /// The subjects with a version that has a key of `$2`.
    pub(crate) by_key: String,
    /// All present versions by id.
    pub(crate) stream_present: Listing,
    /// All versions that held after the operation `$2`, by id.
    pub(crate) stream_as_of: Listing,
    /// Keys and references of the present rows of the source `$2`.
    pub(crate) keys: String,
    /// Versions that held after `$2` and not after `$3`, and the other way round, by id; the rows
    /// begun in between are numbered from `$4` to `$5`.
    pub(crate) diff: Listing,
    /// The subjects touched after the operation `$2`, some twice; rows begun since are numbered from
    /// `$3` to `$4`.
    pub(crate) touched: String,
    /// How many subjects are present.
    pub(crate) count: String,
    /// How many subjects were present after the operation `$2`.
    pub(crate) count_as_of: String,
    /// How many rows each operation began, and their numbers.
    pub(crate) began_by_operation: String,
    /// How many rows each operation ended.
    pub(crate) ended_by_operation: String,
    /// The versions whose column, by name, holds `$2`.
    pub(crate) lookups: BTreeMap<&'static str, Lookup>,
}

/// The versions with a value in one indexed column, in no order: asked for one, SQLite would look
/// through all subjects in that order instead.
#[derive(Debug)]
pub(crate) struct Lookup {
    /// Those that are present.
    pub(crate) present: Listing,
    /// Those that held after the operation `$3`.
    pub(crate) as_of: Listing,
}

impl Statements {
    pub(crate) fn new(name: &str, kind: Kind, facts: &[Fact]) -> Self {
        let t = Text::new(name, kind, facts);
        Self {
            insert: t.insert(),
            close: t.close(),
            present_ids: t.present_ids(),
            present: Listing::new(t.present()),
            past: Listing::new(t.past()),
            history: Listing::new(t.history()),
            by_key: t.by_key(),
            stream_present: Listing::new(
                t.select("WHERE t.district = $1 AND t.until_op IS NULL ORDER BY t.id"),
            ),
            stream_as_of: Listing::new(t.stream_as_of()),
            keys: t.keys(),
            diff: Listing::new(t.diff()),
            touched: t.touched(),
            count: format!(
                "SELECT COUNT(*) AS rows FROM {name} AS t \
                 WHERE t.district = $1 AND t.until_op IS NULL"
            ),
            count_as_of: format!(
                "SELECT COUNT(*) AS rows FROM {name} AS t \
                 WHERE t.district = $1 AND {AS_OF}"
            ),
            began_by_operation: format!(
                "SELECT from_op, COUNT(*) AS began, MIN(row_id) AS first, MAX(row_id) AS last \
                 FROM {name} WHERE district = $1 GROUP BY from_op"
            ),
            ended_by_operation: format!(
                "SELECT until_op, COUNT(*) AS ended FROM {name} \
                 WHERE district = $1 AND until_op IS NOT NULL GROUP BY until_op"
            ),
            lookups: t.lookups(kind),
        }
    }
}

const AS_OF: &str = "t.from_op <= $2 AND (t.until_op IS NULL OR t.until_op > $2)";

struct Text<'a> {
    name: &'a str,
    facts: &'a [Fact],
    has_person: bool,
    /// The subject and a version of it, its columns in the order in which `version::read` expects
    /// them: as one text, for SQLite hands over each value at a cost of its own.
    columns: String,
}

impl<'a> Text<'a> {
    fn new(name: &'a str, kind: Kind, facts: &'a [Fact]) -> Self {
        let has_person = kind == Kind::User;
        let columns = SYSTEM
            .iter()
            .filter(|column| **column != "district")
            .map(|column| format!("t.{column}"))
            .chain(has_person.then(|| "t.person".to_owned()))
            .chain(facts.iter().map(|fact| format!("t.\"{}\"", fact.name)))
            .collect::<Vec<_>>()
            .join(", ");
        let columns = format!("t.id, t.row_id, CAST({LIST}({columns}) AS TEXT) AS version");
        Self { name, facts, has_person, columns }
    }

    fn select(&self, rest: &str) -> String {
        format!("SELECT {} FROM {} AS t {rest}", self.columns, self.name)
    }

    /// The columns in the order in which `apply` gives their values: those of a version that has
    /// not ended.
    fn insert(&self) -> Insert {
        let system = SYSTEM
            .iter()
            .filter(|column| !["until_op", "until_for", "ended"].contains(column))
            .map(|column| ((*column).to_owned(), *column != "sourced_id"));
        let person = self.has_person.then(|| ("person".to_owned(), true));
        let facts = self.facts.iter().map(|fact| (fact.name.clone(), fact.is_int()));
        let columns: Vec<_> = system.chain(person).chain(facts).collect();
        Insert::new(self.name, &columns)
    }

    fn close(&self) -> String {
        format!(
            "UPDATE {} SET until_op = $2, until_for = $3, ended = $4 \
             WHERE district = $1 AND until_op IS NULL \
             AND id IN (SELECT CAST(w.value AS BIGINT) FROM json_each($5) AS w)",
            self.name
        )
    }

    fn present_ids(&self) -> String {
        format!(
            "SELECT t.id FROM json_each($2) AS w CROSS JOIN {} AS t \
             WHERE t.district = $1 AND t.id = CAST(w.value AS BIGINT) AND t.until_op IS NULL",
            self.name
        )
    }

    fn present(&self) -> String {
        format!(
            "SELECT {} FROM json_each($2) AS w CROSS JOIN {} AS t \
             WHERE t.district = $1 AND t.id = CAST(w.value AS BIGINT) AND t.until_op IS NULL \
             ORDER BY t.id",
            self.columns, self.name
        )
    }

    fn past(&self) -> String {
        format!(
            "SELECT {} FROM json_each($2) AS w CROSS JOIN {} AS t \
             WHERE t.district = $1 AND t.id = CAST(w.value AS BIGINT) AND t.until_op IS NOT NULL \
             ORDER BY t.id, t.row_id DESC",
            self.columns, self.name
        )
    }

    fn history(&self) -> String {
        format!(
            "{} UNION ALL {} ORDER BY row_id",
            self.select("WHERE t.district = $1 AND t.id = $2 AND t.until_op IS NOT NULL"),
            self.select("WHERE t.district = $1 AND t.id = $2 AND t.until_op IS NULL"),
        )
    }

    fn by_key(&self) -> String {
        format!(
            "SELECT DISTINCT t.key, t.id, t.sourced_id FROM json_each($2) AS w CROSS JOIN {} AS t \
             WHERE t.district = $1 AND t.key = CAST(w.value AS BIGINT) \
             ORDER BY t.key, t.id, t.sourced_id",
            self.name
        )
    }

    fn stream_as_of(&self) -> String {
        format!(
            "{} UNION ALL {} ORDER BY id",
            self.select("WHERE t.district = $1 AND t.until_op IS NULL AND t.from_op <= $2"),
            self.select("WHERE t.district = $1 AND t.until_op > $2 AND t.from_op <= $2"),
        )
    }

    fn keys(&self) -> String {
        let columns: Vec<String> = ["t.id", "t.key"]
            .into_iter()
            .map(str::to_owned)
            .chain(self.has_person.then(|| "t.person".to_owned()))
            .chain(
                self.facts
                    .iter()
                    .filter(|fact| fact.column.refers_to().is_some())
                    .map(|fact| format!("t.\"{}\"", fact.name)),
            )
            .collect();
        format!(
            "SELECT {} FROM {} AS t WHERE t.district = $1 AND t.source = $2 \
             AND t.until_op IS NULL",
            columns.join(", "),
            self.name
        )
    }

    fn diff(&self) -> String {
        format!(
            "SELECT {columns}, CAST(0 AS BIGINT) AS side FROM {name} AS t WHERE t.district = $1 \
             AND t.until_op > $2 AND t.until_op <= $3 AND t.from_op <= $2 \
             UNION ALL \
             SELECT {columns}, CAST(1 AS BIGINT) AS side FROM {name} AS t WHERE {rows} \
             AND (t.until_op IS NULL OR t.until_op > $3) \
             ORDER BY id, side",
            columns = self.columns,
            name = self.name,
            rows = rows_between("$4", "$5")
        )
    }

    fn lookups(&self, kind: Kind) -> BTreeMap<&'static str, Lookup> {
        let columns: &[&str] = if kind == Kind::Enrollment {
            &["class_id", "user_id"]
        } else if matches!(kind, Kind::Role | Kind::UserProfile) {
            &["user_id"]
        } else if kind == Kind::User {
            &["person"]
        } else {
            &[]
        };
        let lookup = |column: &&'static str| (*column, self.lookup(column));
        columns.iter().map(lookup).collect()
    }

    fn lookup(&self, column: &str) -> Lookup {
        let rest = format!("WHERE t.district = $1 AND t.{column} = $2");
        let present = self.select(&format!("{rest} AND t.until_op IS NULL"));
        let past = self.select(&format!(
            "{rest} AND t.until_op IS NOT NULL AND t.until_op > $3 AND t.from_op <= $3"
        ));
        let as_of = format!("{present} AND t.from_op <= $3 UNION ALL {past}");
        Lookup { as_of: Listing::new(as_of), present: Listing::new(present) }
    }

    fn touched(&self) -> String {
        format!(
            "SELECT t.id FROM {name} AS t WHERE t.district = $1 AND t.until_op > $2 \
             UNION ALL \
             SELECT t.id FROM {name} AS t WHERE {rows}",
            name = self.name,
            rows = rows_between("$3", "$4")
        )
    }
}

/// The rows of the district numbered from one to another. Said with an equation, SQLite would
/// take any index that begins with the district and look through all of it.
fn rows_between(first: &str, last: &str) -> String {
    format!(
        "t.row_id BETWEEN {first} AND {last} \
         AND (t.district, t.row_id) >= ($1, {first}) AND (t.district, t.row_id) <= ($1, {last})"
    )
}

#[cfg(test)]
mod tests {
    use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

    use super::super::table::Table;
    use super::*;
    use crate::db::{Db, SqliteFile};

    /// What SQLite would do for a statement, step by step.
    async fn steps(connection: &mut SqliteConnection, sql: &dyn std::fmt::Display) -> Vec<String> {
        let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let steps: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sql).fetch_all(connection).await.unwrap();
        steps.into_iter().map(|(_, _, _, step)| step).collect()
    }

    async fn check(connection: &mut SqliteConnection) {
        for kind in Kind::FACTS {
            let sql = &Table::of(kind).unwrap().sql;
            let mut few: Vec<&dyn std::fmt::Display> = vec![
                &sql.close,
                &sql.present_ids,
                &sql.present,
                &sql.past,
                &sql.history,
                &sql.by_key,
                &sql.diff,
                &sql.touched,
            ];
            for lookup in sql.lookups.values() {
                few.extend([&lookup.present as &dyn std::fmt::Display, &lookup.as_of]);
            }
            for statement in few {
                let steps = steps(connection, statement).await;
                let whole =
                    |step: &&String| step.ends_with("(district=?)") || step.starts_with("SCAN t");
                assert_eq!(steps.iter().find(whole), None, "{statement}: {steps:#?}");
            }
        }
    }

    #[tokio::test]
    async fn no_statement_looks_through_a_whole_table_for_a_few_rows() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("roster.db");
        let db = Db::sqlite(&file, SqliteFile::District).await.unwrap();
        let url = format!("sqlite://{}", file.display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        check(&mut connection).await;

        let mut session = db.write().await.unwrap();
        for kind in Kind::FACTS {
            let table = Table::of(kind).unwrap().name;
            let deferred = session.defer_indexes(table).await.unwrap();
            session.build_indexes(deferred).await.unwrap();
        }
        session.commit().await.unwrap();
        check(&mut connection).await;
        check(&mut SqliteConnection::connect(&url).await.unwrap()).await;
    }
}
