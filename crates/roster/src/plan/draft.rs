//! Drafts a plan: what becomes of each record and each row, in a stable order.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Action, Hold, Known, Line, Outcome, Past, Reason, Rule, diff, moves, row};
use crate::check::table::REFERS_TO_DEPARTED;
use crate::matching::{Tie, Ties};
use crate::model::columns::DATE_LAST_MODIFIED;
use crate::model::snapshot::{Mode, Snapshot};
use crate::model::subjects::{Link, NOBODY, Ordinal, flag};
use crate::model::{DateTime, Kind, PersonId, SubjectId};

/// A drafted plan. Lines are made from it in order; they are not kept, since there may be
/// millions.
#[derive(Debug, Default)]
pub struct Draft {
    /// The step of each subject, by kind.
    pub steps: BTreeMap<Kind, Steps>,
    /// How many subjects of each kind are created.
    pub created: BTreeMap<Kind, u32>,
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

    /// The subjects that have a step, in order.
    pub fn ordinals(&self) -> impl Iterator<Item = Ordinal> + '_ {
        (0u32..).zip(&self.actions).filter(|(_, action)| **action != 0).map(|(one, _)| one)
    }
}

impl Draft {
    /// The lines in their order: kinds in the order of work; within a kind the rows of the
    /// roster by id, then new records by line.
    pub fn lines<'a>(&'a self, snapshot: &'a Snapshot) -> impl Iterator<Item = Line> + 'a {
        self.steps.iter().flat_map(move |(kind, steps)| {
            steps.ordinals().filter_map(move |one| line(snapshot, *kind, steps, one))
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

fn line(snapshot: &Snapshot, kind: Kind, steps: &Steps, one: Ordinal) -> Option<Line> {
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

/// Drafts the plan of a snapshot. The snapshot learns the outcomes and the ids.
pub fn draft(snapshot: &mut Snapshot, known: &Known, ties: &Ties) -> Draft {
    let mut draft = Draft::default();
    let taken_over = ties.iter().filter_map(|(by, tie)| match tie {
        Tie::Row(id) => Some((*id, *by)),
        Tie::Person(_) | Tie::Record(_) | Tie::Held(_) => None,
    });
    let taken_over: HashMap<_, _> = taken_over.collect();
    let mut revived = HashSet::new();
    for kind in Kind::FACTS {
        let mut steps = Steps::new(snapshot.of(kind).len());
        let mut work = Work {
            snapshot,
            known,
            ties,
            taken_over: &taken_over,
            kind,
            revived: &mut revived,
            steps: &mut steps,
        };
        work.decide();
        if matches!(kind, Kind::Enrollment | Kind::Role) {
            moves::reissued(work.snapshot, kind, work.steps);
        }
        let created = work.name();
        work.compare();
        draft.created.insert(kind, created);
        draft.steps.insert(kind, steps);
    }
    moves::group(snapshot, known, &mut draft);
    draft
}

struct Work<'a> {
    snapshot: &'a mut Snapshot,
    known: &'a Known,
    ties: &'a Ties,
    /// User rows that go on under the sourcedId of a record.
    taken_over: &'a HashMap<SubjectId, Ordinal>,
    kind: Kind,
    /// Subjects that were not active and are begun again.
    revived: &'a mut HashSet<(Kind, SubjectId)>,
    steps: &'a mut Steps,
}

impl Work<'_> {
    /// Decides what happens to each subject, before ids and values are known.
    fn decide(&mut self) {
        let complete = self.snapshot.is_complete(self.kind);
        let delta =
            self.snapshot.files.get(&self.kind).is_some_and(|file| file.mode == Mode::Delta);
        let unchanged = Outcome::Unchanged.encode();
        for one in self.snapshot.of(self.kind).ordinals() {
            let list = self.snapshot.of(self.kind);
            // Most records say what they said before.
            let same = list.flags.get(one as usize) == Some(&(flag::IN_ROSTER | flag::IN_DELIVERY));
            if same && !delta && self.parent_ends(one).is_none() {
                self.snapshot.of_mut(self.kind).decide(one, unchanged.0, unchanged.1);
                continue;
            }
            let (sent, here) = (list.has(one, flag::IN_DELIVERY), list.in_roster(one));
            let implied = list.has(one, flag::IMPLIED);
            if here && let Some(reason) = self.parent_ends(one) {
                self.end(one, reason);
                if sent {
                    self.of_ending(one, delta);
                }
            } else if sent {
                self.record(one, here, delta);
            } else if here
                && complete
                && !list.has(one, flag::STOPPED)
                && !self.goes_on_otherwise(one)
            {
                self.end(one, Reason::EndedBecauseAbsentFromDelivery);
            } else if !here && implied {
                self.begin(one, Reason::CreatedBecauseReferredTo);
            }
        }
    }

    /// The outcome of a record whose row ends because what it belongs to ends.
    fn of_ending(&mut self, one: Ordinal, delta: bool) {
        let list = self.snapshot.of(self.kind);
        if list.has_any(one, flag::STOPPED | flag::LEFT_OUT) {
            return;
        }
        self.outcome(
            one,
            if delta && self.is_older(one) {
                Outcome::Ignored(Rule::OlderThanKnown)
            } else if list.has(one, flag::SAYS_END) {
                Outcome::End
            } else {
                Outcome::Held(Hold::Record(&REFERS_TO_DEPARTED))
            },
        );
    }

    fn record(&mut self, one: Ordinal, here: bool, delta: bool) {
        let list = self.snapshot.of(self.kind);
        if list.has(one, flag::STOPPED) {
            return;
        }
        if delta && self.is_older(one) {
            return self.outcome(one, Outcome::Ignored(Rule::OlderThanKnown));
        }
        if list.has(one, flag::LEFT_OUT) {
            if here {
                self.end(one, Reason::EndedBecauseLeftOutByRule);
            }
        } else if list.has(one, flag::SAYS_END) {
            if here {
                self.end(one, Reason::EndedBecauseDeliverySaysSo);
                self.outcome(one, Outcome::End);
            } else {
                self.outcome(one, Outcome::Ignored(Rule::NothingToEnd));
            }
        } else if !here {
            self.begin(one, Reason::CreatedBecauseNewInDelivery);
        } else {
            self.outcome(one, Outcome::Unchanged);
        }
    }

    /// A record that is not in the roster under its sourcedId: new, back, or tied to a row.
    fn begin(&mut self, one: Ordinal, new: Reason) {
        let tie = (self.kind == Kind::User).then(|| self.ties.get(&one)).flatten();
        if let Some(Tie::Row(id)) = tie {
            let present = self.past(*id).is_some_and(|past| past.present);
            let (action, reason, outcome) = if present {
                (Action::Update, Reason::UpdatedBecauseKnownByIdentifier, Outcome::Update)
            } else {
                (Action::Restore, Reason::RestoredBecauseKnownByIdentifier, Outcome::Restore)
            };
            self.set_id(one, *id);
            self.steps.set(one, action, reason);
            return self.outcome(one, outcome);
        }
        let back = self.known.returning.get(&(self.kind, one)).copied();
        let never = back.is_none_or(|id| self.past(id).is_some_and(|past| past.never_there));
        if let Some(id) = back {
            self.set_id(one, id);
        }
        let (action, outcome) = if never {
            (Action::Create, Outcome::Create)
        } else {
            (Action::Restore, Outcome::Restore)
        };
        let reason = match (never, tie) {
            (false, _) => Reason::RestoredBecauseBackInDelivery,
            (true, Some(Tie::Person(_) | Tie::Record(_))) => {
                Reason::CreatedBecauseKnownByIdentifier
            }
            (true, _) => new,
        };
        self.steps.set(one, action, reason);
        if self.snapshot.of(self.kind).has(one, flag::IN_DELIVERY) {
            self.outcome(one, outcome);
        }
    }

    /// Gives new subjects their draft ids, in order, and users their persons.
    fn name(&mut self) -> u32 {
        let mut created = 0u32;
        for one in self.snapshot.of(self.kind).ordinals() {
            let Some((action, _)) = self.steps.get(one) else { continue };
            if action == Action::Create && self.snapshot.of(self.kind).id(one) == 0 {
                created += 1;
                self.set_id(one, SubjectId(-i64::from(created)));
            }
            let list = self.snapshot.of(self.kind);
            if action != Action::End && !list.in_roster(one) && list.id(one) > 0 {
                self.revived.insert((self.kind, SubjectId(list.id(one))));
            }
            if self.kind == Kind::User && !self.snapshot.of(self.kind).in_roster(one) {
                self.set_person(one);
            }
        }
        created
    }

    fn set_person(&mut self, one: Ordinal) {
        let users = self.snapshot.of(Kind::User);
        let own = SubjectId(users.id(one));
        let person = match self.ties.get(&one) {
            Some(Tie::Person(person)) => person.0,
            Some(Tie::Record(first)) if users.person(*first) != 0 => users.person(*first),
            Some(Tie::Row(_) | Tie::Record(_) | Tie::Held(_)) | None => {
                self.past(own).and_then(|past| past.row.person).map_or(own.0, |person| person.0)
            }
        };
        let users = self.snapshot.of_mut(Kind::User);
        let length = users.len();
        users.persons.resize(length, 0);
        if let Some(place) = users.persons.get_mut(one as usize) {
            *place = person;
        }
    }

    /// Compares touched records with the rows that the roster has, field by field.
    fn compare(&mut self) {
        for one in self.snapshot.of(self.kind).ordinals() {
            let list = self.snapshot.of(self.kind);
            let Some(past) = self.past(SubjectId(list.id(one))).cloned() else { continue };
            let Some(record) = self.snapshot.record(self.kind, one) else { continue };
            let step = self.steps.get(one).map(|(action, _)| action);
            let unchanged = Outcome::decode(list.decision(one)) == Some(Outcome::Unchanged);
            if !(matches!(step, Some(Action::Update | Action::Restore))
                || (unchanged && list.has(one, flag::TOUCHED)))
            {
                continue;
            }
            let person = (self.kind == Kind::User).then(|| PersonId(list.person(one)));
            let after = row::build(self.snapshot, self.kind, past.row.id, person, record);
            let unresolved = row::unresolved(&after, record);
            let active = |kind, id| self.is_active(kind, id);
            let fields = diff::fields(&past.row, &after, unresolved, active);
            if let Some(gives) = diff::sign_in(&past.row, &after) {
                self.steps.sign_in.insert(one, gives);
            }
            if step.is_some() {
                self.steps.fields.insert(one, fields);
            } else if fields != 0 || past.row.implied {
                self.steps.fields.insert(one, fields);
                let reason = if past.row.implied {
                    Reason::UpdatedBecauseFilledByDelivery
                } else {
                    moves::reason(self.kind, fields)
                };
                self.steps.set(one, Action::Update, reason);
                self.outcome(one, Outcome::Update);
            }
        }
    }

    /// Whether a subject is active after the plan, as far as that is decided.
    fn is_active(&self, kind: Kind, id: SubjectId) -> bool {
        let list = self.snapshot.of(kind);
        let ends = |one| list.has(one, flag::ENDS);
        id.0 < 0
            || self.revived.contains(&(kind, id))
            || list.by_id(id.0).is_some_and(|one| !ends(one))
    }

    /// Why a row ends because what it belongs to ends.
    fn parent_ends(&self, one: Ordinal) -> Option<Reason> {
        let list = self.snapshot.of(self.kind);
        let ends =
            |kind: Kind, to: Ordinal| to != NOBODY && self.snapshot.of(kind).has(to, flag::ENDS);
        if self.kind == Kind::Enrollment && ends(Kind::Class, list.link(one, Link::First)) {
            return Some(Reason::EndedBecauseClassEnded);
        }
        let of_user = matches!(
            self.kind,
            Kind::UserProfile | Kind::Role | Kind::Demographics | Kind::Enrollment
        );
        (of_user && ends(Kind::User, list.link(one, Link::User)))
            .then_some(Reason::EndedBecausePersonLeft)
    }

    /// Whether an absent user row goes on under the sourcedId of another record.
    fn goes_on_otherwise(&mut self, one: Ordinal) -> bool {
        if self.kind != Kind::User {
            return false;
        }
        let id = SubjectId(self.snapshot.of(Kind::User).id(one));
        let by = self.taken_over.get(&id).copied();
        if let Some(by) = by {
            self.steps.taken_over.insert(one, by);
        }
        by.is_some()
    }

    fn end(&mut self, one: Ordinal, reason: Reason) {
        self.steps.set(one, Action::End, reason);
        self.snapshot.of_mut(self.kind).set(one, flag::ENDS);
    }

    fn is_older(&self, one: Ordinal) -> bool {
        let id = SubjectId(self.snapshot.of(self.kind).id(one));
        let id = self.known.returning.get(&(self.kind, one)).copied().unwrap_or(id);
        let stored = self.past(id).and_then(|past| past.row.last_modified);
        let record = self.snapshot.record(self.kind, one);
        let sent = record.and_then(|record| DateTime::parse(record.cell(DATE_LAST_MODIFIED)));
        sent.zip(stored).is_some_and(|(sent, stored)| sent < stored)
    }

    fn past(&self, id: SubjectId) -> Option<&Past> {
        self.known.row(self.kind, id)
    }

    fn set_id(&mut self, one: Ordinal, id: SubjectId) {
        self.snapshot.of_mut(self.kind).ids.set(one, id.0);
    }

    fn outcome(&mut self, one: Ordinal, outcome: Outcome) {
        let (outcome, detail) = outcome.encode();
        self.snapshot.of_mut(self.kind).decide(one, outcome, detail);
    }
}
