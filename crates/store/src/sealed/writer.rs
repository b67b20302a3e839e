//! Writing a sealed file under a partial name, which it loses once it is whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::SealedError;
use super::block::{Part, Sealer};
use super::layout::{self, END, MAGIC};
use super::sink::Sink;
use crate::files::PARTIAL;
use crate::vault::{DistrictKey, random};

/// Writes a sealed file, block after block.
#[derive(Debug)]
pub struct SealedWriter {
    path: PathBuf,
    partial: PathBuf,
    sink: Sink,
    sealer: Sealer,
    lengths: Vec<u32>,
}

impl SealedWriter {
    /// Begins a file beside where it will be. The header is readable without a key.
    pub fn create(path: &Path, key: &DistrictKey, header: &[u8]) -> Result<Self, SealedError> {
        let (file_id, file_key) = (random()?, random()?);
        let wrapped = key.wrap(&file_key, &layout::bound(header, &file_id))?;
        let partial = partial_path(path);
        let mut sink = Sink::create(&partial).map_err(SealedError::file(&partial))?;
        let length = narrow(header.len())?.to_le_bytes();
        let start = [MAGIC, length.as_slice(), header, &file_id, &wrapped].concat();
        sink.write(&start).map_err(SealedError::file(&partial))?;
        Ok(Self {
            path: path.to_owned(),
            partial,
            sink,
            sealer: Sealer::new(&file_key, file_id)?,
            lengths: Vec::new(),
        })
    }

    /// What seals this file's blocks; clones work on other threads.
    pub fn sealer(&self) -> Sealer {
        self.sealer.clone()
    }

    /// Adds the next block, as sealed under its number.
    pub fn append(&mut self, block: u32, sealed: &[u8]) -> Result<(), SealedError> {
        let expected = narrow(self.lengths.len())?;
        if block != expected {
            return Err(SealedError::OutOfOrder { expected, given: block });
        }
        self.sink.write(sealed).map_err(SealedError::file(&self.partial))?;
        self.lengths.push(narrow(sealed.len())?);
        Ok(())
    }

    /// Adds the caller's index, makes the file lasting and gives it its name.
    pub fn finish(self, footer: &[u8]) -> Result<(), SealedError> {
        self.finish_partial(footer)?.rename()
    }

    /// Adds the caller's index and makes the file lasting, but leaves it its partial name.
    pub fn finish_partial(mut self, footer: &[u8]) -> Result<Finished, SealedError> {
        let blocks = narrow(self.lengths.len())?;
        let plain = [&layout::lengths_bytes(&self.lengths), footer].concat();
        let footer = self.sealer.seal_part(Part::Footer(blocks), &plain)?;
        let length = narrow(footer.len())?.to_le_bytes();
        let end = [&footer, length.as_slice(), &blocks.to_le_bytes(), END].concat();
        self.sink.write(&end).map_err(SealedError::file(&self.partial))?;
        self.sink.finish().map_err(SealedError::file(&self.partial))?;
        Ok(Finished { path: self.path, partial: self.partial })
    }
}

/// A sealed file that is whole and lasting, but has its partial name still.
#[derive(Debug)]
pub struct Finished {
    path: PathBuf,
    partial: PathBuf,
}

impl Finished {
    /// Gives the file its name, in the place of an older one.
    pub fn rename(self) -> Result<(), SealedError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::rename(&self.partial, &self.path)
            .and_then(|()| File::open(folder)?.sync_all())
            .map_err(SealedError::file(&self.path))
    }
}

/// Where a file is while it is being written.
fn partial_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(PARTIAL);
    name.into()
}

fn narrow(length: usize) -> Result<u32, SealedError> {
    u32::try_from(length).map_err(|_| SealedError::TooLarge(length))
}
