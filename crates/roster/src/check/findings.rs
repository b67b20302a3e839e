//! Findings, gathered by check and column: counts and places, never values.

use std::collections::BTreeMap;

use super::Check;
use crate::model::kind::Kind;
use crate::model::subjects::{NOBODY, Ordinal};

/// What was noticed in a delivery, by check, file and column.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    tallies: BTreeMap<(&'static str, String, u32, String), Tally>,
}

/// The places of one check in one column of one file.
#[derive(Debug, Clone)]
pub struct Tally {
    /// The check.
    pub check: &'static Check,
    /// The file as named in the delivery.
    pub file: String,
    /// The kind of record, where the file is one of records.
    pub kind: Option<Kind>,
    /// The column, counted from 1; 0 for the whole record or file.
    pub column: u32,
    /// Its header; empty for the whole record or file.
    pub field: String,
    /// The column of OneRoster's that the header stands for, where it has another name.
    pub meant: Option<&'static str>,
    /// What it is about where no line tells: what a setting names, or a school, term or course that is
    /// not in its file. No value of a person is among it.
    pub named: Vec<String>,
    /// The line and the subject of each place; line 0 for the whole file, [`NOBODY`] where the
    /// record has no subject.
    pub places: Vec<(u32, Ordinal)>,
}

/// One thing noticed at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noticed {
    /// The check.
    pub check: &'static Check,
    /// The column as a place in the kind's table; `None` for the whole record.
    pub column: Option<u8>,
    /// The line of the record.
    pub line: u32,
    /// The subject of the record.
    pub subject: Ordinal,
}

impl Findings {
    /// Adds a finding about a whole file, or about the delivery where the name is empty.
    pub fn file(&mut self, check: &'static Check, file: &str, kind: Option<Kind>) {
        self.add(check, file, kind, 0, "", 0, NOBODY);
    }

    /// Adds a finding about a column of a file.
    pub fn column(
        &mut self,
        check: &'static Check,
        file: &str,
        kind: Option<Kind>,
        column: u32,
        field: &str,
    ) {
        self.add(check, file, kind, column, field, 1, NOBODY);
    }

    /// Adds a finding about a column that stands for one of OneRoster's under another name.
    pub fn meant(
        &mut self,
        check: &'static Check,
        file: &str,
        kind: Option<Kind>,
        column: u32,
        field: &str,
        meant: &'static str,
    ) {
        self.tally(check, file, kind, column, field, Some(meant)).places.push((1, NOBODY));
    }

    /// Adds a finding at one place. The column counts from 1 and is 0 for the whole record.
    #[expect(clippy::too_many_arguments, reason = "a place has this many coordinates")]
    pub fn add(
        &mut self,
        check: &'static Check,
        file: &str,
        kind: Option<Kind>,
        column: u32,
        field: &str,
        line: u32,
        subject: Ordinal,
    ) {
        self.tally(check, file, kind, column, field, None).places.push((line, subject));
    }

    fn tally(
        &mut self,
        check: &'static Check,
        file: &str,
        kind: Option<Kind>,
        column: u32,
        field: &str,
        meant: Option<&'static str>,
    ) -> &mut Tally {
        let key = (check.code, file.to_owned(), column, field.to_owned());
        let (file, field) = (file.to_owned(), field.to_owned());
        let (named, places) = (Vec::new(), Vec::new());
        let fresh = || Tally { check, file, kind, column, field, meant, named, places };
        self.tallies.entry(key).or_insert_with(fresh)
    }

    /// Names what the findings of a check are about in a file, or in what a setting says of it.
    pub fn name(&mut self, check: &Check, file: &str, field: &str, named: Vec<String>) {
        let key = (check.code, file.to_owned(), 0, field.to_owned());
        if let Some(tally) = self.tallies.get_mut(&key) {
            tally.named = named;
        }
    }

    /// Goes on with those places alone that are wanted, by tally and line.
    pub fn retain(&mut self, wanted: impl Fn(&Tally, u32) -> bool) {
        self.tallies.retain(|_, tally| {
            let places = std::mem::take(&mut tally.places);
            let left = places.into_iter().filter(|(line, _)| wanted(tally, *line)).collect();
            tally.places = left;
            !tally.places.is_empty()
        });
    }

    /// All tallies, ordered by code, file and column.
    pub fn iter(&self) -> impl Iterator<Item = &Tally> {
        self.tallies.values()
    }

    /// The number of places of a check.
    pub fn count(&self, code: &str) -> usize {
        self.iter().filter(|tally| tally.check.code == code).map(|tally| tally.places.len()).sum()
    }

    /// Puts the places of each tally in the order of their lines.
    pub fn sort(&mut self) {
        for tally in self.tallies.values_mut() {
            tally.places.sort_unstable();
        }
    }
}
