//! A new file that is written from its beginning to its end.
//!
//! What is written once and seldom read goes past the page cache where the file system can do that
//! (`O_DIRECT` in open(2)): it costs no copy, and pushes out no page of the database.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;

/// How many bytes are written at once.
const CHUNK: usize = 1 << 20;

/// What memory and offsets must be multiples of to go past the page cache, on any usual device.
const ALIGNMENT: usize = 4096;

#[derive(Debug)]
pub(super) struct Sink {
    file: File,
    /// The same file, past the page cache.
    direct: Option<File>,
    /// The next chunk, behind as many bytes as make it begin at a multiple of the alignment.
    buffer: Vec<u8>,
    /// How many bytes those are.
    start: usize,
    /// How much of the file is written.
    written: u64,
}

impl Sink {
    /// Begins a file that its owner alone can read, in the place of an older one.
    pub fn create(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).mode(0o600);
        let file = options.clone().truncate(true).open(path)?;
        // Some file systems do not know it.
        let direct = options.custom_flags(OFlags::DIRECT.bits().cast_signed()).open(path).ok();
        let mut buffer: Vec<u8> = Vec::with_capacity(ALIGNMENT + CHUNK);
        let start = buffer.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        buffer.resize(start, 0);
        Ok(Self { file, direct, buffer, start, written: 0 })
    }

    /// Adds bytes to the end.
    pub fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let room = self.start + CHUNK - self.buffer.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if now.len() == room {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Writes what is left and makes all of it lasting.
    pub fn finish(mut self) -> io::Result<()> {
        self.direct = None;
        self.flush()?;
        self.file.sync_all()
    }

    fn flush(&mut self) -> io::Result<()> {
        let chunk = self.buffer.get(self.start..).unwrap_or_default();
        if let Some(direct) = &self.direct {
            match direct.write_all_at(chunk, self.written) {
                // Known, but not with this alignment.
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => self.direct = None,
                done => done?,
            }
        }
        if self.direct.is_none() {
            self.file.write_all_at(chunk, self.written)?;
        }
        self.written += chunk.len() as u64;
        self.buffer.truncate(self.start);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_was_written_with_and_without_the_page_cache() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let lengths = [0, 1, CHUNK - 1, CHUNK, 3 * CHUNK + 5];
        for (length, direct) in lengths.map(|length| [(length, true), (length, false)]).concat() {
            let bytes: Vec<u8> = (0..=250).cycle().take(length).collect();
            let mut sink = Sink::create(&path).unwrap();
            if !direct {
                sink.direct = None;
            }
            bytes.chunks(70_000).for_each(|part| sink.write(part).unwrap());
            sink.finish().unwrap();
            assert!(std::fs::read(&path).unwrap() == bytes, "{length} bytes, direct: {direct}");
        }
    }
}
