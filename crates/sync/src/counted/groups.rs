//! How many entries of which group stand in which block.

use std::collections::{BTreeMap, HashMap};

use crate::varint::{put, take, take_count, unzigzag, zigzag};

/// What entries have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Group {
    /// The school, by the number that the file has for it.
    pub school: i64,
    /// What became of them, as the file writes it.
    pub what: u32,
}

/// How many entries of which group stand in which block.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Groups(Vec<Vec<(Group, u64)>>);

/// Counts the groups of a block's entries, in order.
pub fn count(groups: impl Iterator<Item = Group>) -> Vec<(Group, u64)> {
    let mut counts: HashMap<Group, u64> = HashMap::new();
    // Neighbours are alike more often than not.
    let mut run: Option<(Group, u64)> = None;
    for group in groups {
        match &mut run {
            Some((last, times)) if *last == group => *times += 1,
            Some(_) | None => {
                let ended = run.replace((group, 1));
                if let Some((group, times)) = ended {
                    add(&mut counts, group, times);
                }
            }
        }
    }
    if let Some((group, times)) = run {
        add(&mut counts, group, times);
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable();
    counts
}

fn add(counts: &mut HashMap<Group, u64>, group: Group, times: u64) {
    *counts.entry(group).or_default() += times;
}

impl Groups {
    /// Adds what the next block has.
    pub fn push(&mut self, block: Vec<(Group, u64)>) {
        self.0.push(block);
    }

    /// How many blocks there are.
    pub const fn blocks(&self) -> u64 {
        self.0.len() as u64
    }

    /// How many entries there are of each group.
    pub fn sums(&self) -> BTreeMap<Group, u64> {
        let mut sums = BTreeMap::new();
        for (group, count) in self.0.iter().flatten() {
            *sums.entry(*group).or_default() += count;
        }
        sums
    }

    /// How many entries there are of those groups that are wanted.
    pub fn total(&self, wanted: impl Fn(Group) -> bool) -> u64 {
        self.of_blocks(wanted).sum()
    }

    /// The same block by block.
    pub fn of_blocks(&self, wanted: impl Fn(Group) -> bool) -> impl Iterator<Item = u64> {
        self.0.iter().map(move |block| {
            block.iter().filter(|(group, _)| wanted(*group)).map(|(_, count)| count).sum()
        })
    }

    /// Some entries of those groups that are wanted: `limit` at most, after as many as are skipped.
    /// `read` gives the entries of a block with their groups; of the others it is not asked.
    pub fn page<T, E>(
        &self,
        wanted: impl Fn(Group) -> bool,
        mut skip: u64,
        limit: usize,
        read: impl Fn(u32) -> Result<Vec<(Group, T)>, E>,
    ) -> Result<Vec<T>, E> {
        let mut found = Vec::new();
        for (block, count) in (0..).zip(self.of_blocks(&wanted)) {
            if found.len() >= limit {
                break;
            }
            if count <= skip {
                skip -= count;
                continue;
            }
            let entries = read(block)?.into_iter();
            let entries = entries.filter(|(group, _)| wanted(*group)).map(|(_, entry)| entry);
            let past = usize::try_from(skip).unwrap_or(usize::MAX);
            found.extend(entries.skip(past).take(limit - found.len()));
            skip = 0;
        }
        Ok(found)
    }

    /// As bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put(&mut bytes, self.0.len() as u64);
        for block in &self.0 {
            put(&mut bytes, block.len() as u64);
            let mut school = 0;
            for (group, count) in block {
                put(&mut bytes, zigzag(group.school.wrapping_sub(school)));
                school = group.school;
                put(&mut bytes, u64::from(group.what));
                put(&mut bytes, *count);
            }
        }
        bytes
    }

    /// The inverse of [`Groups::encode`]; `None` for what it never makes.
    pub fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut blocks = Vec::new();
        for _ in 0..take_count(&mut bytes)? {
            let (mut block, mut school) = (Vec::new(), 0i64);
            for _ in 0..take_count(&mut bytes)? {
                school = school.wrapping_add(unzigzag(take(&mut bytes)?));
                let what = u32::try_from(take(&mut bytes)?).ok()?;
                block.push((Group { school, what }, take(&mut bytes)?));
            }
            blocks.push(block);
        }
        bytes.is_empty().then_some(Self(blocks))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;

    use super::*;

    /// The entries of each block, numbered, with the counts of their groups.
    type Blocks = Vec<Vec<(Group, usize)>>;

    fn blocks() -> impl Strategy<Value = Blocks> {
        let group = (-2i64..2, 0u32..3).prop_map(|(school, what)| Group { school, what });
        prop::collection::vec(prop::collection::vec(group, 0..9), 0..7).prop_map(|blocks| {
            let mut number = 0..;
            let numbered = |block: Vec<Group>| block.into_iter().zip(&mut number).collect();
            blocks.into_iter().map(numbered).collect()
        })
    }

    proptest! {
        #[test]
        fn pages_have_what_a_look_at_all_entries_has(
            blocks in blocks(),
            (school, what) in (-2i64..2, 0u32..3),
            (skip, limit) in (0usize..12, 1usize..8),
        ) {
            let mut groups = Groups::default();
            for block in &blocks {
                groups.push(count(block.iter().map(|(group, _)| *group)));
            }
            let groups = Groups::decode(&groups.encode()).unwrap();
            let wanted = |one: Group| one.school == school && one.what == what;
            let all: Vec<usize> = blocks
                .iter()
                .flatten()
                .filter(|(group, _)| wanted(*group))
                .map(|(_, entry)| *entry)
                .collect();
            prop_assert_eq!(groups.total(wanted), all.len() as u64);
            let count: u64 = groups.sums().values().sum();
            prop_assert_eq!(count, blocks.iter().flatten().count() as u64);
            let read = Cell::new(0);
            let page = groups.page(wanted, skip as u64, limit, |block| {
                read.set(read.get() + 1);
                Ok::<_, ()>(blocks[block as usize].clone())
            });
            let expected: Vec<_> = all.into_iter().skip(skip).take(limit).collect();
            prop_assert!(read.get() <= expected.len(), "a block without any was read");
            prop_assert_eq!(page.unwrap(), expected);
        }

        #[test]
        fn whatever_else_is_no_index(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Some(groups) = Groups::decode(&bytes) {
                prop_assert_eq!(Groups::decode(&groups.encode()), Some(groups));
            }
        }
    }
}
