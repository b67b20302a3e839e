//! Distinct words in order, in one piece of memory.

use std::ops::Range;

use firstbell_roster::explain::nearest;

/// Distinct words in order. Each has a number: its place.
#[derive(Debug, Default)]
pub struct Dictionary {
    letters: String,
    /// Where each word ends in the letters.
    ends: Vec<u32>,
    /// Which letters each word has, so that few words are compared letter by letter.
    marks: Vec<u32>,
}

impl Dictionary {
    /// Words that are in order already, each once.
    pub fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut all = Self::default();
        for word in words {
            all.letters.push_str(word);
            all.ends.push(u32::try_from(all.letters.len()).unwrap_or(u32::MAX));
            all.marks.push(marks(word));
        }
        all.letters.shrink_to_fit();
        all
    }

    /// How many words there are.
    pub fn len(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }

    /// The word at a place; empty past the last.
    pub fn word(&self, at: u32) -> &str {
        let at = at as usize;
        let begin = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = begin.zip(self.ends.get(at).copied());
        range
            .and_then(|(begin, end)| self.letters.get(begin as usize..end as usize))
            .unwrap_or_default()
    }

    /// The place of a word, or the place at which it would stand.
    pub fn place(&self, word: &str) -> Result<u32, u32> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.word(middle).cmp(word) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Ok(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }

    /// The places of the words that begin so.
    pub fn beginning(&self, start: &str) -> Range<u32> {
        let first = self.place(start).unwrap_or_else(|place| place);
        let (mut low, mut high) = (first, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.word(middle).starts_with(start) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        first..low
    }

    /// The places of the words that differ from one by a slip or two.
    pub fn near(&self, word: &str) -> Vec<u32> {
        let most = nearest::slips(word);
        if most == 0 {
            return Vec::new();
        }
        let wanted = marks(word);
        // A slip changes two letters at most: one is gone, another is there.
        let alike = |marks: u32| (marks ^ wanted).count_ones() <= 2 * u32::from(most);
        let places = (0..).zip(&self.marks).filter(|(_, marks)| alike(**marks));
        places
            .map(|(place, _)| place)
            .filter(|place| nearest::is_near(word, self.word(*place)))
            .collect()
    }
}

/// Which letters a word has; letters that share a mark make words look alike, never different.
fn marks(word: &str) -> u32 {
    word.chars().fold(0, |marks, letter| marks | 1 << (u32::from(letter) % 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Dictionary {
        Dictionary::new(["ana", "anders", "andersen", "li", "ruiz", "łuk"].into_iter())
    }

    #[test]
    fn a_word_is_found_and_so_are_those_that_begin_like_it() {
        let words = words();
        assert_eq!(words.place("li"), Ok(3));
        assert_eq!(words.place("lu"), Err(4));
        assert_eq!(words.word(5), "łuk");
        assert_eq!(words.word(6), "");
        assert_eq!(words.beginning("and"), 1..3);
        assert_eq!(words.beginning("anders"), 1..3);
        assert_eq!(words.beginning("z"), 5..5);
        assert_eq!(Dictionary::default().beginning("a"), 0..0);
    }

    #[test]
    fn a_slip_finds_its_word_and_short_words_have_no_slips() {
        let words = words();
        let near = |word: &str| -> Vec<&str> {
            words.near(word).into_iter().map(|place| words.word(place)).collect()
        };
        assert_eq!(near("riuz"), ["ruiz"], "two letters change places");
        assert_eq!(near("ruis"), ["ruiz"]);
        assert_eq!(near("andersson"), ["andersen"], "long words may have two slips");
        assert_eq!(near("lo"), Vec::<&str>::new());
        assert_eq!(near("zacharias"), Vec::<&str>::new());
    }
}
