//! Which keys a block may hold: a Bloom filter (Bloom 1970) with the two hashes of Kirsch and
//! Mitzenmacher (2006), which the halves of a key are.

/// Bits for each key: of the keys that are not there, one in forty is thought to be.
const BITS: usize = 8;

/// How many bits each key sets.
const SET: u64 = 5;

/// The keys that a block may hold.
pub struct Filter(Vec<u8>);

impl Filter {
    /// The filter of keys.
    pub fn of(keys: &[u64]) -> Self {
        let mut filter = Self(vec![0; (keys.len() * BITS).div_ceil(8)]);
        for key in keys {
            for bit in filter.bits(*key) {
                if let Some(byte) = filter.0.get_mut(bit / 8) {
                    *byte |= 1 << (bit % 8);
                }
            }
        }
        filter
    }

    /// The filter of these bytes.
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Whether a key may be among those that it was made of; of those that are it always says so.
    pub fn may_hold(&self, key: u64) -> bool {
        let is_set =
            |bit: usize| self.0.get(bit / 8).is_some_and(|byte| byte & (1 << (bit % 8)) > 0);
        !self.0.is_empty() && self.bits(key).all(is_set)
    }

    fn bits(&self, key: u64) -> impl Iterator<Item = usize> + use<> {
        let length = (self.0.len() as u64 * 8).max(1);
        // Some keys are numbers that follow each other; the constant is that of SplitMix64.
        let mixed = (key ^ (key >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let (first, step) = (mixed >> 32, (mixed & 0xFFFF_FFFF) | 1);
        (0..SET).map(move |time| {
            let bit = first.wrapping_add(time.wrapping_mul(step)) % length;
            usize::try_from(bit).unwrap_or_default()
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_there_is_never_denied(keys in prop::collection::vec(any::<u64>(), 0..300)) {
            let filter = Filter::from_bytes(Filter::of(&keys).into_bytes());
            for key in keys {
                prop_assert!(filter.may_hold(key));
            }
        }
    }

    #[test]
    fn few_of_the_others_are_thought_to_be_there() {
        let keys: Vec<u64> = (0..10_000).collect();
        let filter = Filter::of(&keys);
        let wrong = (10_000..30_000).filter(|key| filter.may_hold(*key)).count();
        assert!(wrong < 700, "{wrong} of 20,000");
        assert!(!Filter::of(&[]).may_hold(7));
    }
}
