//! Maps the columns of a file to the columns of its kind.

use std::collections::BTreeMap;

use firstbell_roster::check::{Check, Findings, table as checks};
use firstbell_roster::model::column::{Needed, Versions};
use firstbell_roster::model::columns::{SOURCED_ID, user};
use firstbell_roster::model::{Column, Kind};
use rapidfuzz::distance::osa;

use super::aliases::{self, fold};
use super::names::{said, shown, told};
use super::tokenize::{Cell, Dialect, Tokenizer};

/// How many records tell what a file's rows end with.
pub const LEARNT_FROM: usize = 8;

/// From how many letters on a name with one wrong letter is still this name alone.
const LONG_ENOUGH: usize = 6;

/// What stands before a column of OneRoster's in the names of a file's columns where the district does
/// without it.
const WITHOUT: char = '-';

/// The columns of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// For each column of the kind, its place in the file.
    pub places: Vec<Option<usize>>,
    /// For each column of the file, whether what it holds is kept.
    pub kept: Vec<bool>,
    /// How many columns the file has, trailing blank headers left out.
    pub width: usize,
    /// How many blank cells beyond those columns its rows have alike.
    pub spare: usize,
    /// The columns that are not named as OneRoster names them, by the name that they have; those that
    /// the district does without have a mark before their name.
    pub other_names: BTreeMap<String, String>,
    /// The columns that are there and that the district does without, one bit for each place.
    pub dropped: u64,
    /// Whether the columns that no record can do without are there.
    pub usable: bool,
    /// Whether the header does not fit the rows, so that nobody knows which value is whose.
    pub apart: bool,
}

/// Whether a name of a column says that the district did without it.
pub fn is_without(column: &str) -> bool {
    column.starts_with(WITHOUT)
}

/// Which version of the binding a file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 1.0: seven files, without a manifest.
    V10,
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
        own: &BTreeMap<String, String>,
        findings: &mut Findings,
    ) -> Self {
        let columns = kind.columns();
        let meant = names.iter().map(|name| meaning(kind, version, name, own));
        let meant: Vec<_> = meant.collect();
        let mut places = vec![None; columns.len()];
        let mut kept = vec![false; names.len()];
        let width =
            names.iter().rposition(|name| !shown(name).is_empty()).map_or(0, |last| last + 1);
        if !is_header(names, &meant) {
            // What stands there may be somebody's values, which no finding tells.
            findings.file(&checks::HEADER_MISSING, file, Some(kind));
            return Self { places, kept, width, spare: names.len() - width, ..Self::default() };
        }
        let (mut unknown, mut other_names, mut dropped) = (Vec::new(), BTreeMap::new(), 0);
        // What is spelled right goes before what is only meant, wherever it stands.
        let mut order: Vec<_> = (0..names.len()).collect();
        order.sort_by_key(|at| meant.get(*at).map(|meaning| meaning.1));
        for at in order {
            let Some((name, (place, how))) = names.get(at).zip(meant.get(at)) else { continue };
            let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
            let found = place.and_then(|place| places.get_mut(place).zip(columns.get(place)));
            // Between two that are misspelled alike, nobody can choose.
            let alike = || meant.iter().filter(|other| **other == (*place, *how)).count();
            let sure = *how < How::Misspelled || *how == How::Misspelled && alike() == 1;
            let (Some((slot, column)), true) = (found, sure) else {
                unknown.push((at, number));
                continue;
            };
            if *how == How::Without {
                other_names.insert(shown(name), format!("{WITHOUT}{}", column.name));
                dropped |= place.map_or(0, |place| 1 << place);
                continue;
            }
            if slot.is_some() {
                if *how < How::Alias {
                    let check = &checks::DUPLICATE_COLUMN;
                    findings.column(check, file, Some(kind), number, &told(name));
                } else {
                    unknown.push((at, number));
                }
                continue;
            }
            *slot = Some(at);
            if let Some(keep) = kept.get_mut(at) {
                *keep = column.used_for.is_some();
            }
            if column.name != name {
                other_names.insert(shown(name), column.name.to_owned());
            }
            if let Some(check) = how.check() {
                findings.meant(check, file, Some(kind), number, &told(name), column.name);
            }
        }
        for (at, number) in unknown.into_iter().filter(|(at, _)| *at < width) {
            let name = names.get(at).map_or(String::new(), |name| shown(name));
            let told = names.get(at).map_or(String::new(), |name| told(name));
            let sure = meant.get(at).and_then(|meaning| meaning.0);
            let likely = sure.into_iter().chain(likely(kind, &name));
            let lacks = likely.filter(|place| places.get(*place) == Some(&None)).find(|place| {
                let column = columns.get(*place);
                column.is_some_and(|column| read_in(column, version) && column.used_for.is_some())
            });
            if let Some(column) = lacks.and_then(|place| columns.get(place)) {
                let check = &checks::COLUMN_TO_BE_MAPPED;
                findings.meant(check, file, Some(kind), number, &told, column.name);
            } else if name.is_empty() {
                findings.column(&checks::BLANK_COLUMN, file, Some(kind), number, "");
            } else if !name.to_ascii_lowercase().starts_with("metadata.") {
                findings.column(&checks::UNKNOWN_COLUMN, file, Some(kind), number, &told);
            }
        }
        let usable = missing(kind, version, &places, file, findings);
        absent(kind, &places, dropped, file, findings);
        let spare = names.len() - width;
        Self { places, kept, width, spare, other_names, dropped, usable, apart: false }
    }

    /// The names of columns that a district does without, as [`Header::map`] takes them.
    pub fn without(
        &self,
        kind: Kind,
        names: &[String],
        columns: &[String],
    ) -> BTreeMap<String, String> {
        let there = kind.columns().iter().zip(&self.places);
        let there = there.filter(|(column, _)| columns.iter().any(|one| one == column.name));
        let spared = there.filter_map(|(column, place)| Some((column, names.get((*place)?)?)));
        spared.map(|(column, name)| (shown(name), format!("{WITHOUT}{}", column.name))).collect()
    }

    /// The columns of the kind that are not there, one bit for each place.
    pub fn lacks(&self) -> u64 {
        let lacking = self.places.iter().enumerate().filter(|(_, place)| place.is_none());
        lacking.fold(0, |bits, (at, _)| bits | (1 << at)) & !self.dropped
    }

    /// Learns from the first records how many blank cells every record ends with, as spreadsheets
    /// write them. A record that has more was shifted by a comma that belongs to a value. Where all of
    /// them have values below blank names at the end of the header, those are columns without a name.
    pub fn learn(&mut self, body: &[u8], dialect: Dialect) {
        let mut tokenizer = Tokenizer::new(body, dialect);
        let (mut cells, mut seen) = (Vec::new(), 0);
        let (mut least, mut nameless) = (usize::MAX, self.kept.len() > self.width);
        while seen < LEARNT_FROM && tokenizer.next_record(&mut cells).is_some() {
            if cells.len() > 1 || cells.first().is_some_and(|cell| !cell.range().is_empty()) {
                least = least.min(cells.len().saturating_sub(self.width));
                let filled = |cell: &Cell| !cell.range().is_empty();
                nameless &=
                    cells.len() == self.kept.len() && cells.iter().skip(self.width).any(filled);
                seen += 1;
            }
        }
        if seen > 1 && nameless {
            (self.width, self.spare) = (self.kept.len(), 0);
        } else if seen > 1 {
            self.spare = least;
        }
    }
}

/// Whether a row is a header: two of its cells are names of columns at least, or it has the one for
/// sourcedIds, or one and nothing that only values have.
fn is_header(names: &[String], meant: &[(Option<usize>, How)]) -> bool {
    let columns = meant.iter().filter(|(place, how)| place.is_some() && *how <= How::Likely);
    let value = |name: &String| name.contains(['@', '{', '}']) || name.contains(char::is_numeric);
    match columns.clone().count() {
        0 => false,
        1 => {
            columns.clone().any(|(place, _)| *place == Some(SOURCED_ID)) || !names.iter().any(value)
        }
        _ => true,
    }
}

/// How sure it is what a column of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    /// The district does without it.
    Without,
    /// The district's settings say so.
    Said,
    /// It has OneRoster's name.
    Named,
    /// The name differs in case, in marks between the words or by hidden characters.
    Spelling,
    /// It has another name that can mean this column alone.
    Alias,
    /// The name differs by a letter.
    Misspelled,
    /// A person has to say so.
    Likely,
    /// Nothing tells.
    Unknown,
}

impl Version {
    /// The version that is named like this; 1.1 where none is.
    pub fn named(name: &str) -> Self {
        let all = [Self::V10, Self::V11, Self::V12];
        all.into_iter().find(|version| version.name() == name).unwrap_or(Self::V11)
    }

    /// The version as a manifest names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::V10 => "1.0",
            Self::V11 => "1.1",
            Self::V12 => "1.2",
        }
    }
}

/// Whether the header of a file of users has a column of roles, as before 1.2.
pub fn names_roles(names: &[String]) -> bool {
    names.iter().any(|name| fold(name) == fold("role"))
}

/// Whether a file of this kind has the columns of 1.0, and none that later versions put in their
/// place.
pub fn follows_1_0(kind: Kind, names: &[String]) -> bool {
    let has = |name: &str| names.iter().any(|one| shown(one).eq_ignore_ascii_case(name));
    let of_1_0 = aliases::OF_1_0.iter().filter(|alias| alias.kind == Some(kind));
    let later = kind.columns().iter().filter(|column| column.versions == Versions::Since11);
    let mut later = later.map(|column| column.name);
    of_1_0.clone().any(|alias| has(alias.name))
        && !of_1_0.clone().any(|alias| has(alias.column) && alias.column != "sourcedId")
        && !later.any(has)
}

impl How {
    fn check(self) -> Option<&'static Check> {
        match self {
            Self::Without | Self::Said | Self::Named | Self::Likely | Self::Unknown => None,
            Self::Spelling => Some(&checks::COLUMN_SPELLING),
            Self::Alias | Self::Misspelled => Some(&checks::COLUMN_ALIAS),
        }
    }
}

/// The column that a name stands for, and how sure that is.
fn meaning(
    kind: Kind,
    version: Version,
    name: &str,
    own: &BTreeMap<String, String>,
) -> (Option<usize>, How) {
    let place = |is: &dyn Fn(&Column) -> bool| {
        kind.columns().iter().position(|column| read_in(column, version) && is(column))
    };
    if let Some((_, column)) = said(own, name) {
        let without = column.strip_prefix(WITHOUT);
        let how = if without.is_some() { How::Without } else { How::Said };
        return (place(&|one| one.name == without.unwrap_or(column)), how);
    }
    let folded = fold(name);
    if folded.is_empty() {
        return (None, How::Unknown);
    }
    if let Some(found) = place(&|one| one.name == name) {
        return (Some(found), How::Named);
    }
    if let Some(found) = place(&|one| fold(one.name) == folded) {
        return (Some(found), How::Spelling);
    }
    let of_1_0 = aliases::column(aliases::OF_1_0, kind, &folded);
    if let Some(column) = of_1_0.filter(|_| version == Version::V10) {
        return (place(&|one| one.name == column), How::Named);
    }
    if let Some(column) = aliases::column(aliases::CLEAR, kind, &folded) {
        return (place(&|one| one.name == column), How::Alias);
    }
    if let Some(column) = aliases::column(aliases::LIKELY, kind, &folded) {
        return (place(&|one| one.name == column), How::Likely);
    }
    let near = |one: &Column| {
        let own = fold(one.name);
        own.len() >= LONG_ENOUGH && osa::distance(own.chars(), folded.chars()) == 1
    };
    match place(&near) {
        Some(found) => (Some(found), How::Misspelled),
        None => (None, How::Unknown),
    }
}

/// Whether a column is read in a version of the binding.
fn read_in(column: &Column, version: Version) -> bool {
    column.versions != Versions::Until11 || version < Version::V12
}

/// The columns that a name may stand for, the likeliest first.
fn likely(kind: Kind, name: &str) -> impl Iterator<Item = usize> {
    let names = aliases::columns(aliases::LIKELY, kind, &fold(name)).collect::<Vec<_>>();
    let place = move |name: &str| kind.columns().iter().position(|column| column.name == name);
    names.into_iter().filter_map(place)
}

/// Columns that no file needs and that a district misses where they are not there.
const MISSED: [(Kind, usize); 4] = [
    (Kind::User, user::EMAIL),
    (Kind::User, user::GRADES),
    (Kind::User, user::AGENTS),
    (Kind::User, user::USER_IDS),
];

/// Notes the columns that are missed.
fn absent(kind: Kind, places: &[Option<usize>], dropped: u64, file: &str, findings: &mut Findings) {
    let is_there = |place: usize| places.get(place).copied().flatten().is_some();
    // A row that is no header has none of them.
    if !is_there(SOURCED_ID) {
        return;
    }
    let identified = is_there(user::IDENTIFIER);
    let missed = MISSED.into_iter().filter(|(of, place)| {
        *of == kind
            && !is_there(*place)
            && dropped >> place & 1 == 0
            && !(*place == user::USER_IDS && identified)
    });
    for column in missed.filter_map(|(_, place)| kind.columns().get(place)) {
        findings.column(&checks::FIELD_ABSENT, file, Some(kind), 0, column.name);
    }
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
            Versions::All => true,
            Versions::Since11 => version >= Version::V11,
            Versions::Until11 => version <= Version::V11,
            Versions::Since12 => version >= Version::V12,
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
    use super::*;

    fn map(names: &[&str]) -> (Header, Findings) {
        let mut findings = Findings::default();
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        let own = BTreeMap::from([("Nachname".to_owned(), "familyName".to_owned())]);
        (Header::map(Kind::User, Version::V11, &names, "users.csv", &own, &mut findings), findings)
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
    fn what_is_said_goes_before_what_is_named_and_nobody_guesses_between_equals() {
        let (header, findings) =
            map(&["sourcedId", "familyName", "Nachname", "givenNames", "givenNam"]);
        assert_eq!(header.places[user::FAMILY_NAME], Some(2));
        assert_eq!(header.places[user::GIVEN_NAME], None);
        let codes = ["duplicate_column", "column_to_be_mapped", "column_alias"];
        assert_eq!(codes.map(|code| findings.count(code)), [1, 2, 0]);
    }

    #[test]
    fn what_optional_columns_may_be_called_is_proposed_and_not_read() {
        let (header, findings) = map(&[
            "sourcedId",
            "givenName",
            "familyName",
            "role",
            "E-Mail Address",
            "Student ID",
            "colour",
            "GradeLevel",
            "grades",
            "metadata.mail",
        ]);
        assert_eq!(header.places[user::EMAIL], None);
        let proposed = findings.iter().filter(|tally| tally.check.code == "column_to_be_mapped");
        let proposed: Vec<_> = proposed.map(|tally| (tally.field.as_str(), tally.meant)).collect();
        let expected = [("E-Mail Address", Some("email")), ("Student ID", Some("identifier"))];
        assert_eq!(proposed, expected, "what is there is not asked for again");
        assert_eq!(findings.count("unknown_column"), 2);
    }

    #[test]
    fn the_settings_are_compared_whatever_case_blanks_and_hidden_marks() {
        for name in ["Nachname", "nachname ", "NACH NAME", "\u{200b}Nachname"] {
            let (header, findings) = map(&["sourcedId", "givenName", name, "role"]);
            assert_eq!(header.places[user::FAMILY_NAME], Some(2), "{name}");
            assert_eq!(findings.count("column_to_be_mapped"), 0);
        }
    }

    #[test]
    fn blank_cells_that_all_rows_end_with_are_learnt() {
        let dialect = Dialect { separator: b',', terminator: b'\n' };
        let learnt = |header: &[&str], body: &str| {
            let mut header = map(header).0;
            header.learn(body.as_bytes(), dialect);
            (header.width, header.spare)
        };
        let two = ["sourcedId", "role"];
        let three = ["sourcedId", "role", ""];
        assert_eq!(learnt(&two, "1,2,,\n\n3,4,,\n"), (2, 2));
        assert_eq!(learnt(&two, "1,2,\n3,4\n"), (2, 0));
        assert_eq!(learnt(&three, "1,2,\n3,4,\n"), (2, 1));
        assert_eq!(learnt(&three, "1,2\n3,4\n"), (2, 0));
        assert_eq!(learnt(&three, "1,2,\n"), (2, 1));
        assert_eq!(learnt(&two, "1,2,\n"), (2, 0));
        assert_eq!(learnt(&three, "1,2,x\n3,4,y\n"), (3, 0), "a column without a name");
        assert_eq!(learnt(&three, "1,2,x\n3,4,\n"), (2, 1), "one row that was shifted");
    }

    #[test]
    fn a_row_of_values_is_no_header() {
        for row in [
            &["p1", "active", "", "true", "s1", "student", "ann@example.org"][..],
            &["tea10", "Teaa", "Cherx"],
            &["role", "4711", "Ann"],
        ] {
            let (header, findings) = map(row);
            assert!(!header.usable && header.places.iter().all(Option::is_none));
            assert_eq!(findings.count("header_missing"), 1, "{row:?}");
            assert_eq!(findings.iter().count(), 1, "nothing else is told of {row:?}");
        }
        assert_eq!(map(&["role", "Nummer", "Name"]).1.count("header_missing"), 0);
    }

    #[test]
    fn a_file_without_a_required_column_is_not_usable() {
        let (header, findings) = map(&["sourcedId", "givenName", "familyName", ""]);
        assert!(!header.usable && header.width == 3);
        assert_eq!(findings.count("missing_column"), 1);
    }
}
