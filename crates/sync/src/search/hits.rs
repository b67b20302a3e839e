//! What the words of a question find among the names of a district.

use firstbell_roster::explain::nearest::in_order;
use firstbell_roster::model::{Kind, SubjectId};

use super::entry::{Entry, State};
use super::index::How;
use super::names::Names;
use crate::access::Scope;

/// How many rows are looked at for a question at most.
const MOST: usize = 500;

/// Rows and records that were found.
#[derive(Debug, Default)]
pub struct Hits {
    /// The rows.
    pub rows: Vec<SubjectId>,
    /// The lines of records that have no row.
    pub lines: Vec<u32>,
}

impl Hits {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.lines.is_empty()
    }

    pub(super) fn add(&mut self, entry: &Entry) {
        match u32::try_from(entry.id.unsigned_abs()) {
            Ok(line) if entry.id < 0 => self.lines.push(line),
            Ok(_) | Err(_) => self.rows.push(SubjectId(entry.id)),
        }
    }
}

/// The words of a question.
pub fn words(question: &str) -> Vec<String> {
    let folded = in_order(question);
    let mut words: Vec<_> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    words.dedup();
    words.into_iter().map(str::to_owned).collect()
}

impl Names {
    /// Those whose name, as it is or last was, may be this very one, or whose code it may be.
    pub fn named(&self, kind: Kind, scope: &Scope, question: &str) -> Hits {
        let words = words(question);
        let whole = |entry: &Entry| {
            entry.state != State::Former
                && (entry.second || usize::from(entry.length) == words.len())
        };
        let mut hits = self.hits(kind, scope, (&words, How::Whole), whole, MOST);
        if kind == Kind::Class {
            // A code counts for none of the words of a title.
            let code = [format!("{}{}", super::index::CODE, words.concat())];
            let codes = self.hits(kind, scope, (&code, How::Whole), |_| true, MOST);
            hits.rows.extend(codes.rows);
            hits.lines.extend(codes.lines);
            hits.rows.sort_unstable();
            hits.rows.dedup();
        }
        hits
    }

    /// Those whose name was this one once, and is another now.
    pub fn once_named(&self, kind: Kind, scope: &Scope, question: &str) -> Hits {
        let former = |entry: &Entry| entry.state == State::Former;
        self.hits(kind, scope, (&words(question), How::Whole), former, MOST)
    }

    /// Those of whose name, past ones too, the question is a part: the first by name.
    pub fn partly_named(&self, kind: Kind, scope: &Scope, question: &str, most: usize) -> Hits {
        self.hits(kind, scope, (&words(question), How::Begun), |_| true, most)
    }

    /// Those whose name a slip or two would make of the question: the first by name.
    pub fn nearly_named(&self, kind: Kind, scope: &Scope, question: &str) -> Hits {
        self.hits(kind, scope, (&words(question), How::Near), |_| true, MOST)
    }

    fn hits(
        &self,
        kind: Kind,
        scope: &Scope,
        (words, how): (&[String], How),
        is_meant: impl Fn(&Entry) -> bool,
        most: usize,
    ) -> Hits {
        let mut hits = Hits::default();
        if words.is_empty() {
            return hits;
        }
        let (index, seen) = (self.of(kind), self.seen(scope, kind));
        let may = |at: u32, entry: &Entry| is_meant(entry) && seen.has(index, at, entry);
        let found = index.find(words, how, may);
        for at in index.page(found, 0, most) {
            if let Some(entry) = index.entry(at) {
                hits.add(entry);
            }
        }
        hits
    }
}
