//! Compares the rows of a day with those of the day before.

use std::collections::{BTreeMap, HashMap};
use std::io;

use crate::delivery::{Rows, write_line};
use crate::kind::Kind;
use crate::truth::Counts;

/// The rows of the day before, or of a part of it, by kind and `sourcedId`.
#[derive(Debug, Default)]
pub(crate) struct Before {
    rows: BTreeMap<Kind, HashMap<String, Known>>,
    line: Vec<u8>,
}

#[derive(Debug)]
struct Known {
    line: Vec<u8>,
    seen: bool,
}

impl Rows for Before {
    fn row(&mut self, kind: Kind, cells: &[&str]) -> io::Result<()> {
        self.line.clear();
        write_line(&mut self.line, cells);
        let id = cells.first().copied().unwrap_or_default();
        let rows = self.rows.entry(kind).or_default();
        if !rows.contains_key(id) {
            rows.insert(id.to_owned(), Known { line: self.line.clone(), seen: false });
        }
        Ok(())
    }
}

impl Before {
    /// Counts a row of today.
    pub(super) fn count(&mut self, kind: Kind, id: &str, line: &[u8], counts: &mut Counts) {
        counts.received += 1;
        let rows = self.rows.entry(kind).or_default();
        match rows.get_mut(id) {
            Some(known) if known.seen => counts.repeated += 1,
            Some(known) => {
                known.seen = true;
                if known.line == line {
                    counts.unchanged += 1;
                } else {
                    counts.updated += 1;
                }
            }
            None => {
                counts.created += 1;
                rows.insert(id.to_owned(), Known { line: Vec::new(), seen: true });
            }
        }
    }

    /// Counts the rows that today lacks.
    pub(super) fn ended(&self) -> impl Iterator<Item = (Kind, usize)> {
        self.rows
            .iter()
            .map(|(kind, rows)| (*kind, rows.values().filter(|known| !known.seen).count()))
    }
}
