//! Reads the cells of a record: what each says, what it refers to, what is wrong with it.

use std::borrow::Cow;

use firstbell_roster::check::{Check, Effect, absent, cell, table as checks};
use firstbell_roster::model::column::{Needed, Type};
use firstbell_roster::model::columns::{DATE_LAST_MODIFIED, SOURCED_ID, STATUS, user};
use firstbell_roster::model::fingerprint::among_records;
use firstbell_roster::model::settings::TrustedIdentifier;
use firstbell_roster::model::subjects::{Link, NOBODY, Ordinal, Subjects, flag, tag};
use firstbell_roster::model::{Column, DateTime, Kind, text};

use super::reading::{Record, State, narrow};
use super::tokenize::Cell;

/// The kinds in which lost zeros are looked for.
const NAMED: [Kind; 5] = [Kind::Org, Kind::AcademicSession, Kind::Course, Kind::Class, Kind::User];

/// How many lost zeros are looked for.
const MOST_ZEROS: usize = 5;

/// What a cell says, kept where the next row is likely to say the same.
#[derive(Debug, Default)]
pub struct Memo {
    raw: Vec<u8>,
    value: String,
    check: Option<&'static Check>,
    found: Option<Ordinal>,
    /// Whether it can be taken again without looking at the cell.
    lasting: bool,
}

/// A cell that was understood.
#[derive(Clone, Copy)]
struct Understood<'a> {
    value: &'a str,
    check: Option<&'static Check>,
    found: Option<Ordinal>,
}

impl State<'_> {
    /// Reads one column of a record; `single` where the record has one line.
    pub(super) fn column(&mut self, record: &mut Record, at: usize, cells: &[Cell], single: bool) {
        let header = self.reader.header;
        let columns = self.reader.kind.columns();
        let (Some(column), Some(Some(from))) = (columns.get(at), header.places.get(at)) else {
            return self.append(at, "");
        };
        let cell = cells.get(*from);
        if column.used_for.is_none() {
            let filled = cell.is_some_and(|cell| !cell.range().is_empty());
            self.batch.passwords |= filled && column.name == "password";
            self.again |= filled && column.name == "password";
            return self.append(at, "");
        }
        let body = self.body;
        let raw = cell.map_or(Cow::Borrowed(&[][..]), |cell| cell.bytes(body));
        if !repeats(column) {
            let (text, _) = self.text(record, at, &raw, single);
            let read = cell::read(column, self.reader.needed(column), self.reader.slashed, &text);
            let mapped = self.mapped(column, at, &read.value, cells);
            let value = mapped.as_deref().unwrap_or(&read.value);
            let found = self.find(column, value);
            let understood = Understood { value, check: read.check, found };
            return self.take(record, at, column, understood);
        }
        let mut memo = self.memos.get_mut(at).and_then(Option::take).unwrap_or_default();
        if !memo.lasting || *memo.raw != *raw {
            let (text, lasting) = self.text(record, at, &raw, single);
            let read = cell::read(column, self.reader.needed(column), self.reader.slashed, &text);
            memo.raw.clear();
            memo.raw.extend_from_slice(&raw);
            memo.value.clear();
            memo.value.push_str(&read.value);
            memo.check = read.check;
            memo.found = self.find(column, &memo.value);
            memo.lasting = lasting;
        }
        let mapped = self.mapped(column, at, &memo.value, cells);
        let (value, found) = match &mapped {
            Some(value) => (value.as_str(), self.find(column, value)),
            None => (memo.value.as_str(), memo.found),
        };
        let understood = Understood { value, check: memo.check, found };
        self.take(record, at, column, understood);
        if let Some(slot) = self.memos.get_mut(at) {
            *slot = Some(memo);
        }
    }

    /// Whether the row before had these bytes in a column.
    pub(super) fn is_again(&self, at: usize, raw: &[u8]) -> bool {
        self.memos.get(at).and_then(Option::as_ref).is_some_and(|memo| *memo.raw == *raw)
    }

    /// A cell as clean text, and whether there was nothing to say about its bytes.
    fn text<'b>(
        &mut self,
        record: &Record,
        at: usize,
        raw: &'b [u8],
        single: bool,
    ) -> (Cow<'b, str>, bool) {
        let (decoded, odd) = decode(raw);
        if odd {
            self.notice(record, Some(at), &checks::NOT_UTF8);
        }
        let (cleaned, control) = match decoded {
            Cow::Borrowed(plain) if self.plain && single => {
                (Cow::Borrowed(plain.trim_matches(' ')), false)
            }
            Cow::Borrowed(decoded) => text::clean(decoded),
            Cow::Owned(decoded) => {
                let (cleaned, control) = text::clean(&decoded);
                (Cow::Owned(cleaned.into_owned()), control)
            }
        };
        if control {
            self.notice(record, Some(at), &checks::CONTROL_CHARACTERS);
        }
        let lost = !raw.is_ascii() && cleaned.contains(char::REPLACEMENT_CHARACTER);
        if lost {
            self.notice(record, Some(at), &checks::LOST_CHARACTERS);
        }
        (cleaned, !odd && !control && !lost)
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
    fn take(&mut self, record: &mut Record, at: usize, column: &Column, cell: Understood<'_>) {
        let value = cell.value;
        if let Some(check) = cell.check {
            self.noticed(record, at, check);
        }
        match (at, column.ty) {
            (SOURCED_ID, _) => self.own_id(record, value),
            (STATUS, _) => self.status(record, value),
            (DATE_LAST_MODIFIED, _) => self.modified(record, value),
            (_, Type::Reference(_)) => return self.reference(record, at, column, cell),
            (_, Type::References(kind)) => return self.references(record, at, kind, value),
            (_, Type::Word(_)) if record.tag == tag::OTHER => record.tag = tag::of_word(value),
            _ => {}
        }
        let grades = Link::of_grades(self.reader.kind).filter(|(place, _)| *place == at);
        if let Some((_, link)) = grades.filter(|_| !value.is_empty()) {
            set(record, link, self.reader.hasher.grade_code(value));
        }
        self.append(at, value);
        for (_, trusted) in self.reader.trusted.iter().filter(|(place, _)| *place == at) {
            self.identify(at, column, value, trusted);
        }
    }

    fn own_id(&mut self, record: &mut Record, value: &str) {
        if value.is_empty() {
            return;
        }
        record.key = self.reader.hasher.key(value.as_bytes());
        record.known = self.reader.known.index.find(record.key);
        if record.known.is_none() {
            record.padded = self.padded(value);
        }
        if value.bytes().any(|byte| byte.is_ascii_uppercase()) {
            record.folded = self.reader.hasher.key(value.to_ascii_lowercase().as_bytes());
        }
        if self.reader.kind == Kind::Demographics {
            self.person(record);
        }
    }

    /// Ties demographics to the user whose sourcedId they have; of somebody whom nobody knows, nothing
    /// is taken.
    fn person(&mut self, record: &mut Record) {
        let user = self.reader.earlier.get(Kind::User as usize);
        if let Some(found) = user.and_then(|users| users.find(record.key)) {
            self.name(record, Kind::User, found, true);
            set(record, Link::User, found);
        } else {
            self.reject(record, Some(SOURCED_ID), &checks::DANGLING_REFERENCE);
        }
    }

    /// The subject of the roster whose sourcedId is this number with zeros in front, as before a
    /// spreadsheet took them away. Enrollments and roles are too many to look, and nobody's accounts.
    fn padded(&self, value: &str) -> Option<Ordinal> {
        let index = &self.reader.known.index;
        let number = !value.starts_with('0') && value.bytes().all(|byte| byte.is_ascii_digit());
        if !number || index.keys().is_empty() || !NAMED.contains(&self.reader.kind) {
            return None;
        }
        let padded = (1..=MOST_ZEROS).map(|zeros| ["0".repeat(zeros).as_str(), value].concat());
        let mut found = padded.filter_map(|id| index.find(self.reader.hasher.key(id.as_bytes())));
        found.next()
    }

    fn status(&mut self, record: &mut Record, value: &str) {
        if value == "tobedeleted" {
            record.flags |= flag::SAYS_END;
        } else if value.is_empty() && self.reader.delta {
            self.notice(record, Some(STATUS), &checks::DELTA_WITHOUT_STATUS);
        }
        self.batch.status_filled |= !value.is_empty();
        self.again |= !value.is_empty();
    }

    fn modified(&mut self, record: &Record, value: &str) {
        if value.is_empty() {
            return;
        }
        self.again = true;
        self.batch.status_filled = true;
        let modified = DateTime::parse(value);
        if modified.is_some_and(|modified| modified > self.reader.latest) {
            self.notice(record, Some(DATE_LAST_MODIFIED), &checks::FUTURE_DATE_TIME);
        } else {
            self.batch.newest = self.batch.newest.max(modified);
        }
    }

    fn reference(&mut self, record: &mut Record, at: usize, column: &Column, cell: Understood<'_>) {
        let Type::Reference(kind) = column.ty else {
            return;
        };
        if cell.value.is_empty() {
            return self.append(at, "");
        }
        if kind == self.reader.kind {
            let to = self.reader.hasher.key(cell.value.as_bytes());
            self.batch.pending.push((self.place, narrow(at), to));
        } else if let Some(found) = cell.found {
            let link = Link::of(self.reader.kind, at);
            self.name(record, kind, found, link.is_some());
            if let Some(link) = link {
                set(record, link, found);
            }
        } else if self.is_unknown(kind) {
            self.batch.implied.push((self.place, narrow(at), cell.value.to_owned()));
        } else if self.reader.needed(column) == Needed::Always {
            self.drop_id(at, cell.value);
            self.reject(record, Some(at), &checks::DANGLING_REFERENCE);
        } else {
            self.drop_id(at, cell.value);
            self.leave(record, at, &checks::DANGLING_OPTIONAL_REFERENCE);
            return self.append(at, "");
        }
        self.append(at, cell.value);
    }

    /// Remembers what a record names and nobody knows, for rules to judge it.
    fn drop_id(&mut self, at: usize, id: &str) {
        if !self.reader.rules.are_open() {
            self.dropped.push((at, id.to_owned()));
        }
    }

    fn references(&mut self, record: &mut Record, at: usize, kind: Kind, value: &str) {
        let mut kept = String::new();
        for item in cell::items(value) {
            let key = self.reader.hasher.key(item.as_bytes());
            let found = self.reader.earlier.get(kind as usize).and_then(|list| list.find(key));
            if kind == self.reader.kind {
                self.batch.pending.push((self.place, narrow(at), key));
            } else if let Some(found) = found {
                let link = Link::of(self.reader.kind, at);
                let link = link.filter(|link| self.is_free(record, *link, kind));
                self.name(record, kind, found, link.is_some());
                if let Some(link) = link {
                    set(record, link, found);
                }
            } else if self.is_unknown(kind) {
                self.batch.implied.push((self.place, narrow(at), item.to_owned()));
            } else {
                self.drop_id(at, item);
                self.leave(record, at, &checks::DANGLING_OPTIONAL_REFERENCE);
                continue;
            }
            if !kept.is_empty() {
                kept.push(',');
            }
            kept.push_str(item);
        }
        self.append(at, &kept);
    }

    /// Notes that the record names something that is lacking so far, that is new and that no link of
    /// the record holds, or that is not taken, so that its row must be compared in full until it is.
    fn name(&mut self, record: &mut Record, kind: Kind, found: Ordinal, linked: bool) {
        let Some(list) = self.reader.earlier.get(kind as usize) else { return };
        if absent::is_lacking(list, found) {
            self.batch.named.push((self.place, kind, found));
        }
        if !linked && !list.in_roster(found) {
            self.batch.named_new.push((self.place, kind, found));
        }
        if !is_taken(list, kind, found) {
            record.print = 0;
        }
    }

    /// Whether a link of a record leads nowhere, or to what is not taken, so that the next that the
    /// record names is the first in its row.
    fn is_free(&self, record: &Record, link: Link, kind: Kind) -> bool {
        let to = record.links.get(link as usize).copied().unwrap_or(NOBODY);
        let list = self.reader.earlier.get(kind as usize);
        to == NOBODY || list.is_some_and(|list| !is_taken(list, kind, to))
    }

    fn is_unknown(&self, kind: Kind) -> bool {
        self.reader.unknown.get(kind as usize).copied().unwrap_or(false)
    }

    fn identify(&mut self, at: usize, column: &Column, value: &str, trusted: &TrustedIdentifier) {
        if value.is_empty() {
            return;
        }
        let (hasher, reach) = (self.reader.hasher, trusted.reach);
        let hash =
            |space: &str, id| among_records(hasher.identifier(space, id).cast_unsigned(), reach);
        if at == user::USER_IDS {
            let named = |kind: &str| trusted.id_type.as_deref().is_none_or(|wanted| wanted == kind);
            for (kind, id) in cell::identifiers(value).filter(|(kind, _)| named(kind)) {
                let hash = hash(&format!("userIds:{kind}"), id);
                self.batch.identifiers.push((self.place, hash));
            }
        } else {
            let id = if at == SOURCED_ID { trusted.number(value) } else { value };
            self.batch.identifiers.push((self.place, hash(column.name, id)));
        }
    }

    fn append(&mut self, at: usize, value: &str) {
        self.batch.text.push_str(value);
        if at != STATUS && at != DATE_LAST_MODIFIED {
            self.form.push_str(value);
            self.form.push('\u{1f}');
        }
    }

    fn noticed(&mut self, record: &mut Record, at: usize, check: &'static Check) {
        match check.effect {
            Effect::None => self.notice(record, Some(at), check),
            Effect::Rejects | Effect::Holds => self.reject(record, Some(at), check),
        }
    }

    /// Leaves a value out: the fingerprint cannot stand for the record any more.
    fn leave(&mut self, record: &mut Record, at: usize, check: &'static Check) {
        record.print = 0;
        self.notice(record, Some(at), check);
    }
}

/// Whether a row may name a subject, as far as that one's own record tells: it is in the roster or
/// comes into it, and is no school that a rule leaves out.
fn is_taken(list: &Subjects, kind: Kind, one: Ordinal) -> bool {
    let left_out = kind == Kind::Org && list.has(one, flag::LEFT_OUT);
    !left_out && (list.in_roster(one) || !list.has_any(one, flag::STOPPED | flag::LEFT_OUT))
}

fn set(record: &mut Record, link: Link, found: Ordinal) {
    if let Some(place) = record.links.get_mut(link as usize) {
        *place = found;
    }
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
