//! A hash table from keys to ordinals, in 4 bytes a slot.

use super::subjects::{NOBODY, Ordinal};

/// Keys with the table that finds them: open addressing with linear probing. The upper half of a
/// key decides its place. A slot holds the ordinal of the key and, in the bits that no ordinal
/// needs, a tag from the lower half of the key; the full keys stand beside it in their own list.
#[derive(Debug, Clone, Default)]
pub struct Index {
    slots: Vec<u32>,
    keys: Vec<u64>,
}

const EMPTY: u32 = u32::MAX;

/// How many keys are looked up side by side, so that their cache misses overlap.
const BATCH: usize = 64;

impl Index {
    /// The index of keys, which differ.
    pub fn of(keys: Vec<u64>) -> Self {
        let mut index = Self { slots: Vec::new(), keys };
        index.resize(size_for(index.keys.len()));
        index
    }

    /// The index of keys whose slots were made before.
    pub fn from_parts(slots: Vec<u32>, keys: Vec<u64>) -> Self {
        Self { slots, keys }
    }

    /// The keys, by ordinal.
    pub fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// The slots of an index that is not needed any more.
    pub fn into_slots(self) -> Vec<u32> {
        self.slots
    }

    /// The slots, for an image.
    pub fn slots(&self) -> &[u32] {
        &self.slots
    }

    /// Makes room for so many keys in all.
    pub fn reserve(&mut self, keys: usize) {
        self.keys.reserve(keys.saturating_sub(self.keys.len()));
        let size = size_for(keys);
        if size > self.slots.len() {
            self.resize(size);
        }
    }

    /// Adds a key that is not there yet.
    pub fn push(&mut self, key: u64) {
        if (self.keys.len() + 1) * 4 > self.slots.len() * 3 {
            self.resize((self.slots.len() * 2).max(16));
        }
        let ordinal = Ordinal::try_from(self.keys.len()).unwrap_or(NOBODY);
        self.keys.push(key);
        self.put(key, ordinal);
    }

    /// The ordinal of a key.
    pub fn find(&self, key: u64) -> Option<Ordinal> {
        let mut at = self.place(key);
        loop {
            let slot = self.alike(key, &mut at)?;
            let ordinal = slot & self.mask();
            if self.keys.get(ordinal as usize) == Some(&key) {
                return Some(ordinal);
            }
            at = self.after(at);
        }
    }

    /// Where several keys would be, in their order; nobody's where a key is not there. A guess
    /// may be wrong where only the tag of its key is the same.
    pub fn guess_all(&self, wanted: &[u64], guesses: &mut Vec<Ordinal>) {
        guesses.clear();
        let mask = self.mask();
        for batch in wanted.chunks(BATCH) {
            let mut slots = [EMPTY; BATCH];
            for (slot, key) in slots.iter_mut().zip(batch) {
                *slot = self.slots.get(self.place(*key)).copied().unwrap_or(EMPTY);
            }
            for (slot, key) in slots.iter().zip(batch) {
                let found = if *slot == EMPTY || (*slot ^ low(*key)) & !mask == 0 {
                    Some(*slot).filter(|slot| *slot != EMPTY)
                } else {
                    self.alike(*key, &mut self.place(*key))
                };
                guesses.push(found.map_or(NOBODY, |slot| slot & mask));
            }
        }
    }

    /// The first slot from a place on that has the tag of a key, before an empty one.
    fn alike(&self, key: u64, at: &mut usize) -> Option<u32> {
        let mask = self.mask();
        loop {
            let slot = *self.slots.get(*at)?;
            if slot == EMPTY {
                return None;
            }
            if (slot ^ low(key)) & !mask == 0 {
                return Some(slot);
            }
            *at = self.after(*at);
        }
    }

    fn put(&mut self, key: u64, ordinal: Ordinal) {
        let (mut at, mask) = (self.place(key), self.mask());
        while let Some(there) = self.slots.get_mut(at) {
            if *there == EMPTY {
                *there = low(key) & !mask | ordinal;
                return;
            }
            at = if at + 1 == self.slots.len() { 0 } else { at + 1 };
        }
    }

    fn resize(&mut self, size: usize) {
        self.slots.clear();
        self.slots.resize(size, EMPTY);
        let keys = std::mem::take(&mut self.keys);
        for (ordinal, key) in (0u32..).zip(&keys) {
            self.put(*key, ordinal);
        }
        self.keys = keys;
    }

    /// The bits of a slot that hold the ordinal: as many as the largest needs. There are more
    /// slots than ordinals, so that no slot in use is all ones.
    fn mask(&self) -> u32 {
        let most = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        most.checked_next_power_of_two().map_or(u32::MAX, |power| power - 1)
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

#[expect(clippy::cast_possible_truncation, reason = "the lower half of the key")]
fn low(key: u64) -> u32 {
    key as u32
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
        let index = Index::of(keys.clone());
        for (ordinal, key) in (0u32..).zip(&keys) {
            assert_eq!(index.find(*key), Some(ordinal));
        }
        assert_eq!(index.find(12345), None);
        let mut guesses = Vec::new();
        index.guess_all(&keys, &mut guesses);
        let right = (0u32..).zip(&guesses).filter(|(ordinal, guess)| ordinal == *guess).count();
        assert!(right > 9_900, "{right}");
    }

    #[test]
    fn keys_of_the_same_place_and_tag_are_told_apart() {
        let index = Index::of(vec![7 << 32, 7 << 32 | 1, 7 << 32 | 2]);
        assert_eq!(index.find(7 << 32 | 2), Some(2));
        assert_eq!(index.find(7 << 32 | 3), None);
        let mut guesses = Vec::new();
        index.guess_all(&[7 << 32, 8 << 32, 7 << 32 | 1 << 31], &mut guesses);
        assert_eq!(guesses, [0, 0, NOBODY]);
    }

    #[test]
    fn it_grows() {
        let mut index = Index::default();
        let keys = spread(1..=1000);
        for key in &keys {
            index.push(*key);
        }
        assert!((0u32..).zip(&keys).all(|(n, key)| index.find(*key) == Some(n)));
        assert_eq!((Index::default().find(5), index.find(5)), (None, None));
    }
}
