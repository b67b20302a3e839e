//! Headers that do not fit the rows below them: names and values separated otherwise, rows in quotation
//! marks as a whole, a separator inside a name, after which every value would stand in the column
//! beside its own, or a first row that stands on the header's line.

use firstbell_roster::model::Kind;

use super::aliases::fold;
use super::header::{Header, LEARNT_FROM};
use super::names::{LONGEST_NAME, told};
use super::tokenize::{Dialect, SEPARATORS, Tokenizer};

/// How much of a name is shown.
const SHOWN: usize = 40;

/// What stands between names, ends lines or encloses values.
const MARKS: [char; 7] = [',', ';', '\t', '|', '"', '\r', '\n'];

/// The column and the name at which a header does not fit its rows.
pub fn seen(
    kind: Kind,
    names: &[String],
    header: &Header,
    body: &[u8],
    dialect: Dialect,
) -> Option<(usize, String)> {
    let shown = |at: usize| {
        let name = names.get(at).map(|name| told(name).chars().take(SHOWN).collect());
        (at, name.unwrap_or_default())
    };
    if let Some(several) = names.iter().position(|name| names_several(kind, name)) {
        return Some(shown(several));
    }
    // What is no header has no names, and its values are told to nobody.
    if header.places.iter().all(Option::is_none) {
        return None;
    }
    if let Some(at) = names.iter().position(|name| has_lines(name)) {
        // What stands before the first mark is of the header.
        let name = names.get(at).and_then(|name| name.trim().split(MARKS).next());
        return Some((at, told(name.unwrap_or_default()).chars().take(SHOWN).collect()));
    }
    let rows = first_rows(body, dialect);
    let Some(width) = rows.first().map(|(width, _)| *width) else {
        return alone(names, header).map(|joint| (joint, String::new()));
    };
    // A list may have commas between its values, so that some rows seem to have cells.
    let otherwise = |(cells, text): &(usize, &[u8]), mark: u8| {
        let marks = memchr::memchr_iter(mark, text).count();
        mark != dialect.separator && marks * 2 >= header.width && cells * 2 <= header.width
    };
    let quoted = |(cells, text): &(usize, &[u8])| {
        let marks = memchr::memchr_iter(dialect.separator, text).count();
        let text = text.trim_ascii();
        let whole = text.starts_with(b"\"") && text.ends_with(b"\"") && *cells == 1;
        whole && marks + 1 >= header.width
    };
    let others = |mark: &u8| rows.iter().all(|row| otherwise(row, *mark));
    if header.width > 1 && (rows.iter().all(quoted) || SEPARATORS.iter().any(others)) {
        return Some(shown(0));
    }
    if rows.iter().any(|(other, _)| *other != width) || width >= header.width {
        return None;
    }
    if let Some(joint) = runs_on(names.len(), header, width) {
        return Some((joint, String::new()));
    }
    let foreign = foreign(names, header);
    let first = foreign.first().copied().filter(|_| foreign.len() >= header.width - width);
    first.map(shown)
}

/// Where the first row begins if it stands on the header's line: there are names for two rows of so
/// many cells, and none of the second half is a column's.
fn runs_on(names: usize, header: &Header, width: usize) -> Option<usize> {
    let joint = width.checked_sub(1).filter(|joint| *joint > 0)?;
    let behind = header.places.iter().flatten().any(|place| *place >= width);
    let twice = names == width + joint || names == 2 * width;
    (twice && !behind).then_some(joint)
}

/// The same where no other row tells how many cells a row has: as many names behind the last column
/// as before it, and among them what is no name.
fn alone(names: &[String], header: &Header) -> Option<usize> {
    let last = header.places.iter().flatten().max()? + 1;
    let behind = names.get(last..)?;
    let is_value = |name: &String| {
        let number =
            |name: &str| !name.is_empty() && name.chars().all(|mark| mark.is_ascii_digit());
        let word = |name: &str| ["true", "false"].contains(&name.to_ascii_lowercase().as_str());
        name.contains(['@', '{', '}']) || number(name.trim()) || word(name.trim())
    };
    (behind.len() >= last && behind.iter().any(is_value)).then_some(last)
}

/// Whether a name has lines of values in it, as behind a quotation mark that is closed too late.
fn has_lines(name: &str) -> bool {
    let marks = name.trim().matches(MARKS).count();
    name.trim().contains(['\r', '\n']) && (marks > 2 || name.len() > LONGEST_NAME)
}

/// Whether a name is several of a kind's columns with other marks between them.
fn names_several(kind: Kind, name: &str) -> bool {
    let is_column = |part: &&str| {
        let part = fold(part);
        !part.is_empty() && kind.columns().iter().any(|column| fold(column.name) == part)
    };
    name.split([',', ';', '\t', '|', ':', '"']).filter(is_column).count() > 1
}

/// The columns before the last one of OneRoster's that are none of these, and seem to be the rest of a
/// name that holds a separator.
fn foreign(names: &[String], header: &Header) -> Vec<usize> {
    let known = || header.places.iter().flatten();
    let Some(last) = known().max() else { return Vec::new() };
    let is_foreign = |(at, name): &(usize, &String)| {
        let metadata = name.trim().to_ascii_lowercase().starts_with("metadata.");
        at < last && !metadata && !name.trim().is_empty() && !known().any(|place| place == at)
    };
    let foreign: Vec<_> = names.iter().enumerate().filter(is_foreign).map(|(at, _)| at).collect();
    // What follows a separator inside a name begins with a blank, or follows what is unknown too.
    let is_rest = |at: &usize| {
        let blank = names.get(*at).is_some_and(|name| name.starts_with(' '));
        blank || at.checked_sub(1).is_some_and(|before| foreign.binary_search(&before).is_ok())
    };
    foreign.iter().copied().filter(is_rest).collect()
}

/// How many cells the first rows have, each with its text.
fn first_rows(body: &[u8], dialect: Dialect) -> Vec<(usize, &[u8])> {
    let mut tokenizer = Tokenizer::new(body, dialect);
    let (mut cells, mut rows, mut from) = (Vec::new(), Vec::new(), 0);
    while rows.len() < LEARNT_FROM && tokenizer.next_record(&mut cells).is_some() {
        let text = body.get(from..tokenizer.position()).unwrap_or_default();
        from = tokenizer.position();
        if cells.len() > 1 || cells.first().is_some_and(|cell| !cell.range().is_empty()) {
            rows.push((cells.len(), text));
        }
    }
    rows
}
