//! What the cells of a record were like: too few, too many, cut at the end of the file.

use firstbell_roster::check::{Check, cell, table as checks};
use firstbell_roster::model::text;
use memchr::memchr;

use super::blocks::LONGEST_RECORD;
use super::reading::{Record, State};
use super::tokenize::{Cell, Shape};
use super::values::decode;

/// What may be wrong with the last value of a file that ends amid it.
const UNREADABLE: [&Check; 6] = [
    &checks::INVALID_DATE,
    &checks::INVALID_OPTIONAL_DATE,
    &checks::INVALID_DATE_TIME,
    &checks::INVALID_YEAR,
    &checks::UNKNOWN_WORD,
    &checks::UNKNOWN_OPTIONAL_WORD,
];

impl State<'_> {
    /// What the cells of a record were like; `last` is its length where the file ends in this
    /// block.
    pub(super) fn shape(
        &mut self,
        record: &mut Record,
        cells: &[Cell],
        shape: Shape,
        last: Option<usize>,
    ) {
        let width = self.reader.header.width;
        let ends_file = last.filter(|_| !shape.terminated);
        if ends_file.is_some_and(|length| length > LONGEST_RECORD) {
            self.batch.cut = true;
            self.reject(record, None, &checks::CELL_TOO_LONG);
        } else if shape.open || ends_file.is_some() && self.ends_amid(cells) {
            self.batch.cut = true;
            self.reject(record, None, &checks::FILE_INCOMPLETE);
        } else if cells.len() < width {
            self.notice(record, None, &checks::TOO_FEW_CELLS);
        }
        self.surplus(record, cells);
        if shape.stray_quote {
            self.notice(record, None, &checks::STRAY_QUOTE);
        }
        if shape.blank_before_quote {
            self.notice(record, None, &checks::BLANK_BEFORE_QUOTE);
        }
        if !self.reader.header.usable {
            let apart = self.reader.header.apart;
            let check = if apart { &checks::HEADER_APART } else { &checks::MISSING_COLUMN };
            record.rejected = record.rejected.or(Some(check));
        }
    }

    /// What cells beyond the header's columns tell: values there, or a value that goes on with a
    /// blank after a comma, stand in the wrong columns for sure.
    fn surplus(&mut self, record: &mut Record, cells: &[Cell]) {
        let (width, spare) = (self.reader.header.width, self.reader.header.spare);
        if cells.len() <= width {
            return;
        }
        let filled = cells.iter().skip(width).any(|cell| !cell.range().is_empty());
        let more = cells.len() > width + spare;
        let goes_on = |cell: &Cell| {
            let start = cell.range().start;
            !cell.range().is_empty()
                && self.body.get(start) == Some(&b' ')
                && start.checked_sub(1).and_then(|before| self.body.get(before))
                    == Some(&self.reader.dialect.separator)
        };
        if filled && self.is_two_rows(cells) {
            // Nobody can tell whom the other row is about.
            self.batch.cut = true;
            self.reject(record, None, &checks::ROWS_RUN_TOGETHER);
        } else if filled || more && cells.iter().skip(1).any(goes_on) {
            self.reject(record, None, &checks::TOO_MANY_CELLS);
        } else if more {
            self.notice(record, None, &checks::BLANK_CELLS);
        }
    }

    /// Whether the last line of a file, which nothing ends, ends amid its cells: it has too few, or
    /// its last value cannot be read and is not that of the row before.
    fn ends_amid(&self, cells: &[Cell]) -> bool {
        let width = self.reader.header.width;
        let place = width.checked_sub(1);
        let Some(last) = place.and_then(|place| cells.get(place)) else { return true };
        let columns = self.reader.kind.columns().iter().enumerate();
        let mut columns = columns.zip(&self.reader.header.places);
        let found = columns.find(|(_, of)| **of == place);
        let Some(((at, column), _)) = found.filter(|_| cells.len() == width) else { return false };
        let raw = last.bytes(self.body);
        let (decoded, _) = decode(&raw);
        let value = text::clean(&decoded).0;
        let read = cell::read(column, self.reader.needed(column), self.reader.slashed, &value);
        read.check.is_some_and(|check| UNREADABLE.contains(&check)) && !self.is_again(at, &raw)
    }

    /// Whether a row has another behind it: as many cells as two, with what ends other lines than this
    /// file's where the first would end.
    fn is_two_rows(&self, cells: &[Cell]) -> bool {
        let width = self.reader.header.width;
        let joint = width.checked_sub(1).and_then(|place| cells.get(place));
        let joint = joint.and_then(|cell| self.body.get(cell.range())).unwrap_or_default();
        width > 1
            && cells.len() + 1 >= 2 * width
            && memchr(self.reader.dialect.other_ending(), joint).is_some()
    }
}
