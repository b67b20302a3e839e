//! What stands at the places that a report names, for the person at the keyboard alone.

use std::collections::BTreeMap;

use firstbell_ingest::{Package, ReadError, Row, Rows};
use firstbell_roster::check::{Tally, table};
use firstbell_roster::model::Kind;
use firstbell_roster::model::snapshot::Snapshot;

use super::places::{Places, is_row};
use crate::findings::example;
use crate::report::Example;

/// Values by place; no report holds them, so that none is stored or sent.
#[derive(Default)]
pub struct Values(BTreeMap<Example, String>);

impl FromIterator<(Example, String)> for Values {
    fn from_iter<I: IntoIterator<Item = (Example, String)>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl Values {
    /// The value at a place, as it stands in the file; `None` where the place is no cell, or where
    /// no feature uses its column.
    pub fn at(&self, place: &Example) -> Option<&str> {
        self.0.get(place).map(String::as_str)
    }
}

/// Reads the values at the first places of each finding again, at most so many.
/// Where people share an identifier, all that may be it, by the names of `trusted` columns.
pub fn read(
    package: &dyn Package,
    snapshot: &Snapshot,
    trusted: &[String],
    most: usize,
) -> Result<Values, ReadError> {
    let mut values = BTreeMap::new();
    for kind in Kind::FACTS {
        let places = Places::of(snapshot, kind, |tally| {
            let lines = tally.places.iter().map(|(line, _)| *line);
            let has_value = !tally.field.is_empty() || is_shared(tally);
            lines.filter(move |line| has_value && is_row(tally, *line)).take(most)
        });
        if places.is_empty() {
            continue;
        }
        let Some(rows) = Rows::open(package, snapshot, kind)? else { continue };
        places.rows(rows, |row, found| {
            let cells = found.iter().filter_map(|(line, tally)| {
                let value = if is_shared(tally) {
                    identifiers(&row, trusted)
                } else {
                    row.cell(tally.column, &tally.field)?.to_owned()
                };
                Some((example(tally, *line), value))
            });
            values.extend(cells);
            Ok::<_, ReadError>(())
        })?;
    }
    Ok(Values(values))
}

/// Whether several people share one of their identifiers, of whichever column.
fn is_shared(tally: &Tally) -> bool {
    *tally.check == table::SHARED_TRUSTED_IDENTIFIER
}

/// What a row has in trusted columns, each with its name.
fn identifiers(row: &Row<'_>, trusted: &[String]) -> String {
    let values = trusted.iter().filter_map(|field| Some((field, row.cell(0, field)?)));
    let values = values.filter(|(_, value)| !value.is_empty());
    values.map(|(field, value)| format!("{field} {value}")).collect::<Vec<_>>().join(", ")
}
