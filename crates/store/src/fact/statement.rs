//! The statements over a table of facts, written once for all kinds.
//!
//! Nine tables with the same fourteen columns and then their own would make ninety statements that
//! differ in a list of columns; a mistake in one of them would be found by nobody. So the lists
//! come from the roster's table of columns and the statements from here. The tables themselves are
//! written out in the migrations, and a test compares the two.

mod text;

use std::collections::BTreeMap;

use firstbell_roster::model::Kind;

use super::table::Fact;
use crate::db::{Insert, Listing};
use text::Text;

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
    /// The subjects with a version that has a key of `$2`; nothing asks that of enrollments.
    pub(crate) by_key: Option<String>,
    /// Those with a past version that has one.
    pub(crate) ended_by_key: String,
    /// All present versions by id.
    pub(crate) stream_present: Listing,
    /// All versions that held after the operation `$2`, by id.
    pub(crate) stream_as_of: Listing,
    /// `$4` versions at most that held after the operation `$2`, of subjects after `$3`, by id.
    pub(crate) page_as_of: Listing,
    /// The versions that have ended, in the order in which they began.
    pub(crate) stream_past: Listing,
    /// Keys and references of the present rows of the source `$2`.
    pub(crate) keys: String,
    /// Versions that held after `$2` and not after `$3`, and the other way round, by id; the rows
    /// begun in between are numbered from `$4` to `$5`.
    pub(crate) diff: Listing,
    /// Versions numbered from `$3` to `$4` that held after the operation `$2`, in that order.
    pub(crate) begun: Listing,
    /// `$4` versions at most that the operation `$2` ended, numbered after `$3`, in that order.
    pub(crate) ended: Listing,
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
    /// Those that are present, for all values in the list `$2`.
    all_present: Listing,
    /// Those that ended, the same.
    all_ended: Listing,
    /// Those that held after the operation `$3`.
    pub(crate) as_of: Listing,
}

impl Lookup {
    /// The versions with any value of the list `$2`, present or ended.
    pub(crate) fn all(&self, ended: bool) -> &Listing {
        if ended { &self.all_ended } else { &self.all_present }
    }
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
            by_key: (kind != Kind::Enrollment).then(|| t.by_key("")),
            ended_by_key: t.by_key("AND t.until_op IS NOT NULL "),
            stream_present: Listing::new(
                t.select("WHERE t.district = $1 AND t.until_op IS NULL ORDER BY t.id"),
            ),
            stream_as_of: Listing::new(t.stream_as_of()),
            page_as_of: Listing::new(t.page_as_of()),
            stream_past: Listing::new(
                t.select("WHERE t.district = $1 AND t.until_op IS NOT NULL ORDER BY t.row_id"),
            ),
            keys: t.keys(),
            diff: Listing::new(t.diff()),
            begun: Listing::new(t.begun()),
            ended: Listing::new(t.ended()),
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

#[cfg(test)]
mod tests;
