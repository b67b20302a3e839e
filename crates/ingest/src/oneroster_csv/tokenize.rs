//! Cuts CSV into records and cells (RFC 4180, read leniently), keeping where each began.

use std::borrow::Cow;
use std::ops::Range;

use firstbell_roster::model::{Column, Kind};
use memchr::{memchr, memchr2};

/// How a file separates cells and records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Between cells: a comma, or what parts more names of the header: a semicolon, a tab or a bar.
    pub separator: u8,
    /// After records: a line feed (a carriage return before it is dropped), or a carriage
    /// return alone in files of which most lines end in it.
    pub terminator: u8,
}

/// What files have between their cells, the likeliest last.
pub const SEPARATORS: [u8; 4] = *b"|\t;,";

/// Whether a name is that of a column of OneRoster's.
pub fn is_column(name: &[u8]) -> bool {
    let name = name.trim_ascii();
    let name = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(name);
    let is = |column: &Column| column.name.as_bytes().eq_ignore_ascii_case(name);
    Kind::FACTS.iter().any(|kind| kind.columns().iter().any(is))
}

impl Dialect {
    /// What a file that begins like this does.
    pub fn of(start: &[u8]) -> Self {
        let start = after_blank_lines(start);
        let (mut header, behind) = first_line(start);
        // A spreadsheet may say it on a line of its own.
        if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] = header.trim_ascii_end() {
            return Self::ending(*separator, after_blank_lines(behind));
        }
        // A name may hold an end of a line.
        let other = [b'\n', b'\r'].into_iter().filter_map(|end| memchr(end, start)).max();
        if SEPARATORS.iter().all(|mark| unquoted(header, *mark) == 0) {
            header = other.and_then(|end| start.get(..end)).unwrap_or(header);
        }
        // What parts the most of OneRoster's names, for a name may hold other marks; of as many, the
        // last is taken.
        let names =
            |mark: &u8| header.split(|byte| byte == mark).filter(|name| is_column(name)).count();
        let separator =
            SEPARATORS.into_iter().max_by_key(|mark| (names(mark), unquoted(header, *mark)));
        Self::ending(separator.unwrap_or(b','), start)
    }

    /// What ends most lines that have as many cells as the first, or, of as many, most lines at all: a
    /// carriage return alone, or else a line feed.
    fn ending(separator: u8, start: &[u8]) -> Self {
        let start = start.get(..LOOKED_AT).unwrap_or(start);
        let (mut feeds, mut returns) = (Ends::default(), Ends::default());
        let (mut quoted, mut begins) = (false, true);
        for (at, byte) in start.iter().enumerate() {
            let opens = *byte == b'"' && (quoted || begins);
            // A mark inside a value is one of inches; of two together, the second opens again.
            begins = opens && quoted || *byte == b' ' && begins;
            quoted ^= opens;
            if quoted || opens {
                continue;
            }
            if *byte == separator {
                (feeds.marks, returns.marks, begins) = (feeds.marks + 1, returns.marks + 1, true);
            } else if *byte == b'\n' {
                feeds.end();
                begins = true;
            } else if *byte == b'\r' && !matches!(start.get(at + 1), Some(b'\n' | b'\r')) {
                // Of several before a line feed, none ends a line.
                returns.end();
                begins = true;
            }
        }
        let more = (returns.full, returns.all) > (feeds.full, feeds.all);
        Self { separator, terminator: if more { b'\r' } else { b'\n' } }
    }

    /// What ends the lines of files that do not end theirs like this one.
    pub fn other_ending(self) -> u8 {
        if self.terminator == b'\r' { b'\n' } else { b'\r' }
    }
}

/// How much of a file tells what its lines end in.
const LOOKED_AT: usize = 1 << 16;

/// The lines that one mark ends.
#[derive(Default)]
struct Ends {
    /// Separators since it was seen last.
    marks: usize,
    /// How many the first line has.
    first: usize,
    /// Lines with as many.
    full: usize,
    /// All lines.
    all: usize,
}

impl Ends {
    fn end(&mut self) {
        if self.all == 0 {
            self.first = self.marks;
        }
        self.full += usize::from(self.marks > 0 && self.marks == self.first);
        self.all += 1;
        self.marks = 0;
    }
}

/// A text up to the first end of a line, whatever ends it, and what follows.
fn first_line(start: &[u8]) -> (&[u8], &[u8]) {
    start.split_at(memchr2(b'\n', b'\r', start).unwrap_or(start.len()))
}

/// How often a mark stands outside quotation marks.
fn unquoted(line: &[u8], mark: u8) -> usize {
    let mut quoted = false;
    let plain = line.iter().filter(|byte| {
        quoted ^= **byte == b'"';
        !quoted && **byte == mark
    });
    plain.count()
}

/// What follows the blank lines that a file begins with.
pub fn after_blank_lines(start: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let first = start.iter().position(|byte| !blank(byte)).unwrap_or(0);
    start.get(first..).unwrap_or_default()
}

/// One cell, as a range of the buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    range: Range<usize>,
    doubled: bool,
    stray: bool,
}

/// What a record was like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each of them is seen by itself")]
pub struct Shape {
    /// Line feeds inside it, its own end included.
    pub lines: u32,
    /// Whether text followed a closing quotation mark.
    pub stray_quote: bool,
    /// Whether blanks stood before an opening quotation mark.
    pub blank_before_quote: bool,
    /// Whether a quotation mark was never closed.
    pub open: bool,
    /// Whether the terminator was there.
    pub terminated: bool,
}

/// Walks over the records of a buffer.
#[derive(Debug)]
pub struct Tokenizer<'a> {
    buffer: &'a [u8],
    at: usize,
    dialect: Dialect,
}

impl<'a> Tokenizer<'a> {
    /// A walk from the beginning of a buffer that starts where a record does.
    pub fn new(buffer: &'a [u8], dialect: Dialect) -> Self {
        Self::at(buffer, dialect, 0)
    }

    /// A walk from a byte on at which a record starts.
    pub fn at(buffer: &'a [u8], dialect: Dialect, at: usize) -> Self {
        Self { buffer, at, dialect }
    }

    /// Where the next record begins.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The next record's cells, or `None` at the end of the buffer. A blank line is a record
    /// of one empty cell.
    pub fn next_record(&mut self, cells: &mut Vec<Cell>) -> Option<Shape> {
        cells.clear();
        if self.at >= self.buffer.len() {
            return None;
        }
        let mut shape = Shape::default();
        loop {
            let end = match self.buffer.get(self.at) {
                Some(b'"') => self.quoted(cells, &mut shape),
                Some(b' ') if let Some(mark) = self.mark_behind_blanks() => {
                    self.at = mark;
                    shape.blank_before_quote = true;
                    self.quoted(cells, &mut shape)
                }
                Some(_) | None => self.plain(cells),
            };
            match end {
                End::Cell => {}
                End::Record => {
                    shape.lines += 1;
                    shape.terminated = true;
                    return Some(shape);
                }
                End::Buffer => return Some(shape),
            }
        }
    }

    /// The quotation mark behind the blanks in which the record goes on, if it opens a value: it is
    /// closed on this line, at the end of a cell.
    fn mark_behind_blanks(&self) -> Option<usize> {
        let rest = self.buffer.get(self.at..)?;
        let blanks = rest.iter().position(|byte| *byte != b' ')?;
        let mut rest = rest.get(blanks..)?.strip_prefix(b"\"")?;
        loop {
            let (inside, behind) = rest.split_at_checked(memchr(b'"', rest)?)?;
            if memchr(self.dialect.terminator, inside).is_some() {
                return None;
            }
            rest = behind.get(1..)?;
            if let [b'"', ..] = rest {
                rest = rest.get(1..)?;
                continue;
            }
            let next = rest.iter().find(|byte| !matches!(byte, b' ' | b'\r'));
            let ends = |byte: &u8| [self.dialect.separator, self.dialect.terminator].contains(byte);
            return next.is_none_or(ends).then_some(self.at + blanks);
        }
    }

    fn plain(&mut self, cells: &mut Vec<Cell>) -> End {
        let start = self.at;
        let rest = self.buffer.get(start..).unwrap_or_default();
        let length = memchr2(self.dialect.separator, self.dialect.terminator, rest);
        let mut stop = start + length.unwrap_or(rest.len());
        let end = self.step_over(stop);
        if end != End::Cell && stop > start && self.buffer.get(stop - 1) == Some(&b'\r') {
            stop -= 1;
        }
        cells.push(Cell { range: start..stop, doubled: false, stray: false });
        end
    }

    fn quoted(&mut self, cells: &mut Vec<Cell>, shape: &mut Shape) -> End {
        let start = self.at + 1;
        let mut doubled = false;
        let mut from = start;
        loop {
            let rest = self.buffer.get(from..).unwrap_or_default();
            let Some(length) = memchr(b'"', rest) else {
                shape.open = true;
                shape.lines += self.lines(start, self.buffer.len());
                self.at = self.buffer.len();
                cells.push(Cell { range: start..self.buffer.len(), doubled, stray: false });
                return End::Buffer;
            };
            let close = from + length;
            if self.buffer.get(close + 1) == Some(&b'"') {
                doubled = true;
                from = close + 2;
                continue;
            }
            shape.lines += self.lines(start, close);
            return self.after_quote(start, close, doubled, cells, shape);
        }
    }

    fn after_quote(
        &mut self,
        start: usize,
        close: usize,
        doubled: bool,
        cells: &mut Vec<Cell>,
        shape: &mut Shape,
    ) -> End {
        let rest = self.buffer.get(close + 1..).unwrap_or_default();
        let length = memchr2(self.dialect.separator, self.dialect.terminator, rest);
        let stop = close + 1 + length.unwrap_or(rest.len());
        let tail = self.buffer.get(close + 1..stop).unwrap_or_default();
        if tail.iter().all(u8::is_ascii_whitespace) {
            cells.push(Cell { range: start..close, doubled, stray: false });
        } else {
            shape.stray_quote = true;
            cells.push(Cell { range: start..stop, doubled: true, stray: true });
        }
        self.step_over(stop)
    }

    fn step_over(&mut self, stop: usize) -> End {
        self.at = stop + 1;
        match self.buffer.get(stop) {
            Some(byte) if *byte == self.dialect.separator => End::Cell,
            Some(_) => End::Record,
            None => {
                self.at = self.buffer.len();
                End::Buffer
            }
        }
    }

    fn lines(&self, from: usize, to: usize) -> u32 {
        let text = self.buffer.get(from..to).unwrap_or_default();
        u32::try_from(memchr::memchr_iter(self.dialect.terminator, text).count())
            .unwrap_or(u32::MAX)
    }
}

impl Cell {
    /// The bytes of the cell, doubled quotation marks as one.
    pub fn bytes<'a>(&self, buffer: &'a [u8]) -> Cow<'a, [u8]> {
        let raw = buffer.get(self.range.clone()).unwrap_or_default();
        if !self.doubled {
            return Cow::Borrowed(raw);
        }
        let mut bytes = Vec::with_capacity(raw.len());
        let mut marks = raw.iter().peekable();
        while let Some(byte) = marks.next() {
            bytes.push(*byte);
            if *byte == b'"' && marks.peek() == Some(&&b'"') {
                marks.next();
            }
        }
        Cow::Owned(bytes)
    }

    /// Whether text follows its closing quotation mark; its range then holds that mark too.
    pub fn is_stray(&self) -> bool {
        self.stray
    }

    /// Whether the cell, which stands in this buffer, has no quotation marks around it.
    pub fn is_plain(&self, buffer: &[u8]) -> bool {
        let before = self.range.start.checked_sub(1).and_then(|at| buffer.get(at));
        before != Some(&b'"')
    }

    /// Where the cell stands in the buffer.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }
}

/// What ended a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Cell,
    Record,
    Buffer,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COMMA: Dialect = Dialect { separator: b',', terminator: b'\n' };

    fn records(text: &[u8]) -> Vec<Vec<String>> {
        let mut tokenizer = Tokenizer::new(text, COMMA);
        let (mut cells, mut all) = (Vec::new(), Vec::new());
        while tokenizer.next_record(&mut cells).is_some() {
            all.push(
                cells
                    .iter()
                    .map(|cell| String::from_utf8_lossy(&cell.bytes(text)).into())
                    .collect(),
            );
        }
        all
    }

    #[test]
    fn quotes_lines_and_endings() {
        assert_eq!(
            records(b"a,b\r\n\"x,\"\"y\"\"\nz\",\n"),
            [vec!["a", "b"], vec!["x,\"y\"\nz", ""]]
        );
        assert_eq!(records(b"a,b"), [["a", "b"]]);
        assert_eq!(records(b"5\" tape,x\n"), [["5\" tape", "x"]]);
        assert_eq!(records(b"\"a\"b,c\n"), [["a\"b", "c"]]);
    }

    #[test]
    fn blanks_before_a_quotation_mark_are_none_of_the_value() {
        let blank = |text: &[u8]| {
            let shape = Tokenizer::new(text, COMMA).next_record(&mut Vec::new()).unwrap();
            (records(text).concat().join("|"), shape.blank_before_quote)
        };
        for (text, read) in [
            (&b"\"a\", \"b, \"\"c\"\"\" ,  \"d\"\r\n"[..], "a|b, \"c\"|d"),
            (b"a, \"b\"", "a|b"),
            (b" \"\",a\n", "|a"),
        ] {
            assert_eq!(blank(text), (read.to_owned(), true));
        }
        for (text, read) in [
            (&b"a, b,c\n"[..], "a| b|c"),
            (b"a, \"b\" c,d\n", "a| \"b\" c|d"),
            (b"a, \"b,c\nd\",e\n", "a| \"b|c|d\"|e"),
            (b"a, \"b", "a| \"b"),
            (b"a, ", "a| "),
        ] {
            assert_eq!(blank(text), (read.to_owned(), false));
        }
    }

    #[test]
    fn separators_and_ends_of_lines_are_told_from_the_header() {
        for (start, separator, terminator) in [
            (&b"a,b;c,d\r\n1;2;3;4;5;6\n"[..], b',', b'\n'),
            (b"a;b,c;d\n", b';', b'\n'),
            (b"sourcedId|status\n", b'|', b'\n'),
            (b"sourcedId;status;a,b,c,d\n", b';', b'\n'),
            (b"a\tb\rc,d,e,f\r", b'\t', b'\r'),
            (b"a,b\rc,d\ne,f\rg,h\r", b',', b'\r'),
            (b"a,b\nc,d\re,f\ng,h\n", b',', b'\n'),
            (b"a,b\n\"c\rd\re\rf\",\"g\"\"\rh\"\n", b',', b'\n'),
            (b"a,5\" tape\rb,6\"\rc\nd,e\r", b',', b'\r'),
            (b"a,b\r\r\nc,d\r\r\n", b',', b'\n'),
            (b"a\r,b,c\nd,e,f\n", b',', b'\n'),
            (b"a,b,c\nd\r,e\r,f\ng\r,h\r,i\n", b',', b'\n'),
            (b"a,b,c\rd\n,e\n,f\rg\n,h\n,i\r", b',', b'\r'),
            (b"sep=|\r\na,b,c\r\n", b'|', b'\n'),
            (b"alone", b',', b'\n'),
            (b"\"a\",\"b;c;d\"\n", b',', b'\n'),
            (b"", b',', b'\n'),
        ] {
            assert_eq!(Dialect::of(start), Dialect { separator, terminator });
        }
    }

    #[test]
    fn an_open_quotation_mark_is_told() {
        let mut tokenizer = Tokenizer::new(b"a,\"b\nc\n", COMMA);
        let shape = tokenizer.next_record(&mut Vec::new()).unwrap();
        assert!(shape.open && !shape.terminated);
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(rows in prop::collection::vec(
            prop::collection::vec("[a-z,\"\n\r é]{0,6}", 2..4), 0..6)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            prop_assert_eq!(records(&bytes), rows);
        }

        #[test]
        fn any_bytes_are_walked_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut tokenizer = Tokenizer::new(&bytes, COMMA);
            let mut cells = Vec::new();
            let mut last = 0;
            while tokenizer.next_record(&mut cells).is_some() {
                prop_assert!(tokenizer.position() > last);
                last = tokenizer.position();
            }
            prop_assert_eq!(last, bytes.len());
        }
    }
}
