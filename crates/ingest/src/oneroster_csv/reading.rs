//! Turns the records of a block into values, keys, fingerprints and findings.

use std::borrow::Cow;

use firstbell_roster::check::{Check, Effect, Noticed, cell, table as checks};
use firstbell_roster::model::column::{Needed, Type, Versions};
use firstbell_roster::model::columns::{self, DATE_LAST_MODIFIED, SOURCED_ID, STATUS, user};
use firstbell_roster::model::fingerprint::Hasher;
use firstbell_roster::model::subjects::{Link, NOBODY, Ordinal, Subjects, flag, tag};
use firstbell_roster::model::{Column, DateTime, Kind, text};
use firstbell_roster::plan::Rule;
use firstbell_roster::scope::Rules;

use super::header::{Header, Version};
use super::tokenize::{Cell, Dialect, Shape, Tokenizer};

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
    /// The kinds of which nothing ever came, by `Kind as usize`.
    pub unknown: &'a [bool],
    /// The district's rules.
    pub rules: &'a Rules,
    /// The columns that the district trusts as identifiers.
    pub trusted: &'a [usize],
}

/// What became of one block.
#[derive(Debug, Default)]
pub struct Batch {
    /// The records, in order.
    pub records: Vec<Record>,
    /// The cells of all records, column by column, one after another.
    pub text: String,
    /// Where each cell ends in `text`; so many for each record as the kind has columns.
    pub ends: Vec<u32>,
    /// Findings, with the record's place in the block in `subject`.
    pub noticed: Vec<Noticed>,
    /// References to kinds of which nothing ever came: record, column, sourcedId.
    pub implied: Vec<(u32, u8, String)>,
    /// References to the same kind: record, column, key.
    pub pending: Vec<(u32, u8, u64)>,
    /// Trusted identifiers: record and hash.
    pub identifiers: Vec<(u32, u64)>,
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
    /// Its fingerprint; 0 where something of it was left out.
    pub print: u128,
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

/// What a cell says; kept where the next row is likely to say the same.
struct Memo {
    raw: Vec<u8>,
    value: String,
    check: Option<&'static Check>,
    found: Option<Ordinal>,
    repeats: bool,
}

impl Reader<'_> {
    /// Reads the records of a block from a byte on.
    pub fn read(&self, bytes: &[u8], from: usize, last: bool) -> Batch {
        let body = bytes.get(from..).unwrap_or_default();
        let mut state = State {
            reader: self,
            body,
            plain: is_plain(body),
            batch: Batch::default(),
            memos: std::iter::repeat_with(|| None).take(self.kind.columns().len()).collect(),
            form: Vec::new(),
        };
        let mut tokenizer = Tokenizer::new(body, self.dialect);
        let mut cells = Vec::new();
        while let Some(shape) = tokenizer.next_record(&mut cells) {
            let blank =
                cells.len() == 1 && cells.first().is_some_and(|cell| cell.range().is_empty());
            if !(blank && shape.lines <= 1 && !shape.open) {
                state.record(&cells, shape, last);
            }
            state.batch.lines += shape.lines;
        }
        state.batch
    }

    fn needed(&self, column: &Column) -> Needed {
        match column.versions {
            Versions::Only11 if self.version == Version::V12 => Needed::Optional,
            Versions::Only11 | Versions::Only12 | Versions::Both => column.needed,
        }
    }
}

fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte == b'\n' || *byte == b'\r')
}

struct State<'a> {
    reader: &'a Reader<'a>,
    body: &'a [u8],
    plain: bool,
    batch: Batch,
    memos: Vec<Option<Memo>>,
    form: Vec<u8>,
}

impl State<'_> {
    fn record(&mut self, cells: &[Cell], shape: Shape, last: bool) {
        let place = u32::try_from(self.batch.records.len()).unwrap_or(u32::MAX);
        let mut record = Record {
            key: 0,
            folded: 0,
            print: 1,
            links: [NOBODY; 3],
            tag: tag::OTHER,
            flags: 0,
            line: self.batch.lines,
            rule: None,
            rejected: None,
        };
        self.form.clear();
        self.shape(place, &mut record, cells, shape, last);
        let start = self.batch.text.len();
        let simple = self.plain && shape.lines <= 1;
        for at in 0..self.reader.kind.columns().len() {
            self.column(place, &mut record, at, cells, simple);
            self.batch.ends.push(u32::try_from(self.batch.text.len()).unwrap_or(u32::MAX));
        }
        self.whole(place, &mut record, start);
        self.batch.records.push(record);
    }

    fn shape(&mut self, place: u32, record: &mut Record, cells: &[Cell], shape: Shape, last: bool) {
        let width = self.reader.header.width;
        if shape.open || (last && !shape.terminated && cells.len() < width) {
            self.batch.cut = true;
            self.reject(place, record, None, &checks::FILE_INCOMPLETE);
        } else if cells.len() < width {
            self.notice(place, record, None, &checks::TOO_FEW_CELLS);
        }
        if cells.iter().skip(width).any(|cell| !cell.range().is_empty()) {
            self.reject(place, record, None, &checks::TOO_MANY_CELLS);
        }
        if shape.stray_quote {
            self.notice(place, record, None, &checks::STRAY_QUOTE);
        }
        if !self.reader.header.usable {
            record.rejected = record.rejected.or(Some(&checks::MISSING_COLUMN));
        }
    }

    fn column(&mut self, place: u32, record: &mut Record, at: usize, cells: &[Cell], simple: bool) {
        let header = self.reader.header;
        let columns = self.reader.kind.columns();
        let (Some(column), Some(Some(from))) = (columns.get(at), header.places.get(at)) else {
            return self.append(at, "");
        };
        let body = self.body;
        let raw = cells.get(*from).map_or(Cow::Borrowed(&[][..]), |cell| cell.bytes(body));
        if column.used_for.is_none() {
            self.batch.passwords |= column.name == "password" && !raw.is_empty();
            return self.append(at, "");
        }
        let memo = self.memos.get_mut(at).and_then(Option::take);
        let memo = match memo {
            Some(memo) if *memo.raw == *raw => memo,
            Some(_) | None => self.understand(place, record, at, column, &raw, simple),
        };
        self.take(place, record, at, column, &memo);
        if let Some(slot) = self.memos.get_mut(at).filter(|_| memo.repeats) {
            *slot = Some(memo);
        }
    }

    fn understand(
        &mut self,
        place: u32,
        record: &mut Record,
        at: usize,
        column: &Column,
        raw: &[u8],
        simple: bool,
    ) -> Memo {
        let (decoded, odd) = decode(raw);
        if odd {
            self.notice(place, record, Some(at), &checks::NOT_UTF8);
        }
        let (cleaned, control) = if simple {
            (Cow::Borrowed(decoded.trim_matches(' ')), false)
        } else {
            text::clean(&decoded)
        };
        if control {
            self.notice(place, record, Some(at), &checks::CONTROL_CHARACTERS);
        }
        let read = cell::read(column, self.reader.needed(column), &cleaned);
        Memo {
            found: self.find(column, &read.value),
            repeats: repeats(column) && !odd && !control,
            raw: raw.to_vec(),
            value: read.value.into_owned(),
            check: read.check,
        }
    }

    fn find(&self, column: &Column, value: &str) -> Option<Ordinal> {
        let Type::Reference(kind) = column.ty else {
            return None;
        };
        if value.is_empty() || kind >= self.reader.kind {
            return None;
        }
        self.reader.earlier.get(kind as usize)?.find(self.reader.hasher.key(value.as_bytes()))
    }

    /// Takes a value that was understood: its findings, its links, its text.
    fn take(&mut self, place: u32, record: &mut Record, at: usize, column: &Column, memo: &Memo) {
        if let Some(check) = memo.check {
            self.noticed(place, record, at, check);
        }
        match (at, column.ty) {
            (SOURCED_ID, _) => self.own_id(record, &memo.value),
            (STATUS, _) => self.status(place, record, &memo.value),
            (DATE_LAST_MODIFIED, _) => self.modified(&memo.value),
            (_, Type::Reference(_)) => return self.reference(place, record, at, column, memo),
            (_, Type::References(kind)) => {
                return self.references(place, record, at, kind, &memo.value);
            }
            (_, Type::Word(_)) if record.tag == tag::OTHER => {
                record.tag = tag::of_word(&memo.value);
            }
            _ => {}
        }
        if self.reader.kind == Kind::User && at == user::GRADES && !memo.value.is_empty() {
            set(record, Link::First, self.reader.hasher.grade_code(&memo.value));
        }
        self.append(at, &memo.value);
        if self.reader.trusted.contains(&at) {
            self.identify(place, at, column, &memo.value);
        }
    }

    fn own_id(&mut self, record: &mut Record, value: &str) {
        if value.is_empty() {
            return;
        }
        record.key = self.reader.hasher.key(value.as_bytes());
        if value.bytes().any(|byte| byte.is_ascii_uppercase()) {
            record.folded = self.reader.hasher.key(value.to_ascii_lowercase().as_bytes());
        }
        if self.reader.kind == Kind::Demographics {
            let user = self.reader.earlier.get(Kind::User as usize);
            if let Some(found) = user.and_then(|users| users.find(record.key)) {
                set(record, Link::User, found);
            }
        }
    }

    fn status(&mut self, place: u32, record: &mut Record, value: &str) {
        if value == "tobedeleted" {
            record.flags |= flag::SAYS_END;
        } else if value.is_empty() && self.reader.delta {
            self.notice(place, record, Some(STATUS), &checks::DELTA_WITHOUT_STATUS);
        }
        self.batch.status_filled |= !value.is_empty();
    }

    fn modified(&mut self, value: &str) {
        if value.is_empty() {
            return;
        }
        self.batch.status_filled = true;
        self.batch.newest = self.batch.newest.max(DateTime::parse(value));
    }

    fn reference(
        &mut self,
        place: u32,
        record: &mut Record,
        at: usize,
        column: &Column,
        memo: &Memo,
    ) {
        let Type::Reference(kind) = column.ty else {
            return;
        };
        if memo.value.is_empty() {
            return self.append(at, "");
        }
        if kind == self.reader.kind {
            let to = self.reader.hasher.key(memo.value.as_bytes());
            self.batch.pending.push((place, narrow(at), to));
        } else if let Some(found) = memo.found {
            if let Some(link) = Link::of(self.reader.kind, at) {
                set(record, link, found);
            }
        } else if self.is_unknown(kind) {
            self.batch.implied.push((place, narrow(at), memo.value.clone()));
        } else if self.reader.needed(column) == Needed::Always {
            self.reject(place, record, Some(at), &checks::DANGLING_REFERENCE);
        } else {
            self.leave(place, record, at, &checks::DANGLING_OPTIONAL_REFERENCE);
            return self.append(at, "");
        }
        self.append(at, &memo.value);
    }

    fn references(&mut self, place: u32, record: &mut Record, at: usize, kind: Kind, value: &str) {
        let mut kept = String::new();
        for item in cell::items(value) {
            let key = self.reader.hasher.key(item.as_bytes());
            let found = self.reader.earlier.get(kind as usize).and_then(|list| list.find(key));
            if kind == self.reader.kind {
                self.batch.pending.push((place, narrow(at), key));
            } else if let Some(found) = found {
                let link = Link::of(self.reader.kind, at);
                if let Some(link) =
                    link.filter(|link| record.links.get(*link as usize) == Some(&NOBODY))
                {
                    set(record, link, found);
                }
            } else if self.is_unknown(kind) {
                self.batch.implied.push((place, narrow(at), item.to_owned()));
            } else {
                self.leave(place, record, at, &checks::DANGLING_OPTIONAL_REFERENCE);
                continue;
            }
            if !kept.is_empty() {
                kept.push(',');
            }
            kept.push_str(item);
        }
        self.append(at, &kept);
    }

    fn is_unknown(&self, kind: Kind) -> bool {
        self.reader.unknown.get(kind as usize).copied().unwrap_or(false)
    }

    fn identify(&mut self, place: u32, at: usize, column: &Column, value: &str) {
        if value.is_empty() {
            return;
        }
        if at == user::USER_IDS {
            for (kind, id) in cell::identifiers(value) {
                let hash = self.reader.hasher.identifier(&format!("userIds:{kind}"), id);
                self.batch.identifiers.push((place, hash.cast_unsigned()));
            }
        } else {
            let hash = self.reader.hasher.identifier(column.name, value);
            self.batch.identifiers.push((place, hash.cast_unsigned()));
        }
    }

    /// What only the whole record tells: rules, fingerprint, missing identifiers.
    fn whole(&mut self, place: u32, record: &mut Record, start: usize) {
        let columns = self.reader.kind.columns().len();
        let ends = self.batch.ends.get(self.batch.ends.len() - columns..).unwrap_or_default();
        let cell = |at: usize| {
            let from = at
                .checked_sub(1)
                .and_then(|before| ends.get(before))
                .map_or(start, |end| *end as usize);
            let to = ends.get(at).map_or(from, |end| *end as usize);
            self.batch.text.get(from..to).unwrap_or_default()
        };
        record.rule = if self.reader.rules.are_open() {
            None
        } else {
            self.reader.rules.judge(self.reader.kind, cell)
        };
        let reversed = dates_reversed(self.reader.kind, cell);
        let unknown = self.reader.kind == Kind::User
            && self.reader.trusted.iter().all(|at| cell(*at).is_empty());
        if record.print != 0 {
            let form = std::str::from_utf8(&self.form).map(text::composed);
            record.print = match form {
                Ok(form) => self.reader.hasher.print(form.as_bytes()),
                Err(_) => 0,
            };
        }
        if record.key == 0 {
            record.rejected = record.rejected.or(Some(&checks::MISSING_SOURCED_ID));
        }
        if reversed {
            self.notice(place, record, None, &checks::DATES_REVERSED);
        }
        if unknown && record.flags & flag::SAYS_END == 0 {
            self.notice(place, record, None, &checks::USER_WITHOUT_TRUSTED_IDENTIFIER);
        }
    }

    fn append(&mut self, at: usize, value: &str) {
        self.batch.text.push_str(value);
        if at != STATUS && at != DATE_LAST_MODIFIED {
            self.form.extend_from_slice(value.as_bytes());
            self.form.push(0x1f);
        }
    }

    fn noticed(&mut self, place: u32, record: &mut Record, at: usize, check: &'static Check) {
        match check.effect {
            Effect::None => self.notice(place, record, Some(at), check),
            Effect::Rejects | Effect::Holds => self.reject(place, record, Some(at), check),
        }
    }

    fn reject(
        &mut self,
        place: u32,
        record: &mut Record,
        at: Option<usize>,
        check: &'static Check,
    ) {
        record.rejected = record.rejected.or(Some(check));
        self.notice(place, record, at, check);
    }

    /// Leaves a value out: the fingerprint cannot stand for the record any more.
    fn leave(&mut self, place: u32, record: &mut Record, at: usize, check: &'static Check) {
        record.print = 0;
        self.notice(place, record, Some(at), check);
    }

    fn notice(&mut self, place: u32, record: &Record, at: Option<usize>, check: &'static Check) {
        self.batch.noticed.push(Noticed {
            check,
            column: at.map(narrow),
            line: record.line,
            subject: place,
        });
    }
}

fn set(record: &mut Record, link: Link, found: Ordinal) {
    if let Some(place) = record.links.get_mut(link as usize) {
        *place = found;
    }
}

fn narrow(column: usize) -> u8 {
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

/// Columns whose values come again and again from row to row.
fn repeats(column: &Column) -> bool {
    match column.ty {
        Type::Boolean | Type::Date | Type::DateTime | Type::Year | Type::Word(_) => true,
        Type::Reference(kind) => kind != Kind::User,
        Type::SourcedId | Type::Text | Type::References(_) | Type::List | Type::UserIds => false,
    }
}

/// Strict UTF-8, else Windows-1252, and whether it was the latter.
pub fn decode(raw: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(raw) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (encoding_rs::WINDOWS_1252.decode(raw).0, true),
    }
}
