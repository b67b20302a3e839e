//! What was found in the last delivery that was synced, so that the next tells what is new, what
//! goes on since when, and what is mended.
//!
//! A finding is known by its check, its file and field, and the record that it stands at; lines may
//! move. Of a file that came as changes, in part, or not at all, what was found goes on.

use std::collections::{BTreeMap, HashMap};

use firstbell_ingest::file_name::own;
use firstbell_roster::check::{Tally, needs_whole};
use firstbell_roster::model::Kind;
use firstbell_roster::model::snapshot::{Mode, Snapshot};
use firstbell_roster::model::subjects::{Ordinal, flag};
use firstbell_store::{DistrictFiles, DistrictKey, SealedReader, SealedWriter};
use serde::{Deserialize, Serialize};

use crate::findings::Keys;
use crate::hub::HubError;
use crate::report::{FindingReport, FixedReport, RunReport};

/// The bytes of one place: what it is known by, and the delivery in which it was found first.
const PLACE: usize = 16;

/// Places in one block.
const BLOCK: usize = (1 << 18) / PLACE;

/// What was found in a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// The delivery.
    pub delivery: i64,
    groups: BTreeMap<Group, Places>,
}

/// What findings have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Group {
    code: String,
    /// The file, as OneRoster names it where it has a name for it, whatever the delivery calls it.
    file: String,
    /// The column's header.
    field: String,
}

/// The places of a group: what each is known by, in order, with the delivery of its first time.
type Places = BTreeMap<u64, i64>;

/// The first block of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    delivery: i64,
    /// The groups in their order, with how many places each has.
    groups: Vec<(Group, u64)>,
}

impl Group {
    fn of(tally: &Tally) -> Self {
        let file = tally.kind.map_or_else(|| own(&tally.file), Kind::file);
        Self { code: tally.check.code.to_owned(), file, field: tally.field.clone() }
    }

    /// The kind that it is about, where it is about records.
    fn kind(&self) -> Option<Kind> {
        Kind::FACTS.into_iter().find(|kind| kind.file() == self.file)
    }
}

impl Ledger {
    /// What is found now, each place with its first time.
    pub fn of(snapshot: &Snapshot, delivery: i64, before: Option<&Self>) -> Self {
        let mut groups: BTreeMap<Group, Places> = BTreeMap::new();
        for (group, known_by) in found(snapshot) {
            let past = before.and_then(|before| before.groups.get(&group));
            let first =
                |key: &u64| past.and_then(|past| past.get(key)).copied().unwrap_or(delivery);
            let places = groups.entry(group).or_default();
            places.extend(known_by.into_iter().map(|key| (key, first(&key))));
        }
        for (group, past) in before.into_iter().flat_map(|before| &before.groups) {
            let unseen = needs_whole(&group.code).is_some_and(|kind| !snapshot.is_complete(kind));
            let goes_on = |key: &u64| {
                unseen || group.kind().is_some_and(|kind| goes_on(snapshot, kind, *key))
            };
            let kept: Vec<_> = past.iter().filter(|(key, _)| goes_on(key)).collect();
            if !kept.is_empty() {
                let places = groups.entry(group.clone()).or_default();
                for (key, first) in kept {
                    places.entry(*key).or_insert(*first);
                }
            }
        }
        Self { delivery, groups }
    }

    /// Tells in a report what is new beside an earlier ledger, what goes on, and what is mended. With
    /// settings that are tried, what is found no more may be left out, and nothing counts as mended.
    pub fn tell(&self, before: &Self, report: &mut RunReport) {
        for finding in &mut report.findings {
            if let Some(places) = self.places(finding) {
                let new = places.values().filter(|first| **first == self.delivery).count() as u64;
                finding.new = Some(new.min(finding.count));
                finding.since =
                    places.values().copied().filter(|first| *first < self.delivery).min();
            }
        }
        let fixed = before.groups.iter().filter_map(|(group, past)| {
            let now = self.groups.get(group);
            let gone = past.keys().filter(|key| !now.is_some_and(|now| now.contains_key(key)));
            let count = gone.count() as u64;
            let Group { code, file, field } = group.clone();
            (count > 0).then_some(FixedReport { code, file, field, count })
        });
        report.fixed = if report.tried { Vec::new() } else { fixed.collect() };
        report.compared_with = Some(before.delivery);
    }

    /// What tells whether places of a snapshot were there before.
    pub fn seen<'a>(&'a self, snapshot: &'a Snapshot) -> Seen<'a> {
        Seen { ledger: self, keys: Keys::of(snapshot), times: BTreeMap::new() }
    }

    fn places(&self, finding: &FindingReport) -> Option<&Places> {
        let place = finding.examples.first()?;
        let named = |group: &&Group| group.code == finding.code && group.field == place.field;
        let mut alike = self.groups.iter().filter(|(group, _)| named(group));
        let file = own(&place.file);
        let mut exact = alike.clone().filter(|(group, _)| group.file == file);
        exact.next().or_else(|| alike.next()).map(|(_, places)| places)
    }

    /// Reads the ledger of a district; `None` where there is none that can be read.
    pub fn load(files: &DistrictFiles, key: &DistrictKey) -> Option<Self> {
        let file = SealedReader::open(&files.findings(), key).ok()?;
        let head: Head = serde_json::from_slice(&file.read(0).ok()?).ok()?;
        let mut places = Vec::new();
        for block in 1..file.blocks() {
            let bytes = file.read(block).ok()?;
            places.extend(bytes.as_chunks::<PLACE>().0.iter().map(decode));
        }
        let mut places = places.into_iter();
        let mut groups = BTreeMap::new();
        for (group, count) in head.groups {
            let count = usize::try_from(count).ok()?;
            groups.insert(group, places.by_ref().take(count).collect());
        }
        Some(Self { delivery: head.delivery, groups })
    }

    /// Keeps it, in place of the one before.
    pub fn save(&self, files: &DistrictFiles, key: &DistrictKey) -> Result<(), HubError> {
        let path = files.findings();
        let mut file = SealedWriter::create(&path, key, b"findings")?;
        let sealer = file.sealer();
        let groups = self.groups.iter().map(|(group, places)| (group.clone(), places.len() as u64));
        let head = Head { delivery: self.delivery, groups: groups.collect() };
        file.append(0, &sealer.seal(0, &serde_json::to_vec(&head)?)?)?;
        let places: Vec<_> = self.groups.values().flatten().collect();
        for (number, places) in (1..).zip(places.chunks(BLOCK)) {
            let bytes: Vec<u8> = places.iter().flat_map(|place| encode(*place)).collect();
            file.append(number, &sealer.seal(number, &bytes)?)?;
        }
        Ok(file.finish(&[])?)
    }
}

/// Tells place after place whether it was there before.
pub struct Seen<'a> {
    ledger: &'a Ledger,
    keys: Keys<'a>,
    /// How often each key of a group came.
    times: BTreeMap<Group, HashMap<u64, u64>>,
}

impl Seen<'_> {
    /// Of each place of a tally, whether it is new with the ledger's delivery; each tally is asked
    /// for once.
    pub fn are_new(&mut self, tally: &Tally) -> Vec<bool> {
        let group = Group::of(tally);
        let known = self.ledger.groups.get(&group);
        let times = self.times.entry(group).or_default();
        let is_new = |place: &(u32, Ordinal)| {
            let key = self.keys.key(tally, *place);
            let times = times.entry(key).or_default();
            let first = known.and_then(|known| known.get(&apart(key, *times)));
            *times += 1;
            first.is_none_or(|first| *first == self.ledger.delivery)
        };
        tally.places.iter().map(is_new).collect()
    }
}

fn encode((key, first): (&u64, &i64)) -> [u8; PLACE] {
    let mut bytes = [0; PLACE];
    let parts = key.to_le_bytes().into_iter().chain(first.to_le_bytes());
    bytes.iter_mut().zip(parts).for_each(|(place, byte)| *place = byte);
    bytes
}

fn decode(bytes: &[u8; PLACE]) -> (u64, i64) {
    let (key, first) = bytes.split_at(PLACE / 2);
    let number = |half: &[u8]| half.first_chunk().copied().map_or(0, u64::from_le_bytes);
    (number(key), number(first).cast_signed())
}

/// What each place of each group is known by: the hash of the sourcedId, and which of its record's
/// findings of that kind it is.
fn found(snapshot: &Snapshot) -> BTreeMap<Group, Vec<u64>> {
    let keys = Keys::of(snapshot);
    let mut groups: BTreeMap<Group, Vec<u64>> = BTreeMap::new();
    for tally in snapshot.findings.iter() {
        let known_by = tally.places.iter().map(|place| keys.key(tally, *place));
        groups.entry(Group::of(tally)).or_default().extend(known_by);
    }
    for keys in groups.values_mut() {
        tell_apart(keys);
    }
    groups
}

/// Lets the second of equal keys be another, and so on.
fn tell_apart(keys: &mut [u64]) {
    keys.sort_unstable();
    let (mut last, mut times) = (None, 0u64);
    for key in keys {
        times = if last == Some(*key) { times + 1 } else { 0 };
        last = Some(*key);
        *key = apart(*key, times);
    }
}

/// What the place of a key is known by that came as often before.
const fn apart(key: u64, times: u64) -> u64 {
    key.wrapping_add(times.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// Whether what was found at a record goes on, since the delivery says nothing of the record.
fn goes_on(snapshot: &Snapshot, kind: Kind, key: u64) -> bool {
    match snapshot.files.get(&kind).map(|file| file.mode) {
        Some(Mode::Bulk) if snapshot.is_complete(kind) => false,
        Some(Mode::Bulk | Mode::Delta) => {
            let list = snapshot.of(kind);
            !list.find(key).is_some_and(|one| list.has(one, flag::IN_DELIVERY))
        }
        None => true,
    }
}
