//! The steps of a drafted plan, and the lines that they make.

use std::collections::{BTreeMap, HashMap};

use super::{Action, Line, Reason};
use crate::matching::Alike;
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, MANY, NOBODY, Ordinal};
use crate::model::{Kind, SubjectId};

/// A drafted plan. Lines are made from it in order; they are not kept, since there may be
/// millions.
#[derive(Debug, Default)]
pub struct Draft {
    /// The step of each subject, by kind.
    pub steps: BTreeMap<Kind, Steps>,
    /// How many subjects of each kind are created.
    pub created: BTreeMap<Kind, u32>,
    /// New records that agree with an absent row in all but the ids, with that row.
    pub alike: Alike,
    /// How many rows of each kind would end and are kept back by a guard.
    pub kept_back: BTreeMap<Kind, u64>,
}

/// The steps of one kind, by ordinal.
#[derive(Debug, Default)]
pub struct Steps {
    actions: Vec<u8>,
    reasons: Vec<u8>,
    /// The fields that an update changes.
    pub fields: HashMap<Ordinal, u64>,
    /// The users whose sign-in an update takes, or gives back (`true`).
    pub sign_in: HashMap<Ordinal, bool>,
    /// The groups of lines that belong together.
    pub groups: HashMap<Ordinal, u32>,
    /// Rows that go on under the id of a record, so that they have no line of their own.
    pub taken_over: HashMap<Ordinal, Ordinal>,
}

impl Steps {
    /// Steps for so many subjects, none of which does anything yet.
    pub fn new(subjects: usize) -> Self {
        Self { actions: vec![0; subjects], reasons: vec![0; subjects], ..Self::default() }
    }

    /// Sets the step of a subject.
    pub fn set(&mut self, one: Ordinal, action: Action, reason: Reason) {
        let at = one as usize;
        if let (Some(a), Some(r)) = (self.actions.get_mut(at), self.reasons.get_mut(at)) {
            (*a, *r) = (action as u8, reason as u8);
        }
    }

    /// Takes the step of a subject back.
    pub fn clear(&mut self, one: Ordinal) {
        if let Some(action) = self.actions.get_mut(one as usize) {
            *action = 0;
        }
    }

    /// The step of a subject.
    pub fn get(&self, one: Ordinal) -> Option<(Action, Reason)> {
        let at = one as usize;
        let action = match self.actions.get(at)? {
            1 => Action::Create,
            2 => Action::Update,
            3 => Action::Restore,
            4 => Action::End,
            _ => return None,
        };
        Some((action, Reason::from_number(*self.reasons.get(at)?)?))
    }

    /// Whether a subject has a step.
    pub fn has(&self, one: Ordinal) -> bool {
        self.actions.get(one as usize).is_some_and(|action| *action != 0)
    }

    /// The subjects that have a step, in order. Most have none, and are passed over many at once.
    pub fn ordinals(&self) -> impl Iterator<Item = Ordinal> + '_ {
        let chunks = (0u32..).step_by(MANY).zip(self.actions.chunks(MANY));
        let some = chunks.filter(|(_, steps)| steps.iter().fold(0, |all, step| all | step) != 0);
        some.flat_map(|(first, steps)| {
            (first..).zip(steps).filter(|(_, action)| **action != 0).map(|(one, _)| one)
        })
    }
}

impl Draft {
    /// The lines in their order: kinds in the order of work; within a kind the rows of the
    /// roster by id, then new records by line.
    pub fn lines<'a>(&'a self, snapshot: &'a Snapshot) -> impl Iterator<Item = Line> + 'a {
        self.steps.iter().flat_map(move |(kind, steps)| {
            steps.ordinals().filter_map(move |one| line_of(snapshot, *kind, steps, one))
        })
    }

    /// The step of a subject.
    pub fn step(&self, kind: Kind, one: Ordinal) -> Option<(Action, Reason)> {
        self.steps.get(&kind)?.get(one)
    }

    /// How many lines there are.
    pub fn changes(&self) -> u64 {
        self.steps.values().map(|steps| steps.ordinals().count() as u64).sum()
    }
}

/// The line of a subject.
pub fn line(snapshot: &Snapshot, draft: &Draft, kind: Kind, one: Ordinal) -> Option<Line> {
    line_of(snapshot, kind, draft.steps.get(&kind)?, one)
}

fn line_of(snapshot: &Snapshot, kind: Kind, steps: &Steps, one: Ordinal) -> Option<Line> {
    let (action, reason) = steps.get(one)?;
    let list = snapshot.of(kind);
    Some(Line {
        kind,
        subject: SubjectId(list.id(one)),
        action,
        reason,
        at: u64::from(list.line(one)),
        fields: steps.fields.get(&one).copied().unwrap_or(0),
        group: steps.groups.get(&one).copied().unwrap_or(0),
        school: school(snapshot, kind, one),
    })
}

/// The org that a subject counts for.
pub fn school(snapshot: &Snapshot, kind: Kind, one: Ordinal) -> SubjectId {
    let orgs = snapshot.of(Kind::Org);
    let school = school_ordinal(snapshot, kind, one);
    SubjectId(if school == NOBODY { 0 } else { orgs.id(school) })
}

/// The org that a subject counts for: its own school, or its class's.
pub fn school_ordinal(snapshot: &Snapshot, kind: Kind, one: Ordinal) -> Ordinal {
    let list = snapshot.of(kind);
    if kind == Kind::Org {
        return one;
    }
    let own = list.link(one, Link::School);
    if own == NOBODY && kind == Kind::Enrollment {
        return snapshot.of(Kind::Class).link(list.link(one, Link::First), Link::School);
    }
    if own == NOBODY && matches!(kind, Kind::UserProfile | Kind::Demographics) {
        return snapshot.of(Kind::User).link(list.link(one, Link::User), Link::School);
    }
    own
}
