//! What became of each record of a run, kept as long as the run.

mod block;
mod schools;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use firstbell_roster::model::Kind;
use firstbell_roster::model::snapshot::{Snapshot, Stray};
use firstbell_roster::model::subjects::{Link, NOBODY, Ordinal, flag};
use firstbell_roster::plan::steps::school_ordinal;
use firstbell_roster::plan::{Hold, Outcome};
use firstbell_store::{DistrictFiles, DistrictKey, RunNumber};

use crate::counted::{CountedReader, CountedWriter, Group, Groups, Made, odd};
use crate::hub::HubError;
pub use block::short;
pub use schools::{RunSchool, schools};

/// What became of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Entry {
    /// Of the keyed hash of its sourcedId, what [`short`] leaves: among the records of a million
    /// students, one question in thirty million finds another record too.
    pub key: u64,
    /// Its line.
    pub line: u32,
    /// The outcome and its detail, as [`Outcome::encode`] wrote them.
    pub outcome: (u8, u8),
    /// Its school, by its place among the [`schools`] of the run from 1; 0 for none.
    pub school: u32,
    /// Of an enrollment that the roster need not have, what [`pair`] makes of its user and class, or
    /// [`UNTIED`].
    pub pair: Option<u64>,
}

/// The pair of an enrollment of which the run did not tell whom and what it ties: its text does.
pub const UNTIED: u64 = (1 << 48) - 1;

/// What an enrollment is found by where the roster does not have it: the keys of its user and class
/// in one.
pub const fn pair(user: u64, class: u64) -> u64 {
    short(user.rotate_left(29) ^ class.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// How many subjects make a block.
const BLOCK: usize = 1 << 15;

/// Writes what became of the records of a run, one file a kind, and the schools that they are of.
/// `stands` says whether the roster gets what the outcomes say.
pub fn write(
    files: &DistrictFiles,
    key: &DistrictKey,
    run: RunNumber,
    snapshot: &Snapshot,
    stands: bool,
) -> Result<(), HubError> {
    let mut finishing = Vec::new();
    for kind in Kind::FACTS {
        if !snapshot.files.contains_key(&kind) {
            continue;
        }
        let path = files.outcomes(run, kind);
        files.make_folder_of(&path).map_err(HubError::io(&path))?;
        let mut file = CountedWriter::create(&path, key, format!("run {run} {kind}").as_bytes())?;
        append(Run { snapshot, kind, stands }, &mut file)?;
        // The disk takes it while the next is written.
        finishing.push((path, thread::spawn(move || file.finish())));
    }
    schools::write(files, key, run, snapshot)?;
    for (path, task) in finishing {
        let stopped = |_| HubError::io(&path)(io::Error::other("writing it stopped"));
        task.join().map_err(stopped)??;
    }
    Ok(())
}

/// The records of one kind of a run.
#[derive(Clone, Copy)]
struct Run<'a> {
    snapshot: &'a Snapshot,
    kind: Kind,
    stands: bool,
}

/// Appends the blocks of a kind, in order; several threads make them.
fn append(run: Run<'_>, file: &mut CountedWriter) -> Result<(), HubError> {
    let blocks = u32::try_from(run.snapshot.of(run.kind).len().div_ceil(BLOCK)).unwrap_or(u32::MAX);
    let (sealer, next) = (file.sealer(), AtomicU32::new(0));
    let seal = |block: u32, entries: &[Entry]| {
        let mut keys: Vec<u64> = entries.iter().map(|entry| entry.key).collect();
        keys.extend(entries.iter().filter_map(|entry| entry.pair));
        let groups = entries.iter().map(group);
        Made::new(&sealer, block, &block::encode(entries), groups, &keys)
    };
    thread::scope(|scope| {
        let (send, made) = crossbeam_channel::bounded(8);
        let workers = thread::available_parallelism().map_or(2, usize::from);
        for _ in 0..workers.min(blocks as usize) {
            let (send, next, seal) = (send.clone(), &next, &seal);
            scope.spawn(move || {
                loop {
                    let block = next.fetch_add(1, Ordering::Relaxed);
                    // Nobody listens any more only where writing failed.
                    if block >= blocks
                        || send.send((block, seal(block, &run.entries(block)))).is_err()
                    {
                        return;
                    }
                }
            });
        }
        drop(send);
        let (mut waiting, mut expected) = (BTreeMap::new(), 0);
        for (block, made) in made {
            waiting.insert(block, made?);
            while let Some(made) = waiting.remove(&expected) {
                file.append(made)?;
                expected += 1;
            }
        }
        Ok::<_, HubError>(())
    })?;
    let strays: Vec<_> =
        run.snapshot.strays.iter().filter(|stray| stray.kind == run.kind).map(of_stray).collect();
    for (block, some) in (blocks..).zip(strays.chunks(BLOCK)) {
        file.append(seal(block, some)?)?;
    }
    Ok(())
}

impl Run<'_> {
    /// The entries of the records of one block of subjects.
    fn entries(self, block: u32) -> Vec<Entry> {
        let list = self.snapshot.of(self.kind);
        let some = list.ordinals().skip(block as usize * BLOCK).take(BLOCK);
        // What the district's settings make has no line.
        let sent = some.filter(|one| list.has(*one, flag::IN_DELIVERY) && list.line(*one) != 0);
        sent.map(|one| Entry {
            key: short(list.key(one)),
            line: list.line(one),
            outcome: list.decision(one),
            school: number(school_ordinal(self.snapshot, self.kind, one)),
            pair: self.pair(one),
        })
        .collect()
    }

    /// What an enrollment is found by that the roster need not have.
    fn pair(self, one: Ordinal) -> Option<u64> {
        let list = self.snapshot.of(self.kind);
        if self.kind != Kind::Enrollment {
            return None;
        }
        let (user, class) = (list.link(one, Link::User), list.link(one, Link::First));
        match Outcome::decode(list.decision(one))? {
            Outcome::Unchanged => return None,
            Outcome::Create | Outcome::Update | Outcome::Restore if self.stands => return None,
            // Its links are those of the roster's row, if there is one.
            Outcome::Rejected(_) => return Some(UNTIED),
            Outcome::Held(_) if list.in_roster(one) => return Some(UNTIED),
            Outcome::Create
            | Outcome::Update
            | Outcome::Restore
            | Outcome::End
            | Outcome::Ignored(_)
            | Outcome::Held(_) => {}
        }
        if user == NOBODY || class == NOBODY {
            return Some(UNTIED);
        }
        let key = |kind, one| self.snapshot.of(kind).key(one);
        Some(pair(key(Kind::User, user), key(Kind::Class, class)))
    }
}

/// The number of a school in the files of a run.
const fn number(school: Ordinal) -> u32 {
    if school == NOBODY { 0 } else { school + 1 }
}

fn of_stray(stray: &Stray) -> Entry {
    Entry {
        key: short(stray.key),
        line: stray.line,
        outcome: (stray.outcome, stray.detail),
        school: 0,
        pair: (stray.kind == Kind::Enrollment).then_some(UNTIED),
    }
}

/// What entries have in common: the school and the outcome.
pub fn group(entry: &Entry) -> Group {
    Group { school: i64::from(entry.school), what: what(entry.outcome) }
}

/// An outcome as the number of a group.
pub const fn what((outcome, detail): (u8, u8)) -> u32 {
    u32::from_be_bytes([0, 0, outcome, detail])
}

/// The outcome of a group; `None` for what no outcome makes.
pub fn outcome_of(group: Group) -> Option<Outcome> {
    let [.., outcome, detail] = group.what.to_be_bytes();
    Outcome::decode((outcome, detail))
}

/// What became of the records of one kind of a run.
pub struct Outcomes {
    path: PathBuf,
    file: CountedReader,
}

impl Outcomes {
    /// Opens what was kept; `None` where nothing was.
    pub fn open(
        files: &DistrictFiles,
        key: &DistrictKey,
        run: RunNumber,
        kind: Kind,
    ) -> Result<Option<Self>, HubError> {
        let path = files.outcomes(run, kind);
        if !path.exists() {
            return Ok(None);
        }
        let file = CountedReader::open(&path, key)?;
        Ok(Some(Self { path, file }))
    }

    /// How many records of which school and outcome there are.
    pub const fn groups(&self) -> &Groups {
        self.file.groups()
    }

    /// Some of the records whose school and outcome are wanted.
    pub fn page(
        &self,
        wanted: impl Fn(Group) -> bool,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, HubError> {
        let decode = |bytes: Vec<u8>| {
            let entries = self.decoded(&bytes)?.into_iter();
            Ok(entries.map(|entry| (group(&entry), entry)).collect())
        };
        self.file.page(wanted, skip, limit, decode)
    }

    /// The records with one of these keys, as [`short`] leaves them.
    pub fn with_keys(&self, keys: &BTreeSet<u64>) -> Result<Vec<Entry>, HubError> {
        let wanted: Vec<_> = keys.iter().copied().collect();
        self.look(&wanted, |entry| keys.contains(&entry.key))
    }

    /// The enrollments that the roster need not have and that tie one of these pairs, or may.
    pub fn that_may_tie(&self, pairs: &[u64]) -> Result<Vec<Entry>, HubError> {
        let wanted: Vec<_> = pairs.iter().copied().chain([UNTIED]).collect();
        self.look(&wanted, |entry| entry.pair.is_some_and(|pair| wanted.contains(&pair)))
    }

    fn look(&self, keys: &[u64], wanted: impl Fn(&Entry) -> bool) -> Result<Vec<Entry>, HubError> {
        let mut found = Vec::new();
        for block in self.file.that_may_hold(keys)? {
            found.extend(self.decoded(&self.file.read(block)?)?.into_iter().filter(&wanted));
        }
        Ok(found)
    }

    fn decoded(&self, bytes: &[u8]) -> Result<Vec<Entry>, HubError> {
        block::decode(bytes).ok_or_else(|| odd(&self.path))
    }
}

/// The entries of one kind of a run with one of these keys, as [`short`] leaves them.
pub fn find(
    files: &DistrictFiles,
    key: &DistrictKey,
    run: RunNumber,
    kind: Kind,
    keys: &BTreeSet<u64>,
) -> Result<Vec<Entry>, HubError> {
    let kept = Outcomes::open(files, key, run, kind)?;
    kept.map_or_else(|| Ok(Vec::new()), |kept| kept.with_keys(keys))
}

impl Entry {
    /// Whether the roster has the record, or is to get it.
    pub fn is_taken(&self) -> bool {
        self.decoded().is_some_and(|outcome| match outcome {
            Outcome::Create | Outcome::Update | Outcome::Restore | Outcome::Unchanged => true,
            Outcome::Held(hold) => hold == Hold::Guard,
            Outcome::End | Outcome::Ignored(_) | Outcome::Rejected(_) => false,
        })
    }

    /// The outcome.
    pub fn decoded(&self) -> Option<Outcome> {
        Outcome::decode(self.outcome)
    }
}
