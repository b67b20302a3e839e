//! Turns the records of a block into keys, fingerprints and findings.

use std::ops::Range;

use firstbell_roster::check::cell::items;
use firstbell_roster::check::{Check, Noticed, table as checks};
use firstbell_roster::model::column::{Needed, Versions};
use firstbell_roster::model::columns;
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::name::Name;
use firstbell_roster::model::settings::{SlashedDates, TrustedIdentifier};
use firstbell_roster::model::subjects::{Lent, Mark, NOBODY, Ordinal, Subjects, flag, tag};
use firstbell_roster::model::{Column, DateTime, Kind, text};
use firstbell_roster::plan::Rule;
use firstbell_roster::scope::Rules;
use memchr::{memchr, memchr_iter};

use super::header::{Header, Version};
use super::tokenize::{Cell, Dialect, Shape, Tokenizer};
use super::unchanged::{Line, Lines, Shortcut};
use super::values::Memo;

/// What every block of a file is read with.
pub struct Reader<'a> {
    /// The kind of its records.
    pub kind: Kind,
    /// Its columns.
    pub header: &'a Header,
    /// How it separates cells.
    pub dialect: Dialect,
    /// The version of the binding.
    pub version: Version,
    /// Whether it has only what changed.
    pub delta: bool,
    /// The district's hashes.
    pub hasher: &'a Hasher,
    /// The subjects of the kinds before it.
    pub earlier: &'a [Subjects],
    /// The subjects of its own kind that the roster has.
    pub known: &'a Lent,
    /// Tells unchanged records; `None` where all must be read.
    pub shortcut: Option<Shortcut<'a>>,
    /// Whether every record is read all the same.
    pub every: bool,
    /// The kinds of which nothing ever came, by `Kind as usize`.
    pub unknown: &'a [bool],
    /// The district's rules.
    pub rules: &'a Rules,
    /// The identifiers that the district trusts, with the places of their columns.
    pub trusted: &'a [(usize, TrustedIdentifier)],
    /// How many guardians a student is expected to have at most.
    pub contacts: usize,
    /// How dates with slashes are read.
    pub slashed: SlashedDates,
    /// The latest instant that a record can have been modified at.
    pub latest: DateTime,
}

/// What became of one block.
#[derive(Debug, Default)]
pub struct Batch {
    /// The records that were read, in order.
    pub records: Vec<Record>,
    /// The records that did not change, in order.
    pub unchanged: Vec<Unchanged>,
    /// Of those, the ones whose sourcedId has capitals: its key in lower case, and the subject.
    pub folded: Vec<(u64, Ordinal)>,
    /// The cells of all records that were read, column by column, one after another.
    pub text: String,
    /// Where each cell ends in `text`; so many for each record as the kind has columns.
    pub ends: Vec<u32>,
    /// Findings, with the record's place in the block in `subject`.
    pub noticed: Vec<Noticed>,
    /// References to kinds of which nothing ever came: record, column, sourcedId.
    pub implied: Vec<(u32, u8, String)>,
    /// References to the same kind: record, column, key.
    pub pending: Vec<(u32, u8, u64)>,
    /// References to subjects that are lacking so far: record, kind and subject.
    pub named: Vec<(u32, Kind, Ordinal)>,
    /// Records that name what the roster does not have, where no link of theirs holds it.
    pub named_new: Vec<(u32, Kind, Ordinal)>,
    /// Users who have a telephone number and no e-mail address.
    pub by_phone: Vec<u32>,
    /// Users who name several orgs, with each of these.
    pub at_several: Vec<(u32, Ordinal)>,
    /// Trusted identifiers: record and hash.
    pub identifiers: Vec<(u32, u64)>,
    /// What the records are compared with others by; so many for each record as the kind has.
    pub marks: Vec<u64>,
    /// The records that have values in columns that no feature uses, as ranges of the block.
    pub surplus: Vec<Range<usize>>,
    /// Lines in the block.
    pub lines: u32,
    /// Whether the last record breaks off.
    pub cut: bool,
    /// Whether `status` or `dateLastModified` is filled in.
    pub status_filled: bool,
    /// Whether passwords are there.
    pub passwords: bool,
    /// The newest `dateLastModified`.
    pub newest: Option<DateTime>,
}

/// One record, reduced to what comparing needs.
#[derive(Debug, Clone, Copy)]
pub struct Record {
    /// The key of its sourcedId; 0 where it has none.
    pub key: u64,
    /// The key of its sourcedId in lower case, where that differs; 0 otherwise.
    pub folded: u64,
    /// The subject with its key, where the roster has one.
    pub known: Option<Ordinal>,
    /// The subject that the roster has with zeros in front of this sourcedId.
    pub padded: Option<Ordinal>,
    /// Its fingerprint; 0 where something of it was left out.
    pub print: u64,
    /// The hash of its bytes, where nothing was noticed about it; 0 otherwise.
    pub raw: u64,
    /// What it belongs to.
    pub links: [Ordinal; 3],
    /// Its role or type.
    pub tag: u8,
    /// Flags that it brings.
    pub flags: u8,
    /// The line on which it begins, from 0 in the block.
    pub line: u32,
    /// The rule that leaves it out.
    pub rule: Option<Rule>,
    /// The check that rejects it.
    pub rejected: Option<&'static Check>,
}

/// One record that did not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unchanged {
    /// Its subject.
    pub subject: Ordinal,
    /// Its line, from 0 in the block.
    pub line: u32,
}

impl Reader<'_> {
    /// Reads the records of a block from a byte on.
    pub fn read(&self, bytes: &[u8], from: usize, last: bool) -> Batch {
        let body = bytes.get(from..).unwrap_or_default();
        let mut state = State::new(self, body, from);
        let (mut lines, mut at) = (Lines::default(), 0);
        while at < body.len() {
            let before = at;
            if let Some(shortcut) = self.shortcut.as_ref().filter(|_| !self.every) {
                shortcut.look(body, at, &mut lines);
                for line in lines.iter() {
                    if line.start == at && line.same {
                        state.unchanged(shortcut, &line);
                        at = line.end;
                    } else if line.start == at {
                        at = state.next(at, last);
                    }
                }
            }
            if at == before {
                at = state.next(at, last);
            }
        }
        state.batch
    }

    /// The orgs that a list names, where it names several.
    fn several_orgs(&self, list: &str) -> Vec<Ordinal> {
        let orgs = self.earlier.get(Kind::Org as usize).filter(|_| items(list).nth(1).is_some());
        let find = |orgs: &Subjects| {
            let ids = items(list).map(|id| orgs.find(self.hasher.key(id.as_bytes())));
            ids.map(|found| found.unwrap_or(NOBODY)).collect()
        };
        orgs.map(find).unwrap_or_default()
    }

    pub(super) fn needed(&self, column: &Column) -> Needed {
        match column.versions {
            Versions::Until11 if self.version == Version::V12 => Needed::Optional,
            Versions::Since11 if self.version == Version::V10 => Needed::Optional,
            Versions::All | Versions::Since11 | Versions::Until11 | Versions::Since12 => {
                column.needed
            }
        }
    }
}

/// Whether there is ASCII alone, and no control character but in the ends of lines. What is said
/// of a cell must not hang on what stands beside it.
fn is_plain(bytes: &[u8], dialect: Dialect) -> bool {
    let plain =
        bytes.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte == b'\n' || *byte == b'\r');
    if !plain || dialect.terminator == b'\r' {
        return plain && memchr(b'\n', bytes).is_none();
    }
    memchr_iter(b'\r', bytes).all(|at| bytes.get(at + 1) == Some(&b'\n'))
}

/// The state of reading one block.
pub(super) struct State<'a> {
    pub reader: &'a Reader<'a>,
    pub body: &'a [u8],
    /// Where the body begins in the block.
    from: usize,
    /// Whether the record in hand is ASCII without control characters.
    pub plain: bool,
    pub batch: Batch,
    pub memos: Vec<Option<Memo>>,
    /// The normalised form of the record in hand.
    pub form: String,
    /// The place of the record in hand.
    pub place: u32,
    /// Whether the record in hand says something that each run must see again.
    pub again: bool,
    /// What the record in hand names and nobody knows, by column, where rules are to judge it.
    pub dropped: Vec<(usize, String)>,
    cells: Vec<Cell>,
}

impl<'a> State<'a> {
    fn new(reader: &'a Reader<'a>, body: &'a [u8], from: usize) -> Self {
        // Most records are longer than that.
        let room = if reader.shortcut.is_some() { body.len() / 64 } else { 0 };
        Self {
            reader,
            body,
            from,
            plain: false,
            batch: Batch { unchanged: Vec::with_capacity(room), ..Batch::default() },
            memos: std::iter::repeat_with(|| None).take(reader.kind.columns().len()).collect(),
            form: String::new(),
            place: 0,
            again: false,
            dropped: Vec::new(),
            cells: Vec::new(),
        }
    }

    fn unchanged(&mut self, shortcut: &Shortcut<'_>, line: &Line) {
        self.batch.unchanged.push(Unchanged { subject: line.known, line: self.batch.lines });
        if !matches!(self.reader.kind, Kind::Enrollment | Kind::Role) {
            let folded = line.folded(shortcut, self.body).map(|key| (key, line.known));
            self.batch.folded.extend(folded);
        }
        if line.surplus {
            self.batch.surplus.push(self.from + line.start..self.from + line.end);
        }
        self.batch.lines += 1;
    }

    /// Reads the record that begins at a byte; returns where the next begins.
    fn next(&mut self, at: usize, last: bool) -> usize {
        let mut cells = std::mem::take(&mut self.cells);
        let mut tokenizer = Tokenizer::at(self.body, self.reader.dialect, at);
        let shape = tokenizer.next_record(&mut cells).unwrap_or_default();
        let end = tokenizer.position();
        let blank = cells.len() == 1 && cells.first().is_some_and(|cell| cell.range().is_empty());
        if !(blank && shape.lines <= 1 && !shape.open) {
            self.record(&cells, shape, at..end, last);
        }
        self.batch.lines += shape.lines;
        self.cells = cells;
        end
    }

    fn record(&mut self, cells: &[Cell], shape: Shape, range: Range<usize>, last: bool) {
        self.place = u32::try_from(self.batch.records.len()).unwrap_or(u32::MAX);
        let mut record = Record {
            key: 0,
            folded: 0,
            known: None,
            print: 1,
            raw: 0,
            links: [NOBODY; 3],
            tag: tag::OTHER,
            flags: 0,
            line: self.batch.lines,
            rule: None,
            rejected: None,
            padded: None,
        };
        self.form.clear();
        self.again = false;
        self.dropped.clear();
        let bytes = self.body.get(range.clone()).unwrap_or_default();
        self.plain = is_plain(bytes, self.reader.dialect);
        let remarks = self.remarks();
        self.shape(&mut record, cells, shape, last.then_some(range.len()));
        let start = self.batch.text.len();
        for at in 0..self.reader.kind.columns().len() {
            self.column(&mut record, at, cells, shape.lines <= 1);
            self.batch.ends.push(u32::try_from(self.batch.text.len()).unwrap_or(u32::MAX));
        }
        self.whole(&mut record, start);
        let surplus = self.has_surplus(cells);
        if self.remarks() == remarks && shape.terminated && shape.lines == 1 {
            record.raw = self.raw(&record, &range, surplus);
        }
        if surplus {
            self.batch.surplus.push(self.from + range.start..self.from + range.end);
        }
        self.batch.records.push(record);
    }

    /// How much was noted so far that stands beside the records.
    fn remarks(&self) -> usize {
        self.batch.noticed.len() + self.batch.pending.len() + self.batch.implied.len()
    }

    /// The hash of the bytes of a record about which there is nothing to say.
    fn raw(&self, record: &Record, range: &Range<usize>, surplus: bool) -> u64 {
        let fine = !self.again
            && record.key != 0
            && record.print != 0
            && record.flags == 0
            && record.rule.is_none()
            && record.rejected.is_none();
        let bytes = self.body.get(range.clone()).unwrap_or_default();
        let shortcut = self.reader.shortcut.as_ref().filter(|_| fine);
        shortcut.map_or(0, |shortcut| shortcut.bytes.hash(bytes) | u64::from(surplus))
    }

    /// Whether a record has values in columns that no feature uses.
    fn has_surplus(&self, cells: &[Cell]) -> bool {
        let kept = &self.reader.header.kept;
        cells
            .iter()
            .enumerate()
            .any(|(at, cell)| !kept.get(at).copied().unwrap_or(false) && !cell.range().is_empty())
    }

    /// What only the whole record tells: rules, fingerprint, missing identifiers.
    fn whole(&mut self, record: &mut Record, start: usize) {
        let kind = self.reader.kind;
        let columns = kind.columns().len();
        let ends = self.batch.ends.get(self.batch.ends.len() - columns..).unwrap_or_default();
        let cell = |at: usize| {
            let before = at.checked_sub(1).and_then(|before| ends.get(before));
            let from = before.map_or(start, |end| *end as usize);
            let to = ends.get(at).map_or(from, |end| *end as usize);
            self.batch.text.get(from..to).unwrap_or_default()
        };
        if !self.reader.rules.are_open() {
            let rules = self.reader.rules;
            let unknown: Vec<usize> = self.dropped.iter().map(|(at, _)| *at).collect();
            let named: Vec<_> =
                self.dropped.iter().map(|(at, id)| (*at, named(cell(*at), id))).collect();
            let full = |at: usize| {
                let dropped = named.iter().rev().find(|(place, _)| *place == at);
                dropped.map_or_else(|| cell(at), |(_, text)| text.as_str())
            };
            record.rule =
                rules.judge(kind, full).or_else(|| rules.judge_unknown(kind, &unknown, cell));
        }
        let left_out = record.rule.is_some();
        let reversed = dates_reversed(kind, cell);
        let hasher = self.reader.hasher;
        let marks = Mark::of(kind)
            .iter()
            .map(|mark| if left_out { 0 } else { marked(*mark, hasher, cell) });
        self.batch.marks.extend(marks);
        // Of a file that is whole, what guardians say tells too.
        let many = kind == Kind::User
            && self.reader.delta
            && matches!(record.tag, tag::STUDENT | tag::OTHER)
            && items(cell(columns::user::AGENTS)).nth(self.reader.contacts).is_some();
        let reached = |at: &usize| !cell(*at).is_empty();
        let staff = matches!(record.tag, tag::TEACHER | tag::STAFF);
        let by_phone = kind == Kind::User
            && !staff
            && record.tag != tag::STUDENT
            && !reached(&columns::user::EMAIL)
            && [columns::user::SMS, columns::user::PHONE].iter().any(reached);
        let orgs = if kind == Kind::User { cell(columns::user::ORGS) } else { "" };
        let at_several = self.reader.several_orgs(orgs);
        let unknown =
            kind == Kind::User && self.reader.trusted.iter().all(|(at, _)| cell(*at).is_empty());
        if record.print != 0 {
            record.print = self.reader.hasher.print(text::composed(&self.form).as_bytes());
        }
        // Nothing that is remembered tells of these, so that they are read each time.
        self.again |= by_phone || !at_several.is_empty();
        self.batch.by_phone.extend(by_phone.then_some(self.place));
        self.batch.at_several.extend(at_several.into_iter().map(|org| (self.place, org)));
        if left_out {
            // What it names may be left out too, and not be in the roster.
            self.forgive(
                record,
                &[&checks::DANGLING_REFERENCE, &checks::DANGLING_OPTIONAL_REFERENCE],
            );
        }
        if record.key == 0 {
            record.rejected = record.rejected.or(Some(&checks::MISSING_SOURCED_ID));
        } else if record.flags & flag::SAYS_END != 0 {
            // A record that asks to end needs its sourcedId alone.
            self.forgive(record, &CONTENT);
        }
        if reversed {
            self.notice(record, None, &checks::DATES_REVERSED);
        }
        if many && record.flags & flag::SAYS_END == 0 {
            self.notice(record, Some(columns::user::AGENTS), &checks::MANY_CONTACTS);
        }
        if unknown && record.flags & flag::SAYS_END == 0 {
            self.notice(record, None, &checks::USER_WITHOUT_TRUSTED_IDENTIFIER);
        }
    }

    /// Lets a record go on though these checks noticed something, and forgets that they did.
    fn forgive(&mut self, record: &mut Record, forgiven: &[&Check]) {
        let place = self.place;
        record.rejected = record.rejected.filter(|check| !forgiven.contains(check));
        self.batch.noticed.retain(|one| one.subject != place || !forgiven.contains(&one.check));
    }

    pub(super) fn reject(&mut self, record: &mut Record, at: Option<usize>, check: &'static Check) {
        record.rejected = record.rejected.or(Some(check));
        self.notice(record, at, check);
    }

    pub(super) fn notice(&mut self, record: &Record, at: Option<usize>, check: &'static Check) {
        if self.reader.version == Version::V10 && *check == checks::INACTIVE_STATUS {
            // It was a word of 1.0.
            return;
        }
        let (line, subject) = (record.line, self.place);
        self.batch.noticed.push(Noticed { check, column: at.map(narrow), line, subject });
    }
}

/// The keyed hash of what a record is compared with others by; 0 where it does not say.
fn marked<'a>(mark: Mark, hasher: &Hasher, cell: impl Fn(usize) -> &'a str) -> u64 {
    let hash = |text: &str| if text.is_empty() { 0 } else { hasher.key(text.as_bytes()) };
    match mark {
        Mark::Email => hash(&text::composed(cell(columns::user::EMAIL)).to_lowercase()),
        Mark::Username => hash(&text::composed(cell(columns::user::USERNAME)).to_lowercase()),
        Mark::Name => {
            let (given, family) =
                (cell(columns::user::GIVEN_NAME), cell(columns::user::FAMILY_NAME));
            if given.is_empty() || family.is_empty() {
                0
            } else {
                hash(&Name { given, family }.folded())
            }
        }
        Mark::BirthDate => hash(cell(columns::demographics::BIRTH_DATE)),
    }
}

/// What a cell says with an id that was left out of it.
fn named(kept: &str, dropped: &str) -> String {
    if kept.is_empty() { dropped.to_owned() } else { format!("{kept},{dropped}") }
}

/// What may be wrong with the content of a record.
const CONTENT: [&Check; 6] = [
    &checks::MISSING_VALUE,
    &checks::MISSING_EXPECTED_VALUE,
    &checks::UNKNOWN_WORD,
    &checks::INVALID_DATE,
    &checks::DANGLING_REFERENCE,
    &checks::DANGLING_OPTIONAL_REFERENCE,
];

/// A column's place in one byte.
pub(super) fn narrow(column: usize) -> u8 {
    u8::try_from(column).unwrap_or(u8::MAX)
}

/// ISO dates sort as text.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds have no dates")]
fn dates_reversed<'a>(kind: Kind, cell: impl Fn(usize) -> &'a str) -> bool {
    let (begin, end) = match kind {
        Kind::AcademicSession => {
            (columns::academic_session::START_DATE, columns::academic_session::END_DATE)
        }
        Kind::Enrollment => (columns::enrollment::BEGIN_DATE, columns::enrollment::END_DATE),
        Kind::Role => (columns::role::BEGIN_DATE, columns::role::END_DATE),
        _ => return false,
    };
    let (begin, end) = (cell(begin), cell(end));
    !begin.is_empty() && !end.is_empty() && end < begin
}
