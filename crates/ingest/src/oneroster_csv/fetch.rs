//! Reads chosen records again, and minimises what is kept.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use firstbell_roster::check::cell;
use firstbell_roster::model::cells::{Cells, Record};
use firstbell_roster::model::settings::SlashedDates;
use firstbell_roster::model::subjects::NOBODY;
use firstbell_roster::model::{Kind, text};
use firstbell_roster::scope::Mappings;
use memchr::memchr_iter;

use super::ReadError;
use super::blocks::LONGEST_RECORD;
use super::header::{Header, Version};
use super::header_row::header_row;
use super::mapped::{Beside, map};
use super::tokenize::{Cell, Dialect, Tokenizer};
use super::walk::Walk;
use crate::package::Package;

/// Reads a kind's file again and hands over the records that begin on wanted lines, in the
/// order of the file, as cells in the order of the kind's columns.
pub fn fetch(
    package: &dyn Package,
    kind: Kind,
    wanted: impl FnMut(u32) -> bool,
    mut take: impl FnMut(u32, Record<'_>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    // Columns of all versions are read: what a version lacks is not there.
    let none = BTreeMap::new();
    let (version, own) = (Version::V11, package.other_names(kind).unwrap_or(&none));
    let mappings = Mappings::new(package.mapping())?;
    let Some(walk) = Walk::open(package, kind, version, own)? else { return Ok(()) };
    let mut record = Cells::new(kind.columns().len());
    walk.each(wanted, |header, found| {
        let slashed = package.slashed_dates(kind);
        understand(kind, header, slashed, found.cells, found.block, &mut record);
        map_schools(kind, &mappings, &mut record);
        record.get(0).map_or(Ok(()), |record| take(found.line, record))
    })
}

/// The header of a file that begins like this, and how many lines it takes.
pub fn header(start: &[u8]) -> (&[u8], u32) {
    let (_, body, lines) = header_row(start, Dialect::of(start));
    (start.get(..body).unwrap_or_default(), lines)
}

fn understand(
    kind: Kind,
    header: &Header,
    slashed: SlashedDates,
    cells: &[Cell],
    block: &[u8],
    record: &mut Cells,
) {
    record.clear();
    for (column, place) in kind.columns().iter().zip(&header.places) {
        let cell = place.and_then(|at| cells.get(at)).filter(|_| column.used_for.is_some());
        let raw = cell.map(|cell| cell.bytes(block)).unwrap_or_default();
        let (decoded, _) = super::values::decode(&raw);
        let (cleaned, _) = text::clean(&decoded);
        record.push_cell(&cell::read(column, column.needed, slashed, &cleaned).value);
    }
}

/// Names the schools of a record as they are here. Of what belongs to a part of a school by other
/// records, the links tell which.
fn map_schools(kind: Kind, mappings: &Mappings, record: &mut Cells) {
    let columns = kind.columns();
    let Some(read) = record.get(0).filter(|_| !mappings.are_none()) else { return };
    let mapped: Vec<_> = (1..)
        .zip(columns.iter().skip(1))
        .filter_map(|(at, column)| Some((at, map(mappings, kind, column, read.cell(at), &read)?)))
        .collect();
    if mapped.is_empty() {
        return;
    }
    let said = |at: usize| mapped.iter().find(|(place, _)| *place == at);
    let cells: Vec<_> = (0..columns.len())
        .map(|at| said(at).map_or(read.cell(at), |(_, school)| school.as_str()).to_owned())
        .collect();
    record.clear();
    record.push(cells.iter().map(String::as_str));
}

impl Beside for Record<'_> {
    fn cell(&self, at: usize) -> String {
        Record::cell(self, at).to_owned()
    }

    fn school_of_class<'a>(&self, _: &str, _: &[&'a str]) -> Option<&'a str> {
        None
    }

    fn grades_of_user(&self, _: &str) -> u32 {
        NOBODY
    }
}

/// A block without the values of columns that no feature uses, which stand in the surplus
/// records. Lines stay where they are, and a mark stands for each value, so that whatever is said
/// of the block is said of what is left of it.
pub fn minimise<'a>(
    block: &'a [u8],
    surplus: &[Range<usize>],
    header: &Header,
    dialect: Dialect,
) -> Cow<'a, [u8]> {
    if surplus.is_empty() {
        return Cow::Borrowed(block);
    }
    let mut kept = Vec::with_capacity(block.len());
    let (mut cells, mut done) = (Vec::new(), 0);
    for record in surplus {
        let bytes = block.get(record.clone()).unwrap_or_default();
        let mut tokenizer = Tokenizer::new(bytes, dialect);
        if tokenizer.next_record(&mut cells).is_none() {
            continue;
        }
        for (at, cell) in cells.iter().enumerate() {
            let range = cell.range();
            if range.is_empty() || header.kept.get(at).copied().unwrap_or(false) {
                continue;
            }
            let (from, to) = (record.start + range.start, record.start + range.end);
            kept.extend_from_slice(block.get(done..from).unwrap_or_default());
            mark(bytes, cell, dialect, &mut kept);
            done = to;
        }
    }
    kept.extend_from_slice(block.get(done..).unwrap_or_default());
    Cow::Owned(kept)
}

/// Puts a mark where a value was: as many lines, a closing quotation mark if text followed it, a
/// blank where it began with one, and a length where the record has one that matters.
fn mark(record: &[u8], cell: &Cell, dialect: Dialect, kept: &mut Vec<u8>) {
    let dropped = record.get(cell.range()).unwrap_or_default();
    let lines = memchr_iter(dialect.terminator, dropped).count();
    kept.resize(kept.len() + lines, dialect.terminator);
    if cell.is_stray() {
        kept.push(b'"');
    } else if dropped.starts_with(b" ") {
        kept.push(b' ');
    }
    let length = if record.len() > LONGEST_RECORD { dropped.len() - lines } else { 1 };
    kept.resize(kept.len() + length.max(1), b'x');
}
