//! Where findings stand in one file, line by line, and the rows that stand there.

use std::cmp::Reverse;

use firstbell_ingest::{ReadError, Row, Rows};
use firstbell_roster::check::Tally;
use firstbell_roster::model::Kind;
use firstbell_roster::model::snapshot::Snapshot;

/// Findings at rows of one file, by line; of one line, the gravest first.
pub struct Places<'a>(Vec<(u32, &'a Tally)>);

/// Whether findings of a tally stand at a row where they have this line: below the header of a
/// file that is read.
pub fn is_row(tally: &Tally, line: u32) -> bool {
    line > 1 && tally.kind.is_some_and(Kind::is_fact)
}

impl<'a> Places<'a> {
    /// The places at rows of a kind; `some` chooses among the places of each tally.
    pub fn of<I: Iterator<Item = u32>>(
        snapshot: &'a Snapshot,
        kind: Kind,
        some: impl Fn(&'a Tally) -> I,
    ) -> Self {
        let tallies = snapshot.findings.iter().filter(|tally| tally.kind == Some(kind));
        let all = tallies.flat_map(|tally| some(tally).map(move |line| (line, tally)));
        let mut all: Vec<_> = all.filter(|(line, tally)| is_row(tally, *line)).collect();
        all.sort_by_key(|(line, tally)| (*line, Reverse(tally.check.severity)));
        all.dedup_by(|one, other| one.0 == other.0 && std::ptr::eq(one.1, other.1));
        Self(all)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Hands over each of the rows, read once more, with what was found at it.
    pub fn rows<E: From<ReadError>>(
        &self,
        rows: Rows<'_>,
        mut take: impl FnMut(Row<'_>, &[(u32, &'a Tally)]) -> Result<(), E>,
    ) -> Result<(), E> {
        rows.each(
            |line| !self.at(line).is_empty(),
            |row| {
                let found = self.at(row.line);
                take(row, found)
            },
        )
    }

    fn at(&self, line: u32) -> &[(u32, &'a Tally)] {
        let from = self.0.partition_point(|place| place.0 < line);
        let rest = self.0.get(from..).unwrap_or_default();
        let found = rest.iter().take_while(|place| place.0 == line).count();
        rest.get(..found).unwrap_or_default()
    }
}
