//! Keyed hashes that find records and tell whether they changed.
//!
//! The hash is rapidhash v3 in its protected form, seeded from a district's own secret, so that
//! nobody who writes a delivery can aim at collisions. A fingerprint is only ever compared with the
//! one that the same subject left before, for which 64 bits are plenty.

use crate::model::settings::Reach;
use rapidhash::v3::{RapidSecrets, rapidhash_v3_inline};

/// The keyed hashes of one district.
#[derive(Debug, Clone)]
pub struct Hasher {
    seed: u64,
    key: RapidSecrets,
    print: RapidSecrets,
}

impl Hasher {
    /// The hashes that belong to a district's secret seed.
    pub fn new(seed: u64) -> Self {
        let [key, print] = [b"key".as_slice(), b"print"].map(|it| secrets(seed, it));
        Self { seed, key, print }
    }

    /// The key of a sourcedId or identifier; never 0, which stands for nothing.
    pub fn key(&self, text: &[u8]) -> u64 {
        rapidhash_v3_inline::<true, false, true>(text, &self.key).max(1)
    }

    /// The key of an identifier in its namespace, as a signed number for the database.
    pub fn identifier(&self, namespace: &str, value: &str) -> i64 {
        let mut text = Vec::with_capacity(namespace.len() + value.len() + 1);
        text.extend_from_slice(namespace.as_bytes());
        text.push(0);
        text.extend_from_slice(value.as_bytes());
        self.key(&text).cast_signed()
    }

    /// A code of a user's grades, equal for equal grades; below 2^31, so never nobody's ordinal.
    pub fn grade_code(&self, grades: &str) -> u32 {
        u32::try_from(self.key(grades.as_bytes()) >> 33).unwrap_or_default()
    }

    /// The fingerprint of a record's normalised form; never 0, which stands for "compare".
    pub fn print(&self, form: &[u8]) -> u64 {
        rapidhash_v3_inline::<true, false, true>(form, &self.print).max(1)
    }

    /// The hash of records as they stand in a file, for files that are read alike.
    pub fn of_bytes(&self, alike: &[u8]) -> ByteHasher {
        let purpose = [b"raw".as_slice(), blake3::hash(alike).as_bytes()].concat();
        ByteHasher { secrets: secrets(self.seed, &purpose) }
    }
}

/// The keyed hash of the bytes of records in files that are read alike: with the same header,
/// version and settings, beside the same orgs and terms.
#[derive(Debug, Clone)]
pub struct ByteHasher {
    secrets: RapidSecrets,
}

impl ByteHasher {
    /// The hash of a record's bytes, its end included; even, and never 0.
    pub fn hash(&self, bytes: &[u8]) -> u64 {
        (rapidhash_v3_inline::<true, false, true>(bytes, &self.secrets) & !1).max(2)
    }
}

fn secrets(seed: u64, purpose: &[u8]) -> RapidSecrets {
    let mut input = seed.to_le_bytes().to_vec();
    input.extend_from_slice(purpose);
    let derived = blake3::derive_key("firstbell 2026 roster hashes", &input);
    let word = derived.first_chunk::<8>().copied().unwrap_or_default();
    RapidSecrets::seed(u64::from_le_bytes(word))
}

/// An identifier's hash as it is compared among the records of a delivery: its last bit tells
/// whether it is unique in one school alone.
pub const fn among_records(hash: u64, reach: Reach) -> u64 {
    match reach {
        Reach::School => hash | 1,
        Reach::District | Reach::State => hash & !1,
    }
}

/// Whether an identifier that is compared among records is unique in one school alone.
pub const fn is_of_school(among_records: u64) -> bool {
    among_records & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_seed_gives_other_hashes() {
        let (one, two) = (Hasher::new(1), Hasher::new(2));
        assert_eq!(one.key(b"a"), Hasher::new(1).key(b"a"));
        assert_ne!(one.key(b"a"), two.key(b"a"));
        assert_ne!(one.print(b"a"), two.print(b"a"));
        assert_ne!(one.identifier("a", "bc"), one.identifier("ab", "c"));
    }

    #[test]
    fn bytes_hash_alike_only_in_files_that_are_read_alike() {
        let hasher = Hasher::new(1);
        let (one, two) = (hasher.of_bytes(b"header"), hasher.of_bytes(b"other"));
        assert_eq!(one.hash(b"a\n"), hasher.of_bytes(b"header").hash(b"a\n"));
        assert_ne!(one.hash(b"a\n"), two.hash(b"a\n"));
        assert_eq!(one.hash(b"a\n") & 1, 0);
    }
}
