//! A set of entries, one bit each.

/// A set of entries.
#[derive(Debug, Clone)]
pub struct Marked(Vec<u64>);

impl Marked {
    /// An empty set for so many entries.
    pub fn of(entries: usize) -> Self {
        Self(vec![0; entries.div_ceil(64)])
    }

    /// Puts entries in.
    pub fn all(&mut self, entries: &[u32]) {
        for entry in entries {
            if let Some(bits) = self.0.get_mut((entry / 64) as usize) {
                *bits |= 1 << (entry % 64);
            }
        }
    }

    /// Keeps those that another set has too.
    pub fn and(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(bits, other)| *bits &= other);
    }

    /// Those that are in it, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        (0u32..).step_by(64).zip(&self.0).flat_map(|(first, bits)| {
            let mut bits = *bits;
            std::iter::from_fn(move || {
                let next = bits.trailing_zeros();
                bits &= bits.wrapping_sub(1);
                (next < 64).then_some(first + next)
            })
        })
    }
}
