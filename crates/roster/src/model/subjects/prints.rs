//! The fingerprints of subjects, those of the roster's part read only when they are needed.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::Arc;

use super::Ordinal;

/// Below so many fingerprints they are read at once.
const FEW: usize = 1 << 16;

/// One in so many may be asked for before all are read: the others are compared in full.
const ONE_IN: usize = 128;

/// Where the fingerprints of the roster's part stand until they are needed.
pub trait Stored: Send + Sync {
    /// Reads them all, in the order of their ordinals.
    fn read(&self) -> io::Result<Vec<u64>>;
}

/// The fingerprints of the subjects of one kind, by ordinal. On most nights few records change,
/// and what those few say is compared with the roster itself; so the fingerprints of the roster's
/// part stay where they are stored until many of them are asked for.
#[derive(Clone, Default)]
pub struct Prints {
    /// How many of them may be stored.
    known: usize,
    stored: Option<Arc<dyn Stored>>,
    /// Those of the roster's part, once they are read.
    read: Vec<u64>,
    /// Those that were set before.
    changed: HashMap<Ordinal, u64>,
    /// Those after the roster's part.
    rest: Vec<u64>,
    asked: usize,
}

impl Prints {
    /// So many stored fingerprints.
    pub fn stored(known: usize, stored: Arc<dyn Stored>) -> Self {
        let mut prints = Self { known, stored: Some(stored), ..Self::default() };
        if known <= FEW {
            prints.read();
        }
        prints
    }

    /// Makes room for so many more.
    pub fn reserve(&mut self, more: usize) {
        self.rest.reserve_exact(more);
    }

    /// Adds a fingerprint.
    pub fn push(&mut self, print: u64) {
        self.rest.push(print);
    }

    /// Whether the subject has this fingerprint. It may be told "no" all the same, and its record is
    /// then compared in full.
    pub fn is(&mut self, one: Ordinal, print: u64) -> bool {
        if self.stored.is_some() && (one as usize) < self.known {
            self.asked += 1;
            if self.asked > self.known / ONE_IN {
                self.read();
            }
        }
        self.get(one) == Some(print)
    }

    /// The fingerprint of a subject: 0 where it must be compared in full, `None` where it was not
    /// read yet.
    pub fn get(&self, one: Ordinal) -> Option<u64> {
        let at = one as usize;
        if at >= self.known {
            return Some(self.rest.get(at - self.known).copied().unwrap_or(0));
        }
        if self.stored.is_some() {
            return self.changed.get(&one).copied();
        }
        Some(self.read.get(at).copied().unwrap_or(0))
    }

    /// Sets the fingerprint of a subject.
    pub fn set(&mut self, one: Ordinal, print: u64) {
        let at = one as usize;
        if at < self.known && self.stored.is_some() {
            self.changed.insert(one, print);
        } else {
            let place = match at.checked_sub(self.known) {
                None => self.read.get_mut(at),
                Some(at) => self.rest.get_mut(at),
            };
            if let Some(place) = place {
                *place = print;
            }
        }
    }

    /// All fingerprints.
    pub fn all(&self) -> Vec<u64> {
        let mut all = self.clone();
        all.read();
        all.read.append(&mut all.rest);
        all.read
    }

    /// Reads what is stored. Where that fails, all records are compared in full.
    fn read(&mut self) {
        let Some(stored) = self.stored.take() else { return };
        self.read = stored.read().unwrap_or_default();
        self.read.resize(self.known, 0);
        for (one, print) in std::mem::take(&mut self.changed) {
            self.set(one, print);
        }
    }
}

impl fmt::Debug for Prints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { known, read, rest, .. } = self;
        f.debug_struct("Prints")
            .field("known", known)
            .field("read", &read.len())
            .field("rest", &rest.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ascending(usize);

    impl Stored for Ascending {
        fn read(&self) -> io::Result<Vec<u64>> {
            Ok((1..).take(self.0).collect())
        }
    }

    struct Broken;

    impl Stored for Broken {
        fn read(&self) -> io::Result<Vec<u64>> {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    #[test]
    fn many_are_read_once_many_are_asked_for() {
        let known = FEW * 2;
        let mut prints = Prints::stored(known, Arc::new(Ascending(known)));
        prints.push(77);
        prints.set(5, 55);
        assert_eq!((prints.get(0), prints.get(5)), (None, Some(55)));
        assert!(!prints.is(0, 1) && prints.is(5, 55));
        for _ in 0..=known / ONE_IN {
            prints.is(9, 10);
        }
        assert_eq!((prints.get(0), prints.get(5), prints.get(9)), (Some(1), Some(55), Some(10)));
        let after = Ordinal::try_from(known).unwrap();
        assert_eq!((prints.get(after), prints.get(after + 1)), (Some(77), Some(0)));
        prints.set(0, 3);
        prints.set(after, 4);
        let all = prints.all();
        assert_eq!((all.len(), all[0], all[5], all[known]), (known + 1, 3, 55, 4));
    }

    #[test]
    fn few_are_read_at_once_and_what_cannot_be_read_stands_for_nothing() {
        let mut few = Prints::stored(3, Arc::new(Ascending(3)));
        assert!(few.is(2, 3) && !few.is(2, 4));
        let mut broken = Prints::stored(3, Arc::new(Broken));
        assert_eq!((broken.is(0, 1), broken.get(0), broken.all()), (false, Some(0), vec![0; 3]));
    }
}
