//! The bytes of a file as UTF-8 or whatever it is, hashed as they come.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE};

/// How many bytes are read to be decoded.
const CHUNK: usize = 1 << 16;

/// How many bytes of UTF-8 the decoder has room for whatever it decodes.
const ROOM: usize = 16;

/// A reader that drops a byte order mark, decodes UTF-16, and hashes what it was given.
pub struct Source<R> {
    reader: R,
    hash: blake3::Hasher,
    /// What was read and not handed over yet.
    ahead: Vec<u8>,
    /// How much of that was handed over.
    taken: usize,
    decoder: Option<Decoder>,
    /// Whether the decoder came to its end, after which it must not be asked again.
    ended: bool,
    /// What is read to be decoded.
    encoded: Vec<u8>,
}

impl<R: Read> Source<R> {
    /// Looks at the first bytes.
    pub fn new(reader: R) -> io::Result<Self> {
        let mut source = Self {
            reader,
            hash: blake3::Hasher::new(),
            ahead: Vec::new(),
            taken: 0,
            decoder: None,
            ended: false,
            encoded: Vec::new(),
        };
        let mut start = Vec::new();
        source.reader.by_ref().take(8).read_to_end(&mut start)?;
        source.hash.update(&start);
        match utf16(&start) {
            Some(encoding) => {
                source.decoder = Some(encoding.new_decoder_with_bom_removal());
                source.decode(&start, false);
            }
            None if start.starts_with(b"\xef\xbb\xbf") => source.ahead = start.split_off(3),
            None => source.ahead = start,
        }
        Ok(source)
    }

    /// Whether the file is in UTF-16.
    pub fn is_utf16(&self) -> bool {
        self.decoder.is_some()
    }

    /// The hash of everything that was read.
    pub fn hash(&self) -> blake3::Hash {
        self.hash.finalize()
    }

    fn decode(&mut self, bytes: &[u8], last: bool) {
        let Some(decoder) = &mut self.decoder else { return };
        let mut text = String::with_capacity(2 * bytes.len() + ROOM);
        let mut rest = bytes;
        loop {
            let (result, read, _) = decoder.decode_to_string(rest, &mut text, last);
            rest = rest.get(read..).unwrap_or_default();
            if result == CoderResult::InputEmpty {
                break;
            }
            text.reserve(2 * rest.len() + ROOM);
        }
        self.ahead = text.into_bytes();
        self.taken = 0;
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken >= self.ahead.len() {
            if self.decoder.is_none() {
                let read = self.reader.read(buffer)?;
                self.hash.update(buffer.get(..read).unwrap_or_default());
                return Ok(read);
            }
            if self.ended {
                return Ok(0);
            }
            let mut encoded = std::mem::take(&mut self.encoded);
            encoded.resize(CHUNK, 0);
            let read = self.reader.read(&mut encoded)?;
            let bytes = encoded.get(..read).unwrap_or_default();
            self.hash.update(bytes);
            self.decode(bytes, read == 0);
            self.encoded = encoded;
            self.ended = read == 0;
        }
        let rest = self.ahead.get(self.taken..).unwrap_or_default();
        let read = (&mut &*rest).read(buffer)?;
        self.taken += read;
        Ok(read)
    }
}

/// UTF-16 by its byte order mark, or by ASCII in every other byte.
fn utf16(start: &[u8]) -> Option<&'static Encoding> {
    let pair = |ascii: usize, zero: usize| {
        let pairs = start.chunks_exact(2);
        let is = |pair: &[u8]| pair.get(zero) == Some(&0) && pair.get(ascii) != Some(&0);
        pairs.len() > 1 && pairs.clone().all(is)
    };
    match start {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        _ if pair(0, 1) => Some(UTF_16LE),
        _ if pair(1, 0) => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Vec<u8>, blake3::Hash) {
        let mut source = Source::new(bytes).unwrap();
        let mut all = Vec::new();
        source.read_to_end(&mut all).unwrap();
        (all, source.hash())
    }

    #[test]
    fn marks_are_dropped_and_utf16_is_decoded_whatever_its_length() {
        for text in ["", "a", "sourcedId,name\n1,Zoë\n", &"1,Ünal 😀\n".repeat(30_000)] {
            let units = || text.encode_utf16();
            let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
            for (mark, bytes) in [
                (&b"\xef\xbb\xbf"[..], text.as_bytes()),
                (b"\xff\xfe", &little),
                (b"\xfe\xff", &big),
                (b"", text.as_bytes()),
            ] {
                let bytes = [mark, bytes].concat();
                let (read, hash) = read(&bytes);
                assert!(read == text.as_bytes(), "{} bytes after {mark:?}", text.len());
                assert_eq!(hash, blake3::hash(&bytes));
            }
        }
        let bare: Vec<u8> = "sourcedId\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&bare).0, b"sourcedId\n");
        assert_eq!(read(&[&b"\xff\xfea\0"[..], b"b"].concat()).0, "a\u{fffd}".as_bytes());
    }
}
