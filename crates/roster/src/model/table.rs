//! A hash table from keys to ordinals, in 8 bytes a slot.

use super::subjects::{NOBODY, Ordinal};

/// Finds ordinals by 64-bit keys: open addressing with linear probing. A slot holds the upper
/// half of the key, which also decides its place, and the ordinal; the full keys stand beside
/// it in their own list.
#[derive(Debug, Clone, Default)]
pub struct KeyTable {
    slots: Vec<u64>,
    used: usize,
}

const EMPTY: u64 = u64::MAX;

/// How many keys are looked up side by side, so that their cache misses overlap.
const BATCH: usize = 64;

impl KeyTable {
    /// A table with room for so many keys.
    pub fn with_capacity(keys: usize) -> Self {
        Self { slots: vec![EMPTY; size_for(keys)], used: 0 }
    }

    /// The table of so many keys whose slots were made before.
    pub fn from_slots(slots: Vec<u64>, used: usize) -> Self {
        Self { slots, used }
    }

    /// The table of these keys, which differ, by their places.
    pub fn of(keys: &[u64]) -> Self {
        let mut table = Self::with_capacity(keys.len());
        for (ordinal, key) in (0u32..).zip(keys) {
            table.insert(*key, ordinal);
        }
        table
    }

    /// The slots, for an image.
    pub fn slots(&self) -> &[u64] {
        &self.slots
    }

    /// Makes room for so many keys in all.
    pub fn reserve(&mut self, keys: usize) {
        let size = size_for(keys);
        if size > self.slots.len() {
            self.resize(size);
        }
    }

    /// The ordinal of a key.
    pub fn get(&self, key: u64, keys: &[u64]) -> Option<Ordinal> {
        if self.slots.is_empty() {
            return None;
        }
        let mut at = self.place(key);
        loop {
            let slot = *self.slots.get(at)?;
            if slot == EMPTY {
                return None;
            }
            if slot >> 32 == key >> 32 && keys.get(ordinal(slot) as usize) == Some(&key) {
                return Some(ordinal(slot));
            }
            at = self.after(at);
        }
    }

    /// Where several keys would be, in their order; nobody's where a key is not there. A guess
    /// is wrong where only the upper half of its key is the same.
    pub fn guess_all(&self, wanted: &[u64], guesses: &mut Vec<Ordinal>) {
        guesses.clear();
        for batch in wanted.chunks(BATCH) {
            let mut slots = [EMPTY; BATCH];
            for (slot, key) in slots.iter_mut().zip(batch) {
                *slot = self.slots.get(self.place(*key)).copied().unwrap_or(EMPTY);
            }
            for (slot, key) in slots.iter().zip(batch) {
                let settled = *slot >> 32 == key >> 32 || *slot == EMPTY;
                // The ordinal of an empty slot is nobody's.
                guesses.push(ordinal(if settled { *slot } else { self.walk(*key) }));
            }
        }
    }

    /// Adds a key that is not there yet and stands at this ordinal of the keys.
    pub fn insert(&mut self, key: u64, ordinal: Ordinal) {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.resize((self.slots.len() * 2).max(16));
        }
        self.put((key >> 32) << 32 | u64::from(ordinal));
        self.used += 1;
    }

    /// The first slot that shares the upper half of a key, or an empty one.
    fn walk(&self, key: u64) -> u64 {
        let mut at = self.place(key);
        loop {
            match self.slots.get(at) {
                Some(slot) if *slot != EMPTY && *slot >> 32 != key >> 32 => at = self.after(at),
                Some(slot) => return *slot,
                None => return EMPTY,
            }
        }
    }

    fn put(&mut self, slot: u64) {
        let mut at = self.place(slot);
        while let Some(there) = self.slots.get_mut(at) {
            if *there == EMPTY {
                *there = slot;
                return;
            }
            at = self.after(at);
        }
    }

    /// Places follow the upper halves of keys, so this walks both tables from end to end.
    fn resize(&mut self, size: usize) {
        let old = std::mem::replace(&mut self.slots, vec![EMPTY; size]);
        for slot in old.into_iter().filter(|slot| *slot != EMPTY) {
            self.put(slot);
        }
    }

    fn place(&self, key: u64) -> usize {
        (((key >> 32) * self.slots.len() as u64) >> 32) as usize
    }

    fn after(&self, at: usize) -> usize {
        if at + 1 == self.slots.len() { 0 } else { at + 1 }
    }
}

fn size_for(keys: usize) -> usize {
    keys.max(8) * 8 / 5
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half of the slot")]
fn ordinal(slot: u64) -> Ordinal {
    slot as Ordinal
}

/// Keys with the table that finds them.
#[derive(Debug, Clone, Default)]
pub struct Index {
    table: KeyTable,
    keys: Vec<u64>,
}

impl Index {
    /// The index of keys whose table was made before.
    pub fn from_parts(table: KeyTable, keys: Vec<u64>) -> Self {
        Self { table, keys }
    }

    /// The keys, by ordinal.
    pub fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// The table that finds them.
    pub fn table(&self) -> &KeyTable {
        &self.table
    }

    /// The ordinal of a key.
    pub fn find(&self, key: u64) -> Option<Ordinal> {
        self.table.get(key, &self.keys)
    }

    /// Where several keys would be, as [`KeyTable::guess_all`] says.
    pub fn guess_all(&self, wanted: &[u64], guesses: &mut Vec<Ordinal>) {
        self.table.guess_all(wanted, guesses);
    }

    /// Adds a key that is not there yet.
    pub fn push(&mut self, key: u64) {
        let ordinal = Ordinal::try_from(self.keys.len()).unwrap_or(NOBODY);
        self.keys.push(key);
        self.table.insert(key, ordinal);
    }

    /// Makes room for so many keys in all.
    pub fn reserve(&mut self, keys: usize) {
        self.keys.reserve(keys.saturating_sub(self.keys.len()));
        self.table.reserve(keys);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(keys: std::ops::RangeInclusive<u64>) -> Vec<u64> {
        keys.map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect()
    }

    #[test]
    fn every_key_is_found_and_no_other() {
        let keys = spread(1..=10_000);
        let table = KeyTable::of(&keys);
        for (ordinal, key) in (0u32..).zip(&keys) {
            assert_eq!(table.get(*key, &keys), Some(ordinal));
        }
        assert_eq!(table.get(12345, &keys), None);
        let (mut guesses, wanted) = (Vec::new(), spread(5_000..=15_000));
        table.guess_all(&wanted, &mut guesses);
        let one_by_one: Vec<_> =
            wanted.iter().map(|key| table.get(*key, &keys).unwrap_or(NOBODY)).collect();
        assert_eq!(guesses, one_by_one);
    }

    #[test]
    fn keys_that_share_their_upper_half_are_told_apart() {
        let keys = vec![7 << 32, 7 << 32 | 1, 7 << 32 | 2];
        let table = KeyTable::of(&keys);
        assert_eq!(table.get(7 << 32 | 2, &keys), Some(2));
        assert_eq!(table.get(7 << 32 | 3, &keys), None);
        let mut guesses = Vec::new();
        table.guess_all(&[7 << 32, 8 << 32], &mut guesses);
        assert_eq!(guesses, [0, NOBODY]);
    }

    #[test]
    fn it_grows() {
        let mut index = Index::default();
        let keys = spread(1..=1000);
        for key in &keys {
            index.push(*key);
        }
        assert!((0u32..).zip(&keys).all(|(n, key)| index.find(*key) == Some(n)));
        assert_eq!(KeyTable::default().get(5, &keys), None);
    }
}
