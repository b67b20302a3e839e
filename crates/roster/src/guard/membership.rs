//! No floor lets a school, a grade or a class that goes on lose its last teacher, or more than
//! half of its students, or a school more than half of its students' seats, unseen: not in one plan, and not bit by bit since the last roster that a
//! person approved.

use std::collections::BTreeMap;
use std::ops::Range;

use super::seats::{Change, Seat, Seats};
use super::{Ended, Guard, Trip, grades, table};
use crate::model::snapshot::Snapshot;
use crate::model::subjects::{Link, Ordinal, flag, tag};
use crate::model::{Kind, SubjectId};

/// Members before and after the plan, and those lost since the last approval before it.
#[derive(Debug, Clone, Copy, Default)]
struct Members {
    before: u32,
    after: u32,
    lost: u32,
}

impl Members {
    fn count(&mut self, before: bool, after: bool) {
        self.before += u32::from(before);
        self.after += u32::from(after);
    }

    /// A place went to somebody else.
    fn replace(&mut self) {
        self.after = self.after.saturating_sub(1);
    }

    fn add(&mut self, other: Self) {
        self.before += other.before;
        self.after += other.after;
        self.lost += other.lost;
    }

    /// The same with what plans lost before, less what they brought.
    fn since(self, lost: i64) -> Self {
        Self { lost: u32::try_from(lost).unwrap_or(0), ..self }
    }

    /// Whether the plan leaves less than half, and whether only with what was lost before.
    fn halved(self) -> Option<bool> {
        let less_than_half = |of: u64| u64::from(self.after) * 2 < of;
        let (before, lost) = (u64::from(self.before), u64::from(self.lost));
        let halved = self.after < self.before && less_than_half(before + lost);
        halved.then(|| !less_than_half(before))
    }

    fn has_lost_all(self) -> bool {
        self.before > 0 && self.after == 0
    }

    fn net_loss(self) -> i64 {
        i64::from(self.before) - i64::from(self.after)
    }
}

/// The trips of schools, grades and classes that would be emptied, and what the plan takes of their
/// students.
pub fn judge(seats: Seats<'_>, past: &Ended) -> (Vec<Trip>, Ended) {
    let mut ended = Ended::default();
    let mut trips = schools(seats, past, &mut ended);
    trips.extend(classes(seats, past, &mut ended));
    (trips, ended)
}

fn schools(seats: Seats<'_>, past: &Ended, ended: &mut Ended) -> Vec<Trip> {
    let mut teachers: BTreeMap<Ordinal, Members> = BTreeMap::new();
    let mut grades: BTreeMap<(Ordinal, Ordinal), Members> = BTreeMap::new();
    let mut handed = HandedOver::default();
    for change in seats.in_schools() {
        let Change { before, after, .. } = change;
        handed.note(&change);
        for (seat, was, is) in [(before, true, false), (after, false, true)] {
            let Some(seat) = seat else { continue };
            match seat.role {
                tag::STUDENT => grades.entry((seat.at, seat.grade)).or_default().count(was, is),
                tag::TEACHER => teachers.entry(seat.at).or_default().count(was, is),
                _ => {}
            }
        }
    }
    for seat in handed.lost(|seen| seats.in_schools().for_each(seen)) {
        grades.entry((seat.at, seat.grade)).or_default().replace();
    }
    let orgs = seats.snapshot.of(Kind::Org);
    let mut students: BTreeMap<Ordinal, Members> = BTreeMap::new();
    let mut halved: BTreeMap<(Ordinal, bool), (Members, Vec<Ordinal>)> = BTreeMap::new();
    for ((school, grade), members) in grades {
        let id = orgs.id(school);
        students.entry(school).or_default().add(members);
        if members.before > 0 && members.net_loss() != 0 {
            ended.grades.entry(id).or_default().insert(grade, members.net_loss());
        }
        let lost = past.grades.get(&id).and_then(|grades| grades.get(&grade)).copied();
        let members = members.since(lost.unwrap_or(0));
        if let Some(cumulative) = members.halved() {
            let (all, grades) = halved.entry((school, cumulative)).or_default();
            all.add(members);
            grades.push(grade);
        }
    }
    let mut trips = Vec::new();
    for (school, members) in students {
        let lost = past.grades.get(&orgs.id(school)).map(|grades| grades.values().sum());
        let members = members.since(lost.unwrap_or(0));
        let trip = |cumulative| {
            trip(seats.snapshot, &table::SCHOOL_EMPTIED, Kind::User, (school, cumulative), members)
        };
        trips.extend(members.halved().map(trip));
    }
    let hit = |guard, at, members| trip(seats.snapshot, guard, Kind::User, at, members);
    trips.extend(halved.into_iter().map(|(at, (members, codes))| Trip {
        grades: grades::clause(&seats.snapshot.hasher, &codes),
        ..hit(&table::GRADE_EMPTIED, at, members)
    }));
    let teachers = teachers.into_iter().filter(|(_, members)| members.has_lost_all());
    trips
        .extend(teachers.map(|(school, members)| {
            hit(&table::SCHOOL_WITHOUT_TEACHER, (school, false), members)
        }));
    trips
}

fn trip(
    snapshot: &Snapshot,
    guard: &'static Guard,
    kind: Kind,
    (school, cumulative): (Ordinal, bool),
    members: Members,
) -> Trip {
    let lost = if cumulative { members.lost } else { 0 };
    Trip {
        guard,
        kind: Some(kind),
        school: SubjectId(snapshot.of(Kind::Org).id(school)),
        grades: String::new(),
        changed: u64::from(members.after),
        active: u64::from(members.before) + u64::from(lost),
        signed_out: 0,
        cumulative,
    }
}

fn classes(seats: Seats<'_>, past: &Ended, ended: &mut Ended) -> Vec<Trip> {
    let snapshot = seats.snapshot;
    let classes = snapshot.of(Kind::Class);
    let (students, teachers) = members(seats);
    let mut hits: BTreeMap<(Ordinal, bool), u32> = BTreeMap::new();
    let mut untaught: BTreeMap<(Ordinal, bool), u32> = BTreeMap::new();
    let mut all: BTreeMap<Ordinal, u32> = BTreeMap::new();
    let mut schools: BTreeMap<Ordinal, Members> = BTreeMap::new();
    for (class, members) in (0u32..).zip(&students) {
        schools.entry(seats.school_of_class_before(class)).or_default().before += members.before;
        schools.entry(classes.link(class, Link::School)).or_default().after += members.after;
    }
    let goes_on = |class: &Ordinal| classes.in_roster(*class) && !classes.has(*class, flag::ENDS);
    for class in classes.ordinals().filter(goes_on) {
        let of = |list: &[Members]| list.get(class as usize).copied().unwrap_or_default();
        let school = classes.link(class, Link::School);
        *all.entry(school).or_default() += 1;
        let id = classes.id(class);
        let members = of(&students);
        if members.before > 0 && members.net_loss() != 0 {
            ended.classes.insert(id, members.net_loss());
        }
        let lost = past.classes.get(&id).copied().unwrap_or(0);
        if let Some(cumulative) = members.since(lost).halved() {
            *hits.entry((school, cumulative)).or_default() += 1;
        }
        if of(&teachers).has_lost_all() {
            *untaught.entry((school, false)).or_default() += 1;
        }
    }
    let hit = |guard, (at, classes): ((Ordinal, bool), u32)| {
        let before = all.get(&at.0).copied().unwrap_or(0);
        trip(snapshot, guard, Kind::Class, at, Members { before, after: classes, lost: 0 })
    };
    let mut trips: Vec<_> =
        hits.into_iter().map(|found| hit(&table::CLASS_EMPTIED, found)).collect();
    trips.extend(untaught.into_iter().map(|found| hit(&table::CLASS_LOSES_TEACHER, found)));
    // Where a school has few classes, they may all end below the limits, or move elsewhere.
    let emptied = schools.into_iter().filter(|(_, members)| members.halved().is_some());
    trips.extend(emptied.map(|(school, members)| {
        trip(snapshot, &table::SCHOOL_LOSES_SEATS, Kind::Enrollment, (school, false), members)
    }));
    trips
}

/// Students and teachers of each class before and after.
fn members(seats: Seats<'_>) -> (Vec<Members>, Vec<Members>) {
    let all = seats.snapshot.of(Kind::Enrollment).ordinals();
    let middle = all.end / 2;
    // There may be millions, so that both halves are counted side by side.
    let (mut one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| ClassMembers::of(seats, middle..all.end));
        let one = ClassMembers::of(seats, 0..middle);
        (one, other.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause)))
    });
    one.add(other);
    let ClassMembers { mut students, teachers, handed } = one;
    for seat in handed.lost(|seen| seats.in_classes().for_each(seen)) {
        if let Some(members) = students.get_mut(seat.at as usize) {
            members.replace();
        }
    }
    (students, teachers)
}

/// Members by class, as far as some enrollments tell.
struct ClassMembers {
    students: Vec<Members>,
    teachers: Vec<Members>,
    handed: HandedOver,
}

impl ClassMembers {
    fn of(seats: Seats<'_>, some: Range<Ordinal>) -> Self {
        let none = vec![Members::default(); seats.snapshot.of(Kind::Class).len()];
        let mut all =
            Self { students: none.clone(), teachers: none, handed: HandedOver::default() };
        let list = seats.snapshot.of(Kind::Enrollment);
        let mut others = Vec::new();
        for one in some {
            // Most of them.
            if seats.is_same_in_class(one) {
                all.count(list.link(one, Link::First), list.tag(one), true, true);
            } else {
                others.push(one);
            }
        }
        for change in others.into_iter().flat_map(|one| seats.in_classes_of(one..one + 1)) {
            let Change { before, after, .. } = change;
            all.handed.note(&change);
            for (seat, was, is) in [(before, true, false), (after, false, true)] {
                if let Some(seat) = seat {
                    all.count(seat.at, seat.role, was, is);
                }
            }
        }
        all
    }

    fn count(&mut self, class: Ordinal, role: u8, was: bool, is: bool) {
        let members = match role {
            tag::STUDENT => &mut self.students,
            tag::TEACHER => &mut self.teachers,
            _ => return,
        };
        if let Some(members) = members.get_mut(class as usize) {
            members.count(was, is);
        }
    }

    fn add(&mut self, other: Self) {
        self.handed.0.extend(other.handed.0);
        let sum = |list: &mut Vec<Members>, more: Vec<Members>| {
            list.iter_mut().zip(more).for_each(|(members, other)| members.add(other));
        };
        sum(&mut self.students, other.students);
        sum(&mut self.teachers, other.teachers);
    }
}

/// Students whose own record names another student now, in the same class or school. Such a
/// newcomer does not stand for the one who lost the place.
#[derive(Debug, Default)]
struct HandedOver(Vec<Seat>);

impl HandedOver {
    fn note(&mut self, change: &Change) {
        let same = |was: &Seat| {
            let student = |seat: &Seat| seat.role == tag::STUDENT;
            student(was) && change.after.is_some_and(|is| is.at == was.at && student(&is))
        };
        self.0.extend(change.before.filter(same).filter(|_| change.hands_over()));
    }

    /// The seats of those who get none there by another record; `all` shows every change again.
    fn lost(self, all: impl FnOnce(&mut dyn FnMut(Change))) -> Vec<Seat> {
        let mut left: BTreeMap<(Ordinal, Ordinal), Seat> =
            self.0.into_iter().map(|seat| ((seat.at, seat.who), seat)).collect();
        if !left.is_empty() {
            all(&mut |change| {
                if let Some(seat) = change.after.filter(|seat| seat.role == tag::STUDENT) {
                    left.remove(&(seat.at, seat.who));
                }
            });
        }
        left.into_values().collect()
    }
}
