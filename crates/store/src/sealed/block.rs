//! Sealing and opening one block.

use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};

use super::SealedError;
use super::layout::FILE_ID_BYTES;

/// The largest block before compression.
const MOST_BYTES: usize = 64 << 20;

/// Seals blocks of one file, on any thread. Each number must be used once.
#[derive(Clone)]
pub struct Sealer {
    inner: Arc<Inner>,
}

struct Inner {
    cipher: ChaCha20Poly1305,
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
    pub(super) fn new(key: &[u8; 32], file_id: [u8; FILE_ID_BYTES]) -> Self {
        let cipher = ChaCha20Poly1305::new(&(*key).into());
        Self { inner: Arc::new(Inner { cipher, file_id }) }
    }

    /// Compresses and encrypts a block.
    pub fn seal(&self, block: u32, bytes: &[u8]) -> Result<Vec<u8>, SealedError> {
        self.seal_part(Part::Block(block), bytes)
    }

    pub(super) fn seal_part(&self, part: Part, bytes: &[u8]) -> Result<Vec<u8>, SealedError> {
        if bytes.len() > MOST_BYTES {
            return Err(SealedError::TooLarge(bytes.len()));
        }
        let packed = lz4_flex::compress_prepend_size(bytes);
        let aad = self.associated(part);
        let payload = Payload { msg: &packed, aad: &aad };
        self.inner.cipher.encrypt(&nonce(part), payload).map_err(|_| SealedError::Cipher)
    }

    /// The bytes of a part, or nothing if it is not as it was written.
    pub(super) fn open_part(&self, part: Part, sealed: &[u8]) -> Option<Vec<u8>> {
        let aad = self.associated(part);
        let payload = Payload { msg: sealed, aad: &aad };
        let packed = self.inner.cipher.decrypt(&nonce(part), payload).ok()?;
        lz4_flex::decompress_size_prepended(&packed).ok()
    }

    fn associated(&self, part: Part) -> Vec<u8> {
        let (tag, number) = match part {
            Part::Block(block) => (0, block),
            Part::Footer(blocks) => (1, blocks),
        };
        [self.inner.file_id.as_slice(), &[tag], &number.to_le_bytes()].concat()
    }
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
    nonce.into()
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(..)")
    }
}
