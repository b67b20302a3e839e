//! The hub's ids of subjects, in 4 bytes each where they lie close together.

use std::collections::HashMap;

use super::Ordinal;

/// The ids of the subjects of one kind, by ordinal. Those of the roster's part are read from an
/// image as distances from the first.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    first: i64,
    distances: Vec<u32>,
    /// Ids of that part which were set since.
    changed: HashMap<Ordinal, i64>,
    /// The ids after that part.
    rest: Vec<i64>,
}

impl Ids {
    /// Ids as distances from the first.
    pub fn near(first: i64, distances: Vec<u32>) -> Self {
        Self { first, distances, ..Self::default() }
    }

    /// Ids as they are.
    pub fn wide(ids: Vec<i64>) -> Self {
        Self { rest: ids, ..Self::default() }
    }

    /// Makes room for so many more.
    pub fn reserve(&mut self, more: usize) {
        self.rest.reserve_exact(more);
    }

    /// Adds an id.
    pub fn push(&mut self, id: i64) {
        self.rest.push(id);
    }

    /// The id of a subject, 0 for none.
    pub fn get(&self, one: Ordinal) -> i64 {
        let at = one as usize;
        match self.distances.get(at) {
            Some(distance) => {
                let changed = self.changed.get(&one).copied();
                changed.unwrap_or(self.first + i64::from(*distance))
            }
            None => self.rest.get(at - self.distances.len()).copied().unwrap_or(0),
        }
    }

    /// Gives a subject an id.
    pub fn set(&mut self, one: Ordinal, id: i64) {
        let at = one as usize;
        if at < self.distances.len() {
            self.changed.insert(one, id);
        } else if let Some(place) = self.rest.get_mut(at - self.distances.len()) {
            *place = id;
        }
    }

    /// All ids that were set or added.
    pub fn own_mut(&mut self) -> impl Iterator<Item = &mut i64> {
        self.changed.values_mut().chain(&mut self.rest)
    }

    /// Where an id stands among the first ones, which ascend.
    pub fn find(&self, id: i64, among: usize) -> Option<Ordinal> {
        let (mut from, mut to) = (0, u32::try_from(among).ok()?);
        while from < to {
            let middle = from + (to - from) / 2;
            match self.get(middle).cmp(&id) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back_however_they_are_kept() {
        let mut near = Ids::near(5_000_000_000, vec![0, 2, 5]);
        near.push(5_000_000_009);
        let mut wide = Ids::wide(vec![5_000_000_000, 5_000_000_002, 5_000_000_005, 5_000_000_009]);
        for ids in [&mut near, &mut wide] {
            assert_eq!((0..5).map(|one| ids.get(one)).max(), Some(5_000_000_009));
            assert_eq!(ids.find(5_000_000_005, 4), Some(2));
            assert_eq!(ids.find(5_000_000_009, 3), None);
            assert_eq!(
                (ids.find(5_000_000_009, 4), ids.find(1, 4), ids.get(4)),
                (Some(3), None, 0)
            );
            ids.set(1, -7);
            ids.set(3, -8);
            ids.own_mut().filter(|id| **id < 0).for_each(|id| *id *= 2);
            assert_eq!(
                [0, 1, 2, 3].map(|one| ids.get(one)),
                [5_000_000_000, -14, 5_000_000_005, -16]
            );
        }
    }
}
