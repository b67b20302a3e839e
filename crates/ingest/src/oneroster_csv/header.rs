//! Maps the columns of a file to the columns of its kind.

use firstbell_roster::check::{Findings, table as checks};
use firstbell_roster::model::column::{Needed, Versions};
use firstbell_roster::model::{Column, Kind};

use super::tokenize::{Dialect, Tokenizer};

/// How many records tell what a file's rows end with.
const LEARNT_FROM: usize = 8;

/// The columns of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// For each column of the kind, its place in the file.
    pub places: Vec<Option<usize>>,
    /// For each column of the file, whether what it holds is kept.
    pub kept: Vec<bool>,
    /// How many columns the file has, trailing blank headers left out.
    pub width: usize,
    /// How many blank cells beyond those columns its rows have alike.
    pub spare: usize,
    /// Whether the columns that no record can do without are there.
    pub usable: bool,
}

/// Which version of the binding a file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 1.1: one role in each user row.
    V11,
    /// 1.2 and 1.2.1: roles in a file of their own.
    V12,
}

impl Header {
    /// Maps the names of a header row; what is unknown, missing or doubled becomes a finding.
    pub fn map(
        kind: Kind,
        version: Version,
        names: &[String],
        file: &str,
        findings: &mut Findings,
    ) -> Self {
        let columns = kind.columns();
        let mut places = vec![None; columns.len()];
        let mut kept = vec![false; names.len()];
        for (at, name) in names.iter().enumerate() {
            let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
            let Some(place) = find(columns, version, name) else {
                if !name.is_empty() && !name.starts_with("metadata.") {
                    findings.column(&checks::UNKNOWN_COLUMN, file, Some(kind), number, name);
                }
                continue;
            };
            let (Some(slot), Some(column)) = (places.get_mut(place), columns.get(place)) else {
                continue;
            };
            if slot.is_some() {
                findings.column(&checks::DUPLICATE_COLUMN, file, Some(kind), number, name);
                continue;
            }
            *slot = Some(at);
            if let Some(keep) = kept.get_mut(at) {
                *keep = column.used_for.is_some();
            }
            if column.name != name {
                findings.column(&checks::COLUMN_SPELLING, file, Some(kind), number, name);
            }
        }
        let usable = missing(kind, version, &places, file, findings);
        let width = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        let spare = names.len() - width;
        Self { places, kept, width, spare, usable }
    }

    /// Learns from the first records how many blank cells every record ends with, as spreadsheets
    /// write them. A record that has more was shifted by a comma that belongs to a value.
    pub fn learn(&mut self, body: &[u8], dialect: Dialect) {
        let mut tokenizer = Tokenizer::new(body, dialect);
        let (mut cells, mut seen) = (Vec::new(), 0);
        let mut least = usize::MAX;
        while seen < LEARNT_FROM && tokenizer.next_record(&mut cells).is_some() {
            if cells.len() > 1 || cells.first().is_some_and(|cell| !cell.range().is_empty()) {
                least = least.min(cells.len().saturating_sub(self.width));
                seen += 1;
            }
        }
        if seen > 1 {
            self.spare = least;
        }
    }
}

fn find(columns: &[Column], version: Version, name: &str) -> Option<usize> {
    let read = |column: &&Column| match column.versions {
        Versions::Both | Versions::Only12 => true,
        Versions::Only11 => version == Version::V11,
    };
    let exact = columns.iter().position(|column| column.name == name && read(&column));
    exact.or_else(|| {
        columns.iter().position(|column| column.name.eq_ignore_ascii_case(name) && read(&column))
    })
}

fn missing(
    kind: Kind,
    version: Version,
    places: &[Option<usize>],
    file: &str,
    findings: &mut Findings,
) -> bool {
    let mut usable = true;
    for (column, place) in kind.columns().iter().zip(places) {
        let belongs = match column.versions {
            Versions::Both => true,
            Versions::Only11 => version == Version::V11,
            Versions::Only12 => version == Version::V12,
        };
        if place.is_some() || !belongs {
            continue;
        }
        let check = match column.needed {
            Needed::Always => {
                usable = false;
                &checks::MISSING_COLUMN
            }
            Needed::Expected => &checks::MISSING_EXPECTED_COLUMN,
            Needed::Optional => continue,
        };
        findings.column(check, file, Some(kind), 0, column.name);
    }
    usable
}

#[cfg(test)]
mod tests {
    use firstbell_roster::model::columns::user;

    use super::*;

    fn map(names: &[&str]) -> (Header, Findings) {
        let mut findings = Findings::default();
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        (Header::map(Kind::User, Version::V11, &names, "users.csv", &mut findings), findings)
    }

    #[test]
    fn columns_are_found_in_any_order_and_case() {
        let (header, findings) =
            map(&["role", "SourcedID", "givenName", "familyName", "password", "colour", "role"]);
        assert_eq!(header.places[user::ROLE], Some(0));
        assert_eq!(header.kept, [true, true, true, true, false, false, false]);
        assert!(header.usable);
        assert_eq!(findings.count("column_spelling"), 1);
        assert_eq!(findings.count("unknown_column"), 1);
        assert_eq!(findings.count("duplicate_column"), 1);
        assert_eq!(findings.count("missing_expected_column"), 3);
    }

    #[test]
    fn blank_cells_that_all_rows_end_with_are_learnt() {
        let dialect = Dialect { separator: b',', terminator: b'\n' };
        let learnt = |header: &[&str], body: &str| {
            let mut header = map(header).0;
            header.learn(body.as_bytes(), dialect);
            header.spare
        };
        assert_eq!(learnt(&["a", "b"], "1,2,,\n\n3,4,,\n"), 2);
        assert_eq!(learnt(&["a", "b"], "1,2,\n3,4\n"), 0);
        assert_eq!(learnt(&["a", "b", ""], "1,2,\n3,4,\n"), 1);
        assert_eq!(learnt(&["a", "b", ""], "1,2\n3,4\n"), 0);
        assert_eq!(learnt(&["a", "b", ""], "1,2,\n"), 1);
        assert_eq!(learnt(&["a", "b"], "1,2,\n"), 0);
    }

    #[test]
    fn a_file_without_a_required_column_is_not_usable() {
        let (header, findings) = map(&["sourcedId", "givenName", "familyName", ""]);
        assert!(!header.usable && header.width == 3);
        assert_eq!(findings.count("missing_column"), 1);
    }
}
