//! Sealed files: blocks that are compressed and encrypted one by one, with an index.
//!
//! ```text
//! magic 8 | header length 4 | header | file id 16 | wrapped key 72
//! block 0 | block 1 | ... | footer | footer length 4 | blocks 4 | magic 8
//! ```
//!
//! A file has a random key of its own, wrapped by the district's and bound to the header and the
//! file id. A block is LZ4, then ChaCha20-Poly1305 with the number of the block as nonce (the key
//! is used for this file alone) and the file id as associated data, so that no block can be
//! changed, moved or taken from another file. The footer holds the length of every block and the
//! caller's own index, and is sealed alike. The header is readable without a key and must hold no
//! value of a person. All integers are little-endian.

mod block;
mod error;
mod layout;
mod reader;
mod sink;
mod writer;

pub use block::Sealer;
pub use error::SealedError;
pub use reader::SealedReader;
pub use writer::{Finished, SealedWriter};

#[cfg(test)]
mod tests;
