//! Entries as bytes: most of them say the same, and stand in the order of the file.
//!
//! A block has the number of its entries, the runs of equal outcomes, those of equal schools, the lines
//! as distances from the line expected, the keys, and the pairs of those entries that have one.

use super::Entry;
use crate::varint::{put, take, take_count, unzigzag, zigzag};

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
    for alike in entries.chunk_by(|one, next| one.school == next.school) {
        put(&mut bytes, alike.len() as u64);
        put(&mut bytes, alike.first().map_or(0, |entry| u64::from(entry.school)));
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
    for alike in entries.chunk_by(|one, next| one.pair.is_some() == next.pair.is_some()) {
        put(&mut bytes, alike.len() as u64);
        bytes.push(u8::from(alike.first().is_some_and(|entry| entry.pair.is_some())));
        for pair in alike.iter().filter_map(|entry| entry.pair) {
            bytes.extend(pair.to_le_bytes().into_iter().take(KEY));
        }
    }
    bytes
}

/// The entries of a block; `None` where it is none.
pub fn decode(mut bytes: &[u8]) -> Option<Vec<Entry>> {
    let count = take_count(&mut bytes)?;
    let mut entries: Vec<Entry> = Vec::with_capacity(count);
    while entries.len() < count {
        let alike = alike(&mut bytes, count - entries.len())?;
        let (outcome, rest) = bytes.split_first_chunk::<2>()?;
        bytes = rest;
        let outcome = (outcome[0], outcome[1]);
        entries.resize(entries.len() + alike, Entry { outcome, ..Entry::default() });
    }
    let mut left = entries.as_mut_slice();
    while !left.is_empty() {
        let (these, rest) = left.split_at_mut(alike(&mut bytes, left.len())?);
        let school = u32::try_from(take(&mut bytes)?).ok()?;
        for entry in these {
            entry.school = school;
        }
        left = rest;
    }
    let mut expected = 0i64;
    for entry in &mut entries {
        let line = expected.checked_add(unzigzag(take(&mut bytes)?))?;
        entry.line = u32::try_from(line).ok()?;
        expected = line + 1;
    }
    for entry in &mut entries {
        entry.key = take_key(&mut bytes)?;
    }
    let mut left = entries.as_mut_slice();
    while !left.is_empty() {
        let (these, rest) = left.split_at_mut(alike(&mut bytes, left.len())?);
        let (has, after) = bytes.split_first()?;
        bytes = after;
        for entry in these.iter_mut().filter(|_| *has > 0) {
            entry.pair = Some(take_key(&mut bytes)?);
        }
        left = rest;
    }
    bytes.is_empty().then_some(entries)
}

/// The length of a run of equal entries, of which there are at most so many.
fn alike(bytes: &mut &[u8], most: usize) -> Option<usize> {
    let alike = usize::try_from(take(bytes)?).ok()?;
    (1..=most).contains(&alike).then_some(alike)
}

fn take_key(bytes: &mut &[u8]) -> Option<u64> {
    let (key, rest) = bytes.split_first_chunk::<KEY>()?;
    *bytes = rest;
    let mut whole = [0; 8];
    whole.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
    Some(u64::from_le_bytes(whole))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry() -> impl Strategy<Value = Entry> {
        let line = prop_oneof![Just(7), 0..=u32::MAX];
        let outcome = prop_oneof![Just((5, 0)), (1u8..11, any::<u8>())];
        let pair = prop::option::of(any::<u64>().prop_map(short));
        let rest = (any::<u64>(), prop_oneof![Just(3), any::<u32>()], pair);
        (line, outcome, rest).prop_map(|(line, outcome, (key, school, pair))| Entry {
            key: short(key),
            line,
            outcome,
            school,
            pair,
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
        let entry = |line: u32| Entry { line, outcome: (5, 0), ..Entry::default() };
        let entries: Vec<_> = (2..1002).map(entry).collect();
        assert!(encode(&entries).len() < entries.len() * 7 + 16);
    }
}
