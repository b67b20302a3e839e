//! The statements over a table of facts, written once for all kinds.
//!
//! Nine tables with the same fourteen columns and then their own would make ninety statements that
//! differ in a list of columns; a mistake in one of them would be found by nobody. So the lists
//! come from the roster's table of columns and the statements from here. The tables themselves are
//! written out in the migrations, and a test compares the two.

use std::collections::BTreeMap;

use firstbell_roster::model::Kind;
use firstbell_roster::model::column::Type;

use super::table::{Fact, SYSTEM};

/// The statements over one table. `$1` is the district in all of them.
#[derive(Debug)]
pub(crate) struct Statements {
    /// Begins rows: `$2` the operation, `$3` the rows as JSON.
    pub(crate) insert: String,
    /// Ends present rows: `$2` the operation, `$3` id, boundary and reason of each as JSON.
    pub(crate) close: String,
    /// The ids among `$2` that have a present row.
    pub(crate) present_ids: String,
    /// The present versions of the ids in `$2`.
    pub(crate) present: String,
    /// The past versions of the ids in `$2`, newest first for each.
    pub(crate) past: String,
    /// All versions of the subject `$2`, oldest first.
    pub(crate) history: String,
    /// The subjects with a version that has a key of `$2`.
    pub(crate) by_key: String,
    /// All present versions by id.
    pub(crate) stream_present: String,
    /// All versions that held after the operation `$2`, by id.
    pub(crate) stream_as_of: String,
    /// Keys and references of the present rows of the source `$2`.
    pub(crate) keys: String,
    /// Versions that held after `$2` and not after `$3`, and the other way round, by id; the rows
    /// begun in between are numbered from `$4` to `$5`.
    pub(crate) diff: String,
    /// The subjects touched after the operation `$2`; rows begun since are numbered from `$3`.
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

/// The versions with a value in one indexed column, by id.
#[derive(Debug)]
pub(crate) struct Lookup {
    /// Those that are present.
    pub(crate) present: String,
    /// Those that held after the operation `$3`.
    pub(crate) as_of: String,
}

impl Statements {
    pub(crate) fn new(name: &str, kind: Kind, facts: &[Fact]) -> Self {
        let t = Text::new(name, kind, facts);
        Self {
            insert: t.insert(),
            close: t.close(),
            present_ids: t.present_ids(),
            present: t.present(),
            past: t.past(),
            history: t.history(),
            by_key: t.by_key(),
            stream_present: t.select("WHERE t.district = $1 AND t.until_op IS NULL ORDER BY t.id"),
            stream_as_of: t.stream_as_of(),
            keys: t.keys(),
            diff: t.diff(),
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
    /// The columns that make a version, in the order in which `version::read` expects them.
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
        Self { name, facts, has_person, columns }
    }

    fn select(&self, rest: &str) -> String {
        format!("SELECT {} FROM {} AS t {rest}", self.columns, self.name)
    }

    fn insert(&self) -> String {
        let mut targets = vec!["district".to_owned(), "from_op".to_owned()];
        let mut values = vec!["$1".to_owned(), "$2".to_owned()];
        let system =
            ["row_id", "id", "source", "key", "from_for", "began", "implied", "last_modified"];
        let ints = system.iter().chain(self.has_person.then_some(&"person"));
        let columns = ints
            .map(|name| ((*name).to_owned(), true))
            .chain([("sourced_id".to_owned(), false)])
            .chain(self.facts.iter().map(|fact| (fact.name.clone(), is_int(fact))));
        for (place, (name, int)) in columns.enumerate() {
            targets.push(format!("\"{name}\""));
            values.push(if int {
                format!("CAST(w.value ->> {place} AS BIGINT)")
            } else {
                format!("w.value ->> {place}")
            });
        }
        format!(
            "INSERT INTO {} ({}) SELECT {} FROM json_each($3) AS w",
            self.name,
            targets.join(", "),
            values.join(", ")
        )
    }

    fn close(&self) -> String {
        format!(
            "UPDATE {} AS t SET until_op = $2, until_for = CAST(w.value ->> 1 AS BIGINT), \
             ended = CAST(w.value ->> 2 AS BIGINT) FROM json_each($3) AS w \
             WHERE t.district = $1 AND t.id = CAST(w.value ->> 0 AS BIGINT) \
             AND t.until_op IS NULL",
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
            "SELECT {columns}, 0 AS side FROM {name} AS t WHERE t.district = $1 \
             AND t.until_op > $2 AND t.until_op <= $3 AND t.from_op <= $2 \
             UNION ALL \
             SELECT {columns}, 1 AS side FROM {name} AS t WHERE t.district = $1 \
             AND t.row_id BETWEEN $4 AND $5 AND (t.until_op IS NULL OR t.until_op > $3) \
             ORDER BY id, side",
            columns = self.columns,
            name = self.name
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
        Lookup {
            as_of: format!("{present} AND t.from_op <= $3 UNION ALL {past} ORDER BY id"),
            present: format!("{present} ORDER BY t.id"),
        }
    }

    fn touched(&self) -> String {
        format!(
            "SELECT t.id FROM {name} AS t WHERE t.district = $1 AND t.until_op > $2 \
             UNION \
             SELECT t.id FROM {name} AS t WHERE t.district = $1 AND t.row_id >= $3 \
             ORDER BY id",
            name = self.name
        )
    }
}

fn is_int(fact: &Fact) -> bool {
    matches!(fact.column.ty, Type::Reference(_))
}
