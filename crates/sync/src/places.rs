//! Every place of what was found in a run, kept as long as the run.

use std::collections::{BTreeMap, HashMap};

use firstbell_roster::check::Tally;
use firstbell_roster::model::Kind;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::{NOBODY, Ordinal};
use firstbell_roster::plan::steps::school_ordinal;
use firstbell_store::{DistrictFiles, DistrictKey, RunNumber};

use crate::counted::{CountedReader, CountedWriter, Group, Groups, Made, odd};
use crate::hub::HubError;
use crate::ledger::Ledger;
use crate::report::FindingReport;
use crate::varint::{put, take, take_count, unzigzag, zigzag};

/// A place of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Which finding of the run's report, from 0.
    pub finding: u32,
    /// The line; 0 for the whole file.
    pub line: u32,
    /// The school of the record, by its number in the run; 0 for none.
    pub school: u32,
    /// Whether it was not found in the delivery that was synced before.
    pub new: bool,
}

/// How many places make a block.
const BLOCK: usize = 1 << 15;

/// Writes the places of what a run found, in the order of its report.
pub fn write(
    files: &DistrictFiles,
    key: &DistrictKey,
    run: RunNumber,
    snapshot: &Snapshot,
    ledger: &Ledger,
    findings: &[FindingReport],
) -> Result<(), HubError> {
    let numbers: HashMap<_, _> = (0..).zip(findings).map(|(at, one)| (name(one), at)).collect();
    let known = |tally: &Tally| numbers.get(&name_of(tally)).copied();
    let tallies: BTreeMap<u32, &Tally> =
        snapshot.findings.iter().filter_map(|tally| Some((known(tally)?, tally))).collect();
    let path = files.run_findings(run);
    files.make_folder_of(&path).map_err(HubError::io(&path))?;
    let mut file = CountedWriter::create(&path, key, format!("run {run} findings").as_bytes())?;
    let sealer = file.sealer();
    let mut seen = ledger.seen(snapshot);
    let mut places = tallies.into_iter().flat_map(|(finding, tally)| {
        let of_one = move |((line, one), new): (&(u32, Ordinal), bool)| {
            let school = school(snapshot, tally.kind, *one);
            (Place { finding, line: *line, school, new }, key_of(tally.kind, *line))
        };
        tally.places.iter().zip(seen.are_new(tally)).map(of_one)
    });
    loop {
        let (block, keys): (Vec<Place>, Vec<u64>) = places.by_ref().take(BLOCK).unzip();
        if block.is_empty() {
            return file.finish();
        }
        let groups = block.iter().map(group);
        file.append(Made::new(&sealer, file.blocks(), &encode(&block), groups, &keys)?)?;
    }
}

/// What tells findings of a report apart.
fn name(finding: &FindingReport) -> (&str, &str, u32, &str) {
    let place = finding.examples.first();
    let (file, field) = place.map_or(("", ""), |place| (&place.file, &place.field));
    (&finding.code, file, place.map_or(0, |place| place.column), field)
}

fn name_of(tally: &Tally) -> (&str, &str, u32, &str) {
    (tally.check.code, &tally.file, tally.column, &tally.field)
}

fn school(snapshot: &Snapshot, kind: Option<Kind>, one: Ordinal) -> u32 {
    let Some(kind) = kind.filter(|kind| kind.is_fact() && one != NOBODY) else { return 0 };
    let school = school_ordinal(snapshot, kind, one);
    if school == NOBODY { 0 } else { school + 1 }
}

/// What a place is looked for by: the kind and line of the record.
fn key_of(kind: Option<Kind>, line: u32) -> u64 {
    u64::from(line) * 64 + kind.map_or(63, |kind| kind as u64)
}

/// A place's school, and which finding it is of and whether it is new.
fn group(place: &Place) -> Group {
    let what = place.finding.saturating_mul(2).saturating_add(u32::from(place.new));
    Group { school: i64::from(place.school), what }
}

/// Which finding the places of a group are of, and whether they are new.
pub const fn of_group(group: Group) -> (u32, bool) {
    (group.what / 2, group.what % 2 == 1)
}

/// The places of what was found in a run.
pub struct Places {
    file: CountedReader,
    path: std::path::PathBuf,
}

impl Places {
    /// Opens what was kept; `None` where nothing was.
    pub fn open(
        files: &DistrictFiles,
        key: &DistrictKey,
        run: RunNumber,
    ) -> Result<Option<Self>, HubError> {
        let path = files.run_findings(run);
        if !path.exists() {
            return Ok(None);
        }
        Ok(Some(Self { file: CountedReader::open(&path, key)?, path }))
    }

    /// How many places of which school and finding there are.
    pub const fn groups(&self) -> &Groups {
        self.file.groups()
    }

    /// Some of the places that are wanted.
    pub fn page(
        &self,
        wanted: impl Fn(Group) -> bool,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<Place>, HubError> {
        self.groups().page(wanted, skip, limit, |block| {
            let places = self.decoded(block)?.into_iter();
            Ok(places.map(|place| (group(&place), place)).collect())
        })
    }

    /// Which findings stand at the record of a kind on a line; those of other files may be among them.
    pub fn at(&self, kind: Kind, line: u32) -> Result<Vec<u32>, HubError> {
        let mut found = Vec::new();
        for block in self.file.that_may_hold(&[key_of(Some(kind), line)])? {
            let places = self.decoded(block)?.into_iter();
            found.extend(places.filter(|place| place.line == line).map(|place| place.finding));
        }
        found.dedup();
        Ok(found)
    }

    fn decoded(&self, block: u32) -> Result<Vec<Place>, HubError> {
        decode(&self.file.read(block)?).ok_or_else(|| odd(&self.path))
    }
}

/// The bytes of places: most follow each other in the file, and are of one finding.
fn encode(places: &[Place]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(places.len() * 4);
    put(&mut bytes, places.len() as u64);
    let (mut finding, mut line) = (0i64, 0i64);
    for place in places {
        let next = i64::from(place.finding);
        put(&mut bytes, zigzag(next - finding) * 2 + u64::from(place.new));
        put(&mut bytes, zigzag(i64::from(place.line) - line));
        put(&mut bytes, u64::from(place.school));
        (finding, line) = (next, i64::from(place.line));
    }
    bytes
}

fn decode(mut bytes: &[u8]) -> Option<Vec<Place>> {
    let count = take_count(&mut bytes)?;
    let (mut places, mut finding, mut line) = (Vec::with_capacity(count), 0i64, 0i64);
    for _ in 0..count {
        let next = take(&mut bytes)?;
        finding = finding.checked_add(unzigzag(next / 2))?;
        line = line.checked_add(unzigzag(take(&mut bytes)?))?;
        places.push(Place {
            finding: u32::try_from(finding).ok()?,
            line: u32::try_from(line).ok()?,
            school: u32::try_from(take(&mut bytes)?).ok()?,
            new: next % 2 == 1,
        });
    }
    bytes.is_empty().then_some(places)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place() -> impl Strategy<Value = Place> {
        let numbers = (0u32..9, any::<u32>(), any::<u32>(), any::<bool>());
        numbers.prop_map(|(finding, line, school, new)| Place { finding, line, school, new })
    }

    proptest! {
        #[test]
        fn places_come_back(places in prop::collection::vec(place(), 0..100)) {
            prop_assert_eq!(decode(&encode(&places)), Some(places));
        }
    }

    #[test]
    fn a_group_tells_the_finding_and_whether_it_is_new() {
        let place = Place { finding: 7, line: 2, school: 3, new: true };
        assert_eq!(of_group(group(&place)), (7, true));
        assert_eq!(of_group(group(&Place { new: false, ..place })), (7, false));
    }
}
