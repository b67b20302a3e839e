//! What became of each record of a run, kept as long as the run.

mod block;

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use firstbell_roster::model::Kind;
use firstbell_roster::model::snapshot::{Snapshot, Stray};
use firstbell_roster::model::subjects::flag;
use firstbell_roster::plan::Outcome;
use firstbell_store::{DistrictFiles, DistrictKey, RunNumber, SealedReader, SealedWriter};

use crate::hub::HubError;
pub use block::short;

/// What became of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Of the keyed hash of its sourcedId, what [`short`] leaves: among the records of a million
    /// students, one question in thirty million finds another record too.
    pub key: u64,
    /// Its line.
    pub line: u32,
    /// The outcome and its detail, as [`Outcome::encode`] wrote them.
    pub outcome: (u8, u8),
}

/// How many subjects make a block.
const BLOCK: usize = 1 << 15;

/// Writes what became of the records of a run, one file a kind.
pub fn write(
    files: &DistrictFiles,
    key: &DistrictKey,
    run: RunNumber,
    snapshot: &Snapshot,
) -> Result<(), HubError> {
    let mut finishing = Vec::new();
    for kind in Kind::FACTS {
        if !snapshot.files.contains_key(&kind) {
            continue;
        }
        let path = files.outcomes(run, kind);
        files.make_folder_of(&path).map_err(HubError::io(&path))?;
        let mut file = SealedWriter::create(&path, key, format!("run {run} {kind}").as_bytes())?;
        append(snapshot, kind, &mut file)?;
        // The disk takes it while the next is written.
        finishing.push((path, thread::spawn(move || file.finish(&[]))));
    }
    for (path, task) in finishing {
        let stopped = |_| HubError::io(&path)(io::Error::other("writing it stopped"));
        task.join().map_err(stopped)??;
    }
    Ok(())
}

/// Appends the blocks of a kind, in order; several threads make them.
fn append(snapshot: &Snapshot, kind: Kind, file: &mut SealedWriter) -> Result<(), HubError> {
    let blocks = u32::try_from(snapshot.of(kind).len().div_ceil(BLOCK)).unwrap_or(u32::MAX);
    let (sealer, next) = (file.sealer(), AtomicU32::new(0));
    let seal = |block: u32| sealer.seal(block, &block::encode(&entries(snapshot, kind, block)));
    thread::scope(|scope| {
        let (send, made) = crossbeam_channel::bounded(8);
        let workers = thread::available_parallelism().map_or(2, usize::from);
        for _ in 0..workers.min(blocks as usize) {
            let (send, next, seal) = (send.clone(), &next, &seal);
            scope.spawn(move || {
                loop {
                    let block = next.fetch_add(1, Ordering::Relaxed);
                    // Nobody listens any more only where writing failed.
                    if block >= blocks || send.send((block, seal(block))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let (mut waiting, mut expected) = (BTreeMap::new(), 0);
        for (block, sealed) in made {
            waiting.insert(block, sealed?);
            while let Some(sealed) = waiting.remove(&expected) {
                file.append(expected, &sealed)?;
                expected += 1;
            }
        }
        Ok::<_, HubError>(())
    })?;
    let strays: Vec<_> = snapshot.strays.iter().filter(|stray| stray.kind == kind).collect();
    for (block, some) in (blocks..).zip(strays.chunks(BLOCK)) {
        let some: Vec<_> = some.iter().map(|stray| of_stray(stray)).collect();
        file.append(block, &sealer.seal(block, &block::encode(&some))?)?;
    }
    Ok(())
}

/// The entries of the records of one block of subjects.
fn entries(snapshot: &Snapshot, kind: Kind, block: u32) -> Vec<Entry> {
    let list = snapshot.of(kind);
    let some = list.ordinals().skip(block as usize * BLOCK).take(BLOCK);
    // What the district's settings make has no line.
    let sent = some.filter(|one| list.has(*one, flag::IN_DELIVERY) && list.line(*one) != 0);
    sent.map(|one| Entry {
        key: short(list.key(one)),
        line: list.line(one),
        outcome: list.decision(one),
    })
    .collect()
}

fn of_stray(stray: &Stray) -> Entry {
    Entry { key: short(stray.key), line: stray.line, outcome: (stray.outcome, stray.detail) }
}

/// The entries of one kind of a run whose key, as [`short`] leaves it, is wanted.
pub fn find(
    files: &DistrictFiles,
    key: &DistrictKey,
    run: RunNumber,
    kind: Kind,
    wanted: impl Fn(u64) -> bool,
) -> Result<Vec<Entry>, HubError> {
    let path = files.outcomes(run, kind);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let file = SealedReader::open(&path, key)?;
    let mut found = Vec::new();
    for block in 0..file.blocks() {
        let bytes = file.read(block)?;
        let entries = block::decode(&bytes).ok_or_else(|| {
            let error = io::Error::new(io::ErrorKind::InvalidData, "a block holds no outcomes");
            HubError::io(&path)(error)
        })?;
        found.extend(entries.into_iter().filter(|entry| wanted(entry.key)));
    }
    Ok(found)
}

impl Entry {
    /// The outcome.
    pub fn decoded(&self) -> Option<Outcome> {
        Outcome::decode(self.outcome)
    }
}
