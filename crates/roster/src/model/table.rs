//! A hash table from keys to ordinals, in 8 bytes a slot.

/// Finds ordinals by 64-bit keys: open addressing with linear probing; a slot holds the upper
/// half of the key and the ordinal, and the full keys stand beside it in their own list.
#[derive(Debug, Clone, Default)]
pub struct KeyTable {
    slots: Vec<u64>,
    used: usize,
}

const EMPTY: u64 = u64::MAX;

impl KeyTable {
    /// A table with room for so many keys.
    pub fn with_capacity(keys: usize) -> Self {
        let size = (keys.max(8) * 8 / 5).next_power_of_two();
        Self { slots: vec![EMPTY; size], used: 0 }
    }

    /// The table of these keys, by their places; the first of equal keys is found.
    pub fn of(keys: &[u64]) -> Self {
        let mut table = Self::with_capacity(keys.len());
        for (ordinal, key) in (0u32..).zip(keys) {
            table.insert(*key, ordinal, keys);
        }
        table
    }

    /// The ordinal of a key.
    pub fn get(&self, key: u64, keys: &[u64]) -> Option<u32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = place(key) & mask;
        loop {
            let slot = *self.slots.get(at)?;
            if slot == EMPTY {
                return None;
            }
            if slot >> 32 == key >> 32 {
                let ordinal = ordinal(slot);
                if keys.get(ordinal as usize) == Some(&key) {
                    return Some(ordinal);
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a key that stands at this ordinal of the keys; an equal key stays as it was.
    pub fn insert(&mut self, key: u64, ordinal: u32, keys: &[u64]) {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.grow(keys);
        }
        if self.get(key, keys).is_none_or(|found| found == ordinal) {
            self.put(key, ordinal);
        }
    }

    fn put(&mut self, key: u64, ordinal: u32) {
        let mask = self.slots.len().saturating_sub(1);
        let mut at = place(key) & mask;
        while let Some(slot) = self.slots.get_mut(at) {
            if *slot == EMPTY {
                *slot = (key >> 32) << 32 | u64::from(ordinal);
                self.used += 1;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self, keys: &[u64]) {
        let size = (self.slots.len() * 2).max(16);
        let old = std::mem::replace(&mut self.slots, vec![EMPTY; size]);
        self.used = 0;
        for slot in old.into_iter().filter(|slot| *slot != EMPTY) {
            if let Some(key) = keys.get(ordinal(slot) as usize) {
                self.put(*key, ordinal(slot));
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half of the slot")]
fn ordinal(slot: u64) -> u32 {
    slot as u32
}

#[expect(clippy::cast_possible_truncation, reason = "the place needs only the lower bits")]
fn place(key: u64) -> usize {
    (key ^ (key >> 29)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_and_no_other() {
        let keys: Vec<u64> =
            (1..=10_000u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let table = KeyTable::of(&keys);
        for (ordinal, key) in (0u32..).zip(&keys) {
            assert_eq!(table.get(*key, &keys), Some(ordinal));
        }
        assert_eq!(table.get(12345, &keys), None);
    }

    #[test]
    fn keys_that_share_their_upper_half_are_told_apart() {
        let keys = vec![7 << 32, 7 << 32 | 1, 7 << 32 | 2];
        let table = KeyTable::of(&keys);
        assert_eq!(table.get(7 << 32 | 2, &keys), Some(2));
        assert_eq!(table.get(7 << 32 | 3, &keys), None);
    }

    #[test]
    fn it_grows() {
        let keys: Vec<u64> = (1..1000u64).map(|n| n << 20).collect();
        let mut table = KeyTable::with_capacity(1);
        for (ordinal, key) in (0u32..).zip(&keys) {
            table.insert(*key, ordinal, &keys);
        }
        assert!((0u32..).zip(&keys).all(|(n, key)| table.get(*key, &keys) == Some(n)));
        assert_eq!(KeyTable::default().get(5, &keys), None);
    }
}
