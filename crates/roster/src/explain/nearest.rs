//! Near matches for a question that fits nobody.

use rapidfuzz::distance::{jaro_winkler, osa};

use crate::model::text;

/// How many near matches are offered.
pub const OFFERED: usize = 3;

/// How alike two texts must be to be offered.
const LEAST: f64 = 0.75;

/// Keeps the nearest of all that are shown to it. It only ever suggests; it matches nobody.
#[derive(Debug)]
pub struct Nearest<T> {
    wanted: String,
    is_id: bool,
    best: Vec<(f64, T)>,
}

impl<T: Ord + Clone> Nearest<T> {
    /// Looks for what is near to this. A text with digits and no blanks is compared with ids,
    /// any other with names.
    pub fn new(wanted: &str) -> Self {
        let is_id = looks_like_id(wanted);
        let wanted = if is_id { wanted.to_owned() } else { in_order(wanted) };
        Self { wanted, is_id, best: Vec::new() }
    }

    /// Looks at one person or class under its ids and its name.
    pub fn look(&mut self, ids: &[&str], name: &str, what: impl FnOnce() -> T) {
        let alike = if self.is_id {
            let alike = |id: &&str| osa::normalized_similarity(self.wanted.chars(), id.chars());
            ids.iter().filter(|id| !id.is_empty()).map(alike).fold(0.0, f64::max)
        } else {
            jaro_winkler::similarity(self.wanted.chars(), in_order(name).chars())
        };
        let worst = if self.best.len() < OFFERED { LEAST } else { self.worst() };
        if alike < worst || (alike <= worst && self.best.len() >= OFFERED) {
            return;
        }
        let what = what();
        if self.best.iter().any(|(_, known)| *known == what) {
            return;
        }
        self.best.push((alike, what));
        self.best.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.cmp(other)));
        self.best.truncate(OFFERED);
    }

    fn worst(&self) -> f64 {
        self.best.last().map_or(LEAST, |(alike, _)| *alike)
    }

    /// Whether nothing is near so far.
    pub fn is_empty(&self) -> bool {
        self.best.is_empty()
    }

    /// The nearest, best first.
    pub fn finish(self) -> Vec<T> {
        self.best.into_iter().map(|(_, what)| what).collect()
    }
}

/// How many slips a word may have and still be taken for another: none in a short one.
pub fn slips(word: &str) -> u8 {
    match word.chars().count() {
        ..4 => 0,
        4..8 => 1,
        8.. => 2,
    }
}

/// Whether a word is another one with no more slips than it may have.
pub fn is_near(word: &str, other: &str) -> bool {
    let most = osa::Args::default().score_cutoff(usize::from(slips(word)));
    osa::distance_with_args(word.chars(), other.chars(), &most).is_some()
}

/// Whether a word is long enough to be cut: it stands for all that begin like it.
pub fn may_be_cut(word: &str) -> bool {
    word.chars().count() > 2
}

/// Whether a text is more likely an id than a name.
pub fn looks_like_id(text: &str) -> bool {
    text.contains(|mark: char| mark.is_ascii_digit()) && !text.contains(char::is_whitespace)
}

/// A folded name with its words in order, so that "Ruiz, Ana" is "Ana Ruiz".
pub fn in_order(name: &str) -> String {
    let folded = text::folded(&name.replace(',', " "));
    let mut words: Vec<_> = folded.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(wanted: &str, all: &[(&str, &str)]) -> Vec<String> {
        let mut nearest = Nearest::new(wanted);
        for (id, name) in all {
            nearest.look(&[id], name, || (*id).to_owned());
        }
        nearest.finish()
    }

    #[test]
    fn a_number_with_a_slip_finds_its_neighbour() {
        let all = [("100299", "Ana Ruiz"), ("100234", "Bo Li"), ("999999", "Cy Dee")];
        assert_eq!(nearest("100243", &all), ["100234"]);
    }

    #[test]
    fn a_name_with_a_slip_finds_its_neighbours_in_either_order_of_words() {
        let all = [("1", "Ana Ruíz"), ("2", "Bo Li")];
        assert_eq!(nearest("ruis, ana", &all), ["1"]);
        assert_eq!(nearest("Zacharias Quill", &all), Vec::<String>::new());
    }

    #[test]
    fn no_more_than_three_are_offered() {
        let ids: Vec<String> = (0..9).map(|n| format!("10023{n}")).collect();
        let all: Vec<_> = ids.iter().map(|id| (id.as_str(), "")).collect();
        assert_eq!(nearest("10023x", &all).len(), OFFERED);
    }
}
