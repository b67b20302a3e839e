//! What one delivery holds, beside the roster that it is compared with.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::cells::{Cells, Record};
use super::date::DateTime;
use super::fingerprint::Hasher;
use super::kind::Kind;
use super::settings::{Mapping, SlashedDates};
use super::subjects::{Ordinal, Subjects};
use crate::check::Findings;

/// What one delivery holds: the subjects of each kind, the text of the records that differ from
/// the roster, and what was noticed on the way.
#[derive(Debug)]
pub struct Snapshot {
    /// The district's hashes.
    pub hasher: Hasher,
    /// What the delivery says of itself.
    pub about: About,
    /// The files of the delivery, by kind.
    pub files: BTreeMap<Kind, File>,
    /// Whether nothing ever came before it.
    pub first: bool,
    /// The subjects of each kind of fact, by `Kind as usize`.
    pub kinds: Vec<Subjects>,
    /// The text of touched records of each kind, by `Kind as usize`.
    pub texts: Vec<Texts>,
    /// Records that have no subject of their own, such as duplicates.
    pub strays: Vec<Stray>,
    /// References to the same kind that wait until all of it is read.
    pub pending: Vec<Pending>,
    /// Users who name each other as guardian and student, from whichever side.
    pub families: Vec<(Ordinal, Ordinal)>,
    /// Users who have a telephone number and no e-mail address.
    pub by_phone: Vec<Ordinal>,
    /// Users whose own records name several orgs, with each of these.
    pub at_several: Vec<(Ordinal, Ordinal)>,
    /// The schools that the delivery has no record of and the district's settings make.
    pub made: Vec<Ordinal>,
    /// References that no link holds, to what the roster does not have yet.
    pub named: Vec<Named>,
    /// The hashes of the trusted identifiers of users, with their owners.
    pub identifiers: Vec<(u64, Ordinal)>,
    /// The latest instant that counts as that of a change; what claims to be of later is not dated.
    pub latest: DateTime,
    /// What was noticed.
    pub findings: Findings,
}

/// A reference from one record of a delivery to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The kind of the record that refers.
    pub kind: Kind,
    /// The kind of the one that it names.
    pub target: Kind,
    /// The record that refers.
    pub from: Ordinal,
    /// The one that it names.
    pub to: Ordinal,
}

/// What a delivery says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct About {
    /// The version of the binding: `1.1` or `1.2`.
    pub version: String,
    /// The name of the system that made it, from the manifest.
    pub system: String,
    /// Whether there was a manifest.
    pub manifest: bool,
    /// The hash of everything in it (BLAKE3, hex).
    pub hash: String,
    /// The newest `dateLastModified` in it, in microseconds; `None` where it names none.
    pub newest: Option<i64>,
    /// How its dates with slashes are read where its files do not show it.
    #[serde(default)]
    pub slashed_dates: SlashedDates,
    /// Which of its schools are other ones here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mapping: Vec<Mapping>,
    /// What the settings name as such schools, and its records have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mapped: Vec<String>,
}

/// Whether a file is the whole of its kind or only what changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The whole of its kind.
    Bulk,
    /// What changed.
    Delta,
}

/// One file of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name in the delivery.
    pub name: String,
    /// Whether it is the whole of its kind.
    pub mode: Mode,
    /// Whether a feature uses its records, which are only counted otherwise.
    pub used: bool,
    /// Records after the header.
    pub received: u64,
    /// Whether it breaks off: an unclosed quote, or a last line cut short.
    pub incomplete: bool,
    /// Whether it lacks no column that its records cannot do without.
    pub usable: bool,
    /// Its columns that are named otherwise than OneRoster names them, with OneRoster's names.
    pub other_names: BTreeMap<String, String>,
    /// The columns of its kind that it lacks, one bit for each place.
    pub lacks: u64,
    /// The columns that it has and the district does without, one bit for each place.
    pub dropped: u64,
    /// How its dates with slashes are read.
    pub slashed_dates: SlashedDates,
}

/// The text of touched records of one kind.
#[derive(Debug, Default)]
pub struct Texts {
    /// The cells.
    pub cells: Cells,
    /// Where each subject's record stands among them.
    pub places: HashMap<Ordinal, u32>,
}

/// A record without a subject of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stray {
    /// Its kind.
    pub kind: Kind,
    /// Its line.
    pub line: u32,
    /// The key of its sourcedId, 0 where it has none.
    pub key: u64,
    /// What becomes of it.
    pub outcome: u8,
    /// The rule or check behind that.
    pub detail: u8,
}

/// A reference from a record to another of its own kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// The kind of both.
    pub kind: Kind,
    /// The subject that refers.
    pub from: Ordinal,
    /// The column of the reference.
    pub column: u8,
    /// The key that it refers to.
    pub to: u64,
}

impl Snapshot {
    /// An empty delivery beside a roster's subjects: nine lists, by `Kind as usize`, or none
    /// where nothing ever came.
    pub fn new(hasher: Hasher, mut roster: Vec<Subjects>) -> Self {
        let first = roster.is_empty();
        roster.resize_with(Kind::FACTS.len(), Subjects::default);
        roster.iter_mut().for_each(Subjects::settle);
        let texts = Kind::FACTS
            .iter()
            .map(|kind| Texts { cells: Cells::new(kind.columns().len()), places: HashMap::new() })
            .collect();
        Self {
            hasher,
            about: About::default(),
            files: BTreeMap::new(),
            first,
            kinds: roster,
            texts,
            strays: Vec::new(),
            pending: Vec::new(),
            families: Vec::new(),
            by_phone: Vec::new(),
            at_several: Vec::new(),
            made: Vec::new(),
            named: Vec::new(),
            identifiers: Vec::new(),
            latest: DateTime(i64::MAX),
            findings: Findings::default(),
        }
    }

    /// The subjects of a kind of fact.
    #[expect(
        clippy::indexing_slicing,
        reason = "the lists of all kinds of fact exist from the start"
    )]
    pub fn of(&self, kind: Kind) -> &Subjects {
        &self.kinds[kind as usize]
    }

    /// The subjects of a kind of fact.
    #[expect(
        clippy::indexing_slicing,
        reason = "the lists of all kinds of fact exist from the start"
    )]
    pub fn of_mut(&mut self, kind: Kind) -> &mut Subjects {
        &mut self.kinds[kind as usize]
    }

    /// The text of a subject's record, where it was kept.
    pub fn record(&self, kind: Kind, ordinal: Ordinal) -> Option<Record<'_>> {
        let texts = self.texts.get(kind as usize)?;
        texts.cells.get(*texts.places.get(&ordinal)? as usize)
    }

    /// Keeps the text only of those subjects of a kind that are wanted.
    pub fn keep_texts(&mut self, kind: Kind, wanted: impl Fn(Ordinal) -> bool) {
        let Some(texts) = self.texts.get_mut(kind as usize) else { return };
        let columns = kind.columns().len();
        let all = std::mem::take(&mut texts.places);
        let cells = std::mem::replace(&mut texts.cells, Cells::new(columns));
        for (one, place) in all.into_iter().filter(|(one, _)| wanted(*one)) {
            let Some(record) = cells.get(place as usize) else { continue };
            let at = u32::try_from(texts.cells.len()).unwrap_or(u32::MAX);
            texts.cells.push((0..columns).map(|column| record.cell(column)));
            texts.places.insert(one, at);
        }
    }

    /// Forgets what was said of records: their lines, outcomes and text; the subjects stay.
    pub fn forget_records(&mut self) {
        for list in &mut self.kinds {
            (list.at, list.outcomes, list.details) = (Vec::new(), Vec::new(), Vec::new());
        }
        self.texts.clear();
    }

    /// Whether a complete file of the kind came, so that absence from it means something.
    pub fn is_complete(&self, kind: Kind) -> bool {
        self.files
            .get(&kind)
            .filter(|file| file.mode == Mode::Bulk && file.received > 0)
            .is_some_and(|file| file.usable && !file.incomplete)
    }
}
