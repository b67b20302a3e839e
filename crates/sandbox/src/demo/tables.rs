//! The rows of a delivery in memory, where single cells can be spoilt and counted.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::delivery::Rows;
use crate::kind::Kind;
use crate::profile::Format;
use crate::random::Random;

/// One file.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

/// All files of a delivery.
#[derive(Debug)]
pub(super) struct Tables {
    format: Format,
    files: BTreeMap<Kind, Table>,
    marks: BTreeSet<Kind>,
}

impl Tables {
    /// Begins an empty delivery.
    pub(super) fn new(format: Format) -> Self {
        Self { format, files: BTreeMap::new(), marks: BTreeSet::new() }
    }

    /// Lists the files.
    pub(super) fn all(&self) -> impl Iterator<Item = (Kind, &Table)> {
        self.files.iter().map(|(kind, table)| (*kind, table))
    }

    /// Lists the rows of a file.
    pub(super) fn rows(&self, kind: Kind) -> impl Iterator<Item = Row<'_>> {
        let table = self.files.get(&kind);
        table.into_iter().flat_map(|table| table.rows.iter().map(move |cells| Row { table, cells }))
    }

    /// Lists the cells of a column.
    pub(super) fn column(&self, kind: Kind, column: &str) -> Vec<String> {
        self.rows(kind).map(|row| row.cell(column).to_owned()).collect()
    }

    /// Opens a file for changes.
    pub(super) fn table(&mut self, kind: Kind) -> &mut Table {
        let format = self.format;
        self.files.entry(kind).or_insert_with(|| Table {
            columns: kind.columns(format).into_iter().map(str::to_owned).collect(),
            rows: Vec::new(),
        })
    }

    /// Puts a byte order mark before a file.
    pub(super) fn mark(&mut self, kind: Kind) {
        self.marks.insert(kind);
    }

    /// Says whether a byte order mark stands before a file.
    pub(super) fn is_marked(&self, kind: Kind) -> bool {
        self.marks.contains(&kind)
    }

    /// Names the file that tells the roles of users.
    pub(super) fn role_file(&self) -> Kind {
        match self.format {
            Format::V1p1 => Kind::Users,
            Format::V1p2 => Kind::Roles,
        }
    }

    /// Lists the users who have a role.
    pub(super) fn with_role(&self, role: &str) -> BTreeSet<String> {
        let file = self.role_file();
        let id = if file == Kind::Roles { "userSourcedId" } else { "sourcedId" };
        let rows = self.rows(file).filter(|row| row.cell("role") == role);
        rows.map(|row| row.cell(id).to_owned()).collect()
    }

    /// Lists the enrollments that name a class or user whom the delivery lacks.
    pub(super) fn dangling(&self, named: Kind) -> impl Iterator<Item = Row<'_>> {
        let known: BTreeSet<String> = self.column(named, "sourcedId").into_iter().collect();
        let column = if named == Kind::Classes { "classSourcedId" } else { "userSourcedId" };
        self.rows(Kind::Enrollments).filter(move |row| !known.contains(row.cell(column)))
    }

    /// Puts the rows of users, classes and enrollments in a random order; rows that repeat a
    /// `sourcedId` stay at the end, so that the first remains the first.
    pub(super) fn shuffle(&mut self, random: &mut Random) {
        for kind in [Kind::Users, Kind::Classes, Kind::Enrollments] {
            let rows = &mut self.table(kind).rows;
            let mut seen = BTreeSet::new();
            let (mut first, repeated): (Vec<_>, Vec<_>) =
                std::mem::take(rows).into_iter().partition(|row| seen.insert(row.first().cloned()));
            random.shuffle(&mut first);
            *rows = first.into_iter().chain(repeated).collect();
        }
    }

    /// Hands all rows on.
    pub(super) fn replay(&self, rows: &mut impl Rows) -> io::Result<()> {
        for (kind, table) in &self.files {
            for row in &table.rows {
                let cells: Vec<&str> = row.iter().map(String::as_str).collect();
                rows.row(*kind, &cells)?;
            }
        }
        Ok(())
    }
}

impl Rows for Tables {
    fn row(&mut self, kind: Kind, cells: &[&str]) -> io::Result<()> {
        let mut row: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        let table = self.table(kind);
        row.resize(table.columns.len(), String::new());
        table.rows.push(row);
        Ok(())
    }
}

impl Table {
    /// Rewrites the cell of a column in every row whose `key` column holds one of the values.
    pub(super) fn rewrite(
        &mut self,
        (key, values): (&str, &[String]),
        column: &str,
        change: impl Fn(&str) -> String,
    ) {
        let place = |name: &str| self.columns.iter().position(|column| column == name);
        let (Some(key), Some(column)) = (place(key), place(column)) else {
            return;
        };
        for row in &mut self.rows {
            if row.get(key).is_some_and(|id| values.contains(id))
                && let Some(cell) = row.get_mut(column)
            {
                *cell = change(cell);
            }
        }
    }

    /// Appends a column whose cells follow from the `sourcedId`.
    pub(super) fn append(&mut self, column: &str, cell: impl Fn(&str) -> String) {
        self.columns.push(column.to_owned());
        for row in &mut self.rows {
            let value = cell(row.first().map_or("", String::as_str));
            row.push(value);
        }
    }
}

/// One row, read by the names of its columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    table: &'a Table,
    cells: &'a [String],
}

impl<'a> Row<'a> {
    /// Tells the cell of a column; empty where there is no such column.
    pub(super) fn cell(&self, column: &str) -> &'a str {
        let place = self.table.columns.iter().position(|name| name == column);
        place.and_then(|place| self.cells.get(place)).map_or("", String::as_str)
    }
}
