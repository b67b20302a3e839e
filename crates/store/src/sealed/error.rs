//! What can be wrong with a sealed file.

use std::path::Path;

use crate::vault::VaultError;

/// A sealed file that could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum SealedError {
    /// The file system.
    #[error("`{path}` could not be read or written")]
    File {
        /// The file.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// It is another kind of file.
    #[error("`{0}` is not a sealed file")]
    NotSealed(String),
    /// It ends too early.
    #[error("`{0}` was cut short")]
    Truncated(String),
    /// It was sealed for another district, or its beginning was changed.
    #[error("`{path}` was sealed with another key, or was changed")]
    Foreign {
        /// The file.
        path: String,
        /// The key.
        source: VaultError,
    },
    /// A block or the footer is not as it was written.
    #[error("`{path}` was changed: {part} is not as it was written")]
    Tampered {
        /// The file.
        path: String,
        /// The part.
        part: String,
    },
    /// It has fewer blocks.
    #[error("`{path}` has no block `{block}`")]
    NoBlock {
        /// The file.
        path: String,
        /// The block.
        block: u32,
    },
    /// Blocks must be appended in their order.
    #[error("block `{given}` was appended where block `{expected}` belongs")]
    OutOfOrder {
        /// The block that belongs there.
        expected: u32,
        /// The block that was given.
        given: u32,
    },
    /// A block, a header or a footer is too large.
    #[error("a part of a sealed file is too large: {0} bytes")]
    TooLarge(usize),
    /// The cipher refused to encrypt.
    #[error("a block could not be encrypted")]
    Cipher,
    /// The keys.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl SealedError {
    /// An error of the file system at a path.
    pub(super) fn file(path: &Path) -> impl Fn(std::io::Error) -> Self + use<> {
        let path = path.display().to_string();
        move |source| Self::File { path: path.clone(), source }
    }

    /// An error for a part that is not as it was written.
    pub(super) fn tampered(path: &Path, part: impl Into<String>) -> Self {
        Self::Tampered { path: path.display().to_string(), part: part.into() }
    }
}
