//! Makes an index.

use std::collections::HashMap;

use super::dictionary::Dictionary;
use super::entry::{Entry, Named};
use super::index::Index;

/// Collects entries and their words.
#[derive(Debug, Default)]
pub struct Builder {
    numbers: HashMap<Box<str>, u32>,
    /// The words of entries, by number.
    pairs: Vec<(u32, u32)>,
    index: Index,
}

impl Builder {
    /// Takes an entry; returns its place.
    pub fn entry(&mut self, named: Named<'_>) -> u32 {
        let at = u32::try_from(self.index.entries.len()).unwrap_or(u32::MAX);
        let order = named.order.map(|word| self.number(word));
        self.index.entries.push(Entry { order, ..named.entry });
        for word in named.words {
            self.word(word, [at].into_iter());
        }
        if !named.more.is_empty() {
            self.index.more.insert(at, named.more);
        }
        if let Some(person) = named.person {
            self.index.persons.insert(at, person);
        }
        at
    }

    /// Takes an entry under a name that another one had once: it is at the schools of that one now.
    pub fn former(&mut self, of: u32, mut named: Named<'_>) -> u32 {
        let now = self.index.entries.get(of as usize);
        named.entry.school = now.map(|entry| entry.school).unwrap_or_default();
        named.more = self.index.more.get(&of).cloned().unwrap_or_default();
        self.entry(named)
    }

    /// Takes a word and those that have it.
    pub fn word(&mut self, word: &str, entries: impl Iterator<Item = u32>) {
        let number = self.number(word);
        self.pairs.extend(entries.map(|entry| (number, entry)));
    }

    fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        self.numbers.insert(word.into(), next);
        next
    }

    /// The index.
    pub fn finish(self) -> Index {
        let Self { numbers, mut pairs, mut index } = self;
        let mut words: Vec<_> = numbers.into_iter().collect();
        words.sort_unstable();
        let mut places = vec![0u32; words.len()];
        for (place, (_, number)) in (0..).zip(&words) {
            if let Some(own) = places.get_mut(*number as usize) {
                *own = place;
            }
        }
        let place = |number: u32| places.get(number as usize).copied().unwrap_or_default();
        index.words = Dictionary::new(words.iter().map(|(word, _)| &**word));
        drop(words);
        for entry in &mut index.entries {
            entry.order = entry.order.map(|number| 2 * place(number) + 1);
        }
        for (number, _) in &mut pairs {
            *number = place(*number);
        }
        pairs.sort_unstable();
        pairs.dedup();
        index.starts = vec![0; places.len() + 1];
        for (word, _) in &pairs {
            if let Some(count) = index.starts.get_mut(*word as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut index.starts {
            sum += *start;
            *start = sum;
        }
        index.postings = pairs.into_iter().map(|(_, entry)| entry).collect();
        index.entries.shrink_to_fit();
        index
    }
}
