//! Which people or classes have which words in their names.
//!
//! Most of it never changes once it is made: a dictionary, and for each of its words the entries
//! that have it. What changes afterwards is kept beside that by words of its own, until there is
//! so much of it that both are put together.

use std::collections::{BTreeMap, BTreeSet};

use firstbell_roster::explain::nearest::may_be_cut;

use super::builder::Builder;
use super::dictionary::Dictionary;
use super::entry::{Entry, Named, State};
use super::marked::Marked;

/// What a code begins with where it stands among words, so that the two are told apart.
pub const CODE: char = '#';

/// How many entries beside the others are let grow before all are put together.
const BESIDE: usize = 4_096;

/// Of which entries the words of a question are words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// They have all of these very words.
    Whole,
    /// They have these words, or words that begin like them.
    Begun,
    /// They have these words, those that begin like them, or those that a slip would make of them.
    Near,
}

/// Entries by the words of their names.
#[derive(Debug, Default)]
pub struct Index {
    pub(super) words: Dictionary,
    /// Where the entries of each word begin in the postings.
    pub(super) starts: Vec<u32>,
    pub(super) postings: Vec<u32>,
    pub(super) entries: Vec<Entry>,
    /// The further schools of those that have several.
    pub(super) more: BTreeMap<u32, Vec<u16>>,
    /// The persons of user rows that are not the first of their person.
    pub(super) persons: BTreeMap<u32, i64>,
    /// The words of what was added since, and who has them.
    recent: BTreeMap<String, Vec<u32>>,
    /// By which words those are ordered.
    recent_order: BTreeMap<u32, [String; 2]>,
    /// How many entries count no more.
    gone: usize,
}

impl Index {
    /// An entry.
    pub fn entry(&self, at: u32) -> Option<&Entry> {
        self.entries.get(at as usize)
    }

    /// The schools of an entry.
    pub fn schools(&self, at: u32) -> impl Iterator<Item = u16> {
        let own = self.entry(at).map(|entry| entry.school).filter(|school| *school != 0);
        own.into_iter().chain(self.more.get(&at).into_iter().flatten().copied())
    }

    /// The entries that have all of these words and that may be found, in no order; with no word,
    /// all that may.
    pub fn find(&self, words: &[String], how: How, may: impl Fn(u32, &Entry) -> bool) -> Vec<u32> {
        let mut marked: Option<Marked> = None;
        for word in words {
            let own = self.with(word, how);
            match &mut marked {
                None => marked = Some(own),
                Some(all) => all.and(&own),
            }
        }
        let passes = |at: &u32| self.entry(*at).is_some_and(|entry| !entry.gone && may(*at, entry));
        match marked {
            Some(marked) => marked.iter().filter(passes).collect(),
            None => (0..self.count()).filter(passes).collect(),
        }
    }

    /// Some of these entries, in the order of their names.
    pub fn page(&self, mut found: Vec<u32>, from: usize, count: usize) -> Vec<u32> {
        let order = |at: &u32| (self.entry(*at).map(|entry| entry.order), *at);
        let until = from.saturating_add(count).min(found.len());
        if until < found.len() {
            found.select_nth_unstable_by_key(until, order);
            found.truncate(until);
        }
        found.sort_unstable_by_key(order);
        found.split_off(from.min(found.len()))
    }

    fn count(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// The entries that have a word.
    fn with(&self, word: &str, how: How) -> Marked {
        let mut marked = Marked::of(self.entries.len());
        let code = format!("{CODE}{word}");
        for start in [word, &code] {
            if how != How::Whole && may_be_cut(word) {
                self.words.beginning(start).for_each(|place| marked.all(self.having(place)));
                let after = self.recent.range(start.to_owned()..);
                let begun = after.take_while(|(other, _)| other.starts_with(start));
                begun.for_each(|(_, entries)| marked.all(entries));
            } else {
                if let Ok(place) = self.words.place(start) {
                    marked.all(self.having(place));
                }
                self.recent.get(start).into_iter().for_each(|entries| marked.all(entries));
            }
        }
        if how == How::Near {
            self.words.near(word).into_iter().for_each(|place| marked.all(self.having(place)));
            let is_near = |other: &str| firstbell_roster::explain::nearest::is_near(word, other);
            let near = self.recent.iter().filter(|(other, _)| is_near(other));
            near.for_each(|(_, entries)| marked.all(entries));
        }
        marked
    }

    /// The entries that had the word at a place when the index was made.
    pub(super) fn having(&self, place: u32) -> &[u32] {
        let place = place as usize;
        let range = self.starts.get(place).zip(self.starts.get(place + 1));
        range
            .and_then(|(from, to)| self.postings.get(*from as usize..*to as usize))
            .unwrap_or_default()
    }

    /// Forgets the entries of these rows.
    pub fn forget(&mut self, ids: &BTreeSet<i64>) {
        self.forget_where(|entry| ids.contains(&entry.id));
    }

    /// Forgets what only a delivery had.
    pub fn forget_sent(&mut self) {
        self.forget_where(|entry| entry.state == State::Sent);
    }

    fn forget_where(&mut self, is_meant: impl Fn(&Entry) -> bool) {
        for entry in self.entries.iter_mut().filter(|entry| !entry.gone) {
            if is_meant(entry) {
                entry.gone = true;
                self.gone += 1;
            }
        }
    }

    /// Adds an entry beside the others.
    pub fn add(&mut self, named: Named<'_>) {
        let at = self.count();
        let order = named.order.map(str::to_owned);
        let place = |word: &str| match self.words.place(word) {
            Ok(place) => 2 * place + 1,
            Err(place) => 2 * place,
        };
        let entry = Entry { order: [place(&order[0]), place(&order[1])], ..named.entry };
        self.entries.push(entry);
        for word in named.words {
            self.recent.entry(word.clone()).or_default().push(at);
        }
        self.recent_order.insert(at, order);
        if !named.more.is_empty() {
            self.more.insert(at, named.more);
        }
        if let Some(person) = named.person {
            self.persons.insert(at, person);
        }
        if self.recent_order.len() > BESIDE.max(self.entries.len() / 8) {
            *self = self.put_together();
        }
    }

    /// The same with everything in one place again, and nothing that counts no more.
    fn put_together(&self) -> Self {
        let mut builder = Builder::default();
        let mut moved = vec![u32::MAX; self.entries.len()];
        for (at, entry) in (0u32..).zip(&self.entries).filter(|(_, entry)| !entry.gone) {
            let order = match self.recent_order.get(&at) {
                Some(order) => order.each_ref().map(String::as_str),
                None => entry.order.map(|order| self.words.word(order / 2)),
            };
            let new = builder.entry(Named {
                entry: *entry,
                words: &[],
                order,
                more: self.more.get(&at).cloned().unwrap_or_default(),
                person: self.persons.get(&at).copied(),
            });
            if let Some(place) = moved.get_mut(at as usize) {
                *place = new;
            }
        }
        let new = |at: &u32| moved.get(*at as usize).copied().filter(|new| *new != u32::MAX);
        for place in 0..self.words.len() {
            builder.word(self.words.word(place), self.having(place).iter().filter_map(new));
        }
        for (word, entries) in &self.recent {
            builder.word(word, entries.iter().filter_map(new));
        }
        builder.finish()
    }
}

#[cfg(test)]
mod tests;
