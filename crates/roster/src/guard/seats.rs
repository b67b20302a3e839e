//! Who has a seat where, before and after a plan: in classes by enrollments, in schools by roles.
//!
//! A seat counts while it is open on the day of judgement, so that dates take it away as the end
//! of its row would. The dates of a record that is not in memory (unchanged, or new) count as open.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::model::columns::{class, enrollment, role, user};
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
    /// The record of the person whose seat it is.
    pub who: Ordinal,
}

impl Seat {
    /// Whether another seat is of the same place, grade and role.
    pub fn is_beside(self, other: Self) -> bool {
        (self.at, self.grade, self.role) == (other.at, other.grade, other.role)
    }
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

    /// Whether the same record gives the seat to somebody else, so that one person loses it.
    pub fn hands_over(&self) -> bool {
        let whose = |seat: Option<Seat>| seat.map(|seat| seat.who).filter(|who| *who != NOBODY);
        whose(self.before).zip(whose(self.after)).is_some_and(|(was, is)| was != is)
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
        self.in_classes_of(self.snapshot.of(Kind::Enrollment).ordinals())
    }

    /// The seats in classes that some enrollments give.
    pub fn in_classes_of(self, some: Range<Ordinal>) -> impl Iterator<Item = Change> + 'a {
        some.map(move |one| self.of(Kind::Enrollment, one))
    }

    /// The seats of what has a line.
    pub fn changed(self, kinds: &'a [Kind]) -> impl Iterator<Item = Change> + 'a {
        let steps = kinds.iter().filter_map(move |kind| Some((*kind, self.draft.steps.get(kind)?)));
        steps.flat_map(move |(kind, steps)| steps.ordinals().map(move |one| self.of(kind, one)))
    }

    /// Whether an enrollment has no line and its record says what it said before, so that its seat
    /// is the same before and after.
    pub fn is_same_in_class(self, one: Ordinal) -> bool {
        let flags = self.snapshot.of(Kind::Enrollment).flags.get(one as usize);
        flags == Some(&(flag::IN_ROSTER | flag::IN_DELIVERY))
            && !self.draft.steps.get(&Kind::Enrollment).is_some_and(|steps| steps.has(one))
    }

    /// The seats in schools: by people's own records or, where they have them, by their roles.
    pub fn in_schools(self) -> impl Iterator<Item = Change> + 'a {
        let (users, roles) = (self.snapshot.of(Kind::User), self.snapshot.of(Kind::Role));
        let mut with_roles = vec![false; if roles.is_empty() { 0 } else { users.len() }];
        for one in roles.ordinals() {
            let mut past = NOBODY;
            if roles.has(one, flag::IN_ROSTER | flag::TOUCHED)
                && let Some(row) = self.known.row(Kind::Role, SubjectId(roles.id(one)))
            {
                let user = row.row.subject(role::USER).and_then(|id| users.by_id(id.0));
                past = user.unwrap_or(NOBODY);
            }
            for user in [roles.link(one, Link::User), past] {
                if let Some(with) = with_roles.get_mut(user as usize) {
                    *with = true;
                }
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
        let classes = self.moved_classes();
        self.in_classes().chain(self.in_schools()).filter(loses).chain(classes).collect()
    }

    /// The enrollments that dates close or that name another person, less those that the plan
    /// begins again elsewhere for the same person and role; and those that dates open.
    pub fn dated(self) -> (BTreeMap<Ordinal, Seat>, BTreeSet<Ordinal>) {
        let (mut closed, mut opened) = (BTreeMap::new(), BTreeSet::new());
        let Some(steps) = self.draft.steps.get(&Kind::Enrollment) else { return (closed, opened) };
        let list = self.snapshot.of(Kind::Enrollment);
        let updated = |one: &Ordinal| {
            list.in_roster(*one) && matches!(steps.get(*one), Some((Action::Update, _)))
        };
        let mut begun: BTreeMap<_, u32> = BTreeMap::new();
        let users = self.snapshot.of(Kind::User);
        for one in steps.ordinals().filter(updated) {
            let change = self.of(Kind::Enrollment, one);
            match (change.before, change.after) {
                (Some(seat), None) => drop(closed.insert(one, seat)),
                (None, Some(_)) => drop(opened.insert(one)),
                (Some(was), Some(is)) if change.hands_over() => {
                    *begun.entry((is.who, is.role)).or_default() += 1;
                    // Who leaves is judged as a person.
                    if !users.has(was.who, flag::ENDS) {
                        closed.insert(one, was);
                    }
                }
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
        if closed.is_empty() {
            return (closed, opened);
        }
        let person = |one: Ordinal| (list.link(one, Link::User), list.tag(one));
        let begins = |one: &Ordinal| {
            steps.get(*one).is_some_and(|(action, reason)| {
                matches!(action, Action::Create | Action::Restore)
                    && reason != Reason::MovedToAnotherClass
            })
        };
        for one in steps.ordinals().filter(begins) {
            *begun.entry(person(one)).or_default() += 1;
        }
        closed.retain(|_, seat| match begun.get_mut(&(seat.who, seat.role)) {
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
        let mut left = self.left_by_own_role();
        let Some(steps) = self.draft.steps.get(&Kind::Role) else { return left };
        let (roles, users) = (self.snapshot.of(Kind::Role), self.snapshot.of(Kind::User));
        let user = |one: Ordinal| self.goes_on_as(Kind::User, roles.link(one, Link::User));
        let place = |seat: Option<Seat>| {
            let seat = seat.filter(|seat| matches!(seat.role, tag::STUDENT | tag::TEACHER))?;
            Some((seat.who, seat.at))
        };
        for one in steps.ordinals() {
            let Change { before, after, .. } = self.of(Kind::Role, one);
            let lost = place(before).filter(|_| before != after);
            left.extend(lost.filter(|(who, _)| !users.has(*who, flag::ENDS)));
        }
        let people: BTreeSet<_> = left.iter().map(|(person, _)| *person).collect();
        if people.is_empty() {
            return left;
        }
        let (mut was, mut is) = (BTreeSet::new(), BTreeSet::new());
        let touched = |one: Ordinal| roles.has(one, flag::TOUCHED);
        for one in roles.ordinals().filter(|one| touched(*one) || people.contains(&user(*one))) {
            let Change { before, after, .. } = self.of(Kind::Role, one);
            was.extend(place(before));
            is.extend(place(after));
        }
        let moved = |person| is.range((person, 0)..=(person, NOBODY)).any(|at| !was.contains(at));
        left.retain(|at| !is.contains(at) && !moved(at.0));
        left
    }

    /// The people who go on and whose own record (1.1) no longer makes them student or teacher.
    fn left_by_own_role(self) -> BTreeSet<(Ordinal, Ordinal)> {
        let Some(steps) = self.draft.steps.get(&Kind::User) else { return BTreeSet::new() };
        let member = |seat: &Seat| matches!(seat.role, tag::STUDENT | tag::TEACHER);
        let updated =
            steps.ordinals().filter(|one| matches!(steps.get(*one), Some((Action::Update, _))));
        let lost = updated.filter_map(|one| {
            let Change { before, after, .. } = self.of(Kind::User, one);
            let lost = before.filter(member)?;
            (!after.is_some_and(|seat| member(&seat))).then_some((one, lost.at))
        });
        lost.collect()
    }

    /// The school at which the roster has a person who changes.
    pub fn school_before(self, user: Ordinal) -> Ordinal {
        let (users, orgs) = (self.snapshot.of(Kind::User), self.snapshot.of(Kind::Org));
        let past = self.known.row(Kind::User, SubjectId(users.id(user)));
        let named = past.filter(|_| users.in_roster(user)).and_then(|past| {
            let first = past.row.subjects(user::ORGS).first().copied();
            first.or_else(|| past.row.subject(user::PRIMARY_ORG))
        });
        let school = named.and_then(|id| orgs.by_id(id.0));
        school.unwrap_or_else(|| users.link(user, Link::School))
    }

    /// The seat of a person who is where they were in the same role, as one who stayed (`true`), or
    /// of one who had it once and has it again.
    pub fn kept(self, change: &Change) -> Option<(Seat, bool)> {
        let Change { kind, one, before, after } = *change;
        let Some(was) = before else {
            let back = matches!(self.draft.step(kind, one), Some((Action::Restore, _)));
            return after.filter(|_| back).map(|seat| (seat, false));
        };
        // Most of them.
        if before == after {
            return Some((was, true));
        }
        // A row may go on under the sourcedId of another record.
        let taken_over = self.draft.steps.get(&kind).map(|steps| &steps.taken_over);
        let heir = taken_over.and_then(|by| by.get(&one)).copied().unwrap_or(one);
        let after = if heir == one { after } else { self.of(kind, heir).after };
        let same = after.is_some_and(|is| is.at == was.at && is.role == was.role);
        let stays = same && (heir != one || !change.hands_over());
        stays.then_some((was, true))
    }

    /// Classes that move to another school, as the seat that they had in theirs.
    fn moved_classes(self) -> Vec<Change> {
        let Some(steps) = self.draft.steps.get(&Kind::Class) else { return Vec::new() };
        let classes = self.snapshot.of(Kind::Class);
        let moved = |one: Ordinal| {
            let seat = |at: Ordinal| Seat { at, grade: NOBODY, role: tag::OTHER, who: NOBODY };
            let (was, is) = (self.school_of_class_before(one), classes.link(one, Link::School));
            let moves = was != is && matches!(steps.get(one), Some((Action::Update, _)));
            let (before, after) = (Some(seat(was)), Some(seat(is)));
            moves.then_some(Change { kind: Kind::Class, one, before, after })
        };
        steps.ordinals().filter_map(moved).collect()
    }

    /// The school at which the roster has a class.
    pub fn school_of_class_before(self, one: Ordinal) -> Ordinal {
        let (classes, orgs) = (self.snapshot.of(Kind::Class), self.snapshot.of(Kind::Org));
        // Only of records that differ can the roster's row say something else.
        let past = classes.has(one, flag::IN_ROSTER | flag::TOUCHED);
        let past = past.then(|| self.known.row(Kind::Class, SubjectId(classes.id(one))));
        let named = past.flatten().and_then(|past| past.row.subject(class::SCHOOL));
        let school = named.and_then(|id| orgs.by_id(id.0));
        school.unwrap_or_else(|| classes.link(one, Link::School))
    }

    /// The record under which a person, class or course goes on.
    pub fn goes_on_as(self, kind: Kind, one: Ordinal) -> Ordinal {
        let taken_over = self.draft.steps.get(&kind).map(|steps| &steps.taken_over);
        taken_over.and_then(|by| by.get(&one)).copied().unwrap_or(one)
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
        let steps = self.draft.steps.get(&kind);
        let taken_over = || steps.is_some_and(|all| all.taken_over.contains_key(&one));
        let after = match steps.and_then(|steps| steps.get(one)) {
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
        let who = self.holder(kind, one);
        (at != NOBODY).then_some(Seat { at, grade, role: list.tag(one), who })
    }

    /// The record under which the person of a record goes on.
    fn holder(self, kind: Kind, one: Ordinal) -> Ordinal {
        if kind == Kind::User {
            one
        } else {
            self.goes_on_as(Kind::User, self.snapshot.of(kind).link(one, Link::User))
        }
    }

    /// The person whom the roster's row names.
    fn past_holder(self, row: &Row, column: usize) -> Ordinal {
        let user = row.subject(column).and_then(|id| self.snapshot.of(Kind::User).by_id(id.0));
        user.map_or(NOBODY, |user| self.goes_on_as(Kind::User, user))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds have no seats")]
    /// The seat that the roster's row gives; `now` where the row does not tell.
    fn seat_of_row(self, row: &Row, now: Option<Seat>, one: Ordinal) -> Option<Seat> {
        let (orgs, classes) = (self.snapshot.of(Kind::Org), self.snapshot.of(Kind::Class));
        let seat = match row.kind {
            Kind::Enrollment => {
                let at = row.subject(enrollment::CLASS).and_then(|id| classes.by_id(id.0));
                let at = at.map(|class| self.goes_on_as(Kind::Class, class));
                let role = tag::of_word(row.text(enrollment::ROLE));
                let who = self.past_holder(row, enrollment::USER);
                Seat { at: at?, grade: NOBODY, role, who }
            }
            Kind::Role => {
                let at = row.subject(role::ORG).and_then(|id| orgs.by_id(id.0));
                let user = row.subject(role::USER);
                let user = user.and_then(|id| self.snapshot.of(Kind::User).by_id(id.0));
                let user =
                    user.unwrap_or_else(|| self.snapshot.of(Kind::Role).link(one, Link::User));
                let grade = self.grade_before(user);
                let who = self.past_holder(row, role::USER);
                Seat { at: at?, grade, role: tag::of_word(row.text(role::ROLE)), who }
            }
            _ if row.text(user::ROLE).is_empty() => return now,
            _ => {
                let at = row.subjects(user::ORGS).first().and_then(|id| orgs.by_id(id.0));
                let role = tag::of_word(row.text(user::ROLE));
                Seat { at: at?, grade: self.grade_before(one), role, who: one }
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
