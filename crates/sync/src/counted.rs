//! Sealed files of which a page opens the blocks that it shows, and a question those that may answer.
//!
//! Entries stand in blocks. The footer says of each block how many entries of which group it has, a
//! group being a school and what became of the entry; beside each block stands a filter of the keys
//! that it may hold. So the counts of millions of entries are there without reading one of them.

mod filter;
mod groups;

use std::path::Path;

use firstbell_store::{DistrictKey, SealedReader, SealedWriter, Sealer};

use crate::hub::HubError;
use filter::Filter;
pub use groups::{Group, Groups};

/// Writes entries block after block.
pub struct CountedWriter {
    file: SealedWriter,
    sealer: Sealer,
    blocks: u32,
    groups: Groups,
}

/// A block that is ready to be appended.
pub struct Made {
    entries: Vec<u8>,
    filter: Vec<u8>,
    groups: Vec<(Group, u64)>,
}

impl Made {
    /// Seals the bytes of a block's entries, with their groups and the keys that they are looked for
    /// by; several threads may make blocks of one file.
    pub fn new(
        sealer: &Sealer,
        block: u32,
        bytes: &[u8],
        groups: impl Iterator<Item = Group>,
        keys: &[u64],
    ) -> Result<Self, HubError> {
        Ok(Self {
            entries: sealer.seal(2 * block, bytes)?,
            filter: sealer.seal(2 * block + 1, &Filter::of(keys).into_bytes())?,
            groups: groups::count(groups),
        })
    }
}

impl CountedWriter {
    /// Begins a file; the header is readable without a key.
    pub fn create(path: &Path, key: &DistrictKey, header: &[u8]) -> Result<Self, HubError> {
        let file = SealedWriter::create(path, key, header)?;
        let sealer = file.sealer();
        Ok(Self { file, sealer, blocks: 0, groups: Groups::default() })
    }

    /// What seals its blocks.
    pub fn sealer(&self) -> Sealer {
        self.sealer.clone()
    }

    /// How many blocks it has so far.
    pub const fn blocks(&self) -> u32 {
        self.blocks
    }

    /// Adds the next block, which was made under the number of [`CountedWriter::blocks`].
    pub fn append(&mut self, made: Made) -> Result<(), HubError> {
        self.file.append(2 * self.blocks, &made.entries)?;
        self.file.append(2 * self.blocks + 1, &made.filter)?;
        self.groups.push(made.groups);
        self.blocks += 1;
        Ok(())
    }

    /// Makes the file lasting and gives it its name.
    pub fn finish(self) -> Result<(), HubError> {
        Ok(self.file.finish(&self.groups.encode())?)
    }
}

/// Reads entries, any block without the others.
pub struct CountedReader {
    file: SealedReader,
    groups: Groups,
}

impl CountedReader {
    /// Opens a file and reads its counts.
    pub fn open(path: &Path, key: &DistrictKey) -> Result<Self, HubError> {
        let file = SealedReader::open(path, key)?;
        let groups = Groups::decode(file.footer());
        let groups = groups.filter(|groups| groups.blocks() * 2 == u64::from(file.blocks()));
        let groups = groups.ok_or_else(|| odd(path))?;
        Ok(Self { file, groups })
    }

    /// How many entries of which group stand in which block.
    pub const fn groups(&self) -> &Groups {
        &self.groups
    }

    /// How many blocks there are.
    pub fn blocks(&self) -> u32 {
        self.file.blocks() / 2
    }

    /// The bytes of a block's entries.
    pub fn read(&self, block: u32) -> Result<Vec<u8>, HubError> {
        Ok(self.file.read(2 * block)?)
    }

    /// The blocks that may hold one of these keys.
    pub fn that_may_hold(&self, keys: &[u64]) -> Result<Vec<u32>, HubError> {
        let mut blocks = Vec::new();
        for block in 0..self.blocks() {
            let filter = Filter::from_bytes(self.file.read(2 * block + 1)?);
            if keys.iter().any(|key| filter.may_hold(*key)) {
                blocks.push(block);
            }
        }
        Ok(blocks)
    }

    /// Some entries of those groups that are wanted: `limit` at most, after as many as are skipped.
    /// `decode` gives the entries of a block with their groups.
    pub fn page<T>(
        &self,
        wanted: impl Fn(Group) -> bool,
        skip: u64,
        limit: usize,
        decode: impl Fn(Vec<u8>) -> Result<Vec<(Group, T)>, HubError>,
    ) -> Result<Vec<T>, HubError> {
        self.groups.page(wanted, skip, limit, |block| decode(self.read(block)?))
    }
}

/// What is said of a file that does not have its form.
pub fn odd(path: &Path) -> HubError {
    let error = std::io::Error::new(
        std::io::ErrorKind::InvalidData,
        "it does not have the form that this version writes",
    );
    HubError::io(path)(error)
}
