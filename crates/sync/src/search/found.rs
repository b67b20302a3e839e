//! What a page asks of names, and what it gets.

use firstbell_roster::model::{Kind, SubjectId};

use super::entry::{Entry, State, roles};
use super::hits::{Hits, words};
use super::index::How;
use super::names::Names;
use crate::access::Scope;
use crate::report::Candidate;

/// How many rows a page has.
pub const PAGE: usize = 50;

/// Whom or what a page looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// A name or a part of one, or an id, user name or address; empty for all.
    pub text: String,
    /// Those of a school alone.
    pub school: Option<SubjectId>,
    /// Those with a role alone.
    pub role: Option<RoleFilter>,
    /// Those that stand so alone.
    pub state: Option<State>,
    /// Which page, from 0.
    pub page: usize,
}

/// A role to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleFilter {
    /// Students.
    Students,
    /// Teachers and staff.
    Staff,
    /// Parents and guardians.
    Guardians,
}

impl RoleFilter {
    const fn bit(self) -> u8 {
        match self {
            Self::Students => roles::STUDENT,
            Self::Staff => roles::STAFF,
            Self::Guardians => roles::GUARDIAN,
        }
    }
}

/// A page of what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The rows.
    pub rows: Vec<FoundRow>,
    /// How many there are on all pages.
    pub total: usize,
    /// Whether nobody has this name, and these are near.
    pub near: bool,
}

/// Somebody or something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRow {
    /// The row of the roster; `None` where only a delivery has it.
    pub id: Option<SubjectId>,
    /// Who or what it is.
    pub candidate: Candidate,
    /// Where it stands.
    pub state: State,
}

/// One page of entries.
#[derive(Debug, Default)]
pub struct Listed {
    /// The entries.
    pub entries: Vec<Entry>,
    /// How many there are on all pages.
    pub total: usize,
    /// Whether they are only near.
    pub near: bool,
}

impl Listed {
    /// The rows and records of the page.
    pub fn hits(&self) -> Hits {
        let mut hits = Hits::default();
        self.entries.iter().for_each(|entry| hits.add(entry));
        hits
    }
}

impl Names {
    /// The page of those that a query means and a reader may see; where there are none, of those
    /// that a slip or two would make of it.
    pub fn list(&self, kind: Kind, scope: &Scope, query: &Query) -> Listed {
        let words = words(&query.text);
        if words.is_empty() && !query.text.is_empty() {
            return Listed::default();
        }
        let (index, seen) = (self.of(kind), self.seen(scope, kind));
        let at_school = query.school.map(|school| Scope::Schools([school].into()));
        let at_school = at_school.map(|school| self.seen(&school, kind));
        let may = |at: u32, entry: &Entry| {
            query.role.is_none_or(|role| entry.roles & role.bit() != 0)
                && query.state.map_or(entry.state != State::Former, |state| entry.state == state)
                && at_school.as_ref().is_none_or(|school| school.has(index, at, entry))
                && seen.has(index, at, entry)
        };
        let mut found = index.find(&words, How::Begun, may);
        let near = found.is_empty() && !words.is_empty();
        if near {
            // Who had the name once is nearer than who nearly has it.
            let once = |at: u32, entry: &Entry| {
                query.state.is_none()
                    && entry.state == State::Former
                    && query.role.is_none_or(|role| entry.roles & role.bit() != 0)
                    && at_school.as_ref().is_none_or(|school| school.has(index, at, entry))
                    && seen.has(index, at, entry)
            };
            found = index.find(&words, How::Begun, once);
            if found.is_empty() {
                found = index.find(&words, How::Near, may);
            }
        }
        let total = found.len();
        let page = index.page(found, query.page.saturating_mul(PAGE), PAGE);
        let entries = page.into_iter().filter_map(|at| index.entry(at).copied()).collect();
        Listed { entries, total, near: near && total > 0 }
    }
}
