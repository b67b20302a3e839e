//! Finds the header row of a file, and where it ends.

use std::borrow::Cow;

use super::tokenize::{Cell, Dialect, Tokenizer, is_column};
use super::values::decode;

/// The names of the header row, where the records begin, and how many lines the header takes.
pub fn header_row(bytes: &[u8], dialect: Dialect) -> (Vec<String>, usize, u32) {
    let mut tokenizer = Tokenizer::new(bytes, dialect);
    let mut cells: Vec<Cell> = Vec::new();
    let mut lines = 0;
    let is_blank = |cells: &[Cell]| matches!(cells, [cell] if cell.range().is_empty());
    let says_separator = |cells: &[Cell]| {
        let first = cells.first().map(|cell| cell.bytes(bytes).to_ascii_lowercase());
        first.is_some_and(|first| first == b"sep=")
    };
    // A blank line is none, and what a spreadsheet says of its separator is no header.
    while let Some(shape) = tokenizer.next_record(&mut cells) {
        lines += shape.lines;
        if !is_blank(&cells) && !says_separator(&cells) {
            break;
        }
    }
    let (mut names, mut body) = (Vec::with_capacity(cells.len()), tokenizer.position());
    for (at, cell) in cells.iter().enumerate() {
        let end = ends_at(bytes, dialect, cell, cells.get(at + 1..).unwrap_or_default(), at);
        let raw = match end {
            Some(end) => Cow::Borrowed(bytes.get(cell.range().start..end).unwrap_or_default()),
            None => cell.bytes(bytes),
        };
        names.push(decode(&raw).0.into_owned());
        if let Some(end) = end {
            // What follows are values of the first record.
            body = end + 1;
            break;
        }
    }
    (names, body, lines)
}

/// Where a header ends inside a cell, as its line ends otherwise than most do. A mark like that at the
/// edge of a name ends it where what follows are as many cells as stand before, or none is a name.
fn ends_at(
    bytes: &[u8],
    dialect: Dialect,
    cell: &Cell,
    behind: &[Cell],
    at: usize,
) -> Option<usize> {
    if !cell.is_plain(bytes) {
        return None;
    }
    let raw = bytes.get(cell.range()).unwrap_or_default();
    let mark = memchr::memchr(dialect.other_ending(), raw)?;
    let first = raw.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let last = raw.iter().rposition(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let inside = |mark: &usize| (first..last).contains(mark);
    let is_name = |cell: &Cell| is_column(&cell.bytes(bytes));
    let values = !behind.is_empty() && (behind.len() == at || !behind.iter().any(is_name));
    let found = if values {
        Some(mark)
    } else {
        // One inside a name of OneRoster's is a mark that strayed into it.
        let name: Vec<_> = raw.iter().copied().filter(|byte| !is_line_end(*byte)).collect();
        let mut marks = memchr::memchr_iter(dialect.other_ending(), raw).filter(inside);
        marks.next().filter(|_| !is_column(&name))
    };
    found.map(|mark| cell.range().start + mark)
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
