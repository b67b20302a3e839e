//! Ties the records of a batch to the subjects that the run knows, in the order of the file.

use std::collections::HashMap;

use firstbell_roster::check::{Check, table as checks};
use firstbell_roster::model::snapshot::{Pending, Snapshot, Stray};
use firstbell_roster::model::subjects::{Link, NOBODY, Ordinal, Subject, flag, tag};
use firstbell_roster::model::{Column, Kind};
use firstbell_roster::plan::Outcome;

use super::reading::{Batch, Record};

/// The state of merging one file.
pub struct Merge<'a> {
    /// The snapshot that grows.
    pub snapshot: &'a mut Snapshot,
    /// The kind of the file's records.
    pub kind: Kind,
    /// The file's name.
    pub file: String,
    /// The line on which the next batch begins.
    pub line: u32,
    /// Whether the file has only what changed.
    pub delta: bool,
    /// Keys in lower case of those that are not.
    pub folded: HashMap<u64, Ordinal>,
    /// References to records of kinds that never came, for later.
    pub implied: &'a mut Vec<Implied>,
    /// Where each column of the kind stands in the file, from 1; 0 where it does not.
    pub columns: Vec<u32>,
}

impl Merge<'_> {
    /// Adds a batch; returns how many records it had.
    pub fn add(&mut self, batch: &Batch) -> u64 {
        let mut ordinals = Vec::with_capacity(batch.records.len());
        for (place, record) in batch.records.iter().enumerate() {
            ordinals.push(self.record(batch, place, record));
        }
        let ordinal = |place: u32| ordinals.get(place as usize).copied().unwrap_or(NOBODY);
        for noticed in &batch.noticed {
            self.find(
                noticed.check,
                noticed.column,
                self.line + noticed.line,
                ordinal(noticed.subject),
            );
        }
        for (place, column, to) in &batch.pending {
            let from = ordinal(*place);
            if from != NOBODY {
                self.snapshot.pending.push(Pending {
                    kind: self.kind,
                    from,
                    column: *column,
                    to: *to,
                });
            }
        }
        for (place, hash) in &batch.identifiers {
            if ordinal(*place) != NOBODY {
                self.snapshot.identifiers.push((*hash, ordinal(*place)));
            }
        }
        for (place, column, sourced_id) in &batch.implied {
            let sourced_id = sourced_id.clone();
            self.implied.push(Implied { from: ordinal(*place), column: *column, sourced_id });
        }
        self.line += batch.lines;
        batch.records.len() as u64
    }

    fn record(&mut self, batch: &Batch, place: usize, record: &Record) -> Ordinal {
        let line = self.line + record.line;
        let list = self.snapshot.of_mut(self.kind);
        let known = if record.key == 0 { None } else { list.find(record.key) };
        if record.key == 0 {
            self.stray(record, line, record.rejected.unwrap_or(&checks::MISSING_SOURCED_ID));
            return NOBODY;
        }
        let ordinal = match known {
            Some(ordinal) if list.has(ordinal, flag::IN_DELIVERY) => {
                self.stray(record, line, &checks::DUPLICATE_SOURCED_ID);
                self.find(&checks::DUPLICATE_SOURCED_ID, Some(0), line, ordinal);
                return NOBODY;
            }
            Some(ordinal) => ordinal,
            None => list.push(Subject {
                key: record.key,
                print: record.print,
                id: 0,
                links: record.links,
                flags: 0,
                tag: record.tag,
                at: line,
                person: 0,
            }),
        };
        self.settle(ordinal, record, line);
        self.keep_text(batch, place, ordinal);
        self.compare_case(record, line, ordinal);
        ordinal
    }

    /// Marks what the record says on its subject.
    fn settle(&mut self, ordinal: Ordinal, record: &Record, line: u32) {
        let delta = self.delta;
        let list = self.snapshot.of_mut(self.kind);
        let same = list.in_roster(ordinal)
            && record.print != 0
            && list.prints.get(ordinal as usize) == Some(&record.print);
        let ends = record.flags & flag::SAYS_END != 0;
        let mut flags = flag::IN_DELIVERY | record.flags;
        if !same || ends || delta {
            flags |= flag::TOUCHED;
        }
        if let Some(at) = list.at.get_mut(ordinal as usize) {
            *at = line;
        }
        if let Some(check) = record.rejected {
            flags |= flag::STOPPED;
            let (outcome, detail) = Outcome::Rejected(check).encode();
            list.decide(ordinal, outcome, detail);
        } else if let Some(rule) = record.rule {
            flags |= flag::LEFT_OUT;
            let (outcome, detail) = Outcome::Ignored(rule).encode();
            list.decide(ordinal, outcome, detail);
        }
        list.set(ordinal, flags);
        if record.rejected.is_none() && !ends && !same {
            list.set_links(ordinal, record.links);
            if let Some(tag) = list.tags.get_mut(ordinal as usize) {
                *tag = record.tag;
            }
            if let Some(print) = list.prints.get_mut(ordinal as usize) {
                *print = record.print;
            }
        }
    }

    /// Keeps the cells of a touched record, and of those that scope rules look into; new
    /// enrollments are read again when they are applied, since there may be millions of them.
    fn keep_text(&mut self, batch: &Batch, place: usize, ordinal: Ordinal) {
        let list = self.snapshot.of(self.kind);
        let bulky =
            matches!(self.kind, Kind::Enrollment) && !list.in_roster(ordinal) && !self.delta;
        let learnt = matches!(self.kind, Kind::Org | Kind::AcademicSession | Kind::Course);
        if !learnt && (!list.has(ordinal, flag::TOUCHED) || bulky) {
            return;
        }
        let columns = self.kind.columns().len();
        let first = place * columns;
        let mut from = first
            .checked_sub(1)
            .and_then(|before| batch.ends.get(before))
            .map_or(0, |end| *end as usize);
        let cells = batch.ends.iter().skip(first).take(columns).map(|end| {
            let cell = batch.text.get(from..*end as usize).unwrap_or_default();
            from = *end as usize;
            cell
        });
        if let Some(texts) = self.snapshot.texts.get_mut(self.kind as usize) {
            let at = u32::try_from(texts.cells.len()).unwrap_or(u32::MAX);
            texts.cells.push(cells);
            texts.places.insert(ordinal, at);
        }
    }

    fn compare_case(&mut self, record: &Record, line: u32, ordinal: Ordinal) {
        if matches!(self.kind, Kind::Enrollment | Kind::Role) {
            return;
        }
        let list = self.snapshot.of(self.kind);
        let folded = if record.folded == 0 { record.key } else { record.folded };
        let other = match self.folded.get(&folded) {
            Some(other) => Some(*other),
            None if record.folded != 0 => list.find(record.folded),
            None => None,
        };
        if other.is_some_and(|other| other != ordinal) {
            self.find(&checks::SOURCED_IDS_DIFFER_IN_CASE, Some(0), line, ordinal);
        } else if record.folded != 0 {
            self.folded.insert(folded, ordinal);
        }
    }

    fn stray(&mut self, record: &Record, line: u32, check: &'static Check) {
        let (outcome, detail) = Outcome::Rejected(check).encode();
        self.snapshot.strays.push(Stray {
            kind: self.kind,
            line,
            key: record.key,
            outcome,
            detail,
        });
    }

    fn find(&mut self, check: &'static Check, column: Option<u8>, line: u32, ordinal: Ordinal) {
        let place = column.map(usize::from);
        let field =
            place.and_then(|at| self.kind.columns().get(at)).map_or("", |column| column.name);
        let number = place.and_then(|at| self.columns.get(at)).copied().unwrap_or(0);
        self.snapshot.findings.add(
            check,
            &self.file,
            Some(self.kind),
            number,
            field,
            line,
            ordinal,
        );
    }
}

/// A reference to a record of a kind that never came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Implied {
    from: Ordinal,
    column: u8,
    sourced_id: String,
}

/// Stands rows in for records of kinds that never came.
pub fn imply(snapshot: &mut Snapshot, kind: Kind, implied: &[Implied]) {
    for reference in implied {
        let column = usize::from(reference.column);
        let Some(target) = kind.columns().get(column).and_then(Column::refers_to) else {
            continue;
        };
        let to = stand_in(snapshot, target, &reference.sourced_id);
        let own = snapshot.of_mut(kind);
        if let Some(link) = Link::of(kind, column).filter(|_| reference.from != NOBODY)
            && own.link(reference.from, link) == NOBODY
            && let Some(list) = own.links.get_mut(link as usize)
            && let Some(place) = list.get_mut(reference.from as usize)
        {
            *place = to;
        }
    }
}

fn stand_in(snapshot: &mut Snapshot, kind: Kind, sourced_id: &str) -> Ordinal {
    let key = snapshot.hasher.key(sourced_id.as_bytes());
    let list = snapshot.of_mut(kind);
    let to = list.find(key).unwrap_or_else(|| {
        list.push(Subject {
            key,
            print: 0,
            id: 0,
            links: [NOBODY; 3],
            flags: flag::IMPLIED | flag::TOUCHED,
            tag: tag::OTHER,
            at: 0,
            person: 0,
        })
    });
    let texts = snapshot.texts.get_mut(kind as usize);
    if let Some(texts) = texts.filter(|texts| !texts.places.contains_key(&to)) {
        let at = u32::try_from(texts.cells.len()).unwrap_or(u32::MAX);
        texts.cells.push(std::iter::once(sourced_id));
        texts.places.insert(to, at);
    }
    to
}
