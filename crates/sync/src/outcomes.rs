//! What became of each record of a run, kept as long as the run.

mod block;

use std::io;

use firstbell_roster::model::Kind;
use firstbell_roster::model::snapshot::Snapshot;
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

/// How many entries make a block.
const BLOCK: usize = 1 << 15;

/// Writes what became of the records of a run, one file a kind.
pub fn write(
    files: &DistrictFiles,
    key: &DistrictKey,
    run: RunNumber,
    snapshot: &Snapshot,
) -> Result<(), HubError> {
    for kind in Kind::FACTS {
        if !snapshot.files.contains_key(&kind) {
            continue;
        }
        let path = files.outcomes(run, kind);
        files.make_folder_of(&path).map_err(HubError::io(&path))?;
        let mut file = SealedWriter::create(&path, key, format!("run {run} {kind}").as_bytes())?;
        let sealer = file.sealer();
        let (mut entries, mut block) = (entries(snapshot, kind), 0u32);
        let mut next = Vec::with_capacity(BLOCK);
        loop {
            next.clear();
            next.extend(entries.by_ref().take(BLOCK));
            if next.is_empty() {
                break;
            }
            file.append(block, &sealer.seal(block, &block::encode(&next))?)?;
            block += 1;
        }
        file.finish(&[])?;
    }
    Ok(())
}

fn entries(snapshot: &Snapshot, kind: Kind) -> impl Iterator<Item = Entry> + '_ {
    let list = snapshot.of(kind);
    let own = list.ordinals().filter(|one| list.has(*one, flag::IN_DELIVERY)).map(move |one| {
        Entry { key: short(list.key(one)), line: list.line(one), outcome: list.decision(one) }
    });
    let strays = snapshot.strays.iter().filter(move |stray| stray.kind == kind);
    own.chain(strays.map(|stray| Entry {
        key: short(stray.key),
        line: stray.line,
        outcome: (stray.outcome, stray.detail),
    }))
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
