//! Reads chosen rows again as they stand in the file, without what no feature uses.

use std::collections::BTreeMap;

use firstbell_roster::model::Kind;
use firstbell_roster::model::snapshot::Snapshot;
use memchr::{memchr, memchr2_iter};

use super::ReadError;
use super::header::{Header, Version};
use super::tokenize::{Cell, Dialect};
use super::values::decode;
use super::walk::{Found, Walk};
use crate::package::Package;

/// The rows of a kind's file, to be read once.
pub struct Rows<'a> {
    kind: Kind,
    walk: Walk<'a>,
}

/// One row as it stands in the file.
pub struct Row<'a> {
    /// The line on which it begins.
    pub line: u32,
    /// Its cells in UTF-8; `None` for what a column holds, or may hold, that no feature uses.
    pub cells: Vec<Option<String>>,
    kind: Kind,
    header: &'a Header,
}

impl<'a> Rows<'a> {
    /// Opens the file of a kind, whose columns are what they were when the snapshot was read;
    /// `None` where the package has no such file.
    pub fn open(
        package: &'a dyn Package,
        snapshot: &Snapshot,
        kind: Kind,
    ) -> Result<Option<Self>, ReadError> {
        let none = BTreeMap::new();
        let own = snapshot.files.get(&kind).map_or(&none, |file| &file.other_names);
        let walk = Walk::open(package, kind, Version::named(&snapshot.about.version), own)?;
        Ok(walk.map(|walk| Self { kind, walk }))
    }

    /// Opens the file of a kind of a package that knows its columns; those of all versions are read.
    pub fn of(package: &'a dyn Package, kind: Kind) -> Result<Option<Self>, ReadError> {
        let none = BTreeMap::new();
        let own = package.other_names(kind).unwrap_or(&none);
        let walk = Walk::open(package, kind, Version::V11, own)?;
        Ok(walk.map(|walk| Self { kind, walk }))
    }

    /// The cells of the header.
    pub fn names(&self) -> &[String] {
        &self.walk.names
    }

    /// Hands over the rows that begin on wanted lines, in the order of the file.
    pub fn each<E: From<ReadError>>(
        self,
        wanted: impl FnMut(u32) -> bool,
        mut take: impl FnMut(Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (kind, dialect) = (self.kind, self.walk.dialect);
        self.walk.each(wanted, |header, found| {
            take(Row { line: found.line, cells: cells(header, &found, dialect), kind, header })
        })
    }
}

impl Row<'_> {
    /// What a finding is about: the cell of its column, counted from 1, or of its field where the
    /// column is 0. `None` where the row has no such cell, or where no feature uses it.
    pub fn cell(&self, column: u32, field: &str) -> Option<&str> {
        let of_field = || {
            let place = self.kind.columns().iter().position(|column| column.name == field)?;
            self.header.places.get(place).copied().flatten()
        };
        let place = column.checked_sub(1).map_or_else(of_field, |place| Some(place as usize));
        self.cells.get(place?)?.as_deref()
    }
}

/// The cells, blank where a password may stand: in its column, and in a damaged row also wherever a
/// comma too many or a quotation mark that closes too late may have put it.
fn cells(header: &Header, found: &Found<'_>, dialect: Dialect) -> Vec<Option<String>> {
    let (cells, expected) = (found.cells.len(), header.width + header.spare);
    let torn = found.shape.stray_quote || found.shape.open || cells != expected;
    let right = cells.saturating_sub(expected);
    let mut left = 0;
    let read = |(at, cell): (usize, &Cell)| {
        let held = held(cell, found.block, dialect);
        // What one cell holds of others moves those after it to the left.
        left = if torn { left + held.marks } else { 0 };
        let own = if held.lines { held.marks } else { 0 };
        let mut columns = at.saturating_sub(right)..=at + left.max(own);
        let shown = columns.all(|column| header.kept.get(column) == Some(&true));
        shown.then(|| decode(&cell.bytes(found.block)).0.into_owned())
    };
    found.cells.iter().enumerate().map(read).collect()
}

/// What a cell holds that would end cells, were it not quoted.
struct Held {
    marks: usize,
    /// Whether ends of lines are among it.
    lines: bool,
}

fn held(cell: &Cell, block: &[u8], dialect: Dialect) -> Held {
    let bytes = block.get(cell.range()).unwrap_or_default();
    let marks = memchr2_iter(dialect.separator, dialect.terminator, bytes).count();
    Held { marks, lines: memchr(dialect.terminator, bytes).is_some() }
}
