//! What the roster knows of the subjects that a delivery touches, fetched before planning.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::subjects::Ordinal;
use crate::model::{Kind, PersonId, Row, SubjectId};

/// What the roster knows, as far as a plan needs it.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The present row, or else the last, of each subject asked for.
    pub rows: BTreeMap<(Kind, SubjectId), Past>,
    /// For records whose sourcedId is not in the roster now: the subject that had it once.
    pub returning: HashMap<(Kind, Ordinal), SubjectId>,
    /// The user rows that each identifier's hash may belong to.
    pub identifiers: HashMap<u64, Vec<SubjectId>>,
    /// The user rows of each person who is a candidate for a match.
    pub persons: BTreeMap<PersonId, Vec<SubjectId>>,
    /// For user rows without a role now that would get one of staff or may be meant: the roles that
    /// they had last.
    pub last_roles: BTreeMap<SubjectId, Vec<LastRole>>,
    /// The users under whose sourcedIds an earlier delivery had somebody else, it seems.
    pub doubted: BTreeSet<SubjectId>,
}

/// A role that a user row had last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastRole {
    /// The tag of the role.
    pub tag: u8,
    /// The school in which it was held, where a role record told it.
    pub school: Option<SubjectId>,
}

/// The present row of a subject, or its last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// The row.
    pub row: Row,
    /// Whether it is active.
    pub present: bool,
    /// Whether it ended because an undo took back its creation, so that it counts as never there.
    pub never_there: bool,
}

impl Known {
    /// What is known of a subject.
    pub fn row(&self, kind: Kind, id: SubjectId) -> Option<&Past> {
        self.rows.get(&(kind, id))
    }
}
