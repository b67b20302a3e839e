//! Sealing and opening one block.

use std::cell::RefCell;
use std::io;
use std::sync::Arc;

use lz4::block::{CompressionMode, compress_bound, compress_to_buffer, decompress};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::SealedError;
use super::layout::FILE_ID_BYTES;

/// The largest block before compression.
const MOST_BYTES: usize = 64 << 20;

/// How far compressing goes in bytes that do not repeat: three fifths of the time of the default,
/// and a third more bytes.
const SPEED: CompressionMode = CompressionMode::FAST(16);

/// How many bytes say how long a block was.
const LENGTH: usize = 4;

/// Seals blocks of one file, on any thread. Each number must be used once.
#[derive(Clone)]
pub struct Sealer {
    inner: Arc<Inner>,
}

struct Inner {
    cipher: LessSafeKey,
    file_id: [u8; FILE_ID_BYTES],
}

/// Which part of a file a sealed piece is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    Block(u32),
    /// The footer of a file with so many blocks.
    Footer(u32),
}

impl Sealer {
    pub(super) fn new(key: &[u8; 32], file_id: [u8; FILE_ID_BYTES]) -> Result<Self, SealedError> {
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| SealedError::Cipher)?;
        let cipher = LessSafeKey::new(key);
        Ok(Self { inner: Arc::new(Inner { cipher, file_id }) })
    }

    /// Compresses and encrypts a block.
    pub fn seal(&self, block: u32, bytes: &[u8]) -> Result<Vec<u8>, SealedError> {
        self.seal_part(Part::Block(block), bytes)
    }

    pub(super) fn seal_part(&self, part: Part, bytes: &[u8]) -> Result<Vec<u8>, SealedError> {
        if bytes.len() > MOST_BYTES {
            return Err(SealedError::TooLarge(bytes.len()));
        }
        let mut sealed = compressed(bytes).map_err(|_| SealedError::TooLarge(bytes.len()))?;
        let aad = Aad::from(self.associated(part));
        self.inner
            .cipher
            .seal_in_place_append_tag(nonce(part), aad, &mut sealed)
            .map_err(|_| SealedError::Cipher)?;
        Ok(sealed)
    }

    /// The bytes of a part, or nothing if it is not as it was written.
    pub(super) fn open_part(&self, part: Part, sealed: &[u8]) -> Option<Vec<u8>> {
        let mut sealed = sealed.to_vec();
        let aad = Aad::from(self.associated(part));
        let packed = self.inner.cipher.open_in_place(nonce(part), aad, &mut sealed).ok()?;
        decompress(packed, None).ok()
    }

    fn associated(&self, part: Part) -> Vec<u8> {
        let (tag, number) = match part {
            Part::Block(block) => (0, block),
            Part::Footer(blocks) => (1, blocks),
        };
        [self.inner.file_id.as_slice(), &[tag], &number.to_le_bytes()].concat()
    }
}

/// Compressed bytes, with room for a tag after them.
fn compressed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    thread_local! {
        static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    let most = LENGTH + compress_bound(bytes.len())?;
    BUFFER.with_borrow_mut(|buffer| {
        if buffer.len() < most {
            buffer.resize(most, 0);
        }
        let length = compress_to_buffer(bytes, Some(SPEED), true, buffer)?;
        let mut compressed = Vec::with_capacity(length + AES_256_GCM.tag_len());
        compressed.extend_from_slice(buffer.get(..length).unwrap_or_default());
        Ok(compressed)
    })
}

/// Unique within the file, and each file has its own key. The footer's is above all blocks'.
fn nonce(part: Part) -> Nonce {
    let number = match part {
        Part::Block(block) => u64::from(block),
        Part::Footer(_) => u64::MAX,
    };
    let mut nonce = [0; 12];
    let (low, _) = nonce.split_at_mut(8);
    low.copy_from_slice(&number.to_le_bytes());
    Nonce::assume_unique_for_key(nonce)
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(..)")
    }
}
