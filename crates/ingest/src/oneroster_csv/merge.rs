//! Ties the records of a batch to the subjects that the run knows, in the order of the file.

use std::collections::BTreeSet;

use firstbell_roster::check::{Check, absent, table as checks};
use firstbell_roster::model::Kind;
use firstbell_roster::model::snapshot::{Named, Pending, Snapshot, Stray};
use firstbell_roster::model::subjects::{Lent, Mark, NOBODY, Ordinal, Subject, flag};
use firstbell_roster::plan::Outcome;

use super::reading::{Batch, Record, Unchanged};

/// The state of merging one file.
pub struct Merge<'a> {
    /// The snapshot that grows; the roster's part of the kind is lent.
    pub snapshot: &'a mut Snapshot,
    /// The kind of the file's records.
    pub kind: Kind,
    /// The roster's part of the kind.
    pub known: &'a Lent,
    /// The file's name.
    pub file: String,
    /// The line on which the next batch begins.
    pub line: u32,
    /// Whether the file has only what changed.
    pub delta: bool,
    /// Where each column of the kind stands in the file, from 1; 0 where it does not.
    pub columns: Vec<u32>,
    /// What can be settled only once the whole file is merged.
    pub later: Later,
}

/// What can be settled only once the whole of a file is merged.
#[derive(Debug, Default)]
pub struct Later {
    /// References to records of kinds that never came.
    pub implied: Vec<Implied>,
    /// The subjects of the roster whose records were read.
    pub read: Vec<Ordinal>,
    /// The hashes of the bytes of those records.
    pub raws: Vec<u64>,
    /// The subjects of kinds before it that are lacking so far and that records name.
    pub named: BTreeSet<(Kind, Ordinal)>,
    /// Subjects of the roster whose sourcedIds have zeros in front, with the new ones that lack them.
    pub padded: Vec<(Ordinal, Ordinal)>,
    /// The keys in lower case of sourcedIds that have capitals.
    pub folded: Vec<(u64, Ordinal)>,
}

impl Merge<'_> {
    /// Adds a batch; returns how many records it had.
    pub fn add(&mut self, batch: &Batch) -> u64 {
        let mut ordinals = Vec::with_capacity(batch.records.len());
        let mut unchanged = batch.unchanged.as_slice();
        for (place, record) in batch.records.iter().enumerate() {
            let before = unchanged.partition_point(|one| one.line < record.line);
            let (first, rest) = unchanged.split_at(before);
            self.unchanged(first);
            unchanged = rest;
            ordinals.push(self.record(batch, place, record));
        }
        self.unchanged(unchanged);
        self.later.folded.extend_from_slice(&batch.folded);
        self.beside(batch, &ordinals);
        self.line += batch.lines;
        (batch.records.len() + batch.unchanged.len()) as u64
    }

    /// Notes the lines of records that did not change; they are marked once all are merged.
    fn unchanged(&mut self, records: &[Unchanged]) {
        for record in records {
            let (line, ordinal) = (self.line + record.line, record.subject);
            let list = self.snapshot.of_mut(self.kind);
            let Some(place) = list.at.get_mut(ordinal as usize) else { continue };
            if *place != 0 {
                let key = self.known.index.keys().get(ordinal as usize);
                self.duplicate(key.copied().unwrap_or(0), line, ordinal);
                continue;
            }
            *place = line;
        }
    }

    /// Adds what a batch notes beside its records.
    fn beside(&mut self, batch: &Batch, ordinals: &[Ordinal]) {
        let ordinal = |place: u32| ordinals.get(place as usize).copied().unwrap_or(NOBODY);
        for noticed in &batch.noticed {
            let line = self.line + noticed.line;
            self.find(noticed.check, noticed.column, line, ordinal(noticed.subject));
        }
        let kind = self.kind;
        for (place, column, to) in &batch.pending {
            let from = ordinal(*place);
            if from != NOBODY {
                let pending = Pending { kind, from, column: *column, to: *to };
                self.snapshot.pending.push(pending);
            }
        }
        let known = |places: &[u32]| {
            let all = places.iter().map(|place| ordinal(*place));
            all.filter(|one| *one != NOBODY).collect::<Vec<_>>()
        };
        self.snapshot.by_phone.extend(known(&batch.by_phone));
        let at_several = batch.at_several.iter().map(|(place, org)| (ordinal(*place), *org));
        self.snapshot.at_several.extend(at_several.filter(|(user, _)| *user != NOBODY));
        for (place, target, to) in &batch.named {
            if absent::names(self.snapshot.of(kind), ordinal(*place)) {
                self.later.named.insert((*target, *to));
            }
        }
        for (place, target, to) in &batch.named_new {
            let (target, from, to) = (*target, ordinal(*place), *to);
            if from != NOBODY {
                self.snapshot.named.push(Named { kind, target, from, to });
            }
        }
        for (place, hash) in &batch.identifiers {
            if ordinal(*place) != NOBODY {
                self.snapshot.identifiers.push((*hash, ordinal(*place)));
            }
        }
        for (place, column, sourced_id) in &batch.implied {
            let sourced_id = sourced_id.clone();
            let implied = Implied { from: ordinal(*place), column: *column, sourced_id };
            self.later.implied.push(implied);
        }
    }

    fn record(&mut self, batch: &Batch, place: usize, record: &Record) -> Ordinal {
        let line = self.line + record.line;
        if record.key == 0 {
            let check = record.rejected.unwrap_or(&checks::MISSING_SOURCED_ID);
            self.stray(record.key, line, check);
            return NOBODY;
        }
        let list = self.snapshot.of_mut(self.kind);
        let ordinal = match record.known.or_else(|| list.find(record.key)) {
            Some(ordinal) if list.line(ordinal) != 0 => {
                self.duplicate(record.key, line, ordinal);
                return NOBODY;
            }
            Some(ordinal) => {
                self.later.read.push(ordinal);
                self.later.raws.push(record.raw);
                ordinal
            }
            None => list.push(Subject {
                key: record.key,
                print: record.print,
                raw: record.raw,
                id: 0,
                links: record.links,
                flags: 0,
                tag: record.tag,
                at: line,
                person: 0,
            }),
        };
        self.settle(ordinal, record, line);
        let width = Mark::of(self.kind).len();
        if let Some(marks) =
            batch.marks.get(place * width..(place + 1) * width).filter(|_| width > 0)
        {
            self.snapshot.of_mut(self.kind).marks.set(self.kind, ordinal, marks);
        }
        self.keep_text(batch, place, ordinal);
        self.later.padded.extend(record.padded.map(|known| (known, ordinal)));
        if record.folded != 0 && !matches!(self.kind, Kind::Enrollment | Kind::Role) {
            self.later.folded.push((record.folded, ordinal));
        }
        ordinal
    }

    fn duplicate(&mut self, key: u64, line: u32, ordinal: Ordinal) {
        self.stray(key, line, &checks::DUPLICATE_SOURCED_ID);
        self.find(&checks::DUPLICATE_SOURCED_ID, Some(0), line, ordinal);
    }

    /// Marks what the record says on its subject.
    fn settle(&mut self, ordinal: Ordinal, record: &Record, line: u32) {
        let delta = self.delta;
        let list = self.snapshot.of_mut(self.kind);
        let same =
            list.in_roster(ordinal) && record.print != 0 && list.prints.is(ordinal, record.print);
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
            list.prints.set(ordinal, record.print);
        }
    }

    /// Keeps the cells of a touched record, and of those that scope rules look into. New
    /// enrollments, and most records of a first delivery, are read again when they are applied,
    /// since there may be millions of them.
    fn keep_text(&mut self, batch: &Batch, place: usize, ordinal: Ordinal) {
        let list = self.snapshot.of(self.kind);
        let many = self.kind == Kind::Enrollment && !list.in_roster(ordinal)
            || self.kind != Kind::User && self.snapshot.first;
        let learnt = matches!(self.kind, Kind::Org | Kind::AcademicSession | Kind::Course);
        if !learnt && (!list.has(ordinal, flag::TOUCHED) || many && !self.delta) {
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

    fn stray(&mut self, key: u64, line: u32, check: &'static Check) {
        let (outcome, detail) = Outcome::Rejected(check).encode();
        self.snapshot.strays.push(Stray { kind: self.kind, line, key, outcome, detail });
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
    /// The subject that refers.
    pub from: Ordinal,
    /// The column of the reference.
    pub column: u8,
    /// What it refers to.
    pub sourced_id: String,
}
