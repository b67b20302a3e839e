//! Cuts a file into blocks that end where records do, and hashes it on the way.

mod source;

use std::io::{self, Read};

use crossbeam_channel::Receiver;
use memchr::{memchr, memrchr};

use super::tokenize::{Dialect, Tokenizer};
pub use source::Source;

/// The size that blocks aim at, in bytes.
pub const BLOCK: usize = 1 << 18;

/// The size of one record beyond which a quotation mark counts as never closed, in bytes; the
/// words of `cell_too_long` name it.
pub const LONGEST_RECORD: usize = 4 << 20;

/// One block of a file: whole records.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// Its place in the file, from 0.
    pub number: u64,
    /// The records.
    pub bytes: Vec<u8>,
    /// Whether the file ends here.
    pub last: bool,
}

/// Reads a file as blocks; the first begins with the header.
pub struct Blocks<R> {
    source: Source<R>,
    kept: Vec<u8>,
    number: u64,
    dialect: Dialect,
    done: bool,
    /// Buffers of blocks that nobody needs any more.
    spare: Option<Receiver<Vec<u8>>>,
}

impl<R: Read> Blocks<R> {
    /// Starts reading; a byte order mark is dropped, and UTF-16 is decoded.
    pub fn new(reader: R) -> io::Result<Self> {
        let mut source = Source::new(reader)?;
        let mut kept = Vec::with_capacity(BLOCK + (BLOCK >> 2));
        fill(&mut source, &mut kept, BLOCK)?;
        let done = kept.len() < BLOCK;
        let dialect = Dialect::of(&kept);
        Ok(Self { source, kept, number: 0, dialect, done, spare: None })
    }

    /// Whether the file is in UTF-16.
    pub fn is_utf16(&self) -> bool {
        self.source.is_utf16()
    }

    /// Takes the buffers of blocks from here, to be filled again.
    pub fn reuse(&mut self, spare: Receiver<Vec<u8>>) {
        self.spare = Some(spare);
    }

    /// How the file separates cells and records.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The next block, or `None` after the last.
    pub fn next_block(&mut self) -> io::Result<Option<Block>> {
        if self.done && self.kept.is_empty() && self.number > 0 {
            return Ok(None);
        }
        loop {
            if self.done {
                let bytes = std::mem::take(&mut self.kept);
                return Ok(Some(self.block(bytes, true)));
            }
            if let Some(end) = self.cut() {
                let mut rest = self.buffer();
                rest.extend_from_slice(self.kept.get(end..).unwrap_or_default());
                let mut bytes = std::mem::replace(&mut self.kept, rest);
                bytes.truncate(end);
                let block = self.block(bytes, false);
                self.read_more(BLOCK)?;
                return Ok(Some(block));
            }
            if self.kept.len() > LONGEST_RECORD {
                self.skip_rest()?;
            } else {
                let more = self.kept.len().max(BLOCK);
                self.read_more(more)?;
            }
        }
    }

    /// The hash of everything read so far.
    pub fn hash(&self) -> blake3::Hash {
        self.source.hash()
    }

    fn buffer(&self) -> Vec<u8> {
        let spare = self.spare.as_ref().and_then(|spare| spare.try_recv().ok());
        let mut buffer = spare.unwrap_or_else(|| Vec::with_capacity(BLOCK + (BLOCK >> 2)));
        buffer.clear();
        buffer
    }

    fn block(&mut self, bytes: Vec<u8>, last: bool) -> Block {
        self.number += 1;
        Block { number: self.number - 1, bytes, last }
    }

    /// Where the last whole record ends.
    fn cut(&self) -> Option<usize> {
        if memchr(b'"', &self.kept).is_none() {
            return memrchr(self.dialect.terminator, &self.kept).map(|at| at + 1);
        }
        let mut walk = Tokenizer::new(&self.kept, self.dialect);
        let (mut cells, mut end) = (Vec::new(), None);
        while walk.next_record(&mut cells).is_some_and(|shape| shape.terminated) {
            end = Some(walk.position());
        }
        end
    }

    fn read_more(&mut self, more: usize) -> io::Result<()> {
        let before = self.kept.len();
        let wanted = before.saturating_add(more).max(BLOCK);
        fill(&mut self.source, &mut self.kept, wanted)?;
        self.done = self.kept.len() < wanted;
        Ok(())
    }

    /// Reads the rest for the hash alone: the record in hand never ends.
    fn skip_rest(&mut self) -> io::Result<()> {
        let mut chunk = vec![0; BLOCK];
        loop {
            if self.source.read(&mut chunk)? == 0 {
                self.done = true;
                return Ok(());
            }
        }
    }
}

fn fill(reader: &mut impl Read, buffer: &mut Vec<u8>, wanted: usize) -> io::Result<()> {
    let mut filled = buffer.len();
    buffer.resize(wanted.max(filled), 0);
    while let Some(free) = buffer.get_mut(filled..).filter(|free| !free.is_empty()) {
        match reader.read(free) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    buffer.truncate(filled);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<Block> {
        let mut blocks = Blocks::new(bytes).unwrap();
        std::iter::from_fn(|| blocks.next_block().unwrap()).collect()
    }

    #[test]
    fn blocks_end_where_records_do_and_lose_nothing() {
        let mut text = Vec::new();
        for row in 0..40_000 {
            text.extend_from_slice(format!("{row},\"a\n,{row}\"\"\",x\n").as_bytes());
        }
        let blocks = all(&text);
        assert!(blocks.len() > 2);
        assert_eq!(blocks.iter().flat_map(|block| block.bytes.clone()).collect::<Vec<_>>(), text);
        for block in &blocks {
            let mut walk =
                Tokenizer::new(&block.bytes, Dialect { separator: b',', terminator: b'\n' });
            let mut cells = Vec::new();
            while let Some(shape) = walk.next_record(&mut cells) {
                assert!(shape.terminated && cells.len() == 3);
            }
        }
    }

    #[test]
    fn a_mark_and_utf16_are_decoded() {
        assert_eq!(all(b"\xef\xbb\xbfa,b\n")[0].bytes, b"a,b\n");
        assert_eq!(all(b"\xff\xfea\0,\0b\0\n\0")[0].bytes, b"a,b\n");
        assert_eq!(all(b"").len(), 1);
    }

    #[test]
    fn a_quotation_mark_that_never_closes_does_not_fill_memory() {
        let mut text = b"a\n\"".to_vec();
        text.resize(3 * LONGEST_RECORD, b'x');
        let blocks = all(&text);
        assert!(blocks.iter().map(|block| block.bytes.len()).sum::<usize>() < 3 * LONGEST_RECORD);
        assert!(blocks.last().unwrap().last);
    }
}
