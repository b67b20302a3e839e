//! The sections of an image: lists of numbers of one width, hashed on their way.

use std::io::{self, Read, Write};

/// How many bytes are read, written and hashed at once.
const CHUNK: usize = 1 << 18;

/// The most items that room is made for before they are there.
const MOST: usize = 1 << 25;

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

    /// Writes the hash over everything, which ends the image.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush(0)?;
        self.file.write_all(self.hash.finalize().as_bytes())
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

/// An image that is being read.
pub struct In<'a> {
    input: &'a mut dyn Read,
    hash: blake3::Hasher,
    buffer: Vec<u8>,
}

impl<'a> In<'a> {
    /// Begins to read.
    pub fn new(input: &'a mut dyn Read) -> Self {
        Self { input, hash: blake3::Hasher::new(), buffer: vec![0; CHUNK] }
    }

    /// Reads single bytes.
    pub fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes)?;
        self.hash.update(&bytes);
        Ok(bytes)
    }

    /// Reads a list of so many items.
    pub fn section<const N: usize, T>(
        &mut self,
        items: u64,
        read: impl Fn([u8; N]) -> T,
    ) -> io::Result<Vec<T>> {
        let items = usize::try_from(items).map_err(|_| io::ErrorKind::InvalidData)?;
        let mut list = Vec::with_capacity(items.min(MOST));
        while list.len() < items {
            let bytes = (items - list.len()).min(CHUNK / N) * N;
            let chunk = self.buffer.get_mut(..bytes).unwrap_or_default();
            self.input.read_exact(chunk)?;
            self.hash.update(chunk);
            list.extend(chunk.as_chunks::<N>().0.iter().map(|item| read(*item)));
        }
        Ok(list)
    }

    /// Whether the hash that ends the image is that of what was read.
    pub fn ends_whole(self) -> io::Result<bool> {
        let mut stored = [0; 32];
        self.input.read_exact(&mut stored)?;
        Ok(*self.hash.finalize().as_bytes() == stored)
    }
}
