//! Who has a seat where, before and after a plan: in classes by enrollments, in schools by roles.
//!
//! A seat counts while it is open on the day of judgement, so that dates take it away as the end
//! of its row would. The dates of a record that is not in memory (unchanged, or new) count as open.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::columns::{enrollment, role, user};
use crate::model::snapshot::Snapshot;
use crate::model::span::{Day, Span};
use crate::model::subjects::{Link, NOBODY, Ordinal, flag, tag};
use crate::model::{Date, Kind, Row, SubjectId};
use crate::plan::{Action, Draft, Known, Reason};

/// A place in a class or a school.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// The class or the school.
    pub at: Ordinal,
    /// The grades, for a school.
    pub grade: Ordinal,
    /// The role.
    pub role: u8,
}

/// The seat of a subject before and after a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The kind of the subject.
    pub kind: Kind,
    /// The subject.
    pub one: Ordinal,
    /// Before.
    pub before: Option<Seat>,
    /// After.
    pub after: Option<Seat>,
}

impl Change {
    /// The school of the seat before.
    pub fn school(&self, snapshot: &Snapshot) -> Ordinal {
        let at = self.before.map_or(NOBODY, |seat| seat.at);
        if self.kind == Kind::Enrollment {
            snapshot.of(Kind::Class).link(at, Link::School)
        } else {
            at
        }
    }
}

/// A plan as far as it gives and takes seats.
#[derive(Clone, Copy)]
pub struct Seats<'a> {
    /// The delivery.
    pub snapshot: &'a Snapshot,
    /// The plan.
    pub draft: &'a Draft,
    /// What the roster knows.
    pub known: &'a Known,
    /// The day of judgement.
    pub as_of: Date,
    /// Whether an end date is the last day.
    pub ends_inclusive: bool,
}

impl<'a> Seats<'a> {
    /// The seats in classes.
    pub fn in_classes(self) -> impl Iterator<Item = Change> + 'a {
        self.snapshot.of(Kind::Enrollment).ordinals().map(move |one| self.of(Kind::Enrollment, one))
    }

    /// The seats in schools: by people's own records or, where they have them, by their roles.
    pub fn in_schools(self) -> impl Iterator<Item = Change> + 'a {
        let (users, roles) = (self.snapshot.of(Kind::User), self.snapshot.of(Kind::Role));
        let mut with_roles = vec![false; if roles.is_empty() { 0 } else { users.len() }];
        for one in roles.ordinals() {
            if let Some(with) = with_roles.get_mut(roles.link(one, Link::User) as usize) {
                *with = true;
            }
        }
        let own = move |one: &Ordinal| with_roles.get(*one as usize) != Some(&true);
        let people = users.ordinals().filter(own).map(move |one| self.of(Kind::User, one));
        people.chain(roles.ordinals().map(move |one| self.of(Kind::Role, one)))
    }

    /// The subjects with a line that takes their seat, all but the people who end.
    pub fn taken(self) -> Vec<Change> {
        let loses = |change: &Change| match self.draft.step(change.kind, change.one) {
            Some((Action::End, _)) if change.kind == Kind::User => false,
            Some(_) => change.before.is_some() && change.before != change.after,
            None => false,
        };
        self.in_classes().chain(self.in_schools()).filter(loses).collect()
    }

    /// The enrollments that dates close, less those that the plan begins again elsewhere for the
    /// same person and role; and those that dates open.
    pub fn dated(self) -> (BTreeSet<Ordinal>, BTreeSet<Ordinal>) {
        let (mut closed, mut opened) = (BTreeSet::new(), BTreeSet::new());
        let Some(steps) = self.draft.steps.get(&Kind::Enrollment) else { return (closed, opened) };
        let list = self.snapshot.of(Kind::Enrollment);
        let updated = |one: &Ordinal| {
            list.in_roster(*one) && matches!(steps.get(*one), Some((Action::Update, _)))
        };
        for one in steps.ordinals().filter(updated) {
            let Change { before, after, .. } = self.of(Kind::Enrollment, one);
            match (before, after) {
                (Some(_), None) => drop(closed.insert(one)),
                (None, Some(_)) => drop(opened.insert(one)),
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
        if closed.is_empty() {
            return (closed, opened);
        }
        let person = |one: Ordinal| (list.link(one, Link::User), list.tag(one));
        let mut begun: BTreeMap<_, u32> = BTreeMap::new();
        let begins = |one: &Ordinal| {
            steps.get(*one).is_some_and(|(action, reason)| {
                matches!(action, Action::Create | Action::Restore)
                    && reason != Reason::MovedToAnotherClass
            })
        };
        for one in steps.ordinals().filter(begins) {
            *begun.entry(person(one)).or_default() += 1;
        }
        closed.retain(|one| match begun.get_mut(&person(*one)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            Some(_) | None => true,
        });
        (closed, opened)
    }

    /// The people who go on and lose their last role as student or teacher at a school, with the
    /// school, unless they get such a role at another.
    pub fn left_by_role(self) -> BTreeSet<(Ordinal, Ordinal)> {
        let mut left = BTreeSet::new();
        let Some(steps) = self.draft.steps.get(&Kind::Role) else { return left };
        let (roles, users) = (self.snapshot.of(Kind::Role), self.snapshot.of(Kind::User));
        let user = |one: Ordinal| self.goes_on_as(roles.link(one, Link::User));
        let place = |one: Ordinal, seat: Option<Seat>| {
            let seat = seat.filter(|seat| matches!(seat.role, tag::STUDENT | tag::TEACHER))?;
            Some((user(one), seat.at))
        };
        for one in steps.ordinals().filter(|one| !users.has(user(*one), flag::ENDS)) {
            let Change { before, after, .. } = self.of(Kind::Role, one);
            left.extend(place(one, before).filter(|_| before != after));
        }
        let people: BTreeSet<_> = left.iter().map(|(person, _)| *person).collect();
        if people.is_empty() {
            return left;
        }
        let (mut was, mut is) = (BTreeSet::new(), BTreeSet::new());
        for one in roles.ordinals().filter(|one| people.contains(&user(*one))) {
            let Change { before, after, .. } = self.of(Kind::Role, one);
            was.extend(place(one, before));
            is.extend(place(one, after));
        }
        let moved = |person| is.range((person, 0)..=(person, NOBODY)).any(|at| !was.contains(at));
        left.retain(|at| !is.contains(at) && !moved(at.0));
        left
    }

    /// The record under which a person goes on.
    fn goes_on_as(self, user: Ordinal) -> Ordinal {
        let taken_over = self.draft.steps.get(&Kind::User).map(|steps| &steps.taken_over);
        taken_over.and_then(|by| by.get(&user)).copied().unwrap_or(user)
    }

    /// The seat of a subject before and after the plan.
    fn of(self, kind: Kind, one: Ordinal) -> Change {
        let list = self.snapshot.of(kind);
        let (here, now) = (list.in_roster(one), self.seat(kind, one));
        let mut before = now.filter(|_| here);
        // Only of records that differ can the roster's row say something else.
        let touched = list.has(one, flag::TOUCHED);
        if here
            && touched
            && let Some(past) = self.known.row(kind, SubjectId(list.id(one)))
        {
            before = self.seat_of_row(&past.row, now, one).filter(|_| self.is_open(&past.row));
        }
        let taken_over =
            || self.draft.steps.get(&kind).is_some_and(|all| all.taken_over.contains_key(&one));
        let after = match self.draft.step(kind, one) {
            Some((Action::End, _)) => None,
            Some(_) => now.filter(|_| !touched || self.opens(kind, one)),
            None => before.filter(|_| !taken_over()),
        };
        Change { kind, one, before, after }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds have no seats")]
    /// The seat that a record gives, or that of the roster where it gives none.
    fn seat(self, kind: Kind, one: Ordinal) -> Option<Seat> {
        let list = self.snapshot.of(kind);
        let (at, grade) = match kind {
            Kind::Enrollment => (list.link(one, Link::First), NOBODY),
            Kind::Role => {
                let user = list.link(one, Link::User);
                let grade = self.snapshot.of(Kind::User).link(user, Link::First);
                (list.link(one, Link::School), grade)
            }
            _ => (list.link(one, Link::School), list.link(one, Link::First)),
        };
        (at != NOBODY).then_some(Seat { at, grade, role: list.tag(one) })
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds have no seats")]
    /// The seat that the roster's row gives; `now` where the row does not tell.
    fn seat_of_row(self, row: &Row, now: Option<Seat>, one: Ordinal) -> Option<Seat> {
        let (orgs, classes) = (self.snapshot.of(Kind::Org), self.snapshot.of(Kind::Class));
        let seat = match row.kind {
            Kind::Enrollment => {
                let at = row.subject(enrollment::CLASS).and_then(|id| classes.by_id(id.0));
                let role = tag::of_word(row.text(enrollment::ROLE));
                Seat { at: at?, grade: NOBODY, role }
            }
            Kind::Role => {
                let at = row.subject(role::ORG).and_then(|id| orgs.by_id(id.0));
                let user = self.snapshot.of(Kind::Role).link(one, Link::User);
                let grade = self.grade_before(user);
                Seat { at: at?, grade, role: tag::of_word(row.text(role::ROLE)) }
            }
            _ if row.text(user::ROLE).is_empty() => return now,
            _ => {
                let at = row.subjects(user::ORGS).first().and_then(|id| orgs.by_id(id.0));
                let role = tag::of_word(row.text(user::ROLE));
                Seat { at: at?, grade: self.grade_before(one), role }
            }
        };
        Some(seat)
    }

    fn grade_before(self, one: Ordinal) -> Ordinal {
        let users = self.snapshot.of(Kind::User);
        let past = self.known.row(Kind::User, SubjectId(users.id(one)));
        match past.filter(|_| users.in_roster(one)).map(|past| past.row.text(user::GRADES)) {
            Some("") => NOBODY,
            Some(grades) => self.snapshot.hasher.grade_code(grades),
            None => users.link(one, Link::First),
        }
    }

    fn is_open(self, row: &Row) -> bool {
        dates(row.kind).is_none_or(|(begin, end)| self.within(row.text(begin), row.text(end)))
    }

    fn opens(self, kind: Kind, one: Ordinal) -> bool {
        let (Some((begin, end)), Some(record)) = (dates(kind), self.snapshot.record(kind, one))
        else {
            return true;
        };
        self.within(record.cell(begin), record.cell(end))
    }

    fn within(self, begin: &str, end: &str) -> bool {
        Span::parse(begin, end).stands(self.as_of, self.ends_inclusive) == Day::Within
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds have no dates")]
/// The columns of the first and the last day.
fn dates(kind: Kind) -> Option<(usize, usize)> {
    match kind {
        Kind::Enrollment => Some((enrollment::BEGIN_DATE, enrollment::END_DATE)),
        Kind::Role => Some((role::BEGIN_DATE, role::END_DATE)),
        _ => None,
    }
}
