//! What became of each record of a run, kept as long as the run.

use firstbell_roster::model::Kind;
use firstbell_roster::model::snapshot::Snapshot;
use firstbell_roster::model::subjects::flag;
use firstbell_roster::plan::Outcome;
use firstbell_store::{DistrictFiles, DistrictKey, RunNumber, SealedReader, SealedWriter};

use crate::hub::HubError;

/// What became of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The keyed hash of its sourcedId.
    pub key: u64,
    /// Its line.
    pub line: u32,
    /// The outcome and its detail, as [`Outcome::encode`] wrote them.
    pub outcome: (u8, u8),
}

const ENTRY: usize = 14;
const BLOCK: usize = (1 << 18) / ENTRY;

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
        let (mut buffer, mut block) = (Vec::with_capacity(BLOCK * ENTRY), 0u32);
        for entry in entries(snapshot, kind) {
            encode(&entry, &mut buffer);
            if buffer.len() >= BLOCK * ENTRY {
                file.append(block, &sealer.seal(block, &buffer)?)?;
                block += 1;
                buffer.clear();
            }
        }
        if !buffer.is_empty() {
            file.append(block, &sealer.seal(block, &buffer)?)?;
        }
        file.finish(&[])?;
    }
    Ok(())
}

fn entries(snapshot: &Snapshot, kind: Kind) -> impl Iterator<Item = Entry> + '_ {
    let list = snapshot.of(kind);
    let own = list.ordinals().filter(|one| list.has(*one, flag::IN_DELIVERY)).map(move |one| {
        Entry { key: list.key(one), line: list.line(one), outcome: list.decision(one) }
    });
    let strays = snapshot.strays.iter().filter(move |stray| stray.kind == kind);
    own.chain(strays.map(|stray| Entry {
        key: stray.key,
        line: stray.line,
        outcome: (stray.outcome, stray.detail),
    }))
}

/// The entries of one kind of a run whose key is wanted.
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
        found.extend(
            bytes
                .as_chunks::<ENTRY>()
                .0
                .iter()
                .filter_map(decode)
                .filter(|entry| wanted(entry.key)),
        );
    }
    Ok(found)
}

fn encode(entry: &Entry, buffer: &mut Vec<u8>) {
    buffer.extend_from_slice(&entry.key.to_le_bytes());
    buffer.extend_from_slice(&entry.line.to_le_bytes());
    buffer.extend_from_slice(&[entry.outcome.0, entry.outcome.1]);
}

fn decode(bytes: &[u8; ENTRY]) -> Option<Entry> {
    let (key, rest) = bytes.split_first_chunk()?;
    let (line, rest) = rest.split_first_chunk()?;
    let [outcome, detail] = rest.first_chunk::<2>()?;
    Some(Entry {
        key: u64::from_le_bytes(*key),
        line: u32::from_le_bytes(*line),
        outcome: (*outcome, *detail),
    })
}

impl Entry {
    /// The outcome.
    pub fn decoded(&self) -> Option<Outcome> {
        Outcome::decode(self.outcome)
    }
}
