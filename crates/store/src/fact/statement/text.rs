//! The text of each statement.

use std::collections::BTreeMap;

use firstbell_roster::model::Kind;

use super::Lookup;
use crate::db::{Insert, LIST, Listing};
use crate::fact::table::{Fact, SYSTEM};

/// Writes the statements of one table.
pub(super) struct Text<'a> {
    name: &'a str,
    facts: &'a [Fact],
    has_person: bool,
    /// The subject and a version of it, its columns in the order in which `version::read` expects
    /// them: as one text, for SQLite hands over each value at a cost of its own.
    columns: String,
}

impl<'a> Text<'a> {
    pub(super) fn new(name: &'a str, kind: Kind, facts: &'a [Fact]) -> Self {
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

    pub(super) fn select(&self, rest: &str) -> String {
        format!("SELECT {} FROM {} AS t {rest}", self.columns, self.name)
    }

    /// The columns in the order in which `apply` gives their values: those of a version that has
    /// not ended.
    pub(super) fn insert(&self) -> Insert {
        let system = SYSTEM
            .iter()
            .filter(|column| !["until_op", "until_for", "ended"].contains(column))
            .map(|column| ((*column).to_owned(), *column != "sourced_id"));
        let person = self.has_person.then(|| ("person".to_owned(), true));
        let facts = self.facts.iter().map(|fact| (fact.name.clone(), fact.is_int()));
        let columns: Vec<_> = system.chain(person).chain(facts).collect();
        Insert::new(self.name, &columns)
    }

    pub(super) fn close(&self) -> String {
        format!(
            "UPDATE {} SET until_op = $2, until_for = $3, ended = $4 \
             WHERE district = $1 AND until_op IS NULL \
             AND id IN (SELECT CAST(w.value AS BIGINT) FROM json_each($5) AS w)",
            self.name
        )
    }

    pub(super) fn present_ids(&self) -> String {
        format!(
            "SELECT t.id FROM json_each($2) AS w CROSS JOIN {} AS t \
             WHERE t.district = $1 AND t.id = CAST(w.value AS BIGINT) AND t.until_op IS NULL",
            self.name
        )
    }

    pub(super) fn present(&self) -> String {
        format!(
            "SELECT {} FROM json_each($2) AS w CROSS JOIN {} AS t \
             WHERE t.district = $1 AND t.id = CAST(w.value AS BIGINT) AND t.until_op IS NULL \
             ORDER BY t.id",
            self.columns, self.name
        )
    }

    pub(super) fn past(&self) -> String {
        format!(
            "SELECT {} FROM json_each($2) AS w CROSS JOIN {} AS t \
             WHERE t.district = $1 AND t.id = CAST(w.value AS BIGINT) AND t.until_op IS NOT NULL \
             ORDER BY t.id, t.row_id DESC",
            self.columns, self.name
        )
    }

    pub(super) fn history(&self) -> String {
        format!(
            "{} UNION ALL {} ORDER BY row_id",
            self.select("WHERE t.district = $1 AND t.id = $2 AND t.until_op IS NOT NULL"),
            self.select("WHERE t.district = $1 AND t.id = $2 AND t.until_op IS NULL"),
        )
    }

    pub(super) fn by_key(&self, which: &str) -> String {
        format!(
            "SELECT DISTINCT t.key, t.id, t.sourced_id FROM json_each($2) AS w CROSS JOIN {} AS t \
             WHERE t.district = $1 AND t.key = CAST(w.value AS BIGINT) {which}\
             ORDER BY t.key, t.id, t.sourced_id",
            self.name
        )
    }

    pub(super) fn stream_as_of(&self) -> String {
        format!(
            "{} UNION ALL {} ORDER BY id",
            self.select("WHERE t.district = $1 AND t.until_op IS NULL AND t.from_op <= $2"),
            self.select("WHERE t.district = $1 AND t.until_op > $2 AND t.from_op <= $2"),
        )
    }

    /// Each half has its own limit: PostgreSQL would sort all rows of the two otherwise.
    pub(super) fn page_as_of(&self) -> String {
        let half = |which: &str| {
            self.select(&format!(
                "WHERE t.district = $1 AND t.id > $3 AND {which} AND t.from_op <= $2 \
                 ORDER BY t.id LIMIT $4"
            ))
        };
        format!(
            "SELECT * FROM ({}) AS now UNION ALL SELECT * FROM ({}) AS past ORDER BY id LIMIT $4",
            half("t.until_op IS NULL"),
            half("t.until_op IS NOT NULL AND t.until_op > $2"),
        )
    }

    pub(super) fn keys(&self) -> String {
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

    pub(super) fn diff(&self) -> String {
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

    pub(super) fn begun(&self) -> String {
        self.select(
            "WHERE t.district = $1 AND t.row_id BETWEEN $3 AND $4 AND t.from_op <= $2 \
             AND (t.until_op IS NULL OR t.until_op > $2) ORDER BY t.row_id",
        )
    }

    pub(super) fn ended(&self) -> String {
        self.select(
            "WHERE t.district = $1 AND t.until_op = $2 AND t.row_id > $3 \
             ORDER BY t.row_id LIMIT $4",
        )
    }

    pub(super) fn lookups(&self, kind: Kind) -> BTreeMap<&'static str, Lookup> {
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

    pub(super) fn lookup(&self, column: &str) -> Lookup {
        let rest = format!("WHERE t.district = $1 AND t.{column} = $2");
        let present = self.select(&format!("{rest} AND t.until_op IS NULL"));
        let past = self.select(&format!(
            "{rest} AND t.until_op IS NOT NULL AND t.until_op > $3 AND t.from_op <= $3"
        ));
        let as_of = format!("{present} AND t.from_op <= $3 UNION ALL {past}");
        let all = |is: &str| {
            format!(
                "SELECT {} FROM json_each($2) AS w CROSS JOIN {} AS t WHERE t.district = $1 \
                 AND t.{column} = CAST(w.value AS BIGINT) AND t.until_op {is}",
                self.columns, self.name
            )
        };
        Lookup {
            as_of: Listing::new(as_of),
            all_present: Listing::new(all("IS NULL")),
            all_ended: Listing::new(all("IS NOT NULL")),
            present: Listing::new(present),
        }
    }

    pub(super) fn touched(&self) -> String {
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
