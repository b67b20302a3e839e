//! Keys: a master key outside the database, and a key for each district wrapped by it.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// The key that wraps every district's key. It is never kept in the database.
#[derive(Clone)]
pub struct MasterKey([u8; KEY_BYTES]);

/// The key that wraps the key of each sealed file of a district.
#[derive(Clone)]
pub struct DistrictKey([u8; KEY_BYTES]);

/// A key that could not be made, read or unwrapped.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Random(#[from] getrandom::Error),
    /// The file of the master key could not be read or written.
    #[error("the master key `{path}` could not be read or written")]
    File {
        /// The file.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The master key has another length.
    #[error("the master key must be {KEY_BYTES} bytes long, not {0}")]
    Length(usize),
    /// The text of a master key is neither of the two that can be read.
    #[error("a master key is {KEY_BYTES} bytes, as {} hexadecimal digits or in base64", 2 * KEY_BYTES)]
    Text,
    /// The key in the database was wrapped by another master key, or was changed.
    #[error("the district's key does not open with this master key, but with another")]
    Foreign,
}

impl MasterKey {
    /// A master key from the bytes that the configuration gives.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VaultError> {
        bytes.try_into().map(Self).map_err(|_| VaultError::Length(bytes.len()))
    }

    /// A master key from text, in hexadecimal digits or in base64.
    pub fn from_text(text: &str) -> Result<Self, VaultError> {
        let text = text.trim();
        let bytes = if text.len() == 2 * KEY_BYTES && text.is_ascii() {
            unhex(text)
        } else {
            BASE64.decode(text).ok()
        };
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(VaultError::Text)
    }

    /// Makes a new key in a new file that only its owner can read.
    pub(crate) fn create(path: &Path) -> Result<Self, VaultError> {
        let key = random::<KEY_BYTES>()?;
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .and_then(|mut file| file.write_all(&key).and_then(|()| file.sync_all()));
        written.map(|()| Self(key)).map_err(at(path))
    }

    /// Reads the key from its file.
    pub(crate) fn read(path: &Path) -> Result<Self, VaultError> {
        let mut bytes = Vec::new();
        File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(at(path))?;
        Self::from_bytes(&bytes)
    }

    /// Makes a district's key and wraps it, bound to the district's slug.
    pub(crate) fn make_district_key(&self, slug: &str) -> Result<String, VaultError> {
        Ok(hex(&wrap(&self.0, &random::<KEY_BYTES>()?, slug.as_bytes())?))
    }

    /// The district's key from what the database keeps of it.
    pub(crate) fn unwrap_district_key(
        &self,
        slug: &str,
        wrapped: &str,
    ) -> Result<DistrictKey, VaultError> {
        let wrapped = unhex(wrapped).ok_or(VaultError::Foreign)?;
        unwrap(&self.0, &wrapped, slug.as_bytes()).map(DistrictKey)
    }
}

impl DistrictKey {
    /// Wraps the key of a file, bound to what the file says about itself.
    pub(crate) fn wrap(&self, key: &[u8; KEY_BYTES], bound: &[u8]) -> Result<Vec<u8>, VaultError> {
        wrap(&self.0, key, bound)
    }

    /// The key of a file.
    pub(crate) fn unwrap(
        &self,
        wrapped: &[u8],
        bound: &[u8],
    ) -> Result<[u8; KEY_BYTES], VaultError> {
        unwrap(&self.0, wrapped, bound)
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

impl std::fmt::Debug for DistrictKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DistrictKey(..)")
    }
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

fn wrap(with: &[u8; KEY_BYTES], key: &[u8], bound: &[u8]) -> Result<Vec<u8>, VaultError> {
    let nonce = random::<NONCE_BYTES>()?;
    let sealed = XChaCha20Poly1305::new(&(*with).into())
        .encrypt(&XNonce::from(nonce), Payload { msg: key, aad: bound })
        .map_err(|_| VaultError::Foreign)?;
    Ok([&nonce, sealed.as_slice()].concat())
}

fn unwrap(
    with: &[u8; KEY_BYTES],
    wrapped: &[u8],
    bound: &[u8],
) -> Result<[u8; KEY_BYTES], VaultError> {
    let (nonce, sealed) = wrapped.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::Foreign)?;
    XChaCha20Poly1305::new(&(*with).into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: bound })
        .ok()
        .and_then(|key| key.try_into().ok())
        .ok_or(VaultError::Foreign)
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> VaultError {
    let path = path.display().to_string();
    move |source| VaultError::File { path, source }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_district_key_opens_only_with_its_master_key_and_its_slug() {
        let master = MasterKey([7; KEY_BYTES]);
        let wrapped = master.make_district_key("maple").unwrap();
        assert!(master.unwrap_district_key("maple", &wrapped).is_ok());
        assert!(master.unwrap_district_key("oak", &wrapped).is_err());
        assert!(MasterKey([8; KEY_BYTES]).unwrap_district_key("maple", &wrapped).is_err());
    }

    #[test]
    fn a_key_is_read_from_hexadecimal_digits_or_base64() {
        let bytes = std::array::from_fn::<u8, KEY_BYTES, _>(|at| u8::try_from(at * 7).unwrap());
        for text in [hex(&bytes), hex(&bytes).to_uppercase(), format!("{}\n", BASE64.encode(bytes))]
        {
            assert_eq!(MasterKey::from_text(&text).unwrap().0, bytes, "{text}");
        }
        for text in ["", "secret", &"g".repeat(64), &"é".repeat(32), &BASE64.encode([7; 31])] {
            assert!(matches!(MasterKey::from_text(text), Err(VaultError::Text)), "{text}");
        }
    }

    #[test]
    fn a_key_is_never_shown() {
        assert_eq!(format!("{:?}", MasterKey([7; KEY_BYTES])), "MasterKey(..)");
    }
}
