//! Entries as bytes: most of them say the same, and stand in the order of the file.
//!
//! A block has the number of its entries, the runs of equal outcomes, the lines as distances from
//! the line expected, and the keys.

use super::Entry;

/// How many bytes of a key are kept.
const KEY: usize = 6;

/// The part of a key that is kept.
pub const fn short(key: u64) -> u64 {
    key & ((1 << (8 * KEY)) - 1)
}

/// The bytes of entries.
pub fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entries.len() * (KEY + 2));
    put(&mut bytes, entries.len() as u64);
    for alike in entries.chunk_by(|one, next| one.outcome == next.outcome) {
        put(&mut bytes, alike.len() as u64);
        bytes.extend(
            alike.first().map(|entry| [entry.outcome.0, entry.outcome.1]).into_iter().flatten(),
        );
    }
    let mut expected = 0i64;
    for entry in entries {
        let line = i64::from(entry.line);
        put(&mut bytes, zigzag(line - expected));
        expected = line + 1;
    }
    for entry in entries {
        bytes.extend(entry.key.to_le_bytes().into_iter().take(KEY));
    }
    bytes
}

/// The entries of a block; `None` where it is none.
pub fn decode(mut bytes: &[u8]) -> Option<Vec<Entry>> {
    let count = usize::try_from(take(&mut bytes)?).ok()?;
    if count > bytes.len() {
        return None;
    }
    let mut entries = Vec::with_capacity(count);
    while entries.len() < count {
        let alike = usize::try_from(take(&mut bytes)?).ok()?.min(count - entries.len());
        let (outcome, rest) = bytes.split_first_chunk::<2>()?;
        bytes = rest;
        let outcome = (outcome[0], outcome[1]);
        entries.resize(entries.len() + alike.max(1), Entry { key: 0, line: 0, outcome });
    }
    let mut expected = 0i64;
    for entry in &mut entries {
        let line = expected + unzigzag(take(&mut bytes)?);
        entry.line = u32::try_from(line).ok()?;
        expected = line + 1;
    }
    let (keys, rest) = bytes.as_chunks::<KEY>();
    for (entry, key) in entries.iter_mut().zip(keys) {
        let mut whole = [0; 8];
        whole.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
        entry.key = u64::from_le_bytes(whole);
    }
    (keys.len() == entries.len() && rest.is_empty()).then_some(entries)
}

/// Writes a number seven bits at a time, the lowest first.
fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for place in 0..10 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// Small numbers for small distances, whichever way.
const fn zigzag(distance: i64) -> u64 {
    ((distance << 1) ^ (distance >> 63)).cast_unsigned()
}

const fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry() -> impl Strategy<Value = Entry> {
        let line = prop_oneof![Just(7), 0..=u32::MAX];
        let outcome = prop_oneof![Just((5, 0)), (1u8..11, any::<u8>())];
        (any::<u64>(), line, outcome).prop_map(|(key, line, outcome)| Entry {
            key: short(key),
            line,
            outcome,
        })
    }

    proptest! {
        #[test]
        fn entries_come_back(entries in prop::collection::vec(entry(), 0..200)) {
            prop_assert_eq!(decode(&encode(&entries)), Some(entries));
        }

        #[test]
        fn whatever_else_is_no_block(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Some(entries) = decode(&bytes) {
                prop_assert_eq!(decode(&encode(&entries)), Some(entries));
            }
        }
    }

    #[test]
    fn what_goes_on_in_order_takes_little_more_than_its_keys() {
        let entry = |line: u32| Entry { key: 0, line, outcome: (5, 0) };
        let entries: Vec<_> = (2..1002).map(entry).collect();
        assert!(encode(&entries).len() < entries.len() * 7 + 16);
    }
}
