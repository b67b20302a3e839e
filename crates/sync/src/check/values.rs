//! What stands at the places that a report names, for the person at the keyboard alone.

use std::collections::BTreeMap;

use firstbell_ingest::{Package, ReadError, Rows};
use firstbell_roster::model::Kind;
use firstbell_roster::model::snapshot::Snapshot;

use super::places::{Places, is_row};
use crate::findings::example;
use crate::report::Example;

/// Values by place; no report holds them, so that none is stored or sent.
#[derive(Default)]
pub struct Values(BTreeMap<Example, String>);

impl Values {
    /// The value at a place, as it stands in the file; `None` where the place is no cell, or where
    /// no feature uses its column.
    pub fn at(&self, place: &Example) -> Option<&str> {
        self.0.get(place).map(String::as_str)
    }
}

/// Reads the values at the first places of each finding again, at most so many.
pub fn read(package: &dyn Package, snapshot: &Snapshot, most: usize) -> Result<Values, ReadError> {
    let mut values = BTreeMap::new();
    for kind in Kind::FACTS {
        let places = Places::of(snapshot, kind, |tally| {
            let lines = tally.places.iter().map(|(line, _)| *line);
            lines.filter(|line| !tally.field.is_empty() && is_row(tally, *line)).take(most)
        });
        if places.is_empty() {
            continue;
        }
        let Some(rows) = Rows::open(package, snapshot, kind)? else { continue };
        places.rows(rows, |row, found| {
            let cells = found.iter().filter_map(|(line, tally)| {
                Some((example(tally, *line), row.cell(tally.column, &tally.field)?.to_owned()))
            });
            values.extend(cells);
            Ok::<_, ReadError>(())
        })?;
    }
    Ok(Values(values))
}
