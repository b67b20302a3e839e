//! A small seedable generator (`SplitMix64`, Steele, Lea and Flood 2014), so that bytes stay the
//! same whatever else changes.

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A stream of numbers that follows from a seed and a path of labels.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// Begins the stream that belongs to the seed and the labels.
    pub(crate) fn new(seed: u64, labels: &[u64]) -> Self {
        let state = labels.iter().fold(mix(seed ^ STEP), |state, label| {
            mix(state.wrapping_add(STEP) ^ label.wrapping_mul(STEP))
        });
        Self(state)
    }

    /// Draws a number below `bound`; 0 where the bound is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u128::try_from(bound).unwrap_or_default();
        let scaled = (u128::from(self.next()) * bound) >> 64;
        usize::try_from(scaled).unwrap_or_default()
    }

    /// Says yes `per_million` times in a million.
    pub(crate) fn chance(&mut self, per_million: usize) -> bool {
        self.below(1_000_000) < per_million
    }

    /// Draws one of the items.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// Puts the items in a random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            let other = self.below(end + 1);
            items.swap(end, other);
        }
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_labels_give_the_same_stream() {
        let draw = |labels| {
            let mut random = Random::new(7, labels);
            (0..5).map(|_| random.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(&[1, 2]), draw(&[1, 2]));
        assert_ne!(draw(&[1, 2]), draw(&[2, 1]));
    }

    #[test]
    fn a_chance_comes_true_about_as_often_as_it_says() {
        let mut random = Random::new(1, &[]);
        let hits = (0..100_000).filter(|_| random.chance(5_000)).count();
        assert!((400..600).contains(&hits), "{hits}");
    }
}
