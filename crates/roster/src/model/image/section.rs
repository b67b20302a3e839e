//! The sections of an image: lists of numbers of one width, hashed on their way.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use super::super::subjects::{Stored, with_room};

/// How many bytes are read, written and hashed at once.
const CHUNK: usize = 1 << 18;

/// The most items that room is made for before they are there.
const MOST: usize = 1 << 25;

/// How many bytes a hash has.
const HASH: u64 = 32;

/// An image that is being written.
pub struct Out<'a> {
    file: &'a mut dyn Write,
    hash: blake3::Hasher,
    buffer: Vec<u8>,
}

impl<'a> Out<'a> {
    /// Begins to write.
    pub fn new(file: &'a mut dyn Write) -> Self {
        Self { file, hash: blake3::Hasher::new(), buffer: Vec::with_capacity(CHUNK) }
    }

    /// Writes single bytes.
    pub fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.buffer.extend_from_slice(bytes);
        self.flush(CHUNK)
    }

    /// Writes a list.
    pub fn section<const N: usize>(
        &mut self,
        items: impl Iterator<Item = [u8; N]>,
    ) -> io::Result<()> {
        for item in items {
            self.buffer.extend_from_slice(&item);
            if self.buffer.len() + N > CHUNK {
                self.flush(0)?;
            }
        }
        Ok(())
    }

    /// Writes the hash over everything since the last one.
    pub fn seal(&mut self) -> io::Result<()> {
        self.flush(0)?;
        let hash = std::mem::take(&mut self.hash).finalize();
        self.file.write_all(hash.as_bytes())
    }

    fn flush(&mut self, above: usize) -> io::Result<()> {
        if self.buffer.len() > above {
            self.hash.update(&self.buffer);
            self.file.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }
}

/// What an image is read from: bytes by their places.
pub trait Source: Send + Sync {
    /// Reads bytes that stand at a place.
    fn read_at(&self, bytes: &mut [u8], place: u64) -> io::Result<()>;
}

impl Source for File {
    fn read_at(&self, bytes: &mut [u8], place: u64) -> io::Result<()> {
        self.read_exact_at(bytes, place)
    }
}

impl Source for Vec<u8> {
    fn read_at(&self, bytes: &mut [u8], place: u64) -> io::Result<()> {
        let from = usize::try_from(place).map_err(|_| io::ErrorKind::UnexpectedEof)?;
        let there = self.get(from..).and_then(|rest| rest.get(..bytes.len()));
        bytes.copy_from_slice(there.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// An image that is being read.
pub struct In {
    source: Arc<dyn Source>,
    place: u64,
    hash: blake3::Hasher,
    buffer: Vec<u8>,
}

impl In {
    /// Begins to read at a place.
    pub fn new(source: Arc<dyn Source>, place: u64) -> Self {
        Self { source, place, hash: blake3::Hasher::new(), buffer: vec![0; CHUNK] }
    }

    /// Reads single bytes.
    pub fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads a list of so many items.
    pub fn section<const N: usize, T>(
        &mut self,
        items: u64,
        read: impl Fn([u8; N]) -> T,
    ) -> io::Result<Vec<T>> {
        let items = usize::try_from(items).map_err(|_| io::ErrorKind::InvalidData)?;
        let mut list = Vec::with_capacity(with_room(items.min(MOST)));
        let mut buffer = std::mem::take(&mut self.buffer);
        while list.len() < items {
            let bytes = (items - list.len()).min(CHUNK / N) * N;
            let chunk = buffer.get_mut(..bytes).unwrap_or_default();
            self.fill(chunk)?;
            list.extend(chunk.as_chunks::<N>().0.iter().map(|item| read(*item)));
        }
        self.buffer = buffer;
        Ok(list)
    }

    /// Whether the hash that stands here is that of what was read since the last one.
    pub fn ends_whole(&mut self) -> io::Result<bool> {
        let hash = std::mem::take(&mut self.hash).finalize();
        let stored = self.take()?;
        self.hash.reset();
        Ok(stored == *hash.as_bytes())
    }

    /// Another that begins to read here.
    pub fn fork(&self) -> Self {
        Self::new(self.source.clone(), self.place)
    }

    /// Goes on after so many bytes and their hash.
    pub fn skip(&mut self, bytes: u64) {
        self.place = self.place.saturating_add(bytes).saturating_add(HASH);
    }

    /// A list of so many numbers after what was read, to be read later; another may follow it.
    pub fn later(&mut self, items: u64) -> Later {
        let later = Later { source: self.source.clone(), place: self.place, items };
        self.skip(items.saturating_mul(8));
        later
    }

    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.source.read_at(bytes, self.place)?;
        self.place += bytes.len() as u64;
        self.hash.update(bytes);
        Ok(())
    }
}

/// A list of an image with its own hash, that is read when it is needed.
pub struct Later {
    source: Arc<dyn Source>,
    place: u64,
    items: u64,
}

impl Stored for Later {
    fn read(&self) -> io::Result<Vec<u64>> {
        let mut input = In::new(self.source.clone(), self.place);
        let list = input.section(self.items, u64::from_le_bytes)?;
        if input.ends_whole()? { Ok(list) } else { Err(io::ErrorKind::InvalidData.into()) }
    }
}
