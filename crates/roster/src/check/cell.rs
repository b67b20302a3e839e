//! Checks of one cell: what it says, read leniently, and what is wrong with it.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::{Check, table as checks};
use crate::model::column::{Column, Needed, Type};
use crate::model::settings::SlashedDates;
use crate::model::vocabulary::{self, Vocabulary};
use crate::model::{Date, DateTime, grade};

/// A cell as it is taken, and what was noticed about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell<'a> {
    /// The value; empty where nothing can be taken.
    pub value: Cow<'a, str>,
    /// What is wrong.
    pub check: Option<&'static Check>,
}

/// Reads a cell, outer white space and control characters already removed.
pub fn read<'a>(column: &Column, needed: Needed, slashed: SlashedDates, text: &'a str) -> Cell<'a> {
    if text.is_empty() {
        return Cell { value: Cow::Borrowed(""), check: absent(column, needed) };
    }
    match column.ty {
        Type::SourcedId => sourced_id(text),
        Type::List if column.name == "grades" => grades(text),
        Type::Text | Type::List | Type::Reference(_) => good(text),
        Type::Boolean => boolean(text),
        Type::Date => date(needed, slashed, text),
        Type::DateTime => date_time(slashed, text),
        Type::Year => year(text),
        Type::Word(words) if std::ptr::eq(words, &raw const vocabulary::STATUS) => status(text),
        Type::Word(words) => word(words, needed, text),
        Type::References(_) => references(text),
        Type::UserIds => user_ids(text),
    }
}

/// The items of a list cell, trimmed, empty ones left out.
pub fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// The `{Type:Id}` pairs of a `userIds` cell that can be read.
pub fn identifiers(text: &str) -> impl Iterator<Item = (&str, &str)> {
    items(text).filter_map(|item| {
        let (kind, id) = item.strip_prefix('{')?.strip_suffix('}')?.split_once(':')?;
        let (kind, id) = (kind.trim(), id.trim());
        (!kind.is_empty() && !id.is_empty()).then_some((kind, id))
    })
}

fn good(text: &str) -> Cell<'_> {
    Cell { value: Cow::Borrowed(text), check: None }
}

fn read_as<'a>(value: impl Into<Cow<'a, str>>, check: &'static Check) -> Cell<'a> {
    Cell { value: value.into(), check: Some(check) }
}

fn absent(column: &Column, needed: Needed) -> Option<&'static Check> {
    match (column.ty, needed) {
        (Type::SourcedId, _) => Some(&checks::MISSING_SOURCED_ID),
        (_, Needed::Always) => Some(&checks::MISSING_VALUE),
        (_, Needed::Expected) => Some(&checks::MISSING_EXPECTED_VALUE),
        (_, Needed::Optional) => None,
    }
}

fn sourced_id(text: &str) -> Cell<'_> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_/@|".contains(&byte);
    let fine = text.len() < 256 && text.bytes().all(allowed);
    Cell { value: Cow::Borrowed(text), check: (!fine).then_some(&checks::INVALID_SOURCED_ID) }
}

fn boolean(text: &str) -> Cell<'_> {
    if vocabulary::BOOLEAN.allows(text) {
        return good(text);
    }
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" => read_as("true", &checks::BOOLEAN_SPELLING),
        "false" | "f" | "no" | "n" | "0" => read_as("false", &checks::BOOLEAN_SPELLING),
        _ => read_as("", &checks::UNKNOWN_OPTIONAL_WORD),
    }
}

fn date(needed: Needed, slashed: SlashedDates, text: &str) -> Cell<'_> {
    if Date::parse(text).is_some() {
        return good(text);
    }
    match other_date(slashed, text) {
        Some(date) => read_as(date.to_string(), &checks::DATE_FORM),
        None if needed == Needed::Always => read_as("", &checks::INVALID_DATE),
        None => read_as("", &checks::INVALID_OPTIONAL_DATE),
    }
}

/// The days of a spreadsheet's calendar that are read as dates: those from 2000 to 2099.
const SPREADSHEET_DAYS: RangeInclusive<i64> = 36526..=73050;

/// A date in another form: the date of an instant, `YYYYMMDD`, `YYYY/M/D`, `M/D/YYYY` (that of US
/// spreadsheets) or, where the district says so, `D/M/YYYY`, `D.M.YYYY`, `D-Mon-YYYY`, or a
/// spreadsheet's number of a day.
fn other_date(slashed: SlashedDates, text: &str) -> Option<Date> {
    let instant = || Some((text.get(..10)?, text.get(10..)?.strip_prefix('T')?));
    let is_time = |time: &str| time.starts_with(|mark: char| mark.is_ascii_digit());
    let timed = text.split_once(' ').or_else(instant);
    if let Some((date, _)) = timed.filter(|(_, time)| is_time(time)) {
        return Date::parse(date).or_else(|| parted_date(slashed, date));
    }
    if let (8, Ok(_)) = (text.len(), text.parse::<u32>()) {
        let (year, rest) = text.split_at_checked(4)?;
        let (month, day) = rest.split_at_checked(2)?;
        return Date::parse(&format!("{year}-{month}-{day}"));
    }
    if let Ok(days) = text.parse::<i64>() {
        // Day 1 is 1900-01-01, and there is a 1900-02-29 that never was.
        let date = SPREADSHEET_DAYS.contains(&days).then(|| days - SPREADSHEET_EPOCH);
        return date.and_then(Date::of_days);
    }
    parted_date(slashed, text)
}

/// The number that a spreadsheet gives to 1970-01-01.
const SPREADSHEET_EPOCH: i64 = 25569;

/// Three numbers, or two and the name of a month.
fn parted_date(slashed: SlashedDates, text: &str) -> Option<Date> {
    let separator = text.chars().find(|mark| ['/', '.', '-'].contains(mark))?;
    let mut parts = text.split(separator);
    let parts = [parts.next()?, parts.next()?, parts.next()?, parts.next().unwrap_or_default()];
    let (year, month, day) = match (parts, separator) {
        ([year, month, day, ""], _) if year.len() == 4 => (year.to_owned(), month, day),
        ([day, month, year, ""], '/') if slashed == SlashedDates::DayFirst => {
            (of_century(year)?, month, day)
        }
        ([month, day, year, ""], '/') | ([day, month, year, ""], '.') => {
            (of_century(year)?, month, day)
        }
        ([day, month, year, ""], '-') => (of_century(year)?, named_month(month)?, day),
        _ => return None,
    };
    let short = |part: &str| (1..=2).contains(&part.len());
    let date = format!("{year}-{month:0>2}-{day:0>2}");
    if short(month) && short(day) { Date::parse(&date) } else { None }
}

/// A year of four digits; one of two is of this century.
fn of_century(year: &str) -> Option<String> {
    match year.len() {
        4 => Some(year.to_owned()),
        2 => Some(format!("20{year}")),
        _ => None,
    }
}

/// The months by their English names, of which three letters are enough.
const MONTHS: [(&str, &str); 12] = [
    ("january", "01"),
    ("february", "02"),
    ("march", "03"),
    ("april", "04"),
    ("may", "05"),
    ("june", "06"),
    ("july", "07"),
    ("august", "08"),
    ("september", "09"),
    ("october", "10"),
    ("november", "11"),
    ("december", "12"),
];

fn named_month(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let is_it = |month: &str| month == lower || month.get(..3) == Some(&*lower);
    MONTHS.into_iter().find(|(month, _)| is_it(month)).map(|(_, number)| number)
}

fn date_time(slashed: SlashedDates, text: &str) -> Cell<'_> {
    if DateTime::parse(text).is_some() {
        return good(text);
    }
    if let Some(date) = Date::parse(text) {
        return Cell { value: Cow::Owned(format!("{date}T00:00:00Z")), check: None };
    }
    match DateTime::parse_in_utc(text).or_else(|| other_date_time(slashed, text)) {
        Some(instant) => read_as(instant.to_string(), &checks::DATE_FORM),
        None => read_as("", &checks::INVALID_DATE_TIME),
    }
}

/// A date in another form, with a time behind it where there is one, in UTC where nothing else is said.
fn other_date_time(slashed: SlashedDates, text: &str) -> Option<DateTime> {
    let date = other_date(slashed, text)?;
    let time = text.split_once([' ', 'T']).map(|(_, time)| time);
    let whole = time.and_then(|time| DateTime::parse_in_utc(&format!("{date}T{time:0>5}")));
    whole.or_else(|| DateTime::parse_in_utc(&format!("{date}T00:00")))
}

fn year(text: &str) -> Cell<'_> {
    let is_year = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_year(text) {
        return good(text);
    }
    match text.split_once(['-', '/', '\u{2013}']) {
        Some((from, to)) if is_year(from) && is_year(to) => {
            let next = from.parse::<u32>().map_or(String::new(), |year| (year + 1).to_string());
            if next == to {
                read_as(to, &checks::YEAR_FORM)
            } else {
                read_as("", &checks::INVALID_YEAR)
            }
        }
        Some((from, to)) if is_year(from) && to.len() == 2 => {
            let end = from.parse::<u32>().map_or(String::new(), |year| (year + 1).to_string());
            if end.ends_with(to) {
                read_as(end, &checks::YEAR_FORM)
            } else {
                read_as("", &checks::INVALID_YEAR)
            }
        }
        _ => read_as("", &checks::INVALID_YEAR),
    }
}

fn status(text: &str) -> Cell<'_> {
    if vocabulary::STATUS.allows(text) {
        return good(text);
    }
    match vocabulary::STATUS.near(text) {
        Some(near) => read_as(near, &checks::WORD_SPELLING),
        None if text.eq_ignore_ascii_case("inactive") => {
            read_as("tobedeleted", &checks::INACTIVE_STATUS)
        }
        None if let Some(meant) = vocabulary::STATUS.meant(text) => {
            read_as(meant, &checks::WORD_MEANT)
        }
        None => read_as("active", &checks::UNKNOWN_STATUS),
    }
}

fn word<'a>(words: &Vocabulary, needed: Needed, text: &'a str) -> Cell<'a> {
    if words.allows(text) {
        return good(text);
    }
    if let Some(near) = words.near(text) {
        return read_as(near, &checks::WORD_SPELLING);
    }
    match words.meant(text) {
        Some(meant) => read_as(meant, &checks::WORD_MEANT),
        None if needed == Needed::Always => read_as("", &checks::UNKNOWN_WORD),
        None => read_as("", &checks::UNKNOWN_OPTIONAL_WORD),
    }
}

fn list(text: &str) -> Cell<'_> {
    if !text.contains(',') {
        return good(text);
    }
    let tidy = tidy(text);
    Cell { value: if tidy == text { Cow::Borrowed(text) } else { Cow::Owned(tidy) }, check: None }
}

/// The marks that some put between the items of a list instead of commas.
const OTHER_MARKS: [char; 2] = [';', '|'];

/// References; a sourcedId may have a bar in it, and no semicolon.
fn references(text: &str) -> Cell<'_> {
    if !text.contains(';') {
        return list(text);
    }
    let commas = text.replace(';', ",");
    if items(&commas).all(|item| sourced_id(item).check.is_none()) {
        return read_as(tidy(&commas), &checks::LIST_SEPARATOR);
    }
    list(text)
}

fn grades(text: &str) -> Cell<'_> {
    let is_list = |commas: &String| items(commas).all(grade::is_known);
    match text.contains(OTHER_MARKS).then(|| text.replace(OTHER_MARKS, ",")).filter(is_list) {
        Some(commas) => read_as(tidy(&commas), &checks::LIST_SEPARATOR),
        None => good(text),
    }
}

/// The items of a list with commas alone between them.
fn tidy(text: &str) -> String {
    items(text).collect::<Vec<_>>().join(",")
}

/// A `userIds` cell with commas between its braces; `None` where other marks stand there that nobody
/// understands, or none.
fn with_commas(text: &str) -> Option<String> {
    if !text.contains(OTHER_MARKS) {
        return None;
    }
    let mut inside = false;
    let comma = |mark: char| {
        inside = mark == '{' || inside && mark != '}';
        if !inside && OTHER_MARKS.contains(&mark) { ',' } else { mark }
    };
    let commas: String = text.chars().map(comma).collect();
    let whole = identifiers(&commas).count() == items(&commas).count();
    (whole && commas != text).then(|| tidy(&commas))
}

fn user_ids(text: &str) -> Cell<'_> {
    if let Some(commas) = with_commas(text) {
        return read_as(commas, &checks::LIST_SEPARATOR);
    }
    let whole = identifiers(text).count() == items(text).count();
    Cell { value: Cow::Borrowed(text), check: (!whole).then_some(&checks::USER_IDS_FORM) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::columns::{academic_session, class, enrollment, org, user};

    fn read_in(table: &'static [Column], place: usize, text: &str) -> (String, &'static str) {
        let column = &table[place];
        let cell = read(column, column.needed, SlashedDates::MonthFirst, text);
        (cell.value.into_owned(), cell.check.map_or("", |check| check.code))
    }

    #[test]
    fn days_come_first_where_the_district_says_so() {
        let column = &academic_session::ALL[academic_session::START_DATE];
        for (text, date, code) in [
            ("27/8/2018", "2018-08-27", "date_form"),
            ("3/8/18 0:00", "2018-08-03", "date_form"),
            ("2018/8/27", "2018-08-27", "date_form"),
            ("8/27/2018", "", "invalid_date"),
            ("2018-08-27", "2018-08-27", ""),
        ] {
            let cell = read(column, column.needed, SlashedDates::DayFirst, text);
            assert_eq!((&*cell.value, cell.check.map_or("", |check| check.code)), (date, code));
        }
    }

    #[test]
    fn a_date_is_read_in_other_forms() {
        for text in [
            "8/27/2018",
            "08/27/18",
            "2018/8/27",
            "20180827",
            "27.8.2018",
            "27-Aug-2018",
            "27-AUG-18",
            "27-Aug-2018 00:00:00",
            "27-August-2018",
            "2018-8-27",
            "2018.08.27",
            "43339",
            "8/27/2018 0:00",
            "2018-08-27T00:00:00Z",
        ] {
            let found = read_in(academic_session::ALL, academic_session::START_DATE, text);
            assert_eq!(found, ("2018-08-27".to_owned(), "date_form"), "{text}");
        }
    }

    #[test]
    fn each_check_of_a_cell_fires_and_stays_silent() {
        let table: &[(&'static [Column], usize, &str, &str, &str)] = &[
            (org::ALL, 0, "", "", "missing_sourced_id"),
            (org::ALL, 0, "a/b@c", "a/b@c", ""),
            (org::ALL, 0, "a b", "a b", "invalid_sourced_id"),
            (org::ALL, org::NAME, "", "", "missing_value"),
            (org::ALL, org::NAME, "Oak", "Oak", ""),
            (org::ALL, org::TYPE, "School", "school", "word_spelling"),
            (org::ALL, org::TYPE, "School District", "district", "word_meant"),
            (class::ALL, class::CLASS_TYPE, "Home Room", "homeroom", "word_spelling"),
            (user::ALL, user::ROLE, "Students", "student", "word_meant"),
            (org::ALL, org::TYPE, "shop", "", "unknown_word"),
            (org::ALL, org::TYPE, "ext:campus", "ext:campus", ""),
            (class::ALL, class::CLASS_TYPE, "club", "", "unknown_optional_word"),
            (class::ALL, class::CLASS_TYPE, "homeroom", "homeroom", ""),
            (class::ALL, class::CLASS_TYPE, "", "", "missing_expected_value"),
            (class::ALL, class::TERMS, "a , b,", "a,b", ""),
            (user::ALL, user::ENABLED_USER, "TRUE", "true", "boolean_spelling"),
            (user::ALL, user::ENABLED_USER, "maybe", "", "unknown_optional_word"),
            (user::ALL, user::ENABLED_USER, "false", "false", ""),
            (user::ALL, user::USER_IDS, "{SIS:1},{State:2}", "{SIS:1},{State:2}", ""),
            (user::ALL, user::USER_IDS, "12345", "12345", "user_ids_form"),
            (
                academic_session::ALL,
                academic_session::START_DATE,
                "8/27/2018",
                "2018-08-27",
                "date_form",
            ),
            (
                academic_session::ALL,
                academic_session::START_DATE,
                "2018-08-27T00:00:00Z",
                "2018-08-27",
                "date_form",
            ),
            (academic_session::ALL, academic_session::START_DATE, "27/8/2018", "", "invalid_date"),
            (academic_session::ALL, academic_session::START_DATE, "20180231", "", "invalid_date"),
            (academic_session::ALL, academic_session::START_DATE, "12345", "", "invalid_date"),
            (academic_session::ALL, academic_session::START_DATE, "2018-08-27", "2018-08-27", ""),
            (
                academic_session::ALL,
                academic_session::SCHOOL_YEAR,
                "2026-2027",
                "2027",
                "year_form",
            ),
            (academic_session::ALL, academic_session::SCHOOL_YEAR, "2026-27", "2027", "year_form"),
            (academic_session::ALL, academic_session::SCHOOL_YEAR, "soon", "", "invalid_year"),
            (academic_session::ALL, academic_session::SCHOOL_YEAR, "2027", "2027", ""),
            (enrollment::ALL, enrollment::BEGIN_DATE, "soon", "", "invalid_optional_date"),
            (enrollment::ALL, 1, "Active", "active", "word_spelling"),
            (enrollment::ALL, 1, "to be deleted", "tobedeleted", "word_spelling"),
            (enrollment::ALL, enrollment::BEGIN_DATE, "1-OCT-2026", "2026-10-01", "date_form"),
            (
                enrollment::ALL,
                enrollment::BEGIN_DATE,
                "2026-10-01 soon",
                "",
                "invalid_optional_date",
            ),
            (enrollment::ALL, 1, "inactive", "tobedeleted", "inactive_status"),
            (enrollment::ALL, 1, "gone", "active", "unknown_status"),
            (enrollment::ALL, 1, "Deleted", "tobedeleted", "word_meant"),
            (enrollment::ALL, 1, "tobedeleted", "tobedeleted", ""),
            (enrollment::ALL, 2, "yesterday", "", "invalid_date_time"),
            (enrollment::ALL, 2, "2026-08-01", "2026-08-01T00:00:00Z", ""),
            (enrollment::ALL, 2, "2026-08-17T00:00:00", "2026-08-17T00:00:00Z", "date_form"),
            (enrollment::ALL, 2, "2026-08-17 06:30:00", "2026-08-17T06:30:00Z", "date_form"),
            (enrollment::ALL, 2, "8/17/2026", "2026-08-17T00:00:00Z", "date_form"),
            (enrollment::ALL, 2, "8/17/2026 6:30", "2026-08-17T06:30:00Z", "date_form"),
            (enrollment::ALL, 2, "20260817", "2026-08-17T00:00:00Z", "date_form"),
        ];
        for (columns, place, text, value, code) in table {
            assert_eq!(read_in(columns, *place, text), ((*value).to_owned(), *code), "{text}");
        }
    }

    #[test]
    fn other_marks_between_the_values_of_a_list_are_read_where_they_can_be_nothing_else() {
        for (column, text, value, code) in [
            (user::USER_IDS, "{SIS:1}; {State:2}", "{SIS:1},{State:2}", "list_separator"),
            (user::USER_IDS, "{SIS:1}|{State:2|3}", "{SIS:1},{State:2|3}", "list_separator"),
            (user::USER_IDS, "{SIS:1;2}", "{SIS:1;2}", ""),
            (user::USER_IDS, "1;2", "1;2", "user_ids_form"),
            (user::AGENTS, "g1; g2,g3", "g1,g2,g3", "list_separator"),
            (user::AGENTS, "g 1;g2", "g 1;g2", ""),
            (user::ORGS, "s1|s2", "s1|s2", ""),
            (user::GRADES, "09;10", "09,10", "list_separator"),
            (user::GRADES, "KG | 1", "KG,1", "list_separator"),
            (user::GRADES, "A;B", "A;B", ""),
            (user::GRADES, "09,10", "09,10", ""),
        ] {
            assert_eq!(read_in(user::ALL, column, text), (value.to_owned(), code), "{text}");
        }
    }
}
