//! Writing a sealed file under a partial name, which it loses once it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use super::SealedError;
use super::block::{Part, Sealer};
use super::layout::{self, END, MAGIC};
use crate::files::PARTIAL;
use crate::vault::{DistrictKey, random};

/// How many bytes are written before they are sent to the disk, beside what is written next.
const LASTING: usize = 64 << 20;

/// Writes a sealed file, block after block.
#[derive(Debug)]
pub struct SealedWriter {
    path: PathBuf,
    partial: PathBuf,
    file: File,
    sealer: Sealer,
    lengths: Vec<u32>,
    /// Bytes that nobody makes lasting yet.
    fresh: usize,
    /// What makes the bytes before those lasting.
    lasting: Vec<JoinHandle<io::Result<()>>>,
}

impl SealedWriter {
    /// Begins a file beside where it will be. The header is readable without a key.
    pub fn create(path: &Path, key: &DistrictKey, header: &[u8]) -> Result<Self, SealedError> {
        let (file_id, file_key) = (random()?, random()?);
        let wrapped = key.wrap(&file_key, &layout::bound(header, &file_id))?;
        let partial = partial_path(path);
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&partial)
            .map_err(SealedError::file(&partial))?;
        let length = narrow(header.len())?.to_le_bytes();
        let start = [MAGIC, length.as_slice(), header, &file_id, &wrapped].concat();
        file.write_all(&start).map_err(SealedError::file(&partial))?;
        Ok(Self {
            path: path.to_owned(),
            partial,
            file,
            sealer: Sealer::new(&file_key, file_id)?,
            lengths: Vec::new(),
            fresh: 0,
            lasting: Vec::new(),
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
        self.file.write_all(sealed).map_err(SealedError::file(&self.partial))?;
        self.lengths.push(narrow(sealed.len())?);
        self.fresh += sealed.len();
        if self.fresh >= LASTING {
            let file = self.file.try_clone().map_err(SealedError::file(&self.partial))?;
            self.lasting.push(thread::spawn(move || file.sync_data()));
            self.fresh = 0;
        }
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
        let failed = SealedError::file(&self.partial);
        self.file.write_all(&end).and_then(|()| self.file.sync_all()).map_err(&failed)?;
        for part in self.lasting {
            let stopped = |_| Err(io::Error::other("making it lasting stopped"));
            part.join().unwrap_or_else(stopped).map_err(&failed)?;
        }
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
